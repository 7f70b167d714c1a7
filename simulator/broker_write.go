package simulator

import (
	"encoding/binary"
	"slices"
	"sort"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"
)

// write sends what waits for the client until the connection is dropped, and
// then closes it.
func (c *connection) write() {
	alarm := time.NewTimer(time.Hour)
	alarm.Stop()
	defer alarm.Stop()
	for {
		select {
		case <-c.done:
			c.bye()
			return
		default:
		}
		next, due := c.next(time.Now())
		if !next.isEmpty() {
			if c.throttle(len(next.packet)) && !c.isMute() && c.put(next) != nil {
				c.lose()
			}
			continue
		}
		if !due.IsZero() {
			alarm.Reset(time.Until(due))
		}
		select {
		case <-c.done:
		case <-c.wake:
		case <-alarm.C:
		}
		alarm.Stop()
	}
}

// lose ends a connection that cannot be written to. The client may have said why
// before it went, so the reader has a moment to come upon that.
func (c *connection) lose() {
	timer := time.NewTimer(closeGrace)
	defer timer.Stop()
	select {
	case <-c.done:
	case <-timer.C:
		c.drop(DropLost)
	}
}

// An outbound packet is one that is to be written, in the form of a fault unless
// that is nil.
type outbound struct {
	packet []byte
	wire   func(packet []byte) []byte
}

func (o outbound) isEmpty() bool { return o.packet == nil && o.wire == nil }

// put writes a packet.
func (c *connection) put(o outbound) error {
	if o.wire == nil {
		return c.ws.WriteMessage(websocket.BinaryMessage, o.packet)
	}
	_, err := c.ws.NetConn().Write(o.wire(o.packet))
	return err
}

// bye sends the answers that are due, ends the connection in the form of the
// profile, and lets go of the timer.
func (c *connection) bye() {
	profile := &c.broker.profile
	now := time.Now()
	if !c.isMute() {
		for next, _ := c.nextAnswer(now); !next.isEmpty(); next, _ = c.nextAnswer(now) {
			_ = c.put(next) // the client may have gone
		}
		form, code := profile.CloseForm, profile.CloseCode
		if f := c.endedBy(); f.Close != 0 {
			form, code = f.Close, f.CloseCode
		}
		switch form {
		case CloseRST:
			c.reset()
		case CloseTruncated:
			c.truncate()
		case CloseFrame:
			if code == 0 {
				code = websocket.CloseNoStatusReceived // makes the frame empty
			}
			_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), now.Add(closeGrace))
		case CloseDisconnect:
			_ = c.ws.WriteMessage(websocket.BinaryMessage, disconnect())
		}
	}
	c.hangUp()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastCall.Stop()
}

// next returns the packet to send now; or an empty one and when there may be one, zero
// when that is up to others. Answers go before messages.
func (c *connection) next(now time.Time) (next outbound, due time.Time) {
	next, due = c.nextAnswer(now)
	s := c.joined()
	if !next.isEmpty() || s == nil || !c.ready() || c.dropped() != "" {
		return next, due
	}
	next, later := s.next(c, now)
	if due.IsZero() || !later.IsZero() && later.Before(due) {
		due = later
	}
	return next, due
}

func (c *connection) nextAnswer(now time.Time) (next outbound, due time.Time) {
	c.mu.Lock()
	if len(c.answers) == 0 {
		c.mu.Unlock()
		return outbound{}, time.Time{}
	}
	a := c.answers[0]
	if a.due.After(now) {
		c.mu.Unlock()
		return outbound{}, a.due
	}
	c.answers = slices.Delete(c.answers, 0, 1)
	if a.packet != nil {
		switch a.packet[0] >> 4 {
		case packets.Connack:
			c.connacked = true
		case packets.Puback:
			delete(c.unacked, binary.BigEndian.Uint16(a.packet[2:]))
		}
	}
	if a.cut != "" && c.reason == "" {
		c.ending = a.fault
	}
	c.mu.Unlock()
	if a.cut != "" {
		c.drop(a.cut)
		if a.fault.Everybody {
			c.broker.dropAll(a.cut)
		}
		return outbound{}, now
	}
	return outbound{a.packet, a.fault.Wire}, time.Time{}
}

// endedBy returns the cut that ended the connection; a zero Fault when none did.
func (c *connection) endedBy() Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// answer sends a packet, late by all the faults that it met and in the form of the
// last of them. It does not wait.
func (c *connection) answer(packet []byte, met ...Fault) {
	a := answer{due: time.Now(), packet: packet}
	for _, f := range met {
		a.due = a.due.Add(f.Delay)
		a.fault = f
	}
	c.enqueue(a)
}

// enqueue puts an answer where its due time wants it. A client that lets too
// many wait is dropped.
func (c *connection) enqueue(a answer) {
	c.mu.Lock()
	full := len(c.answers) >= maxAnswers
	if !full {
		i := sort.Search(len(c.answers), func(i int) bool { return c.answers[i].due.After(a.due) })
		c.answers = slices.Insert(c.answers, i, a)
	}
	c.mu.Unlock()
	if full {
		c.drop(DropThrottled)
		return
	}
	c.poke()
}
