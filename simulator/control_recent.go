package simulator

import (
	"fmt"
	"time"
)

// mostRecent is how many of a heater's changes the control remembers.
const mostRecent = 24

// recentChange is something that changed in a heater.
type recentChange struct {
	At   time.Time `json:"at"` // on the heater's clock
	What string    `json:"what"`
}

// recent are the latest changes of a heater, for the control page. It is no part of
// what becomes of the heater.
type recent struct {
	face    face
	changes []recentChange // in the order of time
}

// face is what of a heater is watched.
type face struct {
	online, busy, upper, lower, window, tap bool
	mode, setpoint, fault, pump             int
}

// watch notes what has changed since it was called last. The fleet's mutex is held.
func (h *Heater) watch() {
	if h.recent == nil {
		return
	}
	now := face{
		online: h.Online, busy: h.Busy, upper: h.Upper, lower: h.Lower, window: h.Window, tap: h.Tap > 0,
		mode: h.Mode, setpoint: h.Setpoint, fault: h.ErrorCode, pump: h.Pump.State,
	}
	before := h.recent.face
	if now == before {
		return
	}
	h.recent.face = now
	if before == (face{}) {
		return // nobody has watched before
	}
	note := func(changed bool, format string, args ...any) {
		if changed {
			h.recent.note(h.At, fmt.Sprintf(format, args...))
		}
	}
	either := func(is bool, yes, no string) string {
		if is {
			return yes
		}
		return no
	}
	note(now.online != before.online, "%s the network", either(now.online, "back on", "off"))
	note(now.mode != before.mode, "mode %s, was %s", modeNames[now.mode-1], modeNames[before.mode-1])
	note(now.setpoint != before.setpoint, "setpoint %.1f °C, was %.1f °C", float64(now.setpoint)/2, float64(before.setpoint)/2)
	note(now.window != before.window, "time of use: the window %s", either(now.window, "begins", "ends"))
	note(now.fault != before.fault, "%s", either(now.fault != 0, fmt.Sprintf("fault E%03d", now.fault), "no fault any more"))
	note(now.tap != before.tap, "%s", either(now.tap, "a tap opens", "the taps are closed"))
	note(now.busy != before.busy, "%s", either(now.busy, "heating begins", "heating ends"))
	note(now.upper != before.upper, "upper element %s", either(now.upper, "on", "off"))
	note(now.lower != before.lower, "lower element %s", either(now.lower, "on", "off"))
	note(now.pump != before.pump, "heat pump: %s", pumpStates[now.pump])
}

func (r *recent) note(at time.Time, what string) {
	if len(r.changes) == mostRecent {
		copy(r.changes, r.changes[1:])
		r.changes = r.changes[:mostRecent-1]
	}
	r.changes = append(r.changes, recentChange{at, what})
}

// list returns the changes, the latest first.
func (r *recent) list() []recentChange {
	list := []recentChange{}
	if r == nil {
		return list
	}
	for i := len(r.changes) - 1; i >= 0; i-- {
		list = append(list, r.changes[i])
	}
	return list
}
