package simulator

import (
	"math"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// How far a heater steps when nothing happens.
const (
	idleStep = time.Minute
	busyStep = 10 * time.Second // an element warms its zone by 0.15 °C meanwhile, a tap draws 1.3 litres
)

// live lets everything happen that is due up to now. It costs nothing when the
// heater is there already.
func (h *Heater) live(now time.Time) {
	now = now.In(h.location)
	for {
		next := h.wakeAt()
		if next.After(now) {
			break
		}
		h.At = next
		h.attend()
	}
	if now.After(h.At) {
		h.At = now
	}
}

// wakeAt is when the heater is to be looked at next.
func (h *Heater) wakeAt() time.Time {
	step := idleStep
	if h.Upper || h.Lower || h.Tap > 0 {
		step = busyStep
	}
	next := h.At.Truncate(step).Add(step)
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
	earlier(h.Programs.Next)
	if h.Tap > 0 {
		earlier(h.Lived.Add(h.untilTapCloses()))
	}
	if h.away() {
		earlier(h.VacationEnds)
	}
	return next
}

// flow moves water, machine and ledger on to the moment, before anything about them
// changes. In between they stay where they were, so that it does not matter when and
// how often somebody looks.
func (h *Heater) flow() {
	passed := h.At.Sub(h.Lived)
	if passed <= 0 {
		return
	}
	tapped := min(h.Tap, h.TapFlow*passed.Minutes())
	if h.Tap -= tapped; h.Tap < 1e-3 {
		tapped, h.Tap = tapped+h.Tap, 0
	}
	leaked := h.Leak * passed.Minutes()
	water := h.Tank.condenser()
	s := supply{
		hours: passed.Hours(), air: h.air(), inlet: h.inlet(), drawn: tapped + leaked,
		heatPump: h.Pump.heat(h.air(), water),
	}
	if h.Upper {
		s.upper = elementWatts
	}
	if h.Lower {
		s.lower = elementWatts
	}
	now := h.load(passed)
	now.drawn, now.leaked = tapped, leaked
	now.heat = h.Tank.step(s)
	now.heat.circulated = h.circulate(passed)
	h.Ledger.step(now)
	h.Circuit.step(passed, h.Pump, h.air(), water)
	h.Lived = h.At
}

// load is what runs during a step, for the ledger.
func (h *Heater) load(passed time.Duration) load {
	now := load{
		hour: wallHour(h.Lived.Add(time.Duration(h.ClockOffset))), seconds: passed.Seconds(), event: h.demandEvent(h.Lived),
		running: running{
			Compressor: h.Pump.compressor(), Fan: h.Pump.fan(), Upper: h.Upper, Lower: h.Lower,
			Recirculation: h.pumpRuns(h.Lived), Heating: h.Busy, Freezing: h.Busy && h.freezing(),
			Off: h.Mode == modePowerOff, Valve: h.Pump.valve(h.Lived, h.air()),
		},
	}
	if now.Fan {
		now.heatPump = h.Pump.watts(h.air(), h.Tank.condenser())
	}
	if h.Upper || h.Lower {
		now.elements = elementWatts
	}
	return now
}

// attend does what is due at this moment.
func (h *Heater) attend() {
	h.flow()
	h.attendPrograms()
	h.attendNetwork()
	if h.Tap == 0 && !h.TapSince.IsZero() {
		h.TapSince, h.TapFlow = time.Time{}, 0
		h.push(topic.PushPlain)
	}
	if at := h.nextDraw.at; !at.IsZero() && !at.After(h.At) {
		h.openTap(h.nextDraw.litres, h.nextDraw.flow)
		h.nextDraw = h.drawAfter(at)
	}
	h.attendSafety()
	h.attendPump()
	h.regulate()
	if h.news != h.tidings() {
		h.push(topic.PushPlain)
	}
	h.watch()
}

// openTap draws so many litres more, so many a minute.
func (h *Heater) openTap(litres, flow float64) {
	if litres <= 0 || math.IsNaN(litres) || math.IsInf(litres, 0) {
		return
	}
	h.Tap, h.TapFlow = min(h.Tap+litres, mostTap), max(h.TapFlow, flow)
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
	demand, override                 int
	sterilising, pumping, window     bool
}

func (h *Heater) latest() news {
	s := &h.Settings
	return news{
		h.temperature(), h.charge(), h.ErrorCode,
		s.Reservations.Use, s.Recirculation.Use, s.TOU.Use,
		h.drEventStatus(), h.drOverrideStatus(), h.sterilising(), h.pumpRuns(h.At), h.Window,
	}
}

// tidings is the latest, without what the tank comes to for a while after a message:
// the captured heater did not follow one with that.
func (h *Heater) tidings() news {
	const while = 90 * time.Second
	n := h.latest()
	if h.At.Sub(h.lastMessage) < while {
		n.temperature, n.charge = h.news.temperature, h.news.charge
	}
	return n
}
