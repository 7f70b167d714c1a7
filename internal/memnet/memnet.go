// Package memnet is a network that lives in memory, for tests in virtual time.
//
// A [Network] takes the place of the operating system's: a server listens on it with [Network.Listen], a client dials it
// with [Network.Dial], which has the signature of net.Dialer.DialContext. The connections are buffered in both
// directions, keep deadlines, and carry TLS, net/http and WebSocket as a socket does.
//
// Inside a testing/synctest bubble every wait of this package is one that the bubble counts as durably blocked, so that
// the bubble's clock moves on. Listen and dial inside the bubble that uses the connections; the Network itself may come from
// anywhere. A socket would not do there, because the bubble cannot see who waits for it, and net.Pipe would not, because both ends
// of a TLS connection block for ever when they close at once.
//
// # Faults
//
// [Network.Refuse] refuses new connections, [Network.Cut] resets those that are open, and [Network.BlackHole] makes
// packets of one direction or both vanish. As with TCP, a black hole loses no byte for good: what was written is delivered when the
// hole is gone, and a writer blocks when its window is full.
//
// # Concurrency
//
// All methods of all types may be called from any goroutine.
package memnet

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// A Direction is a set of the two directions in which bytes travel on each connection.
type Direction int

// The directions, and both of them.
const (
	ToListener Direction = 1 << iota // from the end that dialled to the end that listened
	ToDialer                         // from the end that listened to the end that dialled

	Both = ToListener | ToDialer
)

// A Network connects those who dial with those who listen on it. Use [New].
type Network struct {
	mu        sync.Mutex // never held over a wait; taken before the mutex of a stream
	listeners map[string]*listener
	pairs     map[*pair]struct{}
	refuse    bool
	hole      Direction
	changed   signal // the black hole or the refusal has changed
	port      int    // the last one given away
}

// New returns a network on which nobody listens.
func New() *Network {
	return &Network{
		listeners: make(map[string]*listener),
		pairs:     make(map[*pair]struct{}),
		port:      49151, // the first dynamic port is the next
	}
}

// Listen announces on a TCP-like address "host:port". The host may be a name: the network is its own resolver, and matches
// addresses as text. Port 0 stands for a free port. It fails when the address is malformed or taken.
func (n *Network) Listen(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("memnet: %w", err)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("memnet: port: %w", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if number == 0 {
		number = uint64(n.nextPort())
	}
	addr := newAddr(host, int(number))
	if n.listeners[addr.String()] != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Addr: addr, Err: syscall.EADDRINUSE}
	}
	l := &listener{network: n, addr: addr, backlog: make(chan *conn, backlogSize), done: make(chan struct{})}
	n.listeners[addr.String()] = l
	return l, nil
}

// Dial connects to a listener. The network argument must be "tcp", "tcp4" or "tcp6". While a black hole is open Dial waits for its end, as
// the first packet of a connection would; ctx bounds the wait. The error is a *net.OpError, as of a socket.
func (n *Network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := n.dial(ctx, network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	return c, nil
}

func (n *Network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	switch network {
	case "tcp", "tcp4", "tcp6":
	default:
		return nil, net.UnknownNetworkError(network)
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n.mu.Lock()
		if n.hole == 0 {
			c, err := n.connect(address)
			n.mu.Unlock()
			return c, err
		}
		changed := n.changed.wait()
		n.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// connect makes a pair of ends and hands one to the listener. The caller holds n.mu.
func (n *Network) connect(address string) (net.Conn, error) {
	l := n.listeners[address]
	if l == nil || n.refuse {
		return nil, syscall.ECONNREFUSED
	}
	p := newPair(n, newAddr("127.0.0.1", n.nextPort()), l.addr)
	select {
	case l.backlog <- p.listened:
	default: // nobody accepts
		return nil, syscall.ECONNREFUSED
	}
	n.pairs[p] = struct{}{}
	return p.dialled, nil
}

// nextPort returns a port that was not used lately. The caller holds n.mu.
func (n *Network) nextPort() int {
	n.port++
	if n.port > 65535 {
		n.port = 49152
	}
	return n.port
}

// Refuse makes every later Dial fail as if nobody listened, until it is called with false. Open connections live on.
func (n *Network) Refuse(refuse bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refuse = refuse
	n.changed.raise()
}

// BlackHole makes everything that travels in the given directions vanish, on open connections and on new ones, until it is called
// again; zero ends it. Nobody is told: writers go on until 256 KiB wait on a connection, readers wait, dialling waits, and the
// other end's Close is not seen.
func (n *Network) BlackHole(d Direction) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hole = d
	for p := range n.pairs {
		p.setHole(d)
	}
	n.changed.raise()
}

// Cut resets all open connections: at both ends, waiting and later calls fail with ECONNRESET, and what was not yet
// read is lost. It reaches through a black hole.
func (n *Network) Cut() {
	n.mu.Lock()
	pairs := n.pairs
	n.pairs = make(map[*pair]struct{})
	n.mu.Unlock()
	for p := range pairs {
		p.reset()
	}
}

// Connections returns the number of connections of which at least one end is open.
func (n *Network) Connections() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.pairs)
}

// backlogSize is the number of connections that wait to be accepted before more are refused.
const backlogSize = 1024

type listener struct {
	network *Network
	addr    net.Addr
	backlog chan *conn // filled with the network's mutex held, never blocking
	done    chan struct{}
}

// Accept waits for the next connection. It fails with net.ErrClosed once the listener is closed.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.done:
		return nil, l.closed("accept")
	default:
	}
	select {
	case c := <-l.backlog:
		return c, nil
	case <-l.done:
		return nil, l.closed("accept")
	}
}

// Close ends Accept and resets the connections that nobody has accepted. Accepted ones live on.
func (l *listener) Close() error {
	n := l.network
	n.mu.Lock()
	if n.listeners[l.addr.String()] != l {
		n.mu.Unlock()
		return l.closed("close")
	}
	delete(n.listeners, l.addr.String())
	close(l.done)
	n.mu.Unlock()
	for {
		select {
		case c := <-l.backlog:
			c.pair.reset()
			n.forget(c.pair)
		default:
			return nil
		}
	}
}

// Addr returns the address listened on, with the port that was chosen.
func (l *listener) Addr() net.Addr { return l.addr }

func (l *listener) closed(op string) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: l.addr, Err: net.ErrClosed}
}

func (n *Network) forget(p *pair) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.pairs, p)
}

// newAddr returns a *net.TCPAddr, or for a host that is a name an address that prints it.
func newAddr(host string, port int) net.Addr {
	if ip := net.ParseIP(host); ip != nil {
		return &net.TCPAddr{IP: ip, Port: port}
	}
	return namedAddr(net.JoinHostPort(host, strconv.Itoa(port)))
}

type namedAddr string

func (namedAddr) Network() string  { return "tcp" }
func (a namedAddr) String() string { return string(a) }
