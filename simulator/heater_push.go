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
	case code == topic.PushPlain && h.hurries():
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

// pushGap is the least time, by the process's clock, from a push to a plain one when
// the heaters' clock is fast: clients and the cloud stay in their own time, and hours
// of news in a second are too much for both.
const pushGap = 250 * time.Millisecond

// hurries says whether it is too early for another plain push. Then it comes later,
// with what will be true by then.
func (h *Heater) hurries() bool {
	f := h.fleet
	at := h.lastPush.Add(pushGap)
	if f.clock.speed == 1 || !at.After(time.Now()) {
		return false
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
