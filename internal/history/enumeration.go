package history

import (
	"encoding"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500"
)

// enumerations are the fields whose values have names, and how a value becomes its name.
var enumerations = map[string]func(number int) encoding.TextMarshaler{
	"operation_mode":        func(n int) encoding.TextMarshaler { return nwp500.OperationMode(n) },
	"dhw_operation_setting": func(n int) encoding.TextMarshaler { return nwp500.Mode(n) },
	"current_heat_use":      func(n int) encoding.TextMarshaler { return nwp500.HeatUse(n) },
	"dr_event_status":       func(n int) encoding.TextMarshaler { return nwp500.DemandResponseEvent(n) },
	"recirc_operation_mode": func(n int) encoding.TextMarshaler { return nwp500.RecirculationMode(n) },
	"temperature_type":      func(n int) encoding.TextMarshaler { return nwp500.TemperatureType(n) },
	"temp_formula_type":     func(n int) encoding.TextMarshaler { return nwp500.FormulaType(n) },
}

// mostEnumerated is more than the largest number with a name.
const mostEnumerated = 128

// nameOf returns the name of an enumeration's value as status -o json prints it.
func nameOf(field string, value int64) string {
	text, err := enumerations[field](int(value / hundred)).MarshalText()
	if err != nil {
		return strconv.FormatInt(value/hundred, 10)
	}
	return string(text)
}

// pythonNames are the names of the Python client that are not those of status -o json in other letters.
var pythonNames = map[string]map[string]int64{
	"operation_mode":   {"heat_pump_mode": 32, "hybrid_efficiency_mode": 64, "hybrid_boost_mode": 96},
	"current_heat_use": {"unknown": 0, "heatpump": 1, "heatelement": 2, "heatpump_heatelement": 3},
	"dr_event_status":  {"unknown": 0, "loadup": 3, "loadup_adv": 4, "cpe": 5},
}

// numberOfName reads the name of an enumeration's value, or its number as it stands in mode(17).
func numberOfName(field, text string) (int64, bool) {
	text = strings.ToLower(text)
	if number, ok := pythonNames[field][text]; ok {
		return number * hundred, true
	}
	for number := range mostEnumerated {
		if name, err := enumerations[field](number).MarshalText(); err == nil && string(name) == text {
			return int64(number) * hundred, true
		}
	}
	if _, inner, found := strings.Cut(text, "("); found {
		text = strings.TrimSuffix(inner, ")")
	}
	number, err := strconv.ParseInt(text, 10, 32)
	return number * hundred, err == nil
}
