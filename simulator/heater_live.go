package simulator

import (
	"math"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// How far a heater steps when nothing happens.
const (
	idleStep    = time.Minute
	elementStep = 10 * time.Second // an element warms its zone by 0.15 °C meanwhile
)

// live steps the heater through time up to now, stopping wherever something is
// to happen. It costs nothing when the heater is there already.
func (h *Heater) live(now time.Time) {
	h.fleet.moment = now
	for {
		next := h.wakeAt()
		if next.After(now) {
			h.advance(now)
			return
		}
		h.advance(next)
		h.attend()
	}
}

// wakeAt is when the heater is to be looked at next.
func (h *Heater) wakeAt() time.Time {
	step := idleStep
	if h.Upper || h.Lower {
		step = elementStep
	}
	next := h.At.Truncate(step).Add(step) // in step with other heaters
	earlier := func(t time.Time) {
		if t.After(h.At) && t.Before(next) {
			next = t
		}
	}
	earlier(h.RegulateAt)
	earlier(h.Pump.Until)
	earlier(h.nextDraw.at)
	earlier(h.LeavesAt)
	earlier(h.ReturnsAt)
	earlier(h.Settings.RecirculationUntil)
	if len(h.late) > 0 {
		earlier(h.late[0].at)
	}
	if h.Tap > 0 {
		earlier(h.At.Add(h.untilTapCloses()))
	}
	if h.Mode == modeVacation {
		earlier(h.VacationEnds)
	}
	return next
}

// advance moves water and machine to a time at which nothing has changed yet.
func (h *Heater) advance(to time.Time) {
	passed := to.Sub(h.At)
	if passed <= 0 {
		return
	}
	drawn := min(h.Tap, tapFlow*passed.Minutes())
	if h.Tap -= drawn; h.Tap < 1e-3 {
		h.Tap = 0
	}
	h.Ledger.step(h.load(passed, drawn))
	h.Tank.step(supply{
		hours: passed.Hours(), air: h.Air, inlet: h.inlet, drawn: drawn,
		heatPump: h.Pump.heat(h.Air, h.Tank.Lower), upper: h.Upper, lower: h.Lower,
	})
	h.Circuit.step(passed, h.Pump, h.Air, h.Tank.Lower)
	h.At = to
}

// load is what the heater does during a step, for its ledger.
func (h *Heater) load(passed time.Duration, drawn float64) load {
	now := load{
		hour: wallHour(h.At), seconds: passed.Seconds(), drawn: drawn,
		running: running{h.Pump.compressor(), h.Pump.fan(), h.Upper, h.Lower, h.pumpRuns()},
	}
	if now.Fan {
		now.heatPump = h.Pump.watts(h.Air, h.Tank.Lower)
	}
	if h.Upper || h.Lower {
		now.elements = elementWatts
	}
	return now
}

// attend does what is due at this moment.
func (h *Heater) attend() {
	h.attendNetwork()
	h.attendLate()
	if h.Tap == 0 && !h.TapSince.IsZero() {
		h.TapSince = time.Time{}
		h.push(topic.PushPlain)
	}
	if !h.nextDraw.at.After(h.At) {
		h.openTap(h.nextDraw.litres)
		h.nextDraw = h.draws.after(h.At)
	}
	if h.Mode == modeVacation && !h.VacationEnds.After(h.At) {
		h.write(h.HomeMode)
	}
	if !h.Pump.Until.IsZero() && !h.Pump.Until.After(h.At) {
		if h.Pump.step(h.At, h.wantsPump()) {
			h.push(topic.PushComponent)
		} else {
			h.push(topic.PushPlain)
		}
	}
	h.regulate()
	if h.news != h.latest() {
		h.push(topic.PushPlain)
	}
}

// openTap draws so much more.
func (h *Heater) openTap(litres float64) {
	if litres <= 0 || math.IsNaN(litres) || math.IsInf(litres, 0) {
		return
	}
	h.Tap = min(h.Tap+litres, mostTap)
	if h.TapSince.IsZero() {
		h.TapSince = h.At
		h.push(topic.PushPlain)
	}
}

// news is what a heater tells by itself when it changes slowly. What else counts
// for the real one as worth a push is unconfirmed.
type news struct {
	temperature, charge, errorCode   int
	reservations, recirculation, tou int
	pumping                          bool
}

func (h *Heater) latest() news {
	s := &h.Settings
	return news{
		h.temperature(), h.charge(), h.ErrorCode,
		s.Reservations.Use, s.Recirculation.Use, s.TOU.Use, h.pumpRuns(),
	}
}

// lagging says that the heater lives through the past, and keeps quiet.
func (h *Heater) lagging() bool { return h.fleet.moment.Sub(h.At) > time.Minute }
