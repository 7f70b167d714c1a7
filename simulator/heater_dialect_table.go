package simulator

// flags of a status that some firmware is said to send as booleans (docs/protocol.md
// §4).
var booleans = map[string]Form{
	"didReload": AsBoolean, "operationBusy": AsBoolean, "freezeProtectionUse": AsBoolean, "dhwUse": AsBoolean,
	"programReservationUse": AsBoolean, "ecoUse": AsBoolean, "compUse": AsBoolean, "eevUse": AsBoolean,
	"evaFanUse": AsBoolean, "shutOffValveUse": AsBoolean, "conOvrSensorUse": AsBoolean, "wtrOvrSensorUse": AsBoolean,
	"antiLegionellaUse": AsBoolean, "antiLegionellaOperationBusy": AsBoolean, "errorBuzzerUse": AsBoolean,
	"heatUpperUse": AsBoolean, "heatLowerUse": AsBoolean, "scaldUse": AsBoolean, "airFilterAlarmUse": AsBoolean,
}

// dialects are the shipped ones. None but the first was captured: they are what is
// written of other firmware (docs/protocol.md §3, §4), and what may come.
var dialects = []Dialect{
	{Name: "captured", Text: "as the model has it"},
	{
		Name: "terse", Text: "leaves out thresholds, refrigerant, energy counts and counters",
		Status: Variant{Omit: []string{
			"outsideTemperature", "specialFunctionStatus", "didReload", "smartDiagnostic", "faultStatus1", "faultStatus2",
			"dhwTargetTemperatureSetting", "dischargeTemperature", "suctionTemperature", "evaporatorTemperature",
			"targetSuperHeat", "currentSuperHeat", "eevUse", "eevStep", "targetFanRpm", "currentFanRpm", "fanPwm",
			"dhwTemperature2", "cumulatedOpTimeEvaFan", "cumulatedDhwFlowRate", "totalEnergyCapacity", "availableEnergyCapacity",
			"hpUpperOnTempSetting", "hpUpperOffTempSetting", "hpLowerOnTempSetting", "hpLowerOffTempSetting",
			"heUpperOnTempSetting", "heUpperOffTempSetting", "heLowerOnTempSetting", "heLowerOffTempSetting",
			"hpUpperOnDiffTempSetting", "hpUpperOffDiffTempSetting", "hpLowerOnDiffTempSetting", "hpLowerOffDiffTempSetting",
			"heUpperOnDiffTempSetting", "heUpperOffDiffTempSetting", "heLowerOnTDiffempSetting", "heLowerOffDiffTempSetting",
		}},
		Features: Variant{Omit: []string{"recircSwVersion", "recircModelTypeCode", "dhwRefillUse", "title24Use"}},
	},
	{
		Name: "spelled", Text: "spells two keys as they are meant",
		Status:   Variant{Rename: map[string]string{"heLowerOnTDiffempSetting": "heLowerOnDiffTempSetting"}},
		Features: Variant{Rename: map[string]string{"mixingValueUse": "mixingValveUse"}},
	},
	{
		Name: "decimal", Text: "sends every number with a fraction of zero",
		Status: Variant{Numbers: AsDecimal}, Features: Variant{Numbers: AsDecimal},
	},
	{Name: "boolean", Text: "sends flags as true and false", Status: Variant{Forms: booleans}},
	{
		Name: "text", Text: "sends every number as a text, but that of the command",
		Status: Variant{Numbers: AsText, Forms: map[string]Form{"command": AsNumber}}, Features: Variant{Numbers: AsText},
	},
	{
		Name: "null", Text: "sends null where a sensor may be missing",
		Status: Variant{Forms: map[string]Form{
			"outsideTemperature": AsNull, "ambientTemperature": AsNull, "currentInletTemperature": AsNull,
			"dhwTemperature2": AsNull, "wifiRssi": AsNull, "dhwChargePer": AsNull, "mixingRate": AsNull,
		}},
		Features: Variant{Forms: map[string]Form{"recircTemperatureMin": AsNull, "recircTemperatureMax": AsNull}},
	},
	{Name: "short", Text: "puts documents under st and did", Short: true},
	{Name: "beside", Text: "puts documents next to response", Beside: true},
	{
		Name: "future", Text: "has keys of every type that nobody knows, and values that nobody knows",
		Status: Variant{Values: map[string]string{
			"drEventStatus": "9", "currentStatenum": "85", "recircOperationMode": "7",
			"quietModeUse": "2", "waterHardness": "3.5", "gridOperator": `"CAISO"`, "selfTest": "null", "solarReady": "true",
			"inverter":   `{"speedRpm":3600,"stages":[1,2,3]}`,
			"errorStack": `[{"code":0,"time":"2030-01-01T00:00:00"}]`,
		}},
		Features: Variant{Values: map[string]string{"quietModeUse": "2", "inverterUse": `{"fitted":2}`, "volumeCode": "4"}},
	},
}
