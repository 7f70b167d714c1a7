package fleet

import "github.com/nwp500/nwp500"

// Value is one field of a status or of features, flat, in metric units.
type Value = nwp500.Field

// ValueKind is what kind of value a field has.
type ValueKind = nwp500.FieldKind

// The kinds of values.
const (
	Quantity    = nwp500.FieldQuantity // a number with or without a unit
	Temperature = nwp500.FieldTemperature
	Difference  = nwp500.FieldDifference // of temperatures, in kelvins
	Flag        = nwp500.FieldFlag
	Enumeration = nwp500.FieldEnumeration
	Text        = nwp500.FieldText
)

// StatusValues returns every field of a status, known or not, in the order of printing,
// and unknown fields of the heater's own not at all. What names the heater is left out.
// State.StatusValues has those of the last status, made once for all who ask.
func StatusValues(status *nwp500.Status) []Value { return status.Fields(nwp500.Metric) }

// FeatureValues does it for features.
func FeatureValues(features *nwp500.Features) []Value { return features.Fields(nwp500.Metric) }
