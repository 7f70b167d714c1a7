package nwp500

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
)

// heatersPerConnection is how many heaters one connection to the broker serves: it
// takes 50 subscriptions, and answers need room (docs/protocol.md §3).
const heatersPerConnection = 40

// Session is a live connection to an account's heaters. It reconnects by itself,
// whatever the reason, until it is closed; only credentials that the cloud refuses
// stop it, and SignIn starts it again. An account with more heaters than one
// connection serves gets further ones as they are needed.
//
// Its methods may be called from several goroutines.
type Session struct {
	client    *Client
	listeners listeners
	messages  subscriptions
	lastID    atomic.Int64
	userSeq   int           // the account's, part of the topics of some answers
	growing   chan struct{} // held by whoever adds a connection

	lifetime  context.Context // of the polls, of listening, and of dialling
	end       context.CancelFunc
	listening sync.WaitGroup // for connections that say nothing

	mu          sync.Mutex
	connections []*connection
	heaters     map[MAC]*heaterState
	polls       map[*Poll]struct{}
	waiting     map[waitingKey]*waitingCommand // the newest of each kind
	turns       map[MAC]chan struct{}          // each held by the command that is next to the link
	unreadable  int                            // messages of heaters that are none
	late        int                            // answers to nobody's question, any more or ever
	recent      []DiagnosticEvent              // oldest first
	closed      bool

	signInNeeded error     // what SignInNeeded told, nil once there are credentials again
	announced    time.Time // when the cloud last announced service
}

// Connect opens a live connection. It makes one attempt and says why it failed:
// ErrCredentials, ErrPasswordNeeded, ErrNotSignedIn, ErrUnreachable, a
// *HandshakeError. Once it succeeded the session reconnects by itself.
func (c *Client) Connect(ctx context.Context) (*Session, error) {
	s := &Session{
		client: c, growing: make(chan struct{}, 1),
		heaters: make(map[MAC]*heaterState), polls: make(map[*Poll]struct{}),
		waiting: make(map[waitingKey]*waitingCommand), turns: make(map[MAC]chan struct{}),
	}
	s.lifetime, s.end = context.WithCancel(context.Background())
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		s.end()
		return nil, ErrClosed
	}
	c.sessions[s] = struct{}{}
	c.mu.Unlock()
	if err := s.grow(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	tokens, err := c.keys(ctx, Secret{})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.userSeq = tokens.UserSeq
	s.awaitServiceNotice(ctx)
	return s, nil
}

// wakeSessions lets the links that wait for credentials try again.
func (c *Client) wakeSessions() {
	c.mu.Lock()
	sessions := slices.Collect(maps.Keys(c.sessions))
	c.mu.Unlock()
	for _, session := range sessions {
		for _, connection := range session.links() {
			connection.link.Retry() // waits for the link's goroutine
		}
	}
}

// Heater returns a handle of a heater. It sends nothing; the first call of the
// handle that needs the heater subscribes to it.
func (s *Session) Heater(device Device) *Heater { return &Heater{session: s, device: device} }

// Events yields what happens to all heaters that the session was asked about, and
// to its connections, until the context ends. It ends with ErrClosed when the
// session is closed. Events are noticed from the call on and not from the first
// iteration; a reader that is too slow is told how many it Missed.
func (s *Session) Events(ctx context.Context) iter.Seq2[Event, error] {
	return s.listeners.events(ctx, Device{}, nil)
}

// Close tells the heaters that the application leaves (docs/protocol.md §3, st/end),
// ends the session and waits for all that it started; it takes less than a second. Calls
// that wait end with ErrClosed. Closing again does nothing.
func (s *Session) Close() error {
	s.client.mu.Lock()
	delete(s.client.sessions, s)
	s.client.mu.Unlock()

	s.mu.Lock()
	again := s.closed
	s.closed = true
	connections := s.connections
	s.mu.Unlock()

	s.end()
	s.endPolls(func(*Poll) bool { return true })
	s.listening.Wait()
	if !again {
		s.farewell()
	}
	errs := make([]error, len(connections))
	var closing sync.WaitGroup
	for i, connection := range connections {
		closing.Go(func() { errs[i] = connection.link.Close() })
	}
	closing.Wait()
	s.mu.Lock()
	for _, heater := range s.heaters {
		heater.failAll(ErrClosed)
	}
	s.mu.Unlock()
	s.listeners.end(ErrClosed)
	s.messages.end(ErrClosed)
	return errors.Join(errs...)
}

// nextID returns the id of a request: the milliseconds since 1970, as the vendor's
// app sends them, and always more than the one before.
func (s *Session) nextID() int64 {
	for {
		last := s.lastID.Load()
		next := max(last+1, time.Now().UnixMilli())
		if s.lastID.CompareAndSwap(last, next) {
			return next
		}
	}
}

