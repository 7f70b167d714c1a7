package simulator

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
)

// push sends a status without a request, to the client heard of last. It changes
// nothing that a snapshot holds.
func (h *Heater) push(code topic.Code) {
	h.news = h.latest()
	switch {
	case !h.Online || h.silent || len(h.listeners) == 0:
		return
	case h.fleet.quiet: // it lives through a past
		h.unsaid = true
		return
	case h.hurries(code == topic.PushPlain):
		return
	}
	h.unsaid = false
	h.lastPush = time.Now()
	h.counters.Pushes++
	h.pushes = (h.pushes + 1) % 10 // so the captured counters go
	client := h.listeners[len(h.listeners)-1]
	h.say(topic.Response(deviceType, h.mac, client), client, jsontext.Value(`"`+string(rune('0'+h.pushes))+`"`),
		topic.Request(deviceType, h.mac, topic.SuffixStatus), "status",
		func(d *document) { h.writeStatus(d, code) })
}

// When the heaters' clock is fast, clients and the cloud stay in their own time, the
// process's, and hours of news in a second are too much for both.
const (
	// pushGap is the least time from a push to a plain one of the same heater.
	pushGap = 250 * time.Millisecond
	// pushRate is how many pushes a second the heaters of an account make, so that one
	// connection can listen to all of them and has most of its 100 messages a second
	// left (docs/protocol.md §3). Of as many in store, half are not for plain ones.
	pushRate = 20
)

// hurries says whether it is too early for another push. Then a plain one comes later,
// with what will be true by then.
func (h *Heater) hurries(plain bool) bool {
	f, now := h.fleet, time.Now()
	if f.clock.speed == 1 {
		return false
	}
	at := h.lastPush.Add(pushGap)
	if !plain || !at.After(now) {
		if (!plain || h.pace.TokensAt(now) > pushRate/2) && h.pace.AllowN(now, 1) {
			return false
		}
		at = now.Add(pushGap)
	}
	if !h.unsaid {
		h.unsaid = true
		f.chores.add(at, func() { f.visit(h, h.catchUp) })
	}
	return true
}

// catchUp says what has waited.
func (h *Heater) catchUp() {
	if h.unsaid {
		h.unsaid = false
		h.push(topic.PushPlain)
	}
	h.tell()
}
