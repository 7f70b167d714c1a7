package simulator

import (
	"math/rand/v2"
)

// setWindow begins or ends a TOU window: the heat pump's turn-on settings go to the
// setpoint and back to the device's lowest one, and a mode write that waited takes
// effect (docs/protocol.md §5).
func (h *Heater) setWindow(in bool) {
	if in == h.Window {
		return
	}
	h.Window, h.Sated = in, false
	h.Thresholds.window(in, h.Mode, h.model.lowestSetpoint(), h.Setpoint)
	held := h.Held
	if h.Held = 0; held != 0 && h.Mode != modePowerOff {
		h.write(held)
	}
	h.RegulateAt = h.At.Add(between)
}

// choose takes a mode that the owner writes. In a TOU window it is acknowledged and
// waits for the window's end; the heater goes on by the mode from before.
func (h *Heater) choose(mode int) {
	if !h.holds(mode) {
		h.write(mode)
		return
	}
	if h.Held == 0 {
		h.Kept = h.Mode
	}
	h.Mode, h.Held = mode, mode
	h.Thresholds.enter(mode, h.Setpoint)
}

// holds says whether a mode write waits. Of two writes captured while touStatus said
// that a window was in force neither did: they let the elements join a heat pump that
// was running, and leave it. So a write that only does this does not wait, and all
// others do (chosen).
func (h *Heater) holds(mode int) bool {
	acting := h.acting()
	joins := h.Busy && sources(acting)&sources(mode)&sourceHeatPump != 0
	return h.Window && sources(h.Mode) != 0 && mode != acting && !joins
}

// How far a recovery by the heat pump alone has come when it stops short
// (docs/protocol.md §5): at 90 % of charge, and no further below the setpoint than
// so much. The captured one, which went on at 92 %, did not stop any more; where the
// tank is that warm from the start, it stops when all of it has come so far (chosen).
// Of the recoveries with TOU active one in so many does, which is chosen too.
const (
	shortBy    = 1.9 // K
	shortFrom  = 90  // %
	shortUntil = 92  // %
	shortOneIn = 3
)

// stopShort ends a recovery as the real heater was seen to, without a message.
func (h *Heater) stopShort(o order) {
	if h.Settings.TOU.Use != on || !h.Busy || o.eager || h.satisfied(o) || h.Upper || h.Lower || !h.Pump.compressor() {
		return
	}
	upper, lower := h.sensed(o)
	charge := h.charge()
	if upper < o.setpoint-shortBy || charge < shortFrom ||
		charge >= shortUntil && lower < o.setpoint-shortBy || !h.stopsShort() {
		return
	}
	h.Busy, h.Sated, h.OperationMode = false, true, 0
	h.Pump.step(h.At, false)
}

// stopsShort draws lots for a recovery: the same ones for its date whenever it is
// asked.
func (h *Heater) stopsShort() bool {
	lots := rand.New(rand.NewPCG(h.fleet.config.Seed^uint64(h.homeSeq), uint64(h.RecoverySince.Unix())))
	return lots.IntN(shortOneIn) == 0
}

// windowDead is how far below the setpoint the upper tank is when a recovery begins
// by itself in a window, in K. Chosen: half a degree, as dhwTemperature goes, and
// after a recovery that stopped short in the same window a kelvin more than that may
// have left it below.
func (h *Heater) windowDead() float64 {
	if h.Sated {
		return shortBy + 1
	}
	return 0.5
}
