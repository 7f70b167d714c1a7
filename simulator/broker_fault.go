package simulator

import "time"

// What a fault does to a connection.

// meet asks for a fault at a step. proceed is false when the step is to be left
// out; else the fault may hold a delay or a form.
func (c *connection) meet(step Step, clientID string, topics ...string) (f Fault, proceed bool) {
	f, ok := c.broker.faults.at(meeting{step: step, clientID: clientID, topics: topics, since: c.since})
	return f, !ok || c.suffer(f)
}

// meetAside asks for a fault at a step at which nothing is sent: what the fault
// says is sent in addition.
func (c *connection) meetAside(step Step, clientID string) (proceed bool) {
	f, proceed := c.meet(step, clientID)
	if proceed && f.Wire != nil {
		c.answer(nil, f)
	}
	return proceed
}

// suffer does what a fault asks for and tells whether the step is to be done.
func (c *connection) suffer(f Fault) (proceed bool) {
	switch f.Action {
	case Cut:
		if f.Delay <= 0 {
			c.set(&c.stalled) // nothing that comes after it is heard
		}
		c.enqueue(answer{due: time.Now().Add(f.Delay), fault: f, cut: f.Reason})
	case BlackHole:
		c.fall()
	case Mute:
		c.set(&c.mute)
	case Stall:
		c.set(&c.stalled)
	}
	return f.Action == Proceed || f.Action == Mute || f.Action == Stall
}

// fall makes the connection a black hole.
func (c *connection) fall() {
	c.set(&c.deaf)
	c.set(&c.mute)
	c.bound(0)
}

// set makes one of the connection's conditions true, for good.
func (c *connection) set(condition *bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	*condition = true
}

func (c *connection) is(condition *bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *condition
}

func (c *connection) isDeaf() bool     { return c.is(&c.deaf) }
func (c *connection) isMute() bool     { return c.is(&c.mute) }
func (c *connection) hasStalled() bool { return c.is(&c.stalled) }
