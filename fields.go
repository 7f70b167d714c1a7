package nwp500

import (
	"iter"

	"github.com/nwp500/nwp500/internal/wire"
)

// Field is one field of a message with its value, for programs that treat all fields
// alike: a history, a table, metrics. What is printed of a message by AppendJSON has the
// same names and the same numbers.
type Field struct {
	// Name is the printed one, "tank_upper_temperature" (docs/protocol.md §10.3).
	Name string
	Kind FieldKind
	// Unit is that of Number in the units asked for, "" when it has none.
	Unit string
	// Known tells whether the heater said the value.
	Known bool
	// Number is the value of all fields but texts: 0 or 1 of a flag, the wire's number of
	// an enumeration.
	Number float64
	// Text is a text, or the name of an enumeration's value.
	Text string
}

// FieldKind is what kind of value a field has.
type FieldKind int

const (
	// FieldQuantity is a number with or without a unit.
	FieldQuantity FieldKind = iota
	// FieldTemperature is a temperature.
	FieldTemperature
	// FieldDifference is a difference of temperatures, which has no zero point.
	FieldDifference
	// FieldFlag is something that is so or not.
	FieldFlag
	// FieldEnumeration is one of several values that have names.
	FieldEnumeration
	// FieldText is a text.
	FieldText
)

var fieldKindNames = map[FieldKind]string{
	FieldQuantity: "quantity", FieldTemperature: "temperature", FieldDifference: "difference",
	FieldFlag: "flag", FieldEnumeration: "enumeration", FieldText: "text",
}

// String returns the kind in a word, "temperature".
func (k FieldKind) String() string { return name(fieldKindNames, k, "field_kind") }

// Fields returns every field that documents know, said or not, in the order in which
// AppendJSON prints them, in the units asked for; last comes usable_energy, which is
// made of two of them.
func (s *Status) Fields(units Units) []Field {
	message := s.message.get()
	fields := newFields(len(statusPlan().fields)+1, wire.StatusValues(message, wire.Units(units)))
	usable, known := s.UsableEnergy().Get()
	return append(fields, Field{Name: "usable_energy", Unit: "Wh", Known: known, Number: float64(usable)})
}

// Fields returns every field that documents know but the serial number, like
// Status.Fields.
func (f *Features) Fields(units Units) []Field {
	return newFields(len(featuresPlan().fields), wire.FeatureValues(f.message.get(), wire.Units(units)))
}

func newFields(most int, values iter.Seq[wire.FieldValue]) []Field {
	fields := make([]Field, 0, most)
	for value := range values {
		if value.Encoding == wire.EncodingText { // the serial number, which names the heater
			continue
		}
		fields = append(fields, Field{
			Name: value.Printed, Kind: fieldKind(value.Encoding), Unit: value.Unit,
			Known: value.Known, Number: value.Number, Text: value.Text,
		})
	}
	return fields
}

func fieldKind(encoding wire.Encoding) FieldKind {
	switch encoding {
	case wire.EncodingHalfCelsius, wire.EncodingDeciCelsius, wire.EncodingHalfCelsiusFormula:
		return FieldTemperature
	case wire.EncodingDeciCelsiusDifference:
		return FieldDifference
	case wire.EncodingFlag, wire.EncodingTriState, wire.EncodingCapability, wire.EncodingTOUOverride:
		return FieldFlag
	case wire.EncodingEnum:
		return FieldEnumeration
	}
	return FieldQuantity
}
