package simulator

import (
	"cmp"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// A broker is the MQTT broker of AWS IoT, as far as a client with a signed URL
// can see it (docs/protocol.md §3).
//
// It is our own, because AWS differs from a standard broker at nearly every
// limit: what meets a client there, and not what MQTT 3.1.1 says, is what the
// simulator is for.
//
// Each connection has two goroutines: the one that serves the HTTP request
// reads, and one writes what waits for the client. Nobody waits for a client:
// messages are queued, and too many are discarded. The locks are held for
// memory operations only, in the order broker, session, connection; those of
// faults and tally come last.
type broker struct {
	profile  Broker
	seed     uint64
	lookup   func(accessKeyID string) (issuedKey, bool)
	allowed  func(account, topic string) bool
	handle   func(from publisher, topic string, payload []byte)
	logger   *slog.Logger
	upgrader websocket.Upgrader
	faults   *faults
	tally    tally

	closing chan struct{}  // closed by close
	running sync.WaitGroup // requests under way, those of open connections included

	mu            sync.Mutex
	closed        bool
	open          map[*connection]struct{}
	sessions      map[string]*session // by client id
	made          uint64              // sessions so far
	subscriptions index
	retained      map[string]publication
	connects      connectLimit
	asked         connectLimit // CONNECTs that came, whatever became of them
}

// A publisher is the client that a message came from.
type publisher struct {
	clientID string
	account  string // e-mail
}

// A Connection is an MQTT connection whose CONNECT was accepted.
type Connection struct {
	ClientID      string
	Email         string   // of the account
	Subscriptions []string // filters, sorted
	KeepAlive     time.Duration
	Since         time.Time // when the WebSocket was opened
}

// Connections returns the MQTT connections, by client id.
func (s *Simulator) Connections() []Connection { return s.broker.connections() }

// newBroker returns a broker with the given profile; the seed decides what is
// random. lookup finds the secret of an access key, allowed says whether an
// account may use a topic or filter, and handle gets each message that a client
// publishes: it is called by the connection's reader, without locks, in the
// order of that connection.
func newBroker(profile Broker, seed uint64,
	lookup func(accessKeyID string) (issuedKey, bool),
	allowed func(account, topic string) bool,
	handle func(from publisher, topic string, payload []byte),
	logger *slog.Logger,
) *broker {
	profile = profile.withDefaults()
	return &broker{
		profile: profile,
		seed:    seed,
		lookup:  lookup,
		allowed: allowed,
		handle:  handle,
		logger:  logger,
		tally:   tally{logger: logger},
		upgrader: websocket.Upgrader{
			ReadBufferSize:  1 << 10, // hundreds of connections, small packets
			WriteBufferSize: 4 << 10,
			WriteBufferPool: &sync.Pool{},
			Subprotocols:    subprotocols,
			CheckOrigin:     func(*http.Request) bool { return true }, // the signature is what counts
		},
		faults:   new(faults),
		closing:  make(chan struct{}),
		open:     make(map[*connection]struct{}),
		sessions: make(map[string]*session),
		retained: make(map[string]publication),
		asked:    connectLimit{interval: time.Second, last: make(map[string]time.Time)},
		connects: connectLimit{interval: profile.ConnectInterval, last: make(map[string]time.Time)},
	}
}

// begin counts a request, or returns false when the broker is closed.
func (b *broker) begin() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.running.Add(1)
	return true
}

// serve runs a connection until it ends. The end of ctx ends it.
func (b *broker) serve(ctx context.Context, ws *websocket.Conn, account string) {
	c := newConnection(b, ws, account)
	b.mu.Lock()
	b.open[c] = struct{}{}
	closed := b.closed
	b.mu.Unlock()
	if closed {
		c.drop(DropServer)
	}
	stop := context.AfterFunc(ctx, func() { c.drop(DropServer) })
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	c.drop(c.read())
	<-written
	b.leave(c)
}

// join makes a connection that of its client: the client's old one is dropped,
// and a session that is not clean goes on if there is one. It returns false
// when the client connects too often.
func (b *broker) join(c *connection, clientID string, clean bool) (s *session, present, ok bool) {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.connects.allow(clientID, now) {
		return nil, false, false
	}
	b.forgetExpired(now)
	s = b.sessions[clientID]
	if s != nil && s.connection != nil {
		s.connection.drop(DropDuplicate)
	}
	if s != nil && (clean || s.clean || s.account != c.account) {
		b.forget(s)
		s = nil
	}
	present = s != nil
	if !present {
		b.made++
		s = &session{
			broker: b, clientID: clientID, account: c.account, clean: clean,
			filters: make(map[string]bool), random: rand.New(rand.NewPCG(b.seed, b.made)),
		}
		b.sessions[clientID] = s
	}
	s.connection = c
	s.attach(c, now)
	return s, present, true
}

