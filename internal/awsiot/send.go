package awsiot

import (
	"slices"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// feed gives the writer, when it is idle, the next packet. The writer tells when it has written that, so that there is another round.
func (l *Link) feed() {
	c := l.conn
	if !c.idle {
		return
	}
	var f frame
	if len(c.outbox) > 0 {
		f = c.outbox[0]
		c.outbox = c.outbox[1:]
	} else if o, ok := l.nextPublication(); ok {
		f = frame{websocket.BinaryMessage, mqtt.Publish{ID: o.id, Topic: o.Topic, Payload: o.Payload}.Append(nil)}
	} else {
		return
	}
	c.idle = false
	c.sent = l.now
	c.out <- f
}

// push puts a packet in front of all publications.
func (l *Link) push(f frame) { l.conn.outbox = append(l.conn.outbox, f) }

// nextID returns a packet id that is not in use, and never 0.
func (l *Link) nextID() uint16 {
	for {
		l.lastID++
		if l.lastID != 0 && !l.subscriptions.uses(l.lastID) &&
			!slices.ContainsFunc(l.publications.inFlight, func(o *outgoing) bool { return o.id == l.lastID }) {
			return l.lastID
		}
	}
}
