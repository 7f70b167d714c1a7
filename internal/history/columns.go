package history

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500/internal/fleet"
)

// columns are the columns of a file with statuses, by their index; -1 is one that is not there.
type columns struct {
	time, heater, mac, name, units, scale int
	python                                bool // written by nwp500-python
	fields                                []column
}

// column is one that becomes a field.
type column struct {
	index, place int
	field        field
	factor       float64 // of the number as it stands there
	raw          bool    // the number is the wire's
}

// pythonTenths are the temperatures that the wire has in tenths of a degree; the others are half degrees (docs/protocol.md §4).
// Some older versions of the Python client took them for fifths.
var pythonTenths = []string{
	"tank_upper_temperature", "tank_lower_temperature", "discharge_temperature", "suction_temperature",
	"evaporator_temperature", "ambient_temperature", "target_super_heat", "current_super_heat",
}

// pythonWattHours are its names of two fields that it takes for tens of watt-hours and that are four each.
var pythonWattHours = map[string]string{
	"total_energy_capacity": "full_recovery_energy", "available_energy_capacity": "energy_to_setpoint",
}

// rawEnding is what the Python client adds to the name of a field for its number on the wire.
const rawEnding = "_raw"

// columnsOf finds the fields among the columns of a header; ok is false when it is none of a file with statuses.
func (s *Store) columnsOf(header []string) (c columns, ok bool) {
	index := func(names ...string) int {
		return slices.IndexFunc(header, func(name string) bool { return slices.Contains(names, strings.TrimSpace(name)) })
	}
	c = columns{
		time: index("time"), heater: index("heater"), mac: index("mac_address"), name: index("name"), units: index("units"),
		scale: index("temperature_type"),
	}
	if c.time < 0 {
		c.time, c.python = index("timestamp"), true
	}
	withRaw := slices.ContainsFunc(header, func(name string) bool { return strings.HasSuffix(name, rawEnding) })
	for i, name := range header {
		name = strings.TrimSpace(name)
		col := column{index: i, factor: 1}
		if field, raw := strings.CutSuffix(name, rawEnding); raw && c.python {
			name, col.raw = field, true
		} else if c.python && withRaw && index(name+rawEnding) >= 0 {
			continue // the same in a unit that the file does not tell
		}
		if field, old := pythonWattHours[name]; old && c.python {
			name, col.factor = field, 0.4
		}
		place, recorded := s.places[name]
		if !recorded || c.python && !withRaw && slices.Contains(pythonTenths, name) {
			continue
		}
		col.place, col.field = place, s.fields[place]
		if col.raw {
			col.factor = wireFactor(col.field)
		}
		c.fields = append(c.fields, col)
	}
	return c, c.time >= 0 && len(c.fields) > 0
}

// wireFactor is what one unit of the wire is worth.
func wireFactor(f field) float64 {
	switch {
	case slices.Contains(pythonTenths, f.name), f.kind == fleet.Difference, f.unit == "l/min":
		return 0.1
	case f.kind == fleet.Temperature:
		return 0.5
	}
	return 1
}

// value reads a cell; us tells that it stands in the units of the US. What is empty is unknown, and so is what cannot be
// read: ok is false then.
func (c column) value(text string, us bool) (value int64, ok bool) {
	text = strings.TrimSpace(text)
	switch text {
	case "", "None", "null", "nan", "NaN":
		return unknown, true
	case "true", "True":
		return hundred, true
	case "false", "False":
		return 0, true
	}
	if c.field.kind == fleet.Enumeration {
		value, ok = numberOfName(c.field.name, text)
		return value, ok
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		if number, ok = errorNumber(text); !ok || c.field.name != "error_code" {
			return unknown, false
		}
	}
	number *= c.factor
	if us && !c.raw {
		number = c.field.metric(number)
	}
	value = hundredths(number)
	return value, value != unknown
}

const litresAGallon = 1 / 0.264172

// metric takes a number from the units of the US. What was rounded there becomes what the heater had sent.
func (f field) metric(number float64) float64 {
	switch {
	case f.kind == fleet.Temperature:
		return (number - 32) / 1.8
	case f.kind == fleet.Difference:
		return number / 1.8
	case f.unit == "l/min":
		return math.Round(number*litresAGallon*10) / 10
	case f.unit == "l":
		return math.Round(number * litresAGallon)
	}
	return number
}

// errorNumber reads the name that the Python client has for a fault: E799_WATER_LEAK, NO_ERROR.
func errorNumber(text string) (float64, bool) {
	if text == "NO_ERROR" {
		return 0, true
	}
	digits, _, _ := strings.Cut(strings.TrimPrefix(text, "E"), "_")
	number, err := strconv.ParseUint(digits, 10, 16)
	return float64(number), err == nil
}
