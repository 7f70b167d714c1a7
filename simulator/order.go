package simulator

// order is what the controller has to do at a moment: with which sources of heat it
// may warm the tank, how warm, and why.
type order struct {
	reason   reason
	mode     int     // of its figures, such as elementStart
	sources  int     // of operationMode; 0: nothing is heated
	setpoint float64 // °C
	eager    bool    // to begin as soon as the tank is colder
}

// reason is what an order comes from.
type reason int

const (
	byMode reason = iota // the chosen one
	byHeldMode
	byWindow
	byDemandResponse
	byVacation
	byPowerOff
	bySterilising
	byFreezing
)

var reasons = [...]string{
	byMode: "mode", byHeldMode: "mode from before the TOU window", byWindow: "TOU window", byDemandResponse: "demand response",
	byVacation: "vacation", byPowerOff: "power off", bySterilising: "anti-Legionella", byFreezing: "freeze protection",
}

// String returns the reason in words.
func (r reason) String() string { return reasons[r] }

// order ranks what heaters are told: freeze protection and anti-Legionella over
// vacation over TOU and demand response over the chosen mode (docs/protocol.md §5).
// That the power switch stands between the first and the second of them is chosen.
func (h *Heater) order() order {
	o := h.ranked()
	o.sources = h.broken().left(o.sources)
	return o
}

func (h *Heater) ranked() order {
	o := order{mode: h.acting(), setpoint: float64(h.Setpoint) / 2}
	switch {
	case h.freezing():
		return order{byFreezing, modeElectric, sourceElements, h.freezeSetpoint(), true}
	case h.Mode == modePowerOff:
		o.reason = byPowerOff
		return o
	case h.sterilising():
		if h.Mode == modeVacation {
			o.mode = h.HomeMode
		}
		return order{bySterilising, o.mode, h.fit(sources(o.mode)), h.sterileSetpoint(), true}
	case h.Mode == modeVacation:
		o.reason = byVacation
		return o
	case h.Held != 0:
		o.reason = byHeldMode
	case h.Window:
		o.reason = byWindow
	}
	o.sources = h.fit(sources(o.mode))
	if h.demandEvent(h.At) != DemandNone {
		event := h.respond()
		o.reason, o.eager = byDemandResponse, event.eager
		o.sources &= event.sources
		o.setpoint = min(o.setpoint+event.shift, highestSetpoint/2.0)
	}
	return o
}

// fit has the elements stand in for a heat pump that the air does not let run
// (chosen).
func (h *Heater) fit(sources int) int {
	if sources&sourceHeatPump != 0 && !airSuits(h.air()) {
		return sourceElements
	}
	return sources
}

// acting is the mode by which the heater goes: that from before a write that is held.
func (h *Heater) acting() int {
	if h.Held != 0 && sources(h.Mode) != 0 {
		return h.Kept
	}
	return h.Mode
}
