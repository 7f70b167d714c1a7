package simulator

import "time"

// legionella is how far the anti-Legionella program has come.
type legionella struct {
	Last    time.Time `json:"last"`    // when the last cycle began
	Running bool      `json:"running"` // it still goes on
	Warm    time.Time `json:"warm"`    // since when the tank has been warm enough in it
}

// What a cycle does is known by name only: all that follows is chosen. The lower
// sensor is to show 60 °C for ten minutes, five times what kills nine in ten of the
// bacteria; where it does not come to that a cycle ends after twelve hours.
const (
	sterileFrom   = 60.0 // °C
	sterileTarget = 61.0 // °C, so that it stays above
	sterileFor    = 10 * time.Minute
	sterileLimit  = 12 * time.Hour
	sterileMinute = 3 * 60 // of the day at which a cycle begins
)

// sterilising says whether a cycle goes on.
func (h *Heater) sterilising() bool { return h.Programs.Legionella.Running }

// sterileSetpoint is to what a cycle heats, in °C.
func (h *Heater) sterileSetpoint() float64 { return max(sterileTarget, float64(h.Setpoint)/2) }

// sterileDue is from when on a cycle is due: in the night after the program was
// switched on, and each time that a period has passed since the last one. The half
// day leaves room for summer time and a clock that is put right.
func (h *Heater) sterileDue() time.Time {
	last := h.Programs.Legionella.Last
	if last.IsZero() {
		return last
	}
	return last.Add(daysLong(h.Settings.AntiLegionellaDays) - 12*time.Hour)
}

// nextSterilising is when a cycle may begin. With the power off none does; it is then
// for the night after that in which power comes back.
func (h *Heater) nextSterilising(wall time.Time) time.Time {
	if !h.Settings.AntiLegionella || h.sterilising() {
		return time.Time{}
	}
	if due := h.sterileDue(); due.After(h.At) {
		wall = wall.Add(due.Sub(h.At))
	}
	return nextShowing(wall, everyDay, sterileMinute)
}

// everyDay is the byte of all days of the week.
const everyDay = weekdays | weekend

// startSterilising begins a cycle at its minute.
func (h *Heater) startSterilising() {
	begins := weekly{week: everyDay, minute: sterileMinute}.begins(h.wall())
	if h.Settings.AntiLegionella && begins && !h.sterilising() && h.Mode != modePowerOff && !h.sterileDue().After(h.At) {
		h.Programs.Legionella = legionella{Last: h.At, Running: true}
	}
}

// attendSterilising ends a cycle.
func (h *Heater) attendSterilising() {
	l := &h.Programs.Legionella
	if !l.Running {
		return
	}
	switch _, lower := h.measured(); {
	case lower < sterileFrom:
		l.Warm = time.Time{}
	case l.Warm.IsZero():
		l.Warm = h.At
	}
	done := !l.Warm.IsZero() && h.At.Sub(l.Warm) >= sterileFor
	if done || h.Mode == modePowerOff || h.At.Sub(l.Last) >= sterileLimit {
		l.Running, l.Warm = false, time.Time{}
		h.reschedule()
	}
}

// antiLegionellaOff ends the cycle that goes on, too.
func (h *Heater) antiLegionellaOff() {
	h.Settings.AntiLegionella, h.Programs.Legionella = false, legionella{}
	h.reschedule()
	h.RegulateAt = h.At.Add(between)
}

// antiLegionellaOn takes the period in days.
func (h *Heater) antiLegionellaOn(days int) bool {
	if !validDays(days) {
		return false
	}
	h.Settings.AntiLegionella, h.Settings.AntiLegionellaDays = true, days
	h.reschedule()
	return true
}
