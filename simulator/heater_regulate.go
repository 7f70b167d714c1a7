package simulator

import (
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// between is the time from a write to what follows from it, and from each of
// these changes to the next: a compressor stops within 5 s of a lower setpoint
// (docs/protocol.md §5).
const between = 1500 * time.Millisecond

// regulate makes the next one of the changes that are due and pushes it, in the
// captured order: what the acknowledgement of a write has taken away already stops,
// heating begins or ends, then the operation mode follows, then elements and
// compressor. Each has its time, so that a client sees them one by one.
func (h *Heater) regulate() {
	if h.At.Before(h.RegulateAt) {
		return
	}
	o := h.order()
	h.stopShort(o)
	follows := h.Energy.Setpoint != h.Setpoint // the energy counts follow a write in a push
	h.Energy.Setpoint = h.Setpoint
	switch {
	case h.stopElements(), h.stopPump():
		h.push(topic.PushComponent)
	case h.regulateDemand(o):
		h.push(topic.PushHeating)
	case h.regulateOperation(o):
		h.push(topic.PushMode)
	case h.regulateElements(o):
		h.push(topic.PushComponent)
	case follows:
		h.push(topic.PushPlain)
	default:
		h.Entry = h.Entry && o.sources == 0
		return
	}
	h.RegulateAt = h.At.Add(between)
}

// stopElements switches off what operationMode does not have any more.
func (h *Heater) stopElements() bool {
	if h.OperationMode&sourceElements != 0 || !h.Upper && !h.Lower {
		return false
	}
	h.Upper, h.Lower = false, false
	return true
}

// stopPump does the same with the heat pump. A fan alone stops without a word: the
// captured one did.
func (h *Heater) stopPump() bool {
	return !h.wantsPump() && h.Pump.fan() && h.Pump.step(h.At, false)
}

// attendPump goes on with the sequence of the heat pump. What is not wanted any more
// stops in its turn.
func (h *Heater) attendPump() {
	if h.Pump.Until.IsZero() || h.Pump.Until.After(h.At) || !h.wantsPump() && h.Pump.State < pumpStopping {
		return
	}
	if h.Pump.step(h.At, h.wantsPump()) {
		h.push(topic.PushComponent)
	}
}

func (h *Heater) wantsPump() bool { return h.OperationMode&sourceHeatPump != 0 }

// regulateDemand decides whether the tank is to be heated.
func (h *Heater) regulateDemand(o order) bool {
	wanted := h.demand(o)
	if o.sources != 0 { // else a write waits for that
		h.Written, h.Lowered = false, false
	}
	if wanted == h.Busy {
		return false
	}
	if h.Busy = wanted; wanted {
		h.RecoverySince, h.Sated = h.At, false
	}
	return true
}

// demand is the thermostat. Once it heats it goes on until the tank is warm.
func (h *Heater) demand(o order) bool {
	upper, lower := h.sensed(o)
	below := o.setpoint - upper
	cold := lower <= min(float64(h.model.lowestSetpoint())/2, o.setpoint-eagerDead)
	switch {
	case o.sources == 0 || h.satisfied(o):
		return false
	case h.Busy:
		return !h.Lowered || below > 0 || cold
	case h.Written && below > entryBelow(o):
		return true
	case o.eager:
		return lower < o.setpoint-eagerDead
	case h.Window:
		return below > h.windowDead()
	}
	return cold || o.sources&sourceElements != 0 && below > elementStart(o.mode, false)
}

// entryBelow is how far below the setpoint the upper tank must be for a write to start
// a recovery, in K: at all, or as far as elements without the heat pump need.
func entryBelow(o order) float64 {
	if o.sources == sourceElements {
		return elementStart(o.mode, true)
	}
	return 0
}

// eagerDead is how far below its setpoint the tank is when an eager order begins to
// heat, in K, and one whose setpoint is the lowest or less, which would begin again
// where it ends (chosen).
const eagerDead = 0.5

// satisfied says whether the lower zone is as warm as it shall be; the upper one
// is never colder.
func (h *Heater) satisfied(o order) bool {
	_, lower := h.sensed(o)
	return lower >= o.setpoint-float64(h.Thresholds.HPLowerOffDiff)/10
}

// operation is the operationMode that order and demand lead to.
func (h *Heater) operation(o order) int {
	if !h.Busy {
		return 0
	}
	return o.sources
}

// regulateOperation follows with operationMode; what is taken out of it stops at
// the same moment, and the heat pump begins to start.
func (h *Heater) regulateOperation(o order) bool {
	to := h.operation(o)
	if to == h.OperationMode {
		return false
	}
	h.OperationMode = to
	if to&sourceElements == 0 {
		h.Upper, h.Lower = false, false
	}
	h.Pump.step(h.At, h.wantsPump())
	return true
}

// regulateElements switches the elements: the upper one first, then the lower,
// never both. With the heat pump the lower zone is left to that.
func (h *Heater) regulateElements(o order) bool {
	upper, lower := h.wantsElements(o)
	if upper == h.Upper && lower == h.Lower {
		return false
	}
	if upper && !h.Upper {
		h.UpperFrom, _ = h.sensed(o)
	}
	h.Upper, h.Lower = upper, lower
	return true
}

func (h *Heater) wantsElements(o order) (upper, lower bool) {
	if h.OperationMode&sourceElements == 0 || !h.Busy {
		return false, false
	}
	b, alone := h.broken(), o.sources == sourceElements
	warm, _ := h.sensed(o)
	below := o.setpoint - warm
	upper = !b.has(brokenUpper) && (below > elementStart(o.mode, false) ||
		h.Entry && below > elementStart(o.mode, true) ||
		alone && b.has(brokenLower) && below > 0 || // else nothing would heat
		h.Upper && below > 0 && (alone || warm < h.UpperFrom+elementLift))
	return upper, !upper && alone && !b.has(brokenLower)
}

// write changes the mode: at once what the acknowledgement of a command shows, the
// rest in regulate (docs/protocol.md §5). Power has its own ways.
func (h *Heater) write(mode int) {
	h.Energy.follow(h.At, h.Mode)
	h.Mode, h.Held = mode, 0
	h.Thresholds.enter(mode, h.Setpoint)
	h.Energy.SinceWrite = h.At
	h.withdraw()
	h.wrote()
}

// withdraw takes out of operationMode the sources that the order does not have any more.
// Where nothing is left that runs the recovery is over; another one may begin.
func (h *Heater) withdraw() {
	has := h.order().sources
	left := h.OperationMode & has
	if left == sourceElements && left != h.OperationMode && !h.Upper && !h.Lower {
		left = 0
	}
	if has == 0 || left == 0 && h.OperationMode != 0 {
		h.Busy = false
	}
	h.OperationMode = left
}

// writeSetpoint changes the setpoint, in half °C.
func (h *Heater) writeSetpoint(setpoint int) {
	h.Lowered = setpoint < h.Setpoint
	h.Setpoint = setpoint
	h.Thresholds.move(h.Mode, h.model.lowestSetpoint(), setpoint, h.Window)
	h.wrote()
}

func (h *Heater) powerOff() {
	if h.Mode == modePowerOff {
		return
	}
	h.PoweredMode, h.PoweredBusy = h.Mode, h.Busy
	h.Mode, h.Busy = modePowerOff, false
	h.RegulateAt = h.At.Add(between)
}

// powerOn restores the mode from before, a held one included, and the demand unless
// the tank is warm.
func (h *Heater) powerOn() {
	if h.Mode != modePowerOff {
		return
	}
	h.unlatch()
	h.Mode = h.PoweredMode
	o := h.order()
	h.Busy = h.PoweredBusy && o.sources != 0 && !h.satisfied(o)
	h.RegulateAt = h.At.Add(between)
}

// wrote has regulate look at everything after a write.
func (h *Heater) wrote() {
	h.Written, h.Entry = true, true
	h.RegulateAt = h.At.Add(between)
}
