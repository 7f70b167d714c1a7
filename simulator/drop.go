package simulator

import (
	"log/slog"
	"maps"
	"sync"
	"time"
)

// A DropReason says why an MQTT connection ended. The values are those of the
// disconnectReason in the lifecycle events of AWS IoT (docs/protocol.md §9.5). A
// client never sees one: MQTT 3.1.1 has no way to tell it, so all of them look the
// same on the wire.
type DropReason string

// The reasons for which the broker ends a connection, or sees it end.
const (
	DropAuthorisation   DropReason = "AUTH_ERROR"                  // a topic that the account may not use
	DropClient          DropReason = "CLIENT_INITIATED_DISCONNECT" // DISCONNECT or a WebSocket close frame came
	DropProtocol        DropReason = "CLIENT_ERROR"                // the client broke the protocol or a limit
	DropLost            DropReason = "CONNECTION_LOST"             // the connection ended without a word
	DropDuplicate       DropReason = "DUPLICATE_CLIENTID"          // another connection came with the same client id
	DropForbidden       DropReason = "FORBIDDEN_ACCESS"            // CONNECT was refused
	DropKeepAlive       DropReason = "MQTT_KEEP_ALIVE_TIMEOUT"     // nothing came for 1.5 times the keep-alive
	DropServerError     DropReason = "SERVER_ERROR"                // the broker failed
	DropServer          DropReason = "SERVER_INITIATED_DISCONNECT" // maintenance, or the simulator was closed
	DropByCall          DropReason = "API_INITIATED_DISCONNECT"    // an operator called DeleteConnection
	DropThrottled       DropReason = "THROTTLED"                   // CONNECT too often, or answers not read
	DropTTL             DropReason = "WEBSOCKET_TTL_EXPIRATION"    // the connection lived for 24 hours
	DropAuthoriserTTL   DropReason = "CUSTOMAUTH_TTL_EXPIRATION"   // never by itself: no custom authoriser here
	DropUnknown         DropReason = "UNKNOWN"                     // never by itself
	DropBeforeConnected DropReason = "NONE"                        // the connection ended before its CONNECT
)

// A Drop is one ended connection.
type Drop struct {
	ClientID string // empty when no CONNECT was accepted
	Email    string // of the account
	Reason   DropReason
	Since    time.Time // when the connection was upgraded
	At       time.Time // when it ended
}

// DropAll ends every MQTT connection, as maintenance of the cloud does. Drops and
// Counters then tell the reason. It does not wait.
func (s *Simulator) DropAll(reason DropReason) { s.broker.dropAll(reason) }

// Drops returns the MQTT connections that have ended, the last thousand at
// most, the latest last.
func (s *Simulator) Drops() []Drop { return s.broker.tally.ended() }

// MQTTCounters count what the broker has seen since it was made.
type MQTTCounters struct {
	Dials        int                // requests for a WebSocket, refused ones included
	Connects     int                // CONNECTs accepted
	Publishes    int                // PUBLISHes taken from clients
	Subscribes   int                // SUBSCRIBEs answered with a SUBACK
	Deliveries   int                // messages put into the queue of a subscriber
	Discarded    int                // messages lost to a limit: too many a second, too many waiting
	Acknowledged int                // PUBACKs that came
	Pongs        int                // WebSocket pongs that came
	Redelivered  int                // messages sent again because no PUBACK came
	Drops        map[DropReason]int // connections that ended
	Offences     map[Offence]int    // what clients did that AWS does not let pass
}

// dropsKept is how many ended connections are remembered one by one.
const dropsKept = 1000

// A tally counts. It is safe for concurrent use.
type tally struct {
	logger *slog.Logger

	mu    sync.Mutex
	count MQTTCounters
	drops []Drop // the latest
}

// add changes the counters.
func (t *tally) add(f func(*MQTTCounters)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.count)
}

// dropped records an ended connection.
func (t *tally) dropped(d Drop) {
	t.logger.Debug("mqtt connection ended", "client_id", d.ClientID, "reason", d.Reason, "lived", d.At.Sub(d.Since))
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count.Drops == nil {
		t.count.Drops = make(map[DropReason]int)
	}
	t.count.Drops[d.Reason]++
	if len(t.drops) == dropsKept {
		t.drops = append(t.drops[:0], t.drops[dropsKept/2:]...)
	}
	if t.drops == nil {
		t.drops = make([]Drop, 0, dropsKept) // all that it will ever take, so that what grows shows
	}
	t.drops = append(t.drops, d)
}

func (t *tally) counters() MQTTCounters {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := t.count
	c.Drops = maps.Clone(c.Drops)
	c.Offences = maps.Clone(c.Offences)
	return c
}

func (t *tally) ended() []Drop {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Drop(nil), t.drops...)
}
