package nwp500

import (
	"context"
	"errors"
	"time"
)

// A connection may be up, acknowledge what is published and answer pings, and yet
// deliver nothing: a subscription that the broker forgot, say. Only messages show that it
// lives. Whoever listens and does not ask would never find out, so the session asks for
// them.

const (
	// quietLimit is how long nothing may come on a connection before the session asks
	// one of its heaters for the status, and quietCheck how often it looks.
	quietLimit = 15 * time.Minute
	quietCheck = time.Minute
	// renewalTime is what a connection that was renewed for being deaf has to be back.
	renewalTime = 10 * time.Second
)

// A deafness is how long nothing has come on a connection. It is guarded by the session's
// lock.
type deafness struct {
	renewed bool      // the connection, for being deaf
	on      time.Time // when
	heard   uint64    // the messages that had come by then
}

// unanswered finds out who is to blame for a question without an answer, given how many
// messages had come when it was asked. When nothing at all came since, not even the
// question itself, which the heater's filter matches, it is the connection: that is
// renewed, once until something is heard. Else it is the heater, unless the question is
// as old as the deafness, or one that heaters may not know.
func (s *Session) unanswered(state *heaterState, heardBefore uint64, asked time.Time, unknown bool) {
	c := state.connection
	heard, now := c.heard.Load(), time.Now()
	s.mu.Lock()
	known := c.deafness.renewed && c.deafness.heard == heard
	renew := heard == heardBefore && !known
	tell := !renew && !unknown && !state.silent && (!known || !asked.Before(c.deafness.on))
	if renew {
		c.deafness = deafness{true, now, heard}
	}
	if tell {
		state.silent = true
	}
	s.mu.Unlock()
	if renew {
		s.client.log.Warn("the live connection is up and yet nothing comes: it is renewed")
		c.link.Reconnect()
	}
	if tell {
		s.client.log.Warn("a heater does not answer")
		s.listeners.tell(HeaterSilent{Source{state.device, now}})
	}
}

// speaks notes that the heater said something. The session's lock is held.
func (h *heaterState) speaks() []Event {
	if !h.silent {
		return nil
	}
	h.silent = false
	return []Event{HeaterHeard{Source{h.device, time.Now()}}}
}

// listen asks on a connection on which nothing has come for long, until the session ends.
func (c *connection) listen() {
	ctx := c.session.lifetime
	check := time.NewTicker(quietCheck)
	defer check.Stop()
	heard, since := c.heard.Load(), time.Now()
	for {
		select {
		case <-check.C:
		case <-ctx.Done():
			return
		}
		if now := c.heard.Load(); now != heard {
			heard, since = now, time.Now()
		}
		if time.Since(since) >= quietLimit {
			c.probe(ctx)
			since = time.Now()
		}
	}
}

// probe asks one of the connection's heaters for its status, and once more when the
// connection was renewed over that.
func (c *connection) probe(ctx context.Context) {
	h := c.anyHeater()
	if h == nil {
		return
	}
	if _, err := h.Status(ctx); !errors.Is(err, ErrNoAnswer) {
		return
	}
	timer := time.NewTimer(renewalTime)
	defer timer.Stop()
	select {
	case <-timer.C:
		_, _ = h.Status(ctx) // how it ends is told by events
	case <-ctx.Done():
	}
}

// anyHeater returns a heater that the connection listens to, or nil.
func (c *connection) anyHeater() *Heater {
	s := c.session
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, state := range s.heaters {
		if state.connection == c && state.subscribed {
			return s.Heater(state.device)
		}
	}
	return nil
}
