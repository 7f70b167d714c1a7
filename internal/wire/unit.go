package wire

// StatusUnit is the unit in which [PrintStatus] prints the field of that printed name,
// "" for one without a unit. ok is false when there is no such field.
func StatusUnit(status Object, printed string, units Units) (unit string, ok bool) {
	if printed == "usable_energy" { // derived
		return "Wh", true
	}
	return statusFields.unit(printed, units.resolve(status))
}

// FeatureUnit is the same of the features.
func FeatureUnit(features Object, printed string, units Units) (unit string, ok bool) {
	return featureFields.unit(printed, units.resolve(features))
}

func (t *fieldTable) unit(printed string, units Units) (unit string, ok bool) {
	for i := range t.fields {
		if f := &t.fields[i]; f.Printed == printed {
			return f.unit(units), true
		}
	}
	return "", false
}

// unit is the unit of a quantity, "" for an encoding that is none.
func (e Encoding) unit(units Units) string {
	us := units == UnitsUS
	switch e {
	case EncodingHalfCelsius, EncodingDeciCelsius, EncodingHalfCelsiusFormula:
		if us {
			return "°F"
		}
		return "°C"
	case EncodingDeciCelsiusDifference:
		if us {
			return "°F"
		}
		return "K"
	case EncodingFlow:
		if us {
			return "gal/min"
		}
		return "l/min"
	case EncodingVolume:
		if us {
			return "gal"
		}
		return "l"
	case EncodingEnergyCount:
		return "Wh"
	}
	return ""
}

// plainUnits are the units of fields that are printed as they came
// (docs/protocol.md §4).
var plainUnits = map[string]string{
	"dhwChargePer":          "%",
	"mixingRate":            "%",
	"currentInstPower":      "W",
	"targetFanRpm":          "rpm",
	"currentFanRpm":         "rpm",
	"eevStep":               "steps",
	"vacationDaySetting":    "days",
	"vacationDayElapsed":    "days",
	"antiLegionellaPeriod":  "days",
	"airFilterAlarmPeriod":  "h",
	"airFilterAlarmElapsed": "h",
	"cumulatedOpTimeEvaFan": "h",
	"drOverrideStatus":      "h",
}
