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
		packet, due := c.next(time.Now())
		if packet != nil {
			if c.throttle(len(packet)) && !c.inHole() && c.ws.WriteMessage(websocket.BinaryMessage, packet) != nil {
				c.drop(DropLost)
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

// bye sends the answers that are due, ends the connection in the form of the
// profile, and lets go of the timer.
func (c *connection) bye() {
	profile := &c.broker.profile
	now := time.Now()
	if !c.inHole() {
		for packet, _ := c.nextAnswer(now); packet != nil; packet, _ = c.nextAnswer(now) {
			_ = c.ws.WriteMessage(websocket.BinaryMessage, packet) // the client may have gone
		}
		switch profile.CloseForm {
		case CloseRST:
			c.reset()
		case CloseFrame:
			code := profile.CloseCode
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

// next returns the packet to send now; or nil and when there may be one, zero
// when that is up to others. Answers go before messages.
func (c *connection) next(now time.Time) (packet []byte, due time.Time) {
	packet, due = c.nextAnswer(now)
	s := c.joined()
	if packet != nil || s == nil || !c.ready() || c.dropped() != "" {
		return packet, due
	}
	packet, later := s.next(c, now)
	if due.IsZero() || !later.IsZero() && later.Before(due) {
		due = later
	}
	return packet, due
}

func (c *connection) nextAnswer(now time.Time) (packet []byte, due time.Time) {
	c.mu.Lock()
	if len(c.answers) == 0 {
		c.mu.Unlock()
		return nil, time.Time{}
	}
	a := c.answers[0]
	if a.due.After(now) {
		c.mu.Unlock()
		return nil, a.due
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
	c.mu.Unlock()
	if a.cut != "" {
		c.drop(a.cut)
		return nil, now
	}
	return a.packet, time.Time{}
}

// answer sends a packet after a delay. It does not wait.
func (c *connection) answer(packet []byte, delay time.Duration) {
	c.enqueue(answer{due: time.Now().Add(delay), packet: packet})
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
