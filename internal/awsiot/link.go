package awsiot

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// closeTimeout is how long Close waits for foreign functions that do not return. It leaves room for closeGrace.
const closeTimeout = 900 * time.Millisecond

// A Link is a session with the broker that reconnects by itself. Make one with [Dial].
type Link struct {
	cfg       Config
	presigner presigner
	dialer    dialer

	asks     chan func()    // what callers want the owner to do
	events   chan event     // what attempts and connections tell the owner
	fetching chan struct{}  // holds a token while Config.Credentials runs
	running  sync.WaitGroup // the dispatcher, and calls of Config.Credentials

	lifetime context.Context // ends with Close
	cancel   context.CancelFunc
	stopped  chan struct{} // closed when the owner has ended; its state is constant from then on
	ended    chan struct{} // closed when all goroutines have ended

	state // the owner's
}

// A state is what the owner goroutine, and nobody else, reads and writes.
type state struct {
	now    time.Time // of the current round
	wake   time.Time // when the next round has to be at the latest; zero: when something happens
	clock  clock
	phase  phase
	closed bool
	first  chan error // takes the outcome of the first attempt; nil afterwards

	gen         uint64 // of the current attempt and the connection made by it
	conn        *connection
	connections int
	kicks       int // connections in a row that the broker ended soon

	backoff   backoff
	nextDial  time.Time
	halted    bool // no dial before Retry
	renewal   bool // the link took itself down to renew its connection, and no attempt has failed since
	retry     bool // Retry was called during the current attempt
	refused   bool // the last credentials were refused
	unheard   int  // attempts in a row that the broker ended in place of a CONNACK
	offset    time.Duration
	attempts  int       // since the link went down
	changedAt time.Time // when the link came up or went down
	lastErr   error

	lastID        uint16
	publications  publications
	subscriptions subscriptions
	inbox         inbox
}

// A phase is where a link stands.
type phase int

const (
	waiting     phase = iota // no connection; the next attempt is due at nextDial, unless halted
	dialling                 // an attempt is under way
	subscribing              // there is a session, and filters are being asked for
	up
	ending // a connection is being taken down
)

// Dial makes one attempt to connect and returns the link, or why there is none: a [*HandshakeError], a [*ConnackError], an
// error that wraps [ErrRejected], the context's, or one of the network. Within the attempt refused credentials are fetched anew
// once, and a wrong clock is made up for once. ctx bounds Dial only.
func Dial(ctx context.Context, cfg Config) (*Link, error) {
	cfg, address, err := cfg.normalised()
	if err != nil {
		return nil, fmt.Errorf("awsiot: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	first := make(chan error, 1)
	now := time.Now()
	l := &Link{
		cfg:       cfg,
		presigner: newPresigner(cfg.Region),
		dialer:    dialer{endpoint: address, roots: cfg.RootCAs, netDial: cfg.Dial, buffers: new(sync.Pool)},
		asks:      make(chan func()),
		events:    make(chan event),
		fetching:  make(chan struct{}, 1),
		stopped:   make(chan struct{}),
		ended:     make(chan struct{}),
		state: state{
			clock: newClock(cfg.Time, now), first: first, nextDial: now, changedAt: now, publications: newPublications(cfg.PublishRate),
		},
	}
	l.lifetime, l.cancel = context.WithCancel(context.Background())
	go l.run()
	select {
	case err = <-first:
	case <-ctx.Done():
		err = fmt.Errorf("dial: %w", ctx.Err())
	}
	if err != nil {
		_ = l.Close() // a function that does not return has nothing to add
		return nil, err
	}
	return l, nil
}

// run is the owner.
func (l *Link) run() {
	deliveries := make(chan delivery)
	l.running.Go(func() { l.dispatch(deliveries) })
	timer := time.NewTimer(0)
	defer timer.Stop()
	closing := l.lifetime.Done()
	for !l.finished() {
		l.step()
		deliver, next := l.inbox.offer(deliveries)
		l.set(timer)
		select {
		case ask := <-l.asks:
			ask()
		case e := <-l.events:
			l.now = time.Now()
			l.handle(e)
		case deliver <- next:
			l.inbox.pop()
		case <-timer.C:
		case <-closing:
			closing = nil
			l.shutdown()
		}
	}
	close(l.stopped)
	close(deliveries)
	l.running.Wait()
	close(l.ended)
}

func (l *Link) finished() bool {
	return l.closed && l.phase == waiting
}

// step does all that is due, and finds out when it has to be called again.
func (l *Link) step() {
	l.look()
	l.wake = time.Time{}
	if !l.closed {
		l.due(l.clock.next())
	}
	l.expireWaiting()
	switch l.phase {
	case waiting:
		if !l.closed && !l.halted && l.due(l.nextDial) {
			l.attempt()
		}
	case subscribing, up:
		l.tend()
	}
}

// look finds out what time it is, and whether the machine has slept.
func (l *Link) look() {
	l.now = time.Now()
	if behind, slept := l.clock.slept(l.now); slept && !l.closed {
		l.awake(behind)
	}
}

// due reports whether a time has come. If not, the owner will wake then.
func (l *Link) due(t time.Time) bool {
	if !l.now.Before(t) {
		return true
	}
	if l.wake.IsZero() || t.Before(l.wake) {
		l.wake = t
	}
	return false
}

// set makes the timer fire when the next round is due.
func (l *Link) set(timer *time.Timer) {
	if l.wake.IsZero() {
		timer.Stop()
		return
	}
	timer.Reset(time.Until(l.wake))
}

// ask makes the owner call f and waits until it has. It returns false, without a call, when the link has ended. The
// owner never waits for anything but the next thing to do, so that ask returns soon.
func (l *Link) ask(f func()) bool {
	done := make(chan struct{})
	select {
	case l.asks <- func() { l.look(); f(); close(done) }: // who asks after a sleep asks the link as it is then
		<-done
		return true
	case <-l.stopped:
		return false
	}
}

// Retry makes a link that is down dial without waiting any longer, also one that had stopped because of [ErrRejected]. The shortest time
// between two dials is kept.
func (l *Link) Retry() {
	l.ask(func() {
		l.halted = false
		switch l.phase {
		case waiting, ending:
			l.nextDial = l.backoff.earliest(l.now)
		case dialling:
			l.retry = true // it may be at work with what the caller has just replaced
		}
	})
}

// Reconnect makes a link that is up renew its connection as soon as nothing is under way, as it does by itself each day.
func (l *Link) Reconnect() {
	l.ask(func() {
		if l.phase == up {
			l.conn.renewAt = l.now
		}
	})
}

// Close ends the link and waits for all that it started; it takes less than a second in any state. Publications under way fail with
// [ErrClosed]. The error is not nil only when a function of the Config had still not returned: Close called by such a
// function therefore fails, but the link is closed all the same. Close may be called again.
func (l *Link) Close() error {
	l.cancel()
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case <-l.ended:
		return nil
	case <-timer.C:
		return errors.New("close: a function of the configuration has not returned")
	}
}

// shutdown begins the end of the link. The owner goes on until there is neither an attempt nor a connection.
func (l *Link) shutdown() {
	l.now = time.Now()
	l.closed = true
	l.closePublications()
	l.subscriptions.close()
	l.inbox.clear()
	switch l.phase {
	case subscribing, up:
		l.phase = ending
		l.conn.end(true)
	}
}
