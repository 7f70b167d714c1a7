package simulator

import (
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"
	"golang.org/x/time/rate"
)

// A connection is one WebSocket. Its reader is the goroutine of the HTTP
// request, its writer one of its own; whoever drops it only says so, and the
// writer closes the socket, which ends the reader.
type connection struct {
	broker     *broker
	ws         *websocket.Conn
	account    string
	since      time.Time
	publishes  *rate.Limiter // both directions
	throughput *rate.Limiter // both directions
	done       chan struct{} // closed by drop
	wake       chan struct{} // something may be there to write

	will     *publication // the reader's
	lastPing time.Time    // the reader's

	mu        sync.Mutex // held for memory operations only
	session   *session   // nil before CONNECT
	keepAlive time.Duration
	connacked bool
	answers   []answer            // by due time
	unacked   map[uint16]struct{} // PUBLISHes of the client whose PUBACK is not sent yet
	deaf      bool                // what comes is not heard
	mute      bool                // nothing is sent
	stalled   bool                // nothing more is read
	reason    DropReason          // set once
	ending    Fault               // the cut that ends it, if one does
	lastCall  *time.Timer
}

// An answer is a packet for the client that is no message of a publisher; or
// the end of the connection, if cut is set. The fault says in which form.
type answer struct {
	due    time.Time
	packet []byte
	cut    DropReason
	fault  Fault
}

func newConnection(b *broker, ws *websocket.Conn, account string) *connection {
	c := &connection{
		broker: b, ws: ws, account: account, since: time.Now(),
		publishes:  limiter(b.profile.PublishRate, b.profile.PublishRate),
		throughput: limiter(b.profile.Throughput, max(b.profile.Throughput, maxMessage)),
		done:       make(chan struct{}),
		wake:       make(chan struct{}, 1),
		unacked:    make(map[uint16]struct{}),
	}
	ws.SetReadLimit(maxMessage) // decodePacket has the last word
	ws.SetPongHandler(func(string) error {
		b.tally.add(func(c *MQTTCounters) { c.Pongs++ })
		return nil
	})
	pong := ws.PingHandler()
	ws.SetPingHandler(func(data string) error {
		if c.isDeaf() || c.isMute() {
			return nil
		}
		return pong(data)
	})
	return c
}

// limiter lets so many events pass in a second, at most so many of them at
// once; any number when it is negative.
func limiter(n, burst int) *rate.Limiter {
	if n < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(n), burst)
}

// read takes packets until the connection ends, and says why it did.
func (c *connection) read() DropReason {
	c.bound(c.broker.profile.ConnectTimeout)
	for !c.hasStalled() {
		kind, data, err := c.ws.ReadMessage()
		switch {
		case timedOut(err) && c.isDeaf():
			<-c.done // nobody was told that this connection is dead: it stays until somebody ends it
			return DropLost
		case err != nil:
			return c.ended(err)
		case c.isDeaf():
			continue
		case !c.throttle(len(data)):
			return DropLost
		case kind != websocket.BinaryMessage:
			return c.offended(OffenceProtocol)
		}
		p, err := decodePacket(data)
		if err != nil {
			c.broker.logger.Debug("mqtt packet refused", "error", err)
			return c.offended(malformed(err))
		}
		if reason := c.take(p); reason != "" {
			return reason
		}
	}
	<-c.done // who does not read sees no end
	return DropLost
}

// ended says what a failed read means.
func (c *connection) ended(err error) DropReason {
	var closed *websocket.CloseError
	switch {
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		return DropClient
	case errors.Is(err, websocket.ErrReadLimit):
		return c.offended(OffencePayload)
	case c.joined() == nil:
		return DropBeforeConnected
	case timedOut(err):
		return DropKeepAlive
	}
	return DropLost
}

// malformed says which offence a packet is that could not be decoded.
func malformed(err error) Offence {
	switch {
	case errors.Is(err, errTooLong):
		return OffencePayload
	case errors.Is(err, errFraming):
		return OffenceSplit
	}
	return OffenceProtocol
}

// timedOut tells whether a read met its deadline; the WebSocket package hides
// which error that was.
func timedOut(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// take does what a packet asks for. It returns why the connection is to end, or
// nothing.
func (c *connection) take(p packets.ControlPacket) DropReason {
	s := c.joined()
	connect, isConnect := p.(*packets.ConnectPacket)
	switch {
	case s == nil && isConnect:
		return c.takeConnect(connect)
	case isConnect:
		return c.offended(OffenceProtocol) // a second one
	case !c.ready():
		return c.offended(OffenceEarly)
	}
	if !c.meetAside(StepPacket, s.clientID) {
		return ""
	}
	switch p := p.(type) {
	case *packets.PublishPacket:
		c.heard()
		return c.takePublish(s, p)
	case *packets.PubackPacket:
		c.heard()
		s.acknowledged(p.MessageID)
		return ""
	case *packets.SubscribePacket:
		c.heard()
		return c.takeSubscribe(s, p)
	case *packets.UnsubscribePacket: // AWS does not count it as a sign of life
		return c.takeUnsubscribe(s, p)
	case *packets.PingreqPacket:
		c.heard()
		return c.takePing(s)
	case *packets.DisconnectPacket:
		return DropClient
	}
	return c.offended(OffenceProtocol) // PUBREC, PUBREL, PUBCOMP: there is no QoS 2
}

// heard puts off the end by the keep-alive.
func (c *connection) heard() { c.bound(c.keptAlive() * 3 / 2) }

// bound lets the connection end when nothing was heard for d; never, when d is
// not positive.
func (c *connection) bound(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var deadline time.Time
	if d > 0 && !c.deaf {
		deadline = time.Now().Add(d)
	}
	_ = c.ws.SetReadDeadline(deadline) // fails only on a closed connection, which read finds
}

// throttle waits until so many more bytes may pass, or returns false when the
// connection ends first.
func (c *connection) throttle(n int) bool {
	d := c.throughput.ReserveN(time.Now(), n).Delay()
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.done:
		return false
	}
}

// offended counts an offence of the client. It returns what the connection ends
// for, to save lines.
func (c *connection) offended(o Offence) DropReason {
	clientID := ""
	if s := c.joined(); s != nil {
		clientID = s.clientID
	}
	c.broker.offended(clientID, o)
	return DropProtocol
}

// drop ends the connection, for the reason given first. It does not wait.
func (c *connection) drop(reason DropReason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reason != "" {
		return
	}
	c.reason = reason
	c.lastCall = time.AfterFunc(closeGrace, c.hangUp) // for a client that does not read what is still written
	close(c.done)
}

// hangUp closes the socket.
func (c *connection) hangUp() { _ = c.ws.NetConn().Close() } // nobody is there to tell

// truncate closes what is below TLS.
func (c *connection) truncate() { _ = below(c.ws.NetConn()).Close() }

// reset resets what is below TLS.
func (c *connection) reset() { resetConn(below(c.ws.NetConn())) }

// below returns the connection that TLS runs over, or conn itself.
func below(conn net.Conn) net.Conn {
	if t, ok := conn.(*tls.Conn); ok {
		return t.NetConn()
	}
	return conn
}

// poke lets the writer look for something to write.
func (c *connection) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// expired tells whether the connection has lived for as long as AWS lets one.
func (c *connection) expired(now time.Time) bool {
	ttl := c.broker.profile.TTL
	return ttl > 0 && now.Sub(c.since) >= ttl
}

func (c *connection) joined() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session
}

func (c *connection) ready() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.connacked
}

func (c *connection) keptAlive() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keepAlive
}

// dropped returns why the connection ended.
func (c *connection) dropped() DropReason {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}
