package fleet

import (
	"github.com/nwp500/nwp500"
)

// Value is one field of a status or of features, flat, in metric units.
type Value struct {
	Name   string // as it is printed: "tank_upper_temperature"
	Kind   ValueKind
	Unit   string // "°C", "K", "W", "%", "l/min", "" …
	Known  bool
	Number float64 // flags are 0 and 1, enumerations the wire's number
	Text   string  // an enumeration's name, or a text
}

// ValueKind is what kind of value a field has.
type ValueKind int

// The kinds of values.
const (
	Quantity ValueKind = iota // a number with or without a unit
	Temperature
	Difference // of temperatures, in kelvins
	Flag
	Enumeration
	Text
)

// StatusValues returns every field of a status, known or not, in the order of printing,
// and unknown fields of the heater's own not at all. What names the heater is left out.
func StatusValues(status *nwp500.Status) []Value { return nil }

// FeatureValues does it for features.
func FeatureValues(features *nwp500.Features) []Value { return nil }
