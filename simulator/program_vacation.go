package simulator

import (
	"math"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// endsEarly is how long before its time is up a vacation ends, to reheat
// (docs/protocol.md §5).
const endsEarly = 9 * time.Hour

// vacation heats nothing for some days.
func (h *Heater) vacation(days int) {
	before := h.Mode
	if before == modePowerOff {
		before = h.PoweredMode
	}
	if before != modeVacation {
		h.HomeMode = before
	}
	h.VacationDays = days
	h.VacationEnds = h.At.Add(daysLong(days) - endsEarly)
	h.write(modeVacation)
}

// away says whether a vacation goes on, be it with the power off.
func (h *Heater) away() bool {
	return h.Mode == modeVacation || h.Mode == modePowerOff && h.PoweredMode == modeVacation
}

// stay changes how many days a vacation lasts, the one that goes on included.
func (h *Heater) stay(days int) {
	if h.away() {
		h.VacationEnds = h.VacationEnds.Add(daysLong(days - h.VacationDays))
	}
	h.VacationDays = days
}

// attendVacation returns to the mode from before when the time has come. With the
// power off it is the mode to return to that changes.
func (h *Heater) attendVacation() {
	switch {
	case !h.away() || h.VacationEnds.After(h.At):
	case h.Mode == modePowerOff:
		h.PoweredMode, h.PoweredBusy = h.HomeMode, true
	default:
		h.write(h.HomeMode)
		h.push(topic.PushPlain)
	}
}

// vacationLeft counts the days down; that the wire's vacationDayElapsed does is
// unconfirmed.
func (h *Heater) vacationLeft() int {
	if h.Mode != modeVacation {
		return h.VacationDays
	}
	left := h.VacationEnds.Sub(h.At) + endsEarly
	return max(int(math.Ceil(left.Hours()/24)), 0)
}

func daysLong(days int) time.Duration { return time.Duration(days) * 24 * time.Hour }
