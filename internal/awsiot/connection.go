package awsiot

import (
	"errors"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// closeGrace is the time that a polite end may take: DISCONNECT and TLS's own goodbye, to a broker that may no longer be there.
const closeGrace = 500 * time.Millisecond

// maxOutbox is the number of small packets that may wait for the writer. More wait only when the broker sends and does not read.
const maxOutbox = 1024

// An event is what an attempt or a connection tells the owner.
type event struct {
	gen     uint64 // number of the attempt that it belongs to, and of the connection that this made; stale if not the current one
	kind    eventKind
	packet  mqtt.Packet // received
	ping    []byte      // pinged
	err     error       // failed
	attempt *attempt    // attempted
}

type eventKind int

const (
	attempted eventKind = iota // an attempt has ended, one way or the other
	received                   // a packet
	pinged                     // a WebSocket ping
	written                    // the writer is idle again
	failed                     // reading or writing has ended
	gone                       // all goroutines of the connection have ended
)

// A frame is one WebSocket message to send: an MQTT packet, or a pong.
type frame struct {
	kind int // websocket.BinaryMessage or websocket.PongMessage
	data []byte
}

// A connection is a socket on which a session is open, with its reader and its writer.
type connection struct {
	*socket
	gen    uint64
	events chan<- event
	out    chan frame    // to the writer; room for the one frame that it is given when idle
	quit   chan struct{} // closed to end the writer
	polite bool          // whether the writer shall say DISCONNECT; set before quit is closed
	tasks  sync.WaitGroup

	// The rest is the owner's.
	idle           bool    // the writer waits for a frame
	outbox         []frame // everything but publications, which are made when it is their turn
	since          time.Time
	sent           time.Time // when the writer was last given a frame
	pingSent       time.Time // when the last ping was sent
	pinging        bool      // it has not been answered
	renewAt        time.Time // when to make a new one
	stable         bool      // it has lasted, with all filters subscribed
	sessionPresent bool
}

func newConnection(a *attempt, gen uint64, events chan<- event) *connection {
	now := time.Now()
	c := &connection{
		socket: a.socket, gen: gen, events: events,
		out: make(chan frame, 1), quit: make(chan struct{}),
		idle: true, since: now, sent: now,
		renewAt:        now.Add(between(renewAfterMin, renewAfterMax)),
		sessionPresent: a.sessionPresent,
	}
	c.ws.SetPingHandler(func(data string) error {
		c.tell(event{kind: pinged, ping: []byte(data)}) // gorilla's own handler would write from the reader
		return nil
	})
	c.ws.SetCloseHandler(func(int, string) error { return nil })
	c.tasks.Go(c.read)
	c.tasks.Go(c.write)
	return c
}

func (c *connection) tell(e event) {
	e.gen = c.gen
	c.events <- e // the owner listens until the connection is gone
}

func (c *connection) read() {
	for {
		p, err := c.in.Read()
		if err != nil {
			c.tell(event{kind: failed, err: err})
			return
		}
		c.tell(event{kind: received, packet: p})
	}
}

func (c *connection) write() {
	for {
		select {
		case f := <-c.out:
			err := c.send(f)
			if err != nil {
				// Over a broken frame gorilla's reader sends a close frame. Then the reader says why, and whoever writes only that it may not.
				if !errors.Is(err, websocket.ErrCloseSent) {
					c.tell(event{kind: failed, err: err})
				}
				<-c.quit
				return
			}
			c.tell(event{kind: written})
		case <-c.quit:
			if c.polite {
				// What cannot be said is not missed: the broker sees the end of the connection anyhow.
				_ = c.socket.write(mqtt.AppendDisconnect(nil))
				_ = c.ws.Close()
			}
			return
		}
	}
}

func (c *connection) send(f frame) error {
	if f.kind == websocket.PongMessage {
		return c.ws.WriteControl(f.kind, f.data, time.Now().Add(writeTimeout))
	}
	return c.socket.write(f.data)
}

// end ends the connection and tells the owner when it is gone, within closeGrace if politely, otherwise at once.
func (c *connection) end(politely bool) {
	c.polite = politely
	close(c.quit)
	go func() {
		if politely {
			cut := time.AfterFunc(closeGrace, func() { _ = c.raw.Close() })
			defer cut.Stop()
		} else {
			_ = c.raw.Close()
		}
		c.tasks.Wait()
		_ = c.raw.Close()
		c.tell(event{kind: gone})
	}()
}
