package simulator

import "slices"

// ecoLimit is the temperature at the top of the tank, in °C, at which the high-limit
// cut-out opens. It is chosen: above any setpoint, and well below boiling.
const ecoLimit = 85.0

// attendSafety raises the faults that come by themselves: the cut-out's when the
// water is too hot, and a leak's when there is one.
func (h *Heater) attendSafety() {
	if h.Tank.Nodes[0] > ecoLimit && !h.stands(faultECO) {
		h.raise(faultECO, 0)
	}
	if h.Leak > 0 && !h.stands(faultLeak) {
		h.raise(faultLeak, 0)
	}
}

// stands says whether the heater has a fault of this code.
func (h *Heater) stands(code int) bool {
	return slices.ContainsFunc(h.Standing, func(f StandingFault) bool { return f.Code == code })
}

// metered is the power shown, in W. A failed meter shows none; what was taken is
// counted all the same.
func (h *Heater) metered() int {
	if h.broken().has(brokenMeter) {
		return 0
	}
	return h.power
}
