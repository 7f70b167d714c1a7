package simulator

import "github.com/nwp500/nwp500/internal/topic"

// command is a control command of the topic ctrl (docs/protocol.md §3): what mode
// must say, what the heater needs for it, and what it does.
type command struct {
	mode  string
	needs string
	do    func(*Heater, *asked) outcome
}

var commands = map[topic.Code]command{
	topic.PowerOff:             {"power-off", "powerUse", bare((*Heater).powerOff)},
	topic.PowerOn:              {"power-on", "powerUse", bare((*Heater).powerOn)},
	topic.SetMode:              {"dhw-mode", "dhwUse", (*Heater).commandMode},
	topic.SetTemperature:       {"dhw-temperature", "dhwTemperatureSettingUse", one((*Heater).commandTemperature)},
	topic.SetVacationDays:      {"goout-day", "holidayUse", one((*Heater).commandDays)},
	topic.SetWaterProgram:      {"reservation-mode", "programReservationUse", bare((*Heater).waterProgram)},
	topic.PressHotButton:       {"recirc-hotbtn", "recirculationUse", one((*Heater).commandHotButton)},
	topic.SetRecirculationMode: {"recirc-mode", "recirculationUse", one((*Heater).commandRecirculation)},
	topic.ResetCondenserFault:  {"cond-fault-reset", "", bare((*Heater).resetCondenser)},
	topic.AntiLegionellaOff:    {"anti-leg-off", "antiLegionellaSettingUse", bare((*Heater).antiLegionellaOff)},
	topic.AntiLegionellaOn:     {"anti-leg-on", "antiLegionellaSettingUse", one((*Heater).antiLegionellaOn)},
	topic.ResetAirFilter:       {"air-filter-reset", "", bare((*Heater).resetFilter)},
	topic.SetAirFilterLife:     {"air-filter-life", "", one((*Heater).setFilterLife)},
	topic.TOUOff:               {"tou-off", "programReservationUse", bare((*Heater).touOff)},
	topic.TOUOn:                {"tou-on", "programReservationUse", bare((*Heater).touOn)},

	// Nothing in a status is known to show these by themselves.
	topic.IntelligentOff:    {"intelligent-off", "", bare((*Heater).intelligentOff)},
	topic.IntelligentOn:     {"intelligent-on", "", bare((*Heater).intelligentOn)},
	topic.DemandResponseOff: {"dr-off", "drSettingUse", bare((*Heater).demandResponseOff)},
	topic.DemandResponseOn:  {"dr-on", "drSettingUse", bare((*Heater).demandResponseOn)},

	// No device is known to act on these. Here they do what their names say, or,
	// where the names do not say it, nothing; a diagnostic finds nothing.
	topic.WeeklyReservationWrite:         {"", "programReservationUse", (*Heater).commandWeekly},
	topic.FirmwareCheck:                  {"ota-check", "", bare((*Heater).nothing)},
	topic.WiFiReconnect:                  {"wifi-reconnect", "", bare((*Heater).reconnectWiFi)},
	topic.WiFiReset:                      {"wifi-reset", "", bare((*Heater).resetWiFi)},
	topic.SetFreezeProtectionTemperature: {"frez-temp", "freezeProtectionUse", one((*Heater).commandFreeze)},
	topic.RunSmartDiagnostic:             {"smart-diagnostic", "smartDiagnosticUse", bare((*Heater).nothing)},
}

// bare is for commands whose param is empty.
func bare(do func(*Heater)) func(*Heater, *asked) outcome {
	return func(h *Heater, a *asked) outcome {
		if len(a.Param) != 0 {
			return ignored
		}
		do(h)
		return obeyed
	}
}

// one is for commands with one number, which may be out of range.
func one(do func(*Heater, int) bool) func(*Heater, *asked) outcome {
	return func(h *Heater, a *asked) outcome {
		if len(a.Param) != 1 || !do(h, a.Param[0]) {
			return ignored
		}
		return obeyed
	}
}

func (h *Heater) nothing() {}

// commandMode takes [m], or [5, days]. Mode 6, which is reported and not
// commanded, ends in energy saver as it did on a real heater.
func (h *Heater) commandMode(a *asked) outcome {
	if len(a.Param) == 2 && a.Param[0] == modeVacation && validDays(a.Param[1]) {
		h.vacation(a.Param[1])
		return obeyed
	}
	if len(a.Param) != 1 {
		return ignored
	}
	mode := a.Param[0]
	if mode == modePowerOff {
		mode = modeEnergySaver
	}
	capability, known := modeNeeds[mode]
	switch {
	case !known:
		return ignored
	case !h.has(capability):
		return unsupported
	}
	h.override()
	h.choose(mode)
	return obeyed
}

// modeNeeds is what must be fitted for a mode.
var modeNeeds = map[int]string{
	modeHeatPump: "heatpumpUse", modeElectric: "electricUse",
	modeEnergySaver: "energySaverUse", modeHighDemand: "highDemandUse",
}

// commandTemperature takes half °C.
func (h *Heater) commandTemperature(setpoint int) bool {
	if !h.settable(setpoint) {
		return false
	}
	h.override()
	h.writeSetpoint(setpoint)
	return true
}

// settable says whether a temperature, in half °C, is within the limits of the
// features, which SetFeature may have moved, and of water.
func (h *Heater) settable(temperature int) bool {
	low, high := h.setpointLimits()
	return temperature >= low && temperature <= high
}

func (h *Heater) setpointLimits() (low, high int) {
	return max(h.feature("dhwTemperatureMin", h.model.lowestSetpoint()), 1), min(h.feature("dhwTemperatureMax", highestSetpoint), boiling)
}

// commandDays changes the number of days; the mode stays as it is.
func (h *Heater) commandDays(days int) bool {
	if !validDays(days) {
		return false
	}
	h.stay(days)
	return true
}

func validDays(days int) bool { return days >= 1 && days <= 30 }

// waterProgram puts the reservations in force. What the mode does on a real
// heater is unconfirmed.
func (h *Heater) waterProgram() {
	h.Settings.Reservations.Use = on
	h.reschedule()
}

// commandWeekly keeps the list as the reservations, which repeat weekly anyway: no
// device is known to tell the two apart.
func (h *Heater) commandWeekly(a *asked) outcome {
	if !h.writeReservations(a) {
		return ignored
	}
	return obeyed
}

func (h *Heater) commandHotButton(pressed int) bool {
	if pressed != 1 {
		return false
	}
	h.pressHotButton()
	return true
}

func (h *Heater) commandRecirculation(mode int) bool {
	if mode < recirculationAlways || mode > recirculationTemperature {
		return false
	}
	h.Settings.RecirculationMode = mode
	h.Programs.Circulating = false
	h.reschedule()
	return true
}

// commandFreeze takes half °C.
func (h *Heater) commandFreeze(temperature int) bool {
	if temperature < max(h.feature("freezeProtectionTempMin", lowestFreeze), 0) ||
		temperature > min(h.feature("freezeProtectionTempMax", highestFreeze), boiling) {
		return false
	}
	h.Settings.Freeze = temperature
	return true
}

func (h *Heater) touOff() { h.useTOU(off) }
func (h *Heater) touOn()  { h.useTOU(on) }

func (h *Heater) useTOU(use int) {
	h.Settings.TOU.Use = use
	h.reschedule()
}

func (h *Heater) reconnectWiFi() { h.leave(wifiReconnects) }
func (h *Heater) resetWiFi()     { h.leave(wifiSetUp) }
