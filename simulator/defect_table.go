package simulator

// Codes that the heater itself goes by.
const (
	faultDryFire          = 326
	faultDHWSensor        = 407
	faultUpperSensor      = 480
	faultLowerSensor      = 481
	faultLeak             = 799
	faultECO              = 901
	faultDischargeSensor  = 910
	faultDischargeHigh    = 911
	faultSuctionSensor    = 912
	faultSuctionLow       = 913
	faultEvaporatorSensor = 914
	faultDifference       = 915
	faultAmbientSensor    = 920
	faultCondensate       = 990
)

// Sub-codes of the sensors.
const (
	subLowerLimit = 1
	subUpperLimit = 2
)

var (
	waterLimits       = sensorLimits{-20, 120}
	refrigerantLimits = sensorLimits{-40, 150}
	airLimits         = sensorLimits{-40, 80}
)

// oneSub is a defect without sub-codes to tell apart.
func oneSub(breaks broken) []SubDefect { return []SubDefect{{0, "", breaks}} }

// twoLimits is one of a sensor.
func twoLimits(breaks broken) []SubDefect {
	return []SubDefect{{subLowerLimit, "lower limit", breaks}, {subUpperLimit, "upper limit", breaks}}
}

const (
	noHeatPump = "the heat pump does not run"
	noHeat     = "nothing heats"
	onlyShown  = "it is shown, and nothing more"
)

// defects are the rows of docs/protocol.md §6, by code.
var defects = []Defect{
	{Code: 96, Name: "upper element", Subs: oneSub(brokenUpper), Does: "the upper element does not heat"},
	{Code: 97, Name: "lower element", Subs: oneSub(brokenLower), Does: "the lower element does not heat"},
	{Code: faultDryFire, Name: "dry fire", Subs: oneSub(brokenElements), Does: "neither element heats", Latches: true},
	{
		Code: faultDHWSensor, Name: "DHW temperature sensor", Subs: twoLimits(0), limits: waterLimits,
		Does: "dhwTemperature is wrong",
	},
	{
		Code: 445, Name: "mixing valve", Subs: []SubDefect{{1, "open", 0}, {2, "close", 0}},
		Does: onlyShown,
	},
	{
		Code: faultUpperSensor, Name: "upper tank sensor", Subs: twoLimits(brokenUpperSensor), limits: waterLimits,
		Does: "the upper element does not heat, and the rest goes by the lower sensor",
	},
	{
		Code: faultLowerSensor, Name: "lower tank sensor", Subs: twoLimits(brokenLowerSensor), limits: waterLimits,
		Does: "all goes by the upper sensor",
	},
	{
		Code: 515, Name: "relay", Does: "what the relay switches does not run",
		Subs: []SubDefect{{25, "upper element", brokenUpper}, {26, "lower element", brokenLower}, {27, "compressor", brokenHeatPump}},
	},
	{Code: 517, Name: "DIP switch", Subs: oneSub(brokenHeat), Does: noHeat},
	{Code: 593, Name: "panel key", Subs: oneSub(0), Does: onlyShown},
	{Code: 594, Name: "EEPROM", Subs: oneSub(0), Does: onlyShown},
	{Code: 595, Name: "power meter", Subs: oneSub(brokenMeter), Does: "currentInstPower is 0; what is taken is counted all the same"},
	{Code: 596, Name: "WiFi", Subs: oneSub(brokenWiFi), Does: "the heater is off the network"},
	{Code: 598, Name: "real-time clock", Subs: oneSub(brokenClock), Does: "reservations, TOU windows, pump schedule and anti-Legionella cycles do not begin"},
	{
		Code: 615, Name: "feedback", Does: "what gives no feedback does not run; without reference or ECO nothing heats",
		Subs: []SubDefect{
			{4, "ADC reference", brokenHeat},
			{27, "ECO", brokenHeat},
			{28, "compressor", brokenHeatPump},
			{29, "upper element", brokenUpper},
			{30, "lower element", brokenLower},
		},
	},
	{Code: 781, Name: "CTA-2045", Subs: oneSub(brokenGrid), Does: "demand response events are not followed"},
	{Code: 798, Name: "shut-off valve", Subs: oneSub(0), Does: onlyShown},
	{Code: faultLeak, Name: "water leak", Subs: oneSub(brokenHeat), Does: noHeat},
	{Code: faultECO, Name: "ECO", Subs: oneSub(brokenHeat), Does: noHeat, Latches: true},
	{Code: 907, Name: "compressor power", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Resets: true},
	{Code: 908, Name: "compressor", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Resets: true},
	{Code: 909, Name: "evaporator fan", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Resets: true},
	sensorOfHeatPump(faultDischargeSensor, "discharge sensor", refrigerantLimits),
	{Code: faultDischargeHigh, Name: "discharge temperature high", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Latches: true, Resets: true},
	sensorOfHeatPump(faultSuctionSensor, "suction sensor", refrigerantLimits),
	{Code: faultSuctionLow, Name: "suction temperature low", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Latches: true, Resets: true},
	sensorOfHeatPump(faultEvaporatorSensor, "evaporator sensor", refrigerantLimits),
	{Code: faultDifference, Name: "discharge–suction difference", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Latches: true, Resets: true},
	{Code: 916, Name: "evaporator temperature", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Latches: true, Resets: true},
	sensorOfHeatPump(faultAmbientSensor, "ambient sensor", airLimits),
	{Code: 940, Name: "refrigerant blockage", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Latches: true, Resets: true},
	{Code: faultCondensate, Name: "condensate overflow", Subs: oneSub(brokenHeatPump), Does: noHeatPump, Resets: true},
}

// sensorOfHeatPump is one without which the heat pump cannot be controlled.
func sensorOfHeatPump(code int, name string, limits sensorLimits) Defect {
	return Defect{
		Code: code, Name: name, Subs: twoLimits(brokenHeatPump), limits: limits,
		Does: "the reading is wrong, and the heat pump does not run", Resets: true,
	}
}
