package awsiot

import (
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// pingTimeout is how long the broker may take to answer a ping.
const pingTimeout = 15 * time.Second

// ping keeps the session alive and finds out when the connection is dead. The broker counts from the last packet that it
// gets, so that a ping is due KeepAlive after the last one sent, however much arrives.
func (l *Link) ping() error {
	c := l.conn
	switch {
	case len(c.outbox) > maxOutbox:
		return fmt.Errorf("%w: the broker sends and does not read", ErrLost)
	case !c.pinging:
		if l.due(c.sent.Add(l.cfg.KeepAlive)) {
			l.sendPing()
		}
	case l.due(c.pingSent.Add(pingTimeout)):
		return fmt.Errorf("ping: %w", ErrNoAcknowledgement)
	}
	return nil
}

// probe pings before it is due, because a publication was not acknowledged: writing into a dead connection succeeds for a long time,
// and whoever goes on writing would never be due for a ping. It does not ping more often than AWS IoT likes.
func (l *Link) probe() {
	c := l.conn
	if !c.pinging && l.now.Sub(c.pingSent) >= minKeepAlive {
		l.sendPing()
	}
}

func (l *Link) sendPing() {
	l.conn.pinging, l.conn.pingSent = true, l.now
	l.push(frame{websocket.BinaryMessage, mqtt.AppendPingreq(nil)})
}
