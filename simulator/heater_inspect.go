package simulator

import (
	"bytes"
	"math/rand/v2"
	"time"
)

// Received is a message that reached a heater.
type Received struct {
	Topic string
	Body  []byte    // as it was published
	At    time.Time // on the heater's clock
}

// Received returns the last message that reached the heater on a topic of its
// own, by what follows its name there: "st", "ctrl/rsv/rd" (docs/protocol.md §3),
// or "app-connection". Malformed messages count, those that are then lost or
// refused too; what comes while the heater is offline does not. It returns false
// when there was none.
func (h *Heater) Received(suffix string) (last Received, ok bool) {
	h.look(func() {
		last, ok = h.received[suffix]
		last.Body = bytes.Clone(last.Body)
	})
	return last, ok
}

// mostSuffixes bounds what is kept: clients may invent suffixes.
const mostSuffixes = 64

func (h *Heater) keep(r *request) {
	if _, known := h.received[r.suffix]; !known && len(h.received) >= mostSuffixes {
		return
	}
	if h.received == nil {
		h.received = make(map[string]Received)
	}
	h.received[r.suffix] = Received{r.topic, r.payload, h.At}
}

// SetDelay makes the heater slow: it takes each request and each command so much
// later by the process's clock, in the order in which they came; of more than 4096
// that wait the latest are lost. Zero or less ends that for what comes then.
func (h *Heater) SetDelay(d time.Duration) {
	h.look(func() { h.delay = max(d, 0) })
}

// take gets a request at once or late. One that need not wait so long waits for
// those before it.
func (h *Heater) take(r request) {
	lost, late := h.radio(streamWiFi)
	late += h.delay
	at := time.Now().Add(late)
	if h.late > 0 && at.Before(h.lateUntil) {
		at = h.lateUntil
	}
	switch {
	case lost && h.Online:
		h.counters.Weak++
	case h.late == 0 && late == 0:
		h.receive(r)
	case h.late >= waiting:
		h.counters.Lost++
	default:
		h.late++
		h.lateUntil = at
		h.fleet.chores.add(at, func() {
			h.late--
			h.fleet.visit(h, func() { h.receive(r) })
		})
	}
}

// LoseWrites makes the heater lose the next n control commands, writes of
// schedules included: nothing happens and nothing is said, as about 2 of 30 writes
// were lost on a real heater (docs/protocol.md §4). A negative n, as 0, ends that.
// Config.LostWrites loses others besides.
func (h *Heater) LoseWrites(n int) {
	h.look(func() { h.losing = max(n, 0) })
}

// loses decides whether a command is lost.
func (h *Heater) loses() bool {
	switch share := h.fleet.config.LostWrites; {
	case h.losing > 0:
		h.losing--
		return true
	case share > 0:
		h.Lots++
		return rand.New(rand.NewPCG(h.home[0]^streamLots, h.Lots)).Float64() < share
	}
	return false
}
