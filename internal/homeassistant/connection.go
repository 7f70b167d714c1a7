package homeassistant

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	dialTimeout = 20 * time.Second // for name, TCP, TLS and CONNACK together
	keepAlive   = 30 * time.Second // the broker says "offline" for us after one and a half of it
	closeGrace  = 500 * time.Millisecond

	// maxPayload is how long a command may be, in bytes. A longer one is passed over and refused.
	maxPayload = 64 << 10
	maxPacket  = 2 + 1<<16 - 1 + 2 + maxPayload
)

// errLost says that a connection ended.
var errLost = errors.New("connection lost")

// A refusal is a CONNACK that refuses the session.
type refusal struct{ code byte }

func (r *refusal) Error() string {
	text := fmt.Sprintf("the broker refused the session: %s (%d)", mqtt.Reason(r.code), r.code)
	if r.code == 4 || r.code == 5 {
		text += ": check user and password of the broker"
	}
	return text
}

// An event is what an attempt to connect or a connection tells the owner.
type event struct {
	gen    uint64 // the number of the attempt; stale if not the current one
	kind   eventKind
	raw    net.Conn // attempted: the open session, or nil
	err    error    // attempted, failed
	packet mqtt.Packet
}

type eventKind int

const (
	attempted eventKind = iota // an attempt has ended, one way or the other
	received                   // a packet
	written                    // the writer is idle again
	failed                     // reading or writing has ended
	gone                       // all goroutines of the connection have ended
)

// dial opens a session at the broker.
func (b *Bridge) dial(ctx context.Context) (net.Conn, error) {
	limited, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	raw, err := b.cfg.Dial(limited, "tcp", b.address.host)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(limited, func() { _ = raw.Close() })
	open, err := b.open(limited, raw)
	if !stop() && err == nil {
		err = limited.Err()
	}
	if err == nil {
		return open, nil
	}
	_ = raw.Close()
	if limited.Err() != nil && ctx.Err() == nil {
		return nil, errors.New("the broker does not answer")
	}
	return nil, err
}

// open makes the TLS handshake and says CONNECT. ctx ends what waits by closing raw.
func (b *Bridge) open(ctx context.Context, raw net.Conn) (net.Conn, error) {
	if b.address.tls {
		secure := tls.Client(raw, &tls.Config{RootCAs: b.cfg.RootCAs, ServerName: b.address.name, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, fmt.Errorf("TLS: %w", err)
		}
		raw = secure
	}
	hello := mqtt.Connect{
		ClientID: b.cfg.ClientID, KeepAlive: keepAlive,
		Will: &mqtt.Publish{Topic: b.topics.bridge(), Payload: []byte(offline), Retain: true},
		User: b.cfg.User, Password: b.cfg.Password.Reveal(),
	}
	if _, err := raw.Write(hello.Append(nil)); err != nil {
		return nil, fmt.Errorf("CONNECT: %w", err)
	}
	p, err := (&mqtt.Reader{From: raw, Max: maxPacket}).Read() // takes no byte beyond the packet
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("the broker closed the connection in place of an answer")
	case err != nil:
		return nil, fmt.Errorf("CONNACK: %w", err)
	case p.Type != mqtt.TypeConnack:
		return nil, mqtt.Violation("%v before CONNACK", p.Type)
	case p.Code != 0:
		return nil, &refusal{p.Code}
	}
	return raw, nil
}

// A connection is a session that is open, with its reader and its writer.
type connection struct {
	gen    uint64
	raw    net.Conn
	events chan<- event
	out    chan []byte   // to the writer; room for the one buffer that it is given when idle
	quit   chan struct{} // closed to end the writer
	polite bool          // whether the writer shall say DISCONNECT; set before quit is closed
	tasks  sync.WaitGroup

	session // the owner's
}

func newConnection(raw net.Conn, gen uint64, events chan<- event, now time.Time) *connection {
	c := &connection{
		gen: gen, raw: raw, events: events, out: make(chan []byte, 1), quit: make(chan struct{}),
		session: newSession(now),
	}
	c.tasks.Go(c.read)
	c.tasks.Go(c.write)
	return c
}

func (c *connection) tell(e event) {
	e.gen = c.gen
	c.events <- e // the owner listens until the connection is gone
}

func (c *connection) read() {
	packets := mqtt.Reader{From: bufio.NewReader(c.raw), Max: maxPacket, Skip: true}
	for {
		p, err := packets.Read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: closed by the broker", errLost)
			}
			c.tell(event{kind: failed, err: err})
			return
		}
		c.tell(event{kind: received, packet: p})
	}
}

func (c *connection) write() {
	for {
		select {
		case packets := <-c.out:
			if _, err := c.raw.Write(packets); err != nil {
				c.tell(event{kind: failed, err: err})
				<-c.quit
				return
			}
			c.tell(event{kind: written})
		case <-c.quit:
			if c.polite {
				// What cannot be said is not missed: the broker then says "offline" for us.
				_, _ = c.raw.Write(mqtt.AppendDisconnect(nil))
				_ = c.raw.Close()
			}
			return
		}
	}
}

// end ends the connection and tells the owner when it is gone, within closeGrace if politely, otherwise at once.
func (c *connection) end(politely bool) {
	c.polite = politely
	close(c.quit)
	go func() {
		if politely {
			defer time.AfterFunc(closeGrace, c.cut).Stop()
		} else {
			c.cut()
		}
		c.tasks.Wait()
		c.cut()
		c.tell(event{kind: gone})
	}()
}

// cut ends every call on the connection at once. TLS would first say goodbye, and wait for room to say it.
func (c *connection) cut() {
	if secure, ok := c.raw.(*tls.Conn); ok {
		_ = secure.NetConn().Close()
		return
	}
	_ = c.raw.Close()
}
