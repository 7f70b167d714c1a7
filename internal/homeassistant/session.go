package homeassistant

import (
	"errors"
	"fmt"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	pingEvery = 20 * time.Second
	// silence is how long nothing may come from the broker, which has a ping to answer every pingEvery.
	silence = 45 * time.Second
	// stall is how long the broker may acknowledge nothing while something waits for it.
	stall = time.Minute

	// window is how many messages may wait for their acknowledgement. A broker that is slow is given no more.
	window = 32
	// batch is about how many bytes are written at once.
	batch = 16 << 10
	// maxControl is how many bytes of small packets may wait for the writer. More wait only when the broker sends and
	// does not read.
	maxControl = 1 << 20
	// looks is how many heaters may be looked through before other things get their turn.
	looks = 8
)

// A session is what the owner knows of a connection.
type session struct {
	idle     bool   // the writer waits for a buffer
	buffer   []byte // the writer's, while it is not idle
	control  []byte // packets that go before all messages
	pinged   time.Time
	heard    time.Time // when something came last
	since    time.Time
	lastID   uint16
	inFlight map[uint16]bool // messages without acknowledgement
	advanced time.Time       // when the last was acknowledged, or the first sent
	asked    map[uint16]request
}

// A request is a SUBSCRIBE or UNSUBSCRIBE without answer.
type request struct {
	filters int
	refused func(refused int) // told how many were refused; nil of UNSUBSCRIBE
}

func newSession(now time.Time) session {
	return session{idle: true, heard: now, pinged: now, since: now, inFlight: make(map[uint16]bool), asked: make(map[uint16]request)}
}

// nextID returns a packet id that is not in use, and never 0.
func (s *session) nextID() uint16 {
	for {
		s.lastID++
		if _, asked := s.asked[s.lastID]; s.lastID != 0 && !asked && !s.inFlight[s.lastID] {
			return s.lastID
		}
	}
}

// subscribe asks for filters at QoS 0: no command then comes twice, and brokers bound how many messages of QoS 1 may wait.
func (s *session) subscribe(refused func(int), filters ...string) {
	id := s.nextID()
	s.asked[id] = request{len(filters), refused}
	s.control = mqtt.AppendSubscribe(s.control, id, 0, filters...)
}

func (s *session) unsubscribe(filters ...string) {
	id := s.nextID()
	s.asked[id] = request{filters: len(filters)}
	s.control = mqtt.AppendUnsubscribe(s.control, id, filters...)
}

// answered takes in a SUBACK, or an UNSUBACK, which has no codes.
func (s *session) answered(p mqtt.Packet) error {
	r, known := s.asked[p.ID]
	switch {
	case !known:
		return nil
	case p.Type == mqtt.TypeSuback && (r.refused == nil || len(p.Codes) != r.filters):
		return mqtt.Violation("SUBACK with %d codes for %d filters", len(p.Codes), r.filters)
	}
	delete(s.asked, p.ID)
	refused := 0
	for _, code := range p.Codes {
		if code == mqtt.RefusedFilter {
			refused++
		}
	}
	if refused > 0 {
		r.refused(refused)
	}
	return nil
}

// alive pings, and tells when the broker is there no more.
func (o *owner) alive() error {
	c := o.conn
	switch {
	case o.due(c.heard.Add(silence)):
		return fmt.Errorf("%w: the broker says nothing any more", errLost)
	case len(c.inFlight) > 0 && o.due(c.advanced.Add(stall)):
		return fmt.Errorf("%w: the broker acknowledges nothing any more", errLost)
	case len(c.control) > maxControl:
		return fmt.Errorf("%w: the broker sends and does not read", errLost)
	}
	if o.due(c.pinged.Add(pingEvery)) {
		c.pinged = o.now
		c.control = mqtt.AppendPingreq(c.control)
	}
	o.due(c.pinged.Add(pingEvery))
	return nil
}

// fill gives the writer, when it is idle, what there is to send. The writer tells when it has written that, and the broker
// what it has got, so that there is another round.
func (o *owner) fill() {
	c := o.conn
	if !c.idle {
		return
	}
	b := append(c.buffer[:0], c.control...)
	c.control = c.control[:0]
	for looked := 0; len(b) < batch && len(c.inFlight) < window; {
		p, ok := o.nextMessage()
		if ok {
			if len(c.inFlight) == 0 {
				c.advanced = o.now
			}
			p.ID = c.nextID()
			c.inFlight[p.ID] = true
			o.count.published.Add(1)
			b = p.Append(b)
			continue
		}
		if looked == looks {
			o.wake = o.now // another round at once
			break
		}
		if looked++; !o.advance() {
			break
		}
	}
	c.buffer = b
	if len(b) > 0 {
		c.idle = false
		c.out <- b
	}
}

// receive takes in a packet.
func (o *owner) receive(p mqtt.Packet) error {
	c := o.conn
	c.heard = o.now
	switch p.Type {
	case mqtt.TypePublish:
		if p.QoS > 0 {
			c.control = mqtt.AppendPuback(c.control, p.ID)
		}
		o.message(p)
	case mqtt.TypePuback:
		delete(c.inFlight, p.ID)
		c.advanced = o.now
	case mqtt.TypeSuback, mqtt.TypeUnsuback:
		return c.answered(p)
	case mqtt.TypePingresp:
	case mqtt.TypeDisconnect:
		return errors.New("the broker said goodbye")
	default:
		return mqtt.Violation("a second %v", p.Type)
	}
	return nil
}