// leave takes out a connection that has ended, and publishes its last will.
func (b *broker) leave(c *connection) {
	now := time.Now()
	s := c.joined()
	b.mu.Lock()
	delete(b.open, c)
	if s != nil && s.connection == c {
		s.connection = nil
		s.expires = time.Time{}
		if b.profile.SessionExpiry > 0 {
			s.expires = now.Add(b.profile.SessionExpiry)
		}
		s.detach(c)
		if s.clean {
			b.forget(s)
		}
	}
	b.mu.Unlock()
	d := Drop{Email: c.account, Reason: c.dropped(), Since: c.since, At: now}
	if s != nil {
		d.ClientID = s.clientID
	}
	b.tally.dropped(d)
	if c.will != nil && d.Reason != DropClient && b.allowed(c.account, c.will.topic) {
		b.accept(publisher{d.ClientID, c.account}, *c.will)
	}
}

// forget ends a session. The caller holds b.mu.
func (b *broker) forget(s *session) {
	for filter := range s.filters {
		b.subscriptions.remove(filter, s)
	}
	s.filters = make(map[string]bool) // its connection may not know yet
	if b.sessions[s.clientID] == s {
		delete(b.sessions, s.clientID)
	}
}

// forgetExpired ends the sessions whose clients have been away for too long.
// The caller holds b.mu.
func (b *broker) forgetExpired(now time.Time) {
	for _, s := range b.sessions {
		if s.expired(now) {
			b.forget(s)
		}
	}
}

// publish sends a message from the cloud or a heater to all who subscribed, at
// QoS 1. It never waits.
func (b *broker) publish(topic string, payload []byte) {
	b.route(publication{topic: topic, payload: payload, qos: 1})
}

// accept takes a message from a client: to the subscribers first, then to the
// heaters, whose answers therefore come after it.
func (b *broker) accept(from publisher, m publication) {
	if m.retain {
		b.keep(m)
		m.retain = false
	}
	b.route(m)
	b.handle(from, m.topic, m.payload)
}

// route queues a message for each subscription that matches.
func (b *broker) route(m publication) {
	now := time.Now()
	type target struct {
		session *session
		qos     byte
	}
	var targets []target
	b.mu.Lock()
	for s, sub := range b.subscriptions.match(m.topic) {
		if sub.from.After(now) || s.expired(now) {
			continue
		}
		if b.profile.OverlapOnce && slices.ContainsFunc(targets, func(t target) bool { return t.session == s }) {
			continue
		}
		targets = append(targets, target{s, min(m.qos, sub.qos)})
	}
	b.mu.Unlock()
	for _, t := range targets {
		m.qos = t.qos
		t.session.deliver(m, now)
	}
}

// keep stores a retained message for those who subscribe later. An empty one
// deletes.
func (b *broker) keep(m publication) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(m.payload) == 0 {
		delete(b.retained, m.topic)
		return
	}
	b.retained[m.topic] = m
}

// connections returns the clients that are connected, by client id.
func (b *broker) connections() []Connection {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []Connection
	for _, s := range b.sessions {
		if s.connection == nil {
			continue
		}
		var filters []string
		for filter := range s.filters {
			filters = append(filters, filter)
		}
		slices.Sort(filters)
		list = append(list, Connection{s.clientID, s.account, filters, s.connection.keptAlive(), s.connection.since})
	}
	slices.SortFunc(list, func(a, b Connection) int { return cmp.Compare(a.ClientID, b.ClientID) })
	return list
}

// dropAll ends every connection.
func (b *broker) dropAll(reason DropReason) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.open {
		c.drop(reason) // does not wait
	}
}

// close ends every connection and waits until nothing of the broker runs. Later
// requests are answered with 503.
func (b *broker) close() {
	b.mu.Lock()
	again := b.closed
	b.closed = true
	b.mu.Unlock()
	if !again {
		close(b.closing)
	}
	b.dropAll(DropServer)
	b.running.Wait()
}

// pause waits, unless ctx or the broker ends first: then it returns false.
func (b *broker) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
	case <-b.closing:
	}
	return false
}
