package simulator

import "github.com/nwp500/nwp500/internal/topic"

// outcome is what becomes of a control command.
type outcome int

const (
	obeyed outcome = iota
	ignored
	unsupported
)

// obey carries a control command out (docs/protocol.md §3), or does what a
// device does with one that it does not understand: nothing.
func (h *Heater) obey(r request) outcome {
	if r.suffix != topic.SuffixControl {
		return unsupported
	}
	request := &r.body.Request
	command, known := commands[request.Command]
	switch {
	case !known && later[request.Command]:
		return unsupported
	case !known || request.Mode != command.mode || !h.fits(command.needs) || !command.do(h, request.Param):
		return ignored
	}
	return obeyed
}

// command is a control command: what mode must say, what the heater needs for it,
// and what it does, unless the parameters are impossible.
type command struct {
	mode  string
	needs string
	do    func(h *Heater, param []int) bool
}

var commands = map[topic.Code]command{
	topic.PowerOff: {"power-off", "powerUse", func(h *Heater, param []int) bool {
		if len(param) != 0 {
			return false
		}
		h.powerOff()
		return true
	}},
	topic.PowerOn: {"power-on", "powerUse", func(h *Heater, param []int) bool {
		if len(param) != 0 {
			return false
		}
		h.powerOn()
		return true
	}},
	topic.SetMode:         {"dhw-mode", "dhwUse", (*Heater).commandMode},
	topic.SetTemperature:  {"dhw-temperature", "dhwTemperatureSettingUse", (*Heater).commandTemperature},
	topic.SetVacationDays: {"goout-day", "holidayUse", (*Heater).commandDays},
}

// fits says whether the heater has what a command needs. Of the kinds of
// temperature setting all but 0 and 1 will do.
func (h *Heater) fits(needs string) bool { return h.feature(needs, fitted) >= fitted }

// commandMode takes [m], or [5, days]. Mode 6, which is reported and not
// commanded, ends in energy saver as it did on a real heater.
func (h *Heater) commandMode(param []int) bool {
	if len(param) == 2 && param[0] == modeVacation && validDays(param[1]) {
		h.vacation(param[1])
		return true
	}
	if len(param) != 1 {
		return false
	}
	mode := param[0]
	if mode == modePowerOff {
		mode = modeEnergySaver
	}
	capability, known := map[int]string{
		modeHeatPump: "heatpumpUse", modeElectric: "electricUse",
		modeEnergySaver: "energySaverUse", modeHighDemand: "highDemandUse",
	}[mode]
	if !known || !h.has(capability) {
		return false
	}
	h.write(mode)
	return true
}

// commandTemperature takes [half °C] within the limits of the features.
func (h *Heater) commandTemperature(param []int) bool {
	if len(param) != 1 ||
		param[0] < h.feature("dhwTemperatureMin", h.model.lowestSetpoint()) ||
		param[0] > h.feature("dhwTemperatureMax", highestSetpoint) {
		return false
	}
	h.writeSetpoint(param[0])
	return true
}

// commandDays takes [days]: the number of days changes, the mode does not.
func (h *Heater) commandDays(param []int) bool {
	if len(param) != 1 || !validDays(param[0]) {
		return false
	}
	h.stay(param[0])
	return true
}

func validDays(days int) bool { return days >= 1 && days <= 30 }

// later are the commands that are counted and not yet carried out.
var later = map[topic.Code]bool{
	topic.WeeklyReservationWrite: true, topic.SetWaterProgram: true, topic.FirmwareCheck: true,
	topic.PressHotButton: true, topic.SetRecirculationMode: true, topic.WiFiReconnect: true, topic.WiFiReset: true,
	topic.SetFreezeProtectionTemperature: true, topic.RunSmartDiagnostic: true, topic.ResetCondenserFault: true,
	topic.IntelligentOff: true, topic.IntelligentOn: true, topic.DemandResponseOff: true, topic.DemandResponseOn: true,
	topic.AntiLegionellaOff: true, topic.AntiLegionellaOn: true, topic.ResetAirFilter: true,
	topic.SetAirFilterLife: true, topic.TOUOff: true, topic.TOUOn: true,
}