// connection is one link of a session and the heaters that it serves.
type connection struct {
	session  *Session
	link     *awsiot.Link
	clientID string

	key Secret // the id of the keys that the last dial used; of the link's goroutine

	heard    atomic.Uint64 // messages received
	appForms appForms

	heaters  int     // guarded by session.mu
	history  history // guarded by session.mu
	drops    int     // how often it went down; guarded by session.mu
	losses   int     // of them those not on purpose; guarded by session.mu
	deafness deafness
}

// place returns the state of a heater, new ones on a connection that has room, and
// opens a connection when none has.
func (s *Session) place(ctx context.Context, device Device) (*heaterState, error) {
	select {
	case s.growing <- struct{}{}:
		defer func() { <-s.growing }()
	case <-ctx.Done():
		return nil, waitError(ctx)
	}
	if state := s.settle(device); state != nil {
		return state, nil
	}
	if err := s.grow(ctx); err != nil {
		return nil, err
	}
	return s.settle(device), nil
}

// settle gives a heater a place on a connection, unless it has one; it returns nil
// when all connections are full.
func (s *Session) settle(device Device) *heaterState {
	s.mu.Lock()
	defer s.mu.Unlock()
	if state := s.heaters[device.MAC]; state != nil {
		return state
	}
	for _, c := range s.connections {
		if c.heaters < heatersPerConnection {
			c.heaters++
			state := &heaterState{device: device, connection: c, asking: make(chan struct{}, 1)}
			s.heaters[device.MAC] = state
			return state
		}
	}
	return nil
}

// grow opens a connection.
func (s *Session) grow(ctx context.Context) error {
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	closed := s.closed
	if !closed {
		s.connections = append(s.connections, c)
		s.listening.Go(c.listen)
		c.begin(time.Now())
	}
	s.mu.Unlock()
	if closed {
		return errors.Join(ErrClosed, c.link.Close())
	}
	return nil
}

// dial makes a connection, unless the session is closed before that.
func (s *Session) dial(ctx context.Context) (*connection, error) {
	if s.lifetime.Err() != nil {
		return nil, ErrClosed
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.lifetime, cancel)()
	config := s.client.config
	c := &connection{session: s, clientID: newClientID(), appForms: newAppForms()}
	link, err := awsiot.Dial(ctx, awsiot.Config{
		Endpoint:    config.MQTTEndpoint,
		ClientID:    c.clientID,
		KeepAlive:   config.KeepAlive,
		PublishRate: s.client.publishRate,
		Credentials: c.credentials,
		Dial:        config.Dial,
		RootCAs:     config.RootCAs,
		Limiter:     s.client.limiter,
		Time:        config.Time,
		Receive:     c.receive,
		Changed:     c.changed,
		Logger:      s.client.log,
	})
	switch {
	case err != nil && s.lifetime.Err() != nil:
		return nil, ErrClosed
	case err != nil:
		return nil, connectError(err)
	}
	c.link = link
	return c, nil
}

// newClientID returns an id that no other connection has: with one that another has,
// the broker would drop the other, which would come back and drop this one.
func newClientID() string {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails
	return "navien-client-" + hex.EncodeToString(random[:])
}

// credentials gives the link the keys to sign its next dial with.
func (c *connection) credentials(ctx context.Context, refused bool) (awsiot.Credentials, error) {
	rejected := Secret{}
	if refused {
		rejected = c.key
	}
	tokens, err := c.session.client.keys(ctx, rejected)
	switch {
	case errors.Is(err, ErrCredentials), errors.Is(err, ErrPasswordNeeded), errors.Is(err, ErrNotSignedIn):
		c.needSignIn(err)
		return awsiot.Credentials{}, finalError{err}
	case err != nil:
		return awsiot.Credentials{}, err
	}
	c.session.signedIn()
	c.key = tokens.AccessKeyID
	return awsiot.Credentials{
		AccessKeyID: tokens.AccessKeyID.Reveal(), SecretKey: tokens.SecretKey.Reveal(), SessionToken: tokens.SessionToken.Reveal(),
	}, nil
}

// finalError is an error that another attempt cannot mend.
type finalError struct{ error }

func (e finalError) Unwrap() []error { return []error{awsiot.ErrRejected, e.error} }

// changed tells what happened to the link. The answers to requests that were sent
// on a connection that was lost will not come; one that is renewed has none to give.
func (c *connection) changed(change awsiot.Change) {
	s, lost := c.session, !change.Up && !change.Planned
	s.mu.Lock()
	var devices []Device
	for _, heater := range s.heaters {
		if heater.connection != c {
			continue
		}
		devices = append(devices, heater.device)
		if lost {
			heater.failSent(ErrDisconnected)
		}
	}
	if !change.Up {
		c.drops++
	}
	if lost {
		c.losses++
	}
	c.remember(change)
	s.mu.Unlock()

	if len(devices) == 0 {
		devices = []Device{{}}
	}
	for _, device := range devices {
		source := Source{device, change.At}
		if change.Up {
			s.listeners.tell(ConnectionResumed{source})
		} else {
			s.listeners.tell(ConnectionLost{source, fromTransport(change.Err)})
		}
	}
}
