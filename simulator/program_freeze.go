package simulator

// freezeMargin is how far above the freeze protection temperature the tank is heated,
// in K. That it is the lower sensor that begins and ends it is chosen as well.
const freezeMargin = 4.0

// attendFreezing begins and ends freeze protection, which heats in a vacation and with
// the power off, too.
func (h *Heater) attendFreezing() {
	from := float64(h.Settings.Freeze) / 2
	switch _, lower := h.measured(); {
	case h.Programs.Freezing:
		h.Programs.Freezing = lower < from+freezeMargin
	case lower < from:
		h.Programs.Freezing = h.has("freezeProtectionUse")
	}
}

// freezing says whether freeze protection heats, freezeSetpoint to what, in °C.
func (h *Heater) freezing() bool          { return h.Programs.Freezing }
func (h *Heater) freezeSetpoint() float64 { return float64(h.Settings.Freeze)/2 + freezeMargin }
