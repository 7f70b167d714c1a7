package simulator

import (
	"math"
	"strings"
	"time"
	"unicode"
)

// SetSilent makes the heater take requests without a word while the device list
// still says connected, or ends that.
func (h *Heater) SetSilent(silent bool) {
	h.look(func() { h.silent = silent })
}

// Draw opens a tap until so many litres have been drawn from the tank, at 8
// litres a minute of the heater's clock. It returns at once; what is zero or
// negative draws nothing, and draws add up, to a million litres at most.
func (h *Heater) Draw(litres float64) {
	h.change(func() { h.openTap(litres, tapFlow) })
}

// SetTank sets the temperatures of both zones of the tank, in °C: what is less
// than 0 is 0, more than 99 is 99, and what is no number changes nothing. An upper
// zone colder than the lower one mixes with it at once.
func (h *Heater) SetTank(upper, lower float64) {
	if math.IsNaN(upper) || math.IsNaN(lower) {
		return
	}
	h.change(func() { h.Tank.set(min(max(upper, 0), 99), min(max(lower, 0), 99)) })
}

// SetFeature replaces a value of the features document by wire name
// (docs/protocol.md §4), or adds one that newer firmware may bring; a name is of
// letters and digits, else nothing happens. A heater ignores commands for what
// its features say is not fitted (1).
func (h *Heater) SetFeature(name string, value int) {
	h.look(func() { replace(&h.features, name, value) })
}

// SetStatus replaces a value in every status by wire name, or adds one, such as
// a mode that nobody has seen yet; a name is of letters and digits, else nothing
// happens. It changes what is said and not what is done.
func (h *Heater) SetStatus(name string, value int) {
	h.look(func() { replace(&h.replaced, name, value) })
}

// untilTapCloses is how long the tap still runs.
func (h *Heater) untilTapCloses() time.Duration {
	return time.Duration(h.Tap / h.TapFlow * float64(time.Minute))
}

// wireName says whether a name is one that a document can have.
func wireName(name string) bool {
	odd := func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return name != "" && !strings.ContainsFunc(name, odd)
}

func replace(values *map[string]int, name string, value int) {
	if !wireName(name) {
		return
	}
	if *values == nil {
		*values = make(map[string]int)
	}
	(*values)[name] = value
}
