package reliability

import (
	"bytes"
	"context"
	"net"
	"regexp"
	"slices"
	"sync"
	"time"
)

// A network watches the connections that a client opens.
type network struct {
	dial func(ctx context.Context, network, address string) (net.Conn, error)

	mu      sync.Mutex
	dials   []time.Time // when dialling began, REST and MQTT alike
	signed  []signedDial
	asked   []string // paths of HTTP requests
	read    int      // bytes
	sockets int      // open
	live    int      // of them those to the broker
	peak    int      // of live
}

// A signedDial is a request for the WebSocket.
type signedDial struct {
	at        time.Time
	date      string // X-Amz-Date
	signature string
}

// Dial is nwp500.Config.Dial.
func (n *network) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	n.mu.Lock()
	n.dials = append(n.dials, time.Now())
	n.mu.Unlock()
	conn, err := n.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	n.sockets++
	n.mu.Unlock()
	return &watchedConn{Conn: conn, network: n}, nil
}

// A watchedConn is a connection of the client. What it is for shows in the first bytes.
type watchedConn struct {
	net.Conn
	network *network
	begun   bool
	mqtt    bool
	once    sync.Once
}

var requestLine = regexp.MustCompile(`^(?:GET|POST) ([^ ?]+)`)

var signedQuery = regexp.MustCompile(`X-Amz-Date=(\w+).*X-Amz-Signature=(\w+)`)

// isForBroker tells whether a connection begins as one to the broker does: with the request for a WebSocket, or, over TLS, with a
// ClientHello that has no ALPN, while those of REST offer HTTP/2.
func isForBroker(first []byte) bool {
	const handshake = 0x16
	return bytes.HasPrefix(first, []byte("GET /mqtt")) || first[0] == handshake && !bytes.Contains(first, []byte("\x02h2"))
}

func (c *watchedConn) Write(b []byte) (int, error) {
	n := c.network
	n.mu.Lock()
	if !c.begun && isForBroker(b) {
		c.mqtt = true
		n.live++
		n.peak = max(n.peak, n.live)
		line, _, _ := bytes.Cut(b, []byte("\r\n"))
		if found := signedQuery.FindSubmatch(line); found != nil {
			n.signed = append(n.signed, signedDial{time.Now(), string(found[1]), string(found[2])})
		}
	}
	c.begun = true
	if found := requestLine.FindSubmatch(b); found != nil {
		n.asked = append(n.asked, string(found[1]))
	}
	n.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *watchedConn) Read(b []byte) (int, error) {
	size, err := c.Conn.Read(b)
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	c.network.read += size
	return size, err
}

func (c *watchedConn) Close() error {
	c.once.Do(func() {
		n := c.network
		n.mu.Lock()
		defer n.mu.Unlock()
		n.sockets--
		if c.mqtt {
			n.live--
		}
	})
	return c.Conn.Close()
}

// most returns how many connections to the broker were open at the same time, at most.
func (n *network) most() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.peak
}

// open returns how many connections are open.
func (n *network) open() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.sockets
}

// count returns how often the client has dialled.
func (n *network) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.dials)
}

// requests returns the signed requests for the WebSocket, in their order.
func (n *network) requests() []signedDial {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]signedDial(nil), n.signed...)
}

// since returns when the client has dialled from a moment on.
func (n *network) since(moment time.Time) []time.Time {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := slices.IndexFunc(n.dials, func(at time.Time) bool { return !at.Before(moment) })
	if i < 0 {
		return nil
	}
	return slices.Clone(n.dials[i:])
}

// paths returns the paths of all HTTP requests, where TLS does not hide them.
func (n *network) paths() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

// received returns how many bytes have come.
func (n *network) received() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.read
}
