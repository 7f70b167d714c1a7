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
// captured order: heating begins or ends, then the operation mode, then elements
// and compressor. Each has its time, so that a client sees them one by one.
func (h *Heater) regulate() {
	if h.At.Before(h.RegulateAt) {
		return
	}
	switch {
	case h.regulateDemand():
		h.push(topic.PushHeating)
	case h.regulateOperation():
		h.push(topic.PushMode)
	case h.regulateElements():
		h.push(topic.PushComponent)
	case h.regulatePump():
	case h.Energy.Setpoint != h.Setpoint:
		h.push(topic.PushPlain) // the energy counts follow a setpoint in a push
	default:
		h.Entry = false
		return
	}
	h.RegulateAt = h.At.Add(between)
}

// regulateDemand decides whether the tank is to be heated.
func (h *Heater) regulateDemand() bool {
	wanted := h.demand()
	h.Written = false
	if wanted == h.Busy {
		return false
	}
	h.Busy = wanted
	return true
}

// demand is the thermostat. Once it heats it goes on until the tank is warm.
func (h *Heater) demand() bool {
	setpoint := float64(h.Setpoint) / 2
	from := h.broken().left(sources(h.Mode))
	upper, lower := h.sensed()
	below := setpoint - upper
	switch {
	case from == 0:
		return false
	case h.Busy:
		return !h.satisfied()
	case h.Written && from == sourceElements:
		return below > elementStart(h.Mode, true)
	case h.Written:
		return below > 0
	case h.Window:
		return below > float64(h.Thresholds.HPUpperOnDiff)/10
	}
	return lower <= float64(h.Thresholds.HPLowerOn)/2 ||
		from&sourceElements != 0 && below > elementStart(h.Mode, false)
}

// satisfied says whether the lower zone is as warm as it shall be; the upper one
// is never colder.
func (h *Heater) satisfied() bool {
	_, lower := h.sensed()
	return lower >= float64(h.Setpoint)/2-float64(h.Thresholds.HPLowerOffDiff)/10
}

// operation is the operationMode that mode and demand lead to.
func (h *Heater) operation() int {
	if !h.Busy {
		return 0
	}
	return h.broken().left(sources(h.Mode))
}

// regulateOperation follows with operationMode; what is taken out of it stops at
// the same moment, and the heat pump begins to start.
func (h *Heater) regulateOperation() bool {
	to := h.operation()
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
func (h *Heater) regulateElements() bool {
	upper, lower := h.wantsElements()
	if upper == h.Upper && lower == h.Lower {
		return false
	}
	h.Upper, h.Lower = upper, lower
	return true
}

func (h *Heater) wantsElements() (upper, lower bool) {
	if h.OperationMode&sourceElements == 0 || !h.Busy {
		return false, false
	}
	b := h.broken()
	warm, _ := h.sensed()
	below := float64(h.Setpoint)/2 - warm
	upper = !b.has(brokenUpper) && (below > elementStart(h.Mode, false) ||
		h.Entry && below > elementStart(h.Mode, true) ||
		h.Upper && below > 0)
	alone := h.Mode == modeElectric || b.has(brokenHeatPump)
	return upper, !upper && alone && !b.has(brokenLower)
}

// regulatePump stops what a mode write has taken out of operationMode before, and
// pushes that itself.
func (h *Heater) regulatePump() bool {
	wanted := h.wantsPump()
	if wanted || h.Pump.State < pumpFan || h.Pump.State > pumpRunning {
		return false
	}
	if h.Pump.step(h.At, false) {
		h.push(topic.PushComponent)
	} else {
		h.push(topic.PushPlain)
	}
	return true
}

func (h *Heater) wantsPump() bool { return h.OperationMode&sourceHeatPump != 0 }

// write changes the mode as a command does: at once what the acknowledgement
// shows, the rest in regulate (docs/protocol.md §5). Power has its own ways.
func (h *Heater) write(mode int) {
	h.Energy.follow(h.At, h.Mode)
	h.Mode = mode
	h.Thresholds.enter(mode, h.Setpoint)
	h.Energy.SinceWrite = h.At
	if sources(mode) == 0 {
		h.Busy = false
	}
	if to := h.operation(); to&^h.OperationMode == 0 {
		h.OperationMode = to // heat sources are taken away
	}
	h.wrote()
}

// writeSetpoint changes the setpoint, in half °C.
func (h *Heater) writeSetpoint(setpoint int) {
	h.Setpoint = setpoint
	h.Thresholds.move(h.Mode, setpoint, h.Window)
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

// powerOn restores the mode from before, and the demand unless the tank is warm.
func (h *Heater) powerOn() {
	if h.Mode != modePowerOff {
		return
	}
	h.unlatch()
	h.Mode = h.PoweredMode
	h.Busy = h.PoweredBusy && sources(h.Mode) != 0 && !h.satisfied()
	h.RegulateAt = h.At.Add(between)
}

// wrote has regulate look at everything after a write.
func (h *Heater) wrote() {
	h.Written, h.Entry = true, true
	h.RegulateAt = h.At.Add(between)
}

// setWindow begins or ends a TOU window.
func (h *Heater) setWindow(in bool) {
	h.Window = in
	h.Thresholds.HPUpperOn, h.Thresholds.HPLowerOn = h.model.lowestSetpoint(), h.model.lowestSetpoint()
	h.Thresholds.move(h.Mode, h.Setpoint, in)
	if mode := h.Held; !in && mode != 0 {
		h.Held = 0
		h.write(mode)
	}
	h.RegulateAt = h.At.Add(between)
}
