package simulator

// Modes as dhwOperationSetting has them (docs/protocol.md §4).
const (
	modeHeatPump    = 1
	modeElectric    = 2
	modeEnergySaver = 3
	modeHighDemand  = 4
	modeVacation    = 5
	modePowerOff    = 6
)

// modeNames are the modes in words, from 1 on.
var modeNames = []string{"heat pump", "electric", "energy saver", "high demand", "vacation", "off"}

// Bits of operationMode, which are also the sources of heat.
const (
	sourceHeatPump = 32
	sourceElements = 64
)

// sources are what a mode heats with.
func sources(mode int) int {
	switch mode {
	case modeHeatPump:
		return sourceHeatPump
	case modeElectric:
		return sourceElements
	case modeEnergySaver, modeHighDemand:
		return sourceHeatPump | sourceElements
	}
	return 0 // vacation, powered off
}

// heatUse is currentHeatUse: 0 none, 1 heat pump, 2 elements, 3 both.
func heatUse(sources int) int { return sources / sourceHeatPump }

// elementStart says how far below the setpoint the upper zone must be for the
// elements to start, in K: once after a write (docs/protocol.md §5), and in the
// course of things. The second figures are chosen.
func elementStart(mode int, entry bool) float64 {
	switch {
	case mode == modeElectric && entry:
		return 0.3
	case mode == modeElectric:
		return 3
	case mode == modeHighDemand && entry:
		return 0.7
	case mode == modeHighDemand:
		return 4
	case entry:
		return 1.0
	}
	return 10
}

// elementLift is by how much an element warms the upper zone in one go while the heat
// pump runs as well, in K; alone it goes on to the setpoint. The installer diagnostics
// of a year had 375 starts of the upper element in 35 hours, 5.6 minutes each
// (docs/protocol.md §4), in which it warms its zone by that much.
const elementLift = 5.0

// thresholds are the sixteen fields of a status that say where heat pump and
// elements switch, without the four that were always 0. In the field's own
// units: half °C, and tenths of a K.
type thresholds struct {
	HPUpperOn  int `json:"hpUpperOn"`
	HPUpperOff int `json:"hpUpperOff"`
	HPLowerOn  int `json:"hpLowerOn"`
	HPLowerOff int `json:"hpLowerOff"`
	HEUpperOn  int `json:"heUpperOn"`
	HEUpperOff int `json:"heUpperOff"`
	HELowerOn  int `json:"heLowerOn"`
	HELowerOff int `json:"heLowerOff"`

	HPUpperOnDiff  int `json:"hpUpperOnDiff"`
	HPLowerOnDiff  int `json:"hpLowerOnDiff"`
	HPLowerOffDiff int `json:"hpLowerOffDiff"`
	HEUpperOnDiff  int `json:"heUpperOnDiff"`
}

// reset is for a new heater, outside a TOU window.
func (t *thresholds) reset(lowest, setpoint int) {
	*t = thresholds{
		HPUpperOn: lowest, HPUpperOff: setpoint, HPLowerOn: lowest, HPLowerOff: setpoint,
		HEUpperOn: lowest, HEUpperOff: setpoint, HELowerOn: lowest, HELowerOff: setpoint,
	}
}

// enter is what writing a mode changes. Vacation and power leave all as it was,
// and so does the heat pump mode with where the elements last switched.
func (t *thresholds) enter(mode, setpoint int) {
	switch mode {
	case modeHeatPump:
		t.HPUpperOnDiff, t.HPLowerOffDiff, t.HEUpperOnDiff = 0, 2, 0
		return
	case modeElectric:
		t.HPUpperOnDiff, t.HPLowerOffDiff, t.HEUpperOnDiff = 0, 0, 4
	case modeEnergySaver:
		t.HPUpperOnDiff, t.HPLowerOffDiff, t.HEUpperOnDiff = 4, 0, 4
	case modeHighDemand:
		t.HPUpperOnDiff, t.HPLowerOffDiff, t.HEUpperOnDiff = 0, 2, 4
	default:
		return
	}
	t.elements(setpoint)
}

// move is what writing a setpoint changes. The elements' fields follow in the modes
// that use elements, which is unconfirmed, and any setpoint above theirs, which is
// chosen: in heat pump mode a lower one left them as they were.
func (t *thresholds) move(mode, lowest, setpoint int, window bool) {
	t.HPUpperOff, t.HPLowerOff = setpoint, setpoint
	if sources(mode)&sourceElements != 0 || setpoint > t.HEUpperOff {
		t.elements(setpoint)
	}
	if window {
		t.window(true, mode, lowest, setpoint)
	}
}

// window is what the beginning and the end of a TOU window change. In one captured
// before the elements had been used the upper one's turn-on setting was the lowest,
// too; that the window brings that, and takes it back, is chosen.
func (t *thresholds) window(in bool, mode, lowest, setpoint int) {
	if !in {
		t.HPUpperOn, t.HPLowerOn, t.HPLowerOnDiff = lowest, lowest, 0
		t.HEUpperOn = t.HEUpperOff
		return
	}
	t.HPUpperOn, t.HPLowerOn, t.HPLowerOnDiff = setpoint, setpoint, 4
	if sources(mode) == sourceHeatPump {
		t.HEUpperOn = lowest
	}
}

func (t *thresholds) elements(setpoint int) {
	t.HEUpperOn, t.HEUpperOff, t.HELowerOff = setpoint, setpoint, setpoint
}
