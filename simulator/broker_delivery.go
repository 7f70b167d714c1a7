package simulator

import (
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
	"time"
)

// A publication goes from a publisher to subscribers.
type publication struct {
	topic   string
	payload []byte // never changed
	qos     byte   // 0 or 1
	retain  bool
}

// An outgoing message is on its way to one subscriber.
type outgoing struct {
	publication
	born time.Time
	due  time.Time                  // not sent before
	id   uint16                     // 0 until sent
	sent time.Time                  // last
	wire func(packet []byte) []byte // of a fault
}

// A subscription is one filter of a session.
type subscription struct {
	qos  byte
	from time.Time // it does not work before
}

// A session is what the broker keeps of a client: its subscriptions, and the
// messages that wait for it. A clean one ends with its connection.
type session struct {
	broker   *broker
	clientID string
	account  string
	clean    bool

	// Guarded by broker.mu.
	filters    map[string]bool
	connection *connection // nil while the client is away
	expires    time.Time   // while the client is away; zero: never

	mu      sync.Mutex // taken after broker.mu, held for memory operations only
	owner   *connection
	random  *rand.Rand
	waiting []outgoing // by due time, then as they came
	flight  []outgoing // sent at QoS 1 and not acknowledged, the longest unsent first
	lastID  uint16
}

// expired says whether the client has been away for too long. The caller holds
// broker.mu.
func (s *session) expired(now time.Time) bool {
	return s.connection == nil && !s.expires.IsZero() && now.After(s.expires)
}

// attach gives the messages to a connection. What was stored or on its way
// follows from the beginning, at the slow pace of AWS.
func (s *session) attach(c *connection, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owner = c
	s.waiting = append(s.flight, s.waiting...)
	s.flight = nil
	for i := range s.waiting {
		s.waiting[i].due = now.Add(time.Duration(i) * replayInterval)
	}
}

// detach takes the messages from a connection, unless another has them by now.
// QoS 0 is not stored.
func (s *session) detach(c *connection) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != c {
		return
	}
	s.owner = nil
	s.waiting = slices.DeleteFunc(s.waiting, func(o outgoing) bool { return o.qos == 0 })
}

func (s *session) current() *connection {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.owner
}

// deliver queues a message for the client; it never waits. A retained message
// is queued for when its subscription works, others for now.
func (s *session) deliver(m publication, due time.Time) {
	now := time.Now()
	var wire func([]byte) []byte
	c := s.current()
	if c != nil {
		f, proceed := c.meet(StepDeliver, s.clientID, m.topic)
		if !proceed {
			return
		}
		due, wire = due.Add(f.Delay), f.Wire
		if f.AtMostOnce {
			m.qos = 0
		}
		if c.expired(now) {
			c.drop(DropTTL)
			if s.clean {
				return
			}
		}
		if !c.publishes.AllowN(now, 1) {
			s.broker.tally.add(func(c *MQTTCounters) { c.Discarded++ })
			return
		}
	} else if m.qos == 0 {
		return
	}
	if !s.enqueue(outgoing{publication: m, born: now, due: due, wire: wire}) {
		s.broker.tally.add(func(c *MQTTCounters) { c.Discarded++ })
		return
	}
	s.broker.tally.add(func(c *MQTTCounters) { c.Deliveries++ })
}

// enqueue puts a message where its due time and the disorder of the profile
// want it, or returns false when too many wait.
func (s *session) enqueue(o outgoing) bool {
	profile := &s.broker.profile
	s.mu.Lock()
	defer s.mu.Unlock()
	copies := 1
	if o.qos == 1 && profile.Duplicates > 0 && s.random.Float64() < profile.Duplicates {
		copies = 2
	}
	for range copies {
		if len(s.waiting) >= maxWaiting {
			return false
		}
		o := o
		if profile.Shuffle > 0 {
			o.due = o.due.Add(time.Duration(s.random.Int64N(int64(profile.Shuffle))))
		}
		i := sort.Search(len(s.waiting), func(i int) bool { return s.waiting[i].due.After(o.due) })
		s.waiting = slices.Insert(s.waiting, i, o)
	}
	if s.owner != nil {
		s.owner.poke()
	}
	return true
}

// next returns the packet that the connection is to send now; or an empty one and when
// there may be one, zero when that is up to others.
func (s *session) next(c *connection, now time.Time) (next outbound, due time.Time) {
	profile := &s.broker.profile
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owner != c {
		return outbound{}, time.Time{}
	}
	if again := s.again(now); !again.isEmpty() {
		return again, time.Time{}
	}
	if len(s.flight) > 0 && profile.RedeliveryInterval > 0 {
		due = s.flight[0].sent.Add(profile.RedeliveryInterval)
	}
	most := maxFlight
	if profile.InFlight > 0 {
		most = min(profile.InFlight, maxFlight)
	}
	if len(s.waiting) == 0 || len(s.flight) >= most {
		return outbound{}, due
	}
	if first := s.waiting[0].due; first.After(now) {
		if due.IsZero() || first.Before(due) {
			due = first
		}
		return outbound{}, due
	}
	o := s.waiting[0]
	s.waiting[0] = outgoing{} // let go of the payload
	s.waiting = s.waiting[1:]
	if o.qos > 0 {
		o.id, o.sent = s.freeID(), now
		s.flight = append(s.flight, o)
	}
	return outbound{encodePublish(o.publication, o.id), o.wire}, time.Time{}
}

// again returns the packet of a message that was not acknowledged in time, or an
// empty one. The caller holds s.mu.
func (s *session) again(now time.Time) outbound {
	interval := s.broker.profile.RedeliveryInterval
	for interval > 0 && len(s.flight) > 0 && !now.Before(s.flight[0].sent.Add(interval)) {
		o := s.flight[0]
		s.flight = slices.Delete(s.flight, 0, 1)
		if now.Sub(o.born) > redeliveryEnd {
			continue
		}
		o.sent = now
		s.flight = append(s.flight, o)
		s.broker.tally.add(func(c *MQTTCounters) { c.Redelivered++ })
		return outbound{packet: encodePublish(o.publication, o.id)}
	}
	return outbound{}
}

// acknowledged takes a PUBACK. One for a message that is not on its way changes
// nothing.
func (s *session) acknowledged(id uint16) {
	s.broker.tally.add(func(c *MQTTCounters) { c.Acknowledged++ })
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.flight, func(o outgoing) bool { return o.id == id })
	if i < 0 {
		return
	}
	s.flight = slices.Delete(s.flight, i, i+1)
	if len(s.waiting) > 0 && s.owner != nil {
		s.owner.poke()
	}
}

// freeID returns the next packet id: never 0, and none that is on its way. The
// caller holds s.mu, and less than maxFlight are on their way.
func (s *session) freeID() uint16 {
	for {
		s.lastID++
		used := func(o outgoing) bool { return o.id == s.lastID }
		if s.lastID != 0 && !slices.ContainsFunc(s.flight, used) {
			return s.lastID
		}
	}
}
