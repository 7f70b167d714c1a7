package nwp500

import (
	"encoding/json"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

// Features is what a heater says it is and can do (docs/protocol.md §4, Features).
// Like in a Status, every field may be missing and is then unknown. Features are
// never changed after they were made.
type Features struct {
	// Country is 3 in the USA.
	Country Value[int] `wire:"countryCode"`
	// Model is 513 for a heat pump water heater.
	Model Value[int] `wire:"modelTypeCode"`
	// ControlType is controlTypeCode, without a known meaning.
	ControlType Value[int] `wire:"controlTypeCode"`
	// Volume is the tank's size.
	Volume Value[VolumeCode] `wire:"volumeCode"`
	// Serial is the controller's serial number, which prints as "[secret]".
	Serial Secret `wire:"controllerSerialNumber"`

	// ControllerVersion to RecirculationModel are the software and the codes of the
	// components.
	ControllerVersion    Value[int] `wire:"controllerSwVersion"`
	PanelVersion         Value[int] `wire:"panelSwVersion"`
	WiFiVersion          Value[int] `wire:"wifiSwVersion"`
	ControllerCode       Value[int] `wire:"controllerSwCode"`
	PanelCode            Value[int] `wire:"panelSwCode"`
	WiFiCode             Value[int] `wire:"wifiSwCode"`
	RecirculationVersion Value[int] `wire:"recircSwVersion"`
	RecirculationModel   Value[int] `wire:"recircModelTypeCode"`

	// Shows is the unit on the heater's own panel.
	Shows Value[TemperatureType] `wire:"temperatureType"`
	// Formula is how the heater rounds the outside temperature in °F.
	Formula Value[FormulaType] `wire:"tempFormulaType"`
	// TemperatureSetting is how the setpoint can be set.
	TemperatureSetting Value[TemperatureSetting] `wire:"dhwTemperatureSettingUse"`
	// SetpointMin and SetpointMax are the limits of the setpoint.
	SetpointMin Temperature `wire:"dhwTemperatureMin"`
	SetpointMax Temperature `wire:"dhwTemperatureMax"`
	// FreezeProtectionMin and FreezeProtectionMax are the limits of its threshold.
	FreezeProtectionMin Temperature `wire:"freezeProtectionTempMin"`
	FreezeProtectionMax Temperature `wire:"freezeProtectionTempMax"`
	// RecirculationMin and RecirculationMax are the limits of its setpoint.
	RecirculationMin Temperature `wire:"recircTemperatureMin"`
	RecirculationMax Temperature `wire:"recircTemperatureMax"`

	// PowerSwitch and the fields after it are the functions of the heater.
	PowerSwitch      Capability `wire:"powerUse"`
	VacationMode     Capability `wire:"holidayUse"`
	Reservations     Capability `wire:"programReservationUse"`
	HotWater         Capability `wire:"dhwUse"`
	SmartDiagnostic  Capability `wire:"smartDiagnosticUse"`
	WiFiSignal       Capability `wire:"wifiRssiUse"`
	EnergyHistory    Capability `wire:"energyUsageUse"`
	FreezeProtection Capability `wire:"freezeProtectionUse"`
	// MixingValve is mixingValueUse, the wire's spelling.
	MixingValve           Capability `wire:"mixingValueUse"`
	DemandResponse        Capability `wire:"drSettingUse"`
	AntiLegionella        Capability `wire:"antiLegionellaSettingUse"`
	HeatPumpWaterHeater   Capability `wire:"hpwhUse"`
	Refill                Capability `wire:"dhwRefillUse"`
	HighLimit             Capability `wire:"ecoUse"`
	ElectricMode          Capability `wire:"electricUse"`
	HeatPumpMode          Capability `wire:"heatpumpUse"`
	EnergySaverMode       Capability `wire:"energySaverUse"`
	HighDemandMode        Capability `wire:"highDemandUse"`
	Recirculation         Capability `wire:"recirculationUse"`
	RecirculationSchedule Capability `wire:"recircReservationUse"`
	Title24               Capability `wire:"title24Use"`

	// MAC is the heater's address, as the envelope has it.
	MAC MAC
	// Received is when the client got the features.
	Received time.Time

	message kept[wire.Object]
}

// TemperatureSetting is how a heater's setpoint can be set
// (dhwTemperatureSettingUse, docs/protocol.md §4).
type TemperatureSetting int

const (
	// SettingUnknown is a heater that does not tell.
	SettingUnknown TemperatureSetting = iota
	// SettingDisabled is a setpoint that cannot be set.
	SettingDisabled
	// HalfDegrees are steps of 0.5 °C.
	HalfDegrees
	// WholeDegrees are steps of 1 °C.
	WholeDegrees
	// ThreeStages are three fixed temperatures.
	ThreeStages
)

var temperatureSettingNames = map[TemperatureSetting]string{
	SettingUnknown: "unknown", SettingDisabled: "disabled", HalfDegrees: "half degrees",
	WholeDegrees: "whole degrees", ThreeStages: "three stages",
}

// String returns the name, "half degrees", or "temperature_setting(17)".
func (s TemperatureSetting) String() string {
	return name(temperatureSettingNames, s, "temperature_setting")
}

// MarshalText encodes the name with underscores, "half_degrees".
func (s TemperatureSetting) MarshalText() ([]byte, error) { return snake(s), nil }

func newFeatures(message wire.Object, mac MAC, received time.Time) *Features {
	f := &Features{MAC: mac, Received: received, message: keep(message)}
	featuresPlan().fill(f, message)
	return f
}

// Raw returns a field exactly as it came, by its name on the wire.
func (f *Features) Raw(name string) (json.RawMessage, bool) { return raw(f.message.get(), name) }

// Missing returns the wire names of the fields that the heater did not send, sorted.
func (f *Features) Missing() []string { return featuresPlan().missing(f.message.get()) }

// Unknown returns the fields that no document knows, and those whose value is of an
// impossible type, as they came.
func (f *Features) Unknown() Members { return featuresPlan().unknown(f.message.get()) }

// AppendJSON appends the features as one JSON object, with the names and the rules
// of docs/protocol.md §10, in the units asked for. It is what Decode makes of the
// same message.
func (f *Features) AppendJSON(dst []byte, units Units) []byte {
	return wire.PrintFeatures(dst, f.message.get(), f.MAC.Reveal(), wire.Units(units))
}
