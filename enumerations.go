package nwp500

import (
	"fmt"
	"strings"
)

// Mode is how a heater makes hot water, the user's choice (dhwOperationSetting,
// docs/protocol.md §4). Its numbers are the wire's.
type Mode int

const (
	// HeatPump uses the heat pump alone: the least energy, the slowest.
	HeatPump Mode = 1
	// Electric uses the elements alone: the most energy.
	Electric Mode = 2
	// EnergySaver uses the heat pump, and the elements when it falls behind.
	EnergySaver Mode = 3
	// HighDemand uses both early: the fastest.
	HighDemand Mode = 4
	// Vacation stays idle for a number of days; nine hours before the end it reheats.
	Vacation Mode = 5
	// PowerOff is reported by a heater that is off. It cannot be commanded as a
	// mode: SetPower is the command.
	PowerOff Mode = 6
)

var modeNames = map[Mode]string{
	HeatPump: "heat pump", Electric: "electric", EnergySaver: "energy saver",
	HighDemand: "high demand", Vacation: "vacation", PowerOff: "power off",
}

// String returns the mode's name, "heat pump", or "mode(17)".
func (m Mode) String() string { return name(modeNames, m, "mode") }

// MarshalText encodes the mode's name with underscores, "heat_pump".
func (m Mode) MarshalText() ([]byte, error) { return snake(m), nil }

// ParseMode returns the mode of that name; spaces, - and _ are alike, and case does
// not matter. The error names what is allowed.
func ParseMode(text string) (Mode, error) {
	wanted := strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(strings.TrimSpace(text)))
	for mode, modeName := range modeNames {
		if modeName == wanted {
			return mode, nil
		}
	}
	return 0, fmt.Errorf("mode %q is not known: the modes are %s", text, strings.Join(ModeNames(), ", "))
}

// ModeNames returns the names of the modes that a heater can be set to, with
// hyphens, in the order of their numbers.
func ModeNames() []string {
	var names []string
	for mode := HeatPump; mode <= Vacation; mode++ {
		names = append(names, strings.ReplaceAll(mode.String(), " ", "-"))
	}
	return names
}

// OperationMode is what a heater does at this moment (operationMode,
// docs/protocol.md §4). Its numbers are the wire's.
type OperationMode int

const (
	// Standby heats nothing.
	Standby OperationMode = 0
	// HeatPumpRuns heats with the heat pump.
	HeatPumpRuns OperationMode = 32
	// ElementRuns heats with an element.
	ElementRuns OperationMode = 64
	// BothRun is a mode that uses the heat pump and an element.
	BothRun OperationMode = 96
)

var operationModeNames = map[OperationMode]string{
	Standby: "standby", HeatPumpRuns: "heat pump", ElementRuns: "electric", BothRun: "hybrid",
}

// String returns the name, "standby", or "operation_mode(17)".
func (m OperationMode) String() string { return name(operationModeNames, m, "operation_mode") }

// MarshalText encodes the name with underscores, "heat_pump".
func (m OperationMode) MarshalText() ([]byte, error) { return snake(m), nil }

// HeatUse is the source that heats (currentHeatUse, docs/protocol.md §4).
type HeatUse int

const (
	// HeatFromNone is no source, or none that the heater tells.
	HeatFromNone HeatUse = iota
	// HeatFromPump is the heat pump.
	HeatFromPump
	// HeatFromElement is an element.
	HeatFromElement
	// HeatFromBoth is the heat pump and an element.
	HeatFromBoth
)

var heatUseNames = map[HeatUse]string{
	HeatFromNone: "none", HeatFromPump: "heat pump", HeatFromElement: "element", HeatFromBoth: "both",
}

// String returns the name, "heat pump", or "heat_use(17)".
func (u HeatUse) String() string { return name(heatUseNames, u, "heat_use") }

// MarshalText encodes the name with underscores, "heat_pump".
func (u HeatUse) MarshalText() ([]byte, error) { return snake(u), nil }

// DemandResponseEvent is what the utility asks of the heater (drEventStatus,
// docs/protocol.md §4).
type DemandResponseEvent int

const (
	// NoEvent is no event.
	NoEvent DemandResponseEvent = iota
	// RunNormal ends an event.
	RunNormal
	// Shed asks for less.
	Shed
	// LoadUp asks for more.
	LoadUp
	// AdvancedLoadUp asks for more, above the setpoint.
	AdvancedLoadUp
	// CustomerPeakEvent asks for as little as possible.
	CustomerPeakEvent
)

