package nwp500

import (
	"encoding/json"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

// Status is what a heater says of itself (docs/protocol.md §4, Status). Every field
// may be missing: firmware differs. A field that is missing is unknown and not
// zero, Missing names it, and Raw returns any field exactly as it came.
//
// A Status is never changed after it was made, so it may be shared.
type Status struct {
	// Mode is how the owner wants water made; PowerOff when the heater is off.
	Mode Value[Mode] `wire:"dhwOperationSetting"`
	// Operation is what the heater does now. It lags a command by a message.
	Operation Value[OperationMode] `wire:"operationMode"`
	// Heating tells whether water is being heated.
	Heating OnOff `wire:"operationBusy"`
	// HeatUse is the source that heats.
	HeatUse Value[HeatUse] `wire:"currentHeatUse"`
	// Fault is the fault that stands, 0 when there is none.
	Fault Value[FaultCode] `wire:"errorCode"`
	// SubFault narrows the fault down (docs/protocol.md §6).
	SubFault Value[int] `wire:"subErrorCode"`
	// Command is the code of the request that this status answers; pushes have 0,
	// 67108868, 67108883 or 67108892.
	Command Value[int] `wire:"command"`

	// Temperature is the hot water's, measured in the tank.
	Temperature Temperature `wire:"dhwTemperature"`
	// Temperature2 is a second measurement; 0 °C on the heater that was captured.
	Temperature2 Temperature `wire:"dhwTemperature2"`
	// Setpoint is the temperature that the owner wants.
	Setpoint Temperature `wire:"dhwTemperatureSetting"`
	// TargetSetpoint repeats Setpoint.
	TargetSetpoint Temperature `wire:"dhwTargetTemperatureSetting"`
	// TankUpper is the water at the upper sensor.
	TankUpper Temperature `wire:"tankUpperTemperature"`
	// TankLower is the water at the lower sensor.
	TankLower Temperature `wire:"tankLowerTemperature"`
	// Inlet is the cold water; in half °C, though one document says tenths.
	Inlet Temperature `wire:"currentInletTemperature"`
	// Charge is the heater's own figure of how full of hot water it is, in percent.
	Charge Value[float64] `wire:"dhwChargePer"`

	// Compressor tells whether the compressor runs.
	Compressor OnOff `wire:"compUse"`
	// UpperElement tells whether the upper element is on.
	UpperElement OnOff `wire:"heatUpperUse"`
	// LowerElement tells whether the lower element is on.
	LowerElement OnOff `wire:"heatLowerUse"`
	// Fan tells whether the evaporator's fan runs.
	Fan OnOff `wire:"evaFanUse"`
	// ExpansionValve tells whether the expansion valve is driven.
	ExpansionValve OnOff `wire:"eevUse"`
	// Power is what the heater draws, in watts. It lags the components by a message.
	Power Value[float64] `wire:"currentInstPower"`
	// TargetFanSpeed and FanSpeed are in revolutions per minute.
	TargetFanSpeed Value[int] `wire:"targetFanRpm"`
	FanSpeed       Value[int] `wire:"currentFanRpm"`
	// FanPWM is the fan's drive, without a known unit.
	FanPWM Value[int] `wire:"fanPwm"`
	// ExpansionValveSteps is the valve's position in steps.
	ExpansionValveSteps Value[int] `wire:"eevStep"`
	// Discharge, Suction and Evaporator are temperatures of the refrigerant circuit.
	Discharge  Temperature `wire:"dischargeTemperature"`
	Suction    Temperature `wire:"suctionTemperature"`
	Evaporator Temperature `wire:"evaporatorTemperature"`
	// Ambient is the air that the heat pump takes in.
	Ambient Temperature `wire:"ambientTemperature"`
	// TargetSuperheat and Superheat are differences.
	TargetSuperheat TemperatureDifference `wire:"targetSuperHeat"`
	Superheat       TemperatureDifference `wire:"currentSuperHeat"`
	// StateNumber is the machine's state: seen are 20 idle, 30 fan starting, 40
	// compressor starting, 50 running, 60 stopping, 70 just stopped.
	StateNumber Value[int] `wire:"currentStatenum"`

	// FullRecoveryEnergy is the heat from the device's lowest setpoint to the
	// setpoint, in watt-hours. It moves with the setpoint.
	FullRecoveryEnergy Value[int] `wire:"totalEnergyCapacity"`
	// EnergyToSetpoint is the heat still needed to reach the setpoint, in watt-hours:
	// the opposite of its name on the wire, availableEnergyCapacity.
	EnergyToSetpoint Value[int] `wire:"availableEnergyCapacity"`

	// Drawing tells whether hot water is being drawn, DrawingSustained whether for
	// longer.
	Drawing          OnOff `wire:"dhwUse"`
	DrawingSustained OnOff `wire:"dhwUseSustained"`
	// HotWaterBusy is dhwOperationBusy; older firmware does not send it.
	HotWaterBusy OnOff `wire:"dhwOperationBusy"`
	// Flow is the hot water being drawn, in litres a minute.
	Flow Value[float64] `wire:"currentDhwFlowRate"`
	// TotalDrawn is all the hot water that was ever drawn, in litres.
	TotalDrawn Value[int] `wire:"cumulatedDhwFlowRate"`
	// MixingRate is the mixing valve's, in percent.
	MixingRate Value[float64] `wire:"mixingRate"`

	// VacationDays is how long a vacation was set.
	VacationDays Value[int] `wire:"vacationDaySetting"`
	// VacationDaysElapsed may count up or down: that is unconfirmed.
	VacationDaysElapsed Value[int] `wire:"vacationDayElapsed"`
	// ReservationsEnabled tells whether the reservations run.
	ReservationsEnabled OnOff `wire:"programReservationUse"`
	// ReservationType is programReservationType, without a known meaning.
	ReservationType Value[int] `wire:"programReservationType"`
	// TOU is 0 when time of use is off. 1 is on; 3 was seen while a window was in
	// force, and what it means is unconfirmed.
	TOU Value[int] `wire:"touStatus"`
	// TOUOverridden tells whether the owner has overridden time of use.
	TOUOverridden Value[bool] `wire:"touOverrideStatus"`
	// DemandResponse is the utility's event.
	DemandResponse Value[DemandResponseEvent] `wire:"drEventStatus"`
	// DemandResponseOverride is how many hours an override still lasts, up to 72.
	DemandResponseOverride Value[int] `wire:"drOverrideStatus"`
	// AntiLegionella tells whether the cycle is enabled, AntiLegionellaRunning
	// whether it runs.
	AntiLegionella        OnOff `wire:"antiLegionellaUse"`
	AntiLegionellaRunning OnOff `wire:"antiLegionellaOperationBusy"`
	// AntiLegionellaPeriod is the days from cycle to cycle.
	AntiLegionellaPeriod Value[int] `wire:"antiLegionellaPeriod"`
	// FreezeProtection tells whether it is enabled; 2 in a warm room, so it does not
	// mean active.
	FreezeProtection OnOff `wire:"freezeProtectionUse"`
	// FreezeProtectionTemperature is its threshold, between the Min and the Max.
	FreezeProtectionTemperature Temperature `wire:"freezeProtectionTemperature"`
	FreezeProtectionMin         Temperature `wire:"freezeProtectionTempMin"`
	FreezeProtectionMax         Temperature `wire:"freezeProtectionTempMax"`

	// RecirculationMode is how the recirculation pump runs.
	RecirculationMode Value[RecirculationMode] `wire:"recircOperationMode"`
	// RecirculationPump, RecirculationButton, RecirculationReason and
	// RecirculationError are the wire's numbers, without a known meaning.
	RecirculationPump   Value[int] `wire:"recircPumpOperationStatus"`
	RecirculationButton Value[int] `wire:"recircHotBtnReady"`
	RecirculationReason Value[int] `wire:"recircOperationReason"`
	RecirculationError  Value[int] `wire:"recircErrorStatus"`
	// RecirculationBusy tells whether recirculation is at work.
	RecirculationBusy OnOff `wire:"recircOperationBusy"`
	// RecirculationSchedule tells whether its schedule runs.
	RecirculationSchedule OnOff `wire:"recircReservationUse"`
	// RecirculationSetpoint is the temperature it holds.
	RecirculationSetpoint Temperature `wire:"recircTempSetting"`
	// RecirculationTemperature is the returning water's.
	RecirculationTemperature Temperature `wire:"recircTemperature"`
	// FaucetTemperature is the water's at the tap.
	FaucetTemperature Temperature `wire:"recircFaucetTemperature"`
	// RecirculationFlow is in litres a minute.
	RecirculationFlow Value[float64] `wire:"recircDhwFlowRate"`

	// HeatPumpUpperOn to ElementLowerOff are the temperatures at which a source is
	// turned on and off by the upper and the lower sensor, and the Diffs the
	// differences that belong to them.
	HeatPumpUpperOn      Temperature           `wire:"hpUpperOnTempSetting"`
	HeatPumpUpperOff     Temperature           `wire:"hpUpperOffTempSetting"`
	HeatPumpLowerOn      Temperature           `wire:"hpLowerOnTempSetting"`
	HeatPumpLowerOff     Temperature           `wire:"hpLowerOffTempSetting"`
	ElementUpperOn       Temperature           `wire:"heUpperOnTempSetting"`
	ElementUpperOff      Temperature           `wire:"heUpperOffTempSetting"`
	ElementLowerOn       Temperature           `wire:"heLowerOnTempSetting"`
	ElementLowerOff      Temperature           `wire:"heLowerOffTempSetting"`
	HeatPumpUpperOnDiff  TemperatureDifference `wire:"hpUpperOnDiffTempSetting"`
	HeatPumpUpperOffDiff TemperatureDifference `wire:"hpUpperOffDiffTempSetting"`
	HeatPumpLowerOnDiff  TemperatureDifference `wire:"hpLowerOnDiffTempSetting"`
	HeatPumpLowerOffDiff TemperatureDifference `wire:"hpLowerOffDiffTempSetting"`
	ElementUpperOnDiff   TemperatureDifference `wire:"heUpperOnDiffTempSetting"`
	ElementUpperOffDiff  TemperatureDifference `wire:"heUpperOffDiffTempSetting"`
	ElementLowerOnDiff   TemperatureDifference `wire:"heLowerOnTDiffempSetting"`
	ElementLowerOffDiff  TemperatureDifference `wire:"heLowerOffDiffTempSetting"`
	// HeatPumpMinimum is the lowest setpoint for the heat pump; older firmware does
	// not send it.
	HeatPumpMinimum Temperature `wire:"heatMinOpTemperature"`

	// ShutOffValve, CondensateSensor and LeakSensor are what guards the floor.
	ShutOffValve     OnOff `wire:"shutOffValveUse"`
	CondensateSensor OnOff `wire:"conOvrSensorUse"`
	LeakSensor       OnOff `wire:"wtrOvrSensorUse"`
	// HighLimit is the high-limit cut-out (ECO): on means fitted or enabled, not
	// tripped; a trip is fault 901.
	HighLimit OnOff `wire:"ecoUse"`
	// ScaldProtection and ErrorBuzzer are on in a healthy heater: enabled.
	ScaldProtection OnOff `wire:"scaldUse"`
	ErrorBuzzer     OnOff `wire:"errorBuzzerUse"`
	// AirFilterAlarm tells whether the reminder is enabled.
	AirFilterAlarm OnOff `wire:"airFilterAlarmUse"`
	// AirFilterPeriod and AirFilterElapsed are in hours.
	AirFilterPeriod  Value[int] `wire:"airFilterAlarmPeriod"`
	AirFilterElapsed Value[int] `wire:"airFilterAlarmElapsed"`
	// FanHours is how long the fan has ever run, in hours.
	FanHours Value[int] `wire:"cumulatedOpTimeEvaFan"`
	// SmartDiagnostic, FaultStatus1 and FaultStatus2 are bit fields.
	SmartDiagnostic Value[int] `wire:"smartDiagnostic"`
	FaultStatus1    Value[int] `wire:"faultStatus1"`
	FaultStatus2    Value[int] `wire:"faultStatus2"`

	// Outside is the weather, from the cloud; in °F whole degrees, rounded as the
	// heater does.
	Outside Temperature `wire:"outsideTemperature"`
	// WiFiSignal has no known unit: a magnitude or a percentage, and not dBm.
	WiFiSignal Value[int] `wire:"wifiRssi"`
	// Shows is the unit on the heater's own panel.
	Shows Value[TemperatureType] `wire:"temperatureType"`
	// Formula is how the heater rounds Outside in °F.
	Formula Value[FormulaType] `wire:"tempFormulaType"`
	// SpecialFunction is specialFunctionStatus, without a known meaning.
	SpecialFunction Value[int] `wire:"specialFunctionStatus"`
	// Reloaded is didReload, without a known meaning.
	Reloaded OnOff `wire:"didReload"`

	// MAC is the heater's address, as the envelope has it.
	MAC MAC
	// Received is when the client got the status.
	Received time.Time

	message kept[wire.Object]
}

func newStatus(message wire.Object, mac MAC, received time.Time) *Status {
	s := &Status{MAC: mac, Received: received, message: keep(message)}
	statusPlan().fill(s, message)
	if value, ok := message.Get("outsideTemperature"); ok {
		if number, ok := wire.Integer(value); ok {
			s.Outside = outsideTemperature(number, s.Formula)
		}
	}
	return s
}

// UsableEnergy returns the heat in the tank above the device's lowest setpoint, in
// watt-hours; the setpoint cancels out (docs/protocol.md §4).
func (s *Status) UsableEnergy() Value[int] {
	full, known := s.FullRecoveryEnergy.Get()
	needed, both := s.EnergyToSetpoint.Get()
	if !known || !both {
		return Value[int]{}
	}
	return ValueOf(max(0, full-needed))
}

// Raw returns a field exactly as it came, by its name on the wire.
func (s *Status) Raw(name string) (json.RawMessage, bool) { return raw(s.message.get(), name) }

// Missing returns the wire names of the fields that the heater did not send, sorted.
func (s *Status) Missing() []string { return statusPlan().missing(s.message.get()) }

// Unknown returns the fields that no document knows, and those whose value is of an
// impossible type, as they came.
func (s *Status) Unknown() Members { return statusPlan().unknown(s.message.get()) }

// AppendJSON appends the status as one JSON object, with the names and the rules of
// docs/protocol.md §10, in the units asked for. It is what Decode makes of the same
// message.
func (s *Status) AppendJSON(dst []byte, units Units) []byte {
	return wire.PrintStatus(dst, s.message.get(), s.MAC.Reveal(), wire.Units(units))
}

// String returns what matters most in one line, without the heater's identity.
func (s *Status) String() string {
	return "water " + s.Temperature.String() + ", setpoint " + s.Setpoint.String() + ", mode " + s.Mode.String()
}
