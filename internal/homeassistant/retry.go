package homeassistant

import (
	"errors"
	"math/rand/v2"
	"net"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	// The waits between attempts to reach the broker: about the first, doubled with each failure up to the last.
	firstWait, lastWait = time.Second, time.Minute
	// lasting is how long a connection must hold before failures are forgotten. To forget them on connecting would make
	// a broker that accepts and drops a tight loop.
	lasting = 2 * time.Minute
	// kicks is how many connections in a row may end sooner than that before somebody else is suspected.
	kicks = 3
)

// A retry decides when to dial next, and what is said of it: once when the broker goes, once when it is back.
type retry struct {
	at       time.Time
	failures int       // since a connection lasted
	short    int       // connections in a row that did not last
	away     time.Time // since when there is no session; zero while there is one
	told     bool      // that it is away
	refused  bool      // told that it refuses us
}

func (r *retry) wait(now time.Time) {
	wait := lastWait
	if r.failures < 6 { // a second << 6 is above the maximum
		wait = firstWait << r.failures
	}
	r.at = now.Add(wait/2 + rand.N(wait)/2) //nolint:gosec // jitter is no secret
}

// failed takes in that an attempt has failed.
func (o *owner) failed(err error) {
	o.retry.failures++
	o.absent(err)
}

// absent says once that the broker cannot be used, and plans the next attempt.
func (o *owner) absent(err error) {
	r := &o.retry
	r.wait(o.now)
	if r.away.IsZero() {
		r.away = o.now
	}
	if !o.closing.IsZero() || r.short >= kicks {
		return
	}
	var refused *refusal
	if errors.As(err, &refused) && !r.refused {
		r.told, r.refused = true, true
		o.cfg.Logger.Warn("the MQTT broker refuses the bridge to Home Assistant; it is asked again until it does not", "err", err)
	}
	if !r.told {
		r.told = true
		o.cfg.Logger.Warn("the MQTT broker of Home Assistant cannot be reached; it is tried until it is back", "err", err)
	}
}

// opened takes in a session.
func (o *owner) opened(raw net.Conn) {
	r := &o.retry
	switch {
	case r.short >= kicks: // nothing is said until one lasts
	case r.told:
		o.cfg.Logger.Info("connected to the MQTT broker of Home Assistant again", "after", o.now.Sub(r.away).Round(time.Second))
	default:
		o.cfg.Logger.Info("connected to the MQTT broker of Home Assistant")
	}
	r.away, r.told, r.refused = time.Time{}, false, false
	o.conn = newConnection(raw, o.gen, o.events, o.now)
	o.connected.Store(true)
	o.count.connections.Add(1)
	o.phase = listing
	o.list()
}

// lose ends a connection at once, and what was known through it.
func (o *owner) lose(err error) {
	r := &o.retry
	if o.now.Sub(o.conn.since) >= lasting {
		r.failures, r.short = 0, 0
	} else {
		r.failures++
		r.short++
	}
	o.absent(err)
	if r.short == kicks && o.closing.IsZero() {
		o.cfg.Logger.Warn("connections to the MQTT broker of Home Assistant do not last: where another bridge uses the same base topic, each throws the other out", "err", err)
	}
	o.leave(false)
}

// held forgets failures once a connection has lasted.
func (o *owner) held() {
	r := &o.retry
	if r.short == 0 || !o.due(o.conn.since.Add(lasting)) {
		return
	}
	if r.short >= kicks {
		o.cfg.Logger.Info("the connection to the MQTT broker of Home Assistant holds again")
	}
	r.failures, r.short = 0, 0
}

// leave ends the connection and forgets what was known through it.
func (o *owner) leave(politely bool) {
	o.phase = ending
	o.connected.Store(false)
	o.conn.end(politely)
	o.queue, o.leaving, o.notes, o.pending = nil, nil, nil, nil
	o.strange, o.forgot, o.inventories = nil, nil, inventories{}
	o.present, o.rebirth = false, time.Time{}
	for _, t := range o.twins {
		t.forget()
	}
}

const (
	commandGrace  = 1500 * time.Millisecond // for commands under way when Run is asked to end
	farewellGrace = time.Second             // after that, for the broker to hear that the bridge is offline
)

// shutDown ends what is under way, a step at a time.
func (o *owner) shutDown() {
	if o.running > 0 {
		if o.due(o.closing.Add(commandGrace)) {
			o.cancel()
		}
		return
	}
	if o.phase != listing && o.phase != serving {
		return
	}
	if !o.farewell {
		o.farewell = true
		o.queue, o.leaving, o.pending = nil, nil, nil
		o.notes = append(o.notes, mqtt.Publish{Topic: o.topics.bridge(), Payload: []byte(offline), Retain: true})
	}
	heard := len(o.notes) == 0 && o.conn.idle && len(o.conn.inFlight) == 0
	if heard || o.due(o.closing.Add(commandGrace+farewellGrace)) {
		// A broker that has not heard it must say it for us, which it does not after a farewell.
		o.leave(heard)
	}
}
