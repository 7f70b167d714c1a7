package reliability

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// What watches a soak takes no more memory after a month than after a day.

// setQuiet notes that a fault came or went.
func (s *soak) setQuiet(inPlace int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet = time.Time{}
	if inPlace == 0 {
		s.quiet = time.Now().Add(healing)
	}
}

// isQuiet tells whether no fault is in place, and the last was healed so long ago that all should be well.
func (s *soak) isQuiet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.quiet.IsZero() && time.Now().After(s.quiet)
}

// watchHealing waits, whenever a fault was healed and no other is in place, for all subscriptions to be live, unless another fault comes
// before that. It is told how many are in place.
func (s *soak) watchHealing(changed <-chan int) {
	var healed time.Time // zero when there is nothing to wait for
	for {
		var tick <-chan time.Time
		if !healed.IsZero() {
			tick = time.After(time.Second)
		}
		select {
		case inPlace, open := <-changed:
			if !open {
				return
			}
			healed = time.Time{}
			if inPlace == 0 {
				healed = time.Now()
			}
		case <-tick:
			switch took := time.Since(healed); {
			case s.isLive():
				s.counts.healed(took)
				healed = time.Time{}
			case took > healing:
				s.violated("not all subscriptions are live %v after all faults were healed", healing)
				healed = time.Time{}
			}
		}
	}
}

// watchEvents holds that what is told of the connection alternates.
func (s *soak) watchEvents() {
	down := make(map[nwp500.MAC]bool) // of those of which it is known
	for _, heater := range s.heaters {
		down[heater.Device().MAC] = false
	}
	for event, err := range s.session.Events(context.Background()) {
		if err != nil {
			if !errors.Is(err, nwp500.ErrClosed) {
				s.violated("the events end with %v", err)
			}
			return
		}
		mac := event.Origin().Device.MAC
		was, known := down[mac]
		switch event := event.(type) {
		case nwp500.ConnectionLost:
			if known && was {
				s.violated("a connection was lost twice in a row")
			}
			down[mac] = true
			s.log.err(event.Err)
			s.counts.lost()
		case nwp500.ConnectionResumed:
			if known && !was {
				s.violated("a connection was resumed without having been lost")
			}
			down[mac] = false
		case nwp500.Missed: // in a burst; what was missed may be a loss
			s.counts.miss(event.Count)
			clear(down)
		}
	}
}

// sockets count the client's connections to the broker. The broker goes by a name of its own, which tells them from those for REST.
type sockets struct {
	server *simulator.Server

	mu         sync.Mutex
	live, peak int
	dials      int
}

// most returns how many were open at the same time, at most; open how many are; count how often the client has dialled.
func (n *sockets) most() int  { return n.read(&n.peak) }
func (n *sockets) open() int  { return n.read(&n.live) }
func (n *sockets) count() int { return n.read(&n.dials) }

func (n *sockets) read(number *int) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return *number
}

const brokerName = "localhost"

// mqttEndpoint is the server's, under the broker's name.
func (n *sockets) mqttEndpoint() string {
	return strings.Replace(n.server.MQTTEndpoint, "127.0.0.1", brokerName, 1)
}

func (n *sockets) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	if !strings.HasPrefix(address, brokerName) {
		return n.server.Dial(ctx, network, address)
	}
	n.mu.Lock()
	n.dials++
	n.mu.Unlock()
	conn, err := n.server.Dial(ctx, network, strings.Replace(address, brokerName, "127.0.0.1", 1))
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.live++
	n.peak = max(n.peak, n.live)
	return &brokerConn{Conn: conn, sockets: n}, nil
}

type brokerConn struct {
	net.Conn
	sockets *sockets
	once    sync.Once
}

func (c *brokerConn) Close() error {
	c.once.Do(func() {
		c.sockets.mu.Lock()
		defer c.sockets.mu.Unlock()
		c.sockets.live--
	})
	return c.Conn.Close()
}

// secretsKept is how many secrets that come and go are looked for: those of the last renewals. linesKept is how many lines are there to be
// printed.
const (
	secretsKept = 60
	linesKept   = 100
)

// A scannedLog takes what the client logs, looks for secrets in each line, and forgets it.
type scannedLog struct {
	report func(text string)

	mu      sync.Mutex
	lasting []secret
	passing []secret // the latest last
	recent  [][]byte // the last lines
	lines   int
}

// A secret is a text, in lower case, that may not be in the log.
type secret struct{ what, text string }

func (l *scannedLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	l.lines++
	if len(l.recent) == linesKept {
		l.recent = slices.Delete(l.recent, 0, 1)
	}
	l.recent = append(l.recent, bytes.Clone(line))
	l.mu.Unlock()
	if what := l.scan(string(line)); what != "" {
		l.report("the log shows the " + what)
	}
	return len(line), nil
}

// err looks into what an error says, in every way of saying it.
func (l *scannedLog) err(err error) {
	if err == nil {
		return
	}
	if what := l.scan(fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err)); what != "" {
		l.report("an error shows the " + what)
	}
}

// scan returns what is in a text that may not be.
func (l *scannedLog) scan(text string) (what string) {
	lower := strings.ToLower(text)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, list := range [][]secret{l.lasting, l.passing} {
		for _, s := range list {
			if strings.Contains(lower, s.text) {
				return s.what
			}
		}
	}
	return ""
}

func (l *scannedLog) hide(what, text string) {
	if len(text) < 4 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lasting = append(l.lasting, secret{what, strings.ToLower(text)})
}

func (l *scannedLog) hideForAWhile(what, text string) {
	if len(text) < 4 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.passing) == secretsKept {
		l.passing = slices.Delete(l.passing, 0, 1)
	}
	l.passing = append(l.passing, secret{what, strings.ToLower(text)})
}

// count returns how many lines there were.
func (l *scannedLog) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines
}

func (l *scannedLog) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(bytes.Join(l.recent, nil))
}

// scannedTokens is a store that tells the log each token that it is given.
type scannedTokens struct {
	nwp500.TokenStore
	log *scannedLog
}

func (w scannedTokens) Save(ctx context.Context, tokens *nwp500.Tokens) error {
	if tokens != nil {
		w.log.hideForAWhile("access token", tokens.Access.Reveal())
		w.log.hideForAWhile("refresh token", tokens.Refresh.Reveal())
		w.log.hideForAWhile("id token", tokens.ID.Reveal())
		w.log.hideForAWhile("access key", tokens.AccessKeyID.Reveal())
		w.log.hideForAWhile("secret key", tokens.SecretKey.Reveal())
		w.log.hideForAWhile("session token", tokens.SessionToken.Reveal())
	}
	return w.TokenStore.Save(ctx, tokens)
}
