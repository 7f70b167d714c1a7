package simulator

import (
	"math"
	"time"
)

// Modes of the recirculation pump (docs/protocol.md §4).
const (
	recirculationAlways      = 1
	recirculationButton      = 2
	recirculationSchedule    = 3
	recirculationTemperature = 4
)

// The loop that the pump serves: 20 m of insulated three-quarter-inch pipe, which
// loses a quarter of a watt per metre and kelvin, at two litres a minute. All of it is
// chosen. The heat in its water is neglected, and so is the pump's electricity, which
// does not come from the heater's meter.
const (
	loopWattsPerKelvin = 5.0
	loopFlow           = 2.0 // l/min
	loopFills          = 3 * time.Minute
	loopCools          = 40 * time.Minute
	loopSetting        = 80  // half °C: to what the pump keeps it by temperature
	loopBand           = 5.0 // K below that the pump starts
)

// pumpRuns says whether the recirculation pump does at some moment since the heater
// last changed. The hot button runs it in every mode.
func (h *Heater) pumpRuns(at time.Time) bool {
	if h.Settings.RecirculationUntil.After(at) {
		return true
	}
	switch h.Settings.RecirculationMode {
	case recirculationAlways:
		return true
	case recirculationSchedule, recirculationTemperature:
		return h.Programs.Circulating
	}
	return false
}

// pressHotButton runs the recirculation pump once; for how long is unconfirmed.
func (h *Heater) pressHotButton() { h.Settings.RecirculationUntil = h.At.Add(5 * time.Minute) }

// attendCirculation does what the schedule says of now: what its last entry did. That
// one written in the middle of its time acts at once is chosen.
func (h *Heater) attendCirculation() {
	if h.Settings.RecirculationMode != recirculationSchedule {
		return
	}
	h.Programs.Circulating = false
	if h.broken().has(brokenClock) {
		return
	}
	wall := h.wall()
	var last time.Time
	for e := range h.Settings.Recirculation.weekly() {
		const pumpOn = 2 // docs/protocol.md §4
		if t := lastShowing(wall, e.week, e.minute); !t.Before(last) && !t.IsZero() {
			last, h.Programs.Circulating = t, e.mode == pumpOn
		}
	}
}

// nextCirculation is when the schedule says something else.
func (h *Heater) nextCirculation(wall time.Time) time.Time {
	if h.Settings.RecirculationMode != recirculationSchedule {
		return time.Time{}
	}
	return h.Settings.Recirculation.next(wall)
}

// attendLoop is the thermostat of the mode by temperature.
func (h *Heater) attendLoop() {
	if h.Settings.RecirculationMode != recirculationTemperature {
		return
	}
	const setting = loopSetting / 2.0
	switch {
	case h.Programs.Loop < setting-loopBand:
		h.Programs.Circulating = true
	case h.Programs.Loop >= setting:
		h.Programs.Circulating = false
	}
}

// circulate pumps water from the top of the tank through the loop and back into its
// bottom, where it rises, and says how much heat in Wh the loop has lost of it. The
// loop's temperature follows that of the tank or, while the pump rests, of the air.
func (h *Heater) circulate(passed time.Duration) (lost float64) {
	if !h.model.Recirculation {
		return 0
	}
	to, constant := h.air(), loopCools
	if h.pumpRuns(h.Lived) {
		to, constant = h.Tank.upper(), loopFills
		top := h.Tank.Nodes[0]
		cools := loopWattsPerKelvin * (top - h.air()) / (loopFlow * 60 * wattHoursPerLitreKelvin)
		lost = h.Tank.draw(loopFlow*passed.Minutes(), top-cools)
		h.Tank.mix()
	}
	h.Programs.Loop += (to - h.Programs.Loop) * -math.Expm1(-passed.Seconds()/constant.Seconds())
	return lost
}

// writeLoop writes what newer firmware says of the pump. What a reason or an error
// looks like is not known.
func (h *Heater) writeLoop(d *document) {
	running := h.model.Recirculation && h.pumpRuns(h.At)
	loop := int(math.Floor(2 * h.Programs.Loop))
	flow := 0
	if running {
		flow = int(10 * loopFlow)
	}
	d.add("recircOperationMode", h.Settings.RecirculationMode)
	d.add("recircPumpOperationStatus", flag(running)-off)
	d.add("recircHotBtnReady", h.ifPump(on-flag(running)))
	d.add("recircOperationReason", 0)
	d.add("recircErrorStatus", 0)
	d.add("recircOperationBusy", flag(running))
	d.add("recircReservationUse", flag(h.Settings.Recirculation.Use == on))
	d.add("recircTempSetting", h.ifPump(loopSetting))
	d.add("recircTemperature", h.ifPump(loop))
	d.add("recircFaucetTemperature", h.ifPump(loop))
	d.add("recircDhwFlowRate", flow)
}