var demandResponseNames = map[DemandResponseEvent]string{
	NoEvent: "none", RunNormal: "run normal", Shed: "shed", LoadUp: "load up",
	AdvancedLoadUp: "advanced load up", CustomerPeakEvent: "customer peak event",
}

// String returns the name, "load up", or "dr_event(17)".
func (e DemandResponseEvent) String() string { return name(demandResponseNames, e, "dr_event") }

// MarshalText encodes the name with underscores, "load_up".
func (e DemandResponseEvent) MarshalText() ([]byte, error) { return snake(e), nil }

// RecirculationMode is how the recirculation pump is run (recircOperationMode,
// docs/protocol.md §4).
type RecirculationMode int

const (
	// RecirculationUnknown is a mode that the heater does not tell.
	RecirculationUnknown RecirculationMode = iota
	// RecirculationAlways runs the pump always.
	RecirculationAlways
	// RecirculationButton runs it on demand.
	RecirculationButton
	// RecirculationSchedule runs it by its schedule.
	RecirculationSchedule
	// RecirculationTemperature runs it by the temperature of the returning water.
	RecirculationTemperature
)

var recirculationModeNames = map[RecirculationMode]string{
	RecirculationUnknown: "unknown", RecirculationAlways: "always", RecirculationButton: "button",
	RecirculationSchedule: "schedule", RecirculationTemperature: "temperature",
}

// String returns the name, "always", or "recirc_mode(17)".
func (m RecirculationMode) String() string { return name(recirculationModeNames, m, "recirc_mode") }

// MarshalText encodes the name.
func (m RecirculationMode) MarshalText() ([]byte, error) { return snake(m), nil }

// TemperatureType is the unit that the heater's own panel shows (temperatureType,
// docs/protocol.md §4). Values in messages do not depend on it.
type TemperatureType int

const (
	// ShowsCelsius is a panel in °C.
	ShowsCelsius TemperatureType = 1
	// ShowsFahrenheit is a panel in °F.
	ShowsFahrenheit TemperatureType = 2
)

var temperatureTypeNames = map[TemperatureType]string{ShowsCelsius: "celsius", ShowsFahrenheit: "fahrenheit"}

// String returns "celsius", "fahrenheit" or "temperature_type(17)".
func (t TemperatureType) String() string { return name(temperatureTypeNames, t, "temperature_type") }

// MarshalText encodes the name.
func (t TemperatureType) MarshalText() ([]byte, error) { return snake(t), nil }

// FormulaType is how a heater rounds the outside temperature in °F
// (tempFormulaType, docs/protocol.md §4).
type FormulaType int

const (
	// FormulaAsymmetric rounds down when the remainder of raw / 10 is 9, else up.
	FormulaAsymmetric FormulaType = 0
	// FormulaStandard rounds to the nearest degree, half up.
	FormulaStandard FormulaType = 1
)

var formulaTypeNames = map[FormulaType]string{FormulaAsymmetric: "asymmetric", FormulaStandard: "standard"}

// String returns "asymmetric", "standard" or "formula_type(17)".
func (t FormulaType) String() string { return name(formulaTypeNames, t, "formula_type") }

// MarshalText encodes the name.
func (t FormulaType) MarshalText() ([]byte, error) { return snake(t), nil }

// VolumeCode is the tank's size (volumeCode, docs/protocol.md §4, Features).
type VolumeCode int

const (
	// Gallons50 is a tank of 50 US gallons, 189.2 litres.
	Gallons50 VolumeCode = 1
	// Gallons65 is a tank of 65 US gallons, 246.0 litres.
	Gallons65 VolumeCode = 2
	// Gallons80 is a tank of 80 US gallons, 302.8 litres.
	Gallons80 VolumeCode = 3
)

var volumeNames = map[VolumeCode]string{Gallons50: "50 gallons", Gallons65: "65 gallons", Gallons80: "80 gallons"}

// String returns the size in US gallons, "65 gallons", or "volume(17)".
func (c VolumeCode) String() string { return name(volumeNames, c, "volume") }

// Litres returns the tank's size, 0 for a code without a meaning.
func (c VolumeCode) Litres() float64 {
	return map[VolumeCode]float64{Gallons50: 189.2, Gallons65: 246.0, Gallons80: 302.8}[c]
}

// snake is an enumeration's name as decoded messages spell it.
func snake(value fmt.Stringer) []byte {
	return []byte(strings.ReplaceAll(value.String(), " ", "_"))
}
