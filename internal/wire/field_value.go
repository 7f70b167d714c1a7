package wire

import "iter"

// FieldValue is a field of a status or of the features with its value, as it is printed.
type FieldValue struct {
	*Field
	Unit string
	// Known is false where the message has no value of a possible type, or prints null.
	Known bool
	// Number is the value of all fields but texts: exactly the one that is printed, 0 or
	// 1 of what is true or false, and the wire's of an enumeration.
	Number float64
	// Text is a text, or the name of an enumeration's value.
	Text string
}

// StatusValues yields every field of a status, known or not, in the order of printing.
func StatusValues(status Object, units Units) iter.Seq[FieldValue] {
	r := valueReader{units: units.resolve(status), formula: standardFormula}
	if formula, ok := status.integer("tempFormulaType"); ok {
		r.formula = formula
	}
	return r.values(&statusFields, status)
}

// FeatureValues yields every field of the features, known or not, in the order of
// printing.
func FeatureValues(features Object, units Units) iter.Seq[FieldValue] {
	r := valueReader{units: units.resolve(features)}
	return r.values(&featureFields, features)
}

// valueReader reads values as a writer prints them.
type valueReader struct {
	units   Units
	formula int64
}

func (r valueReader) values(table *fieldTable, message Object) iter.Seq[FieldValue] {
	return func(yield func(FieldValue) bool) {
		at := make([]int, len(table.fields)) // where each field stands in the message, plus one
		for i, member := range message {
			if f, ok := table.index[member.Name]; ok {
				at[f] = i + 1
			}
		}
		for i := range table.fields {
			value := FieldValue{Field: &table.fields[i]}
			value.Unit = value.unit(r.units)
			if at[i] > 0 {
				r.read(&value, message[at[i]-1])
			}
			if !yield(value) {
				return
			}
		}
	}
}

// unit is the unit of a field.
func (f *Field) unit(units Units) string {
	if unit, ok := plainUnits[f.Name]; ok {
		return unit
	}
	return f.Encoding.unit(units)
}

// read takes the value of a member.
func (r valueReader) read(value *FieldValue, member Member) {
	switch value.Encoding {
	case EncodingText:
		value.Text, value.Known = Text(member.Value)
		return
	case EncodingNumber:
		n, _, ok := decimal(member.Value, 2)
		value.Number, value.Known = float64(n)/100, ok
		return
	}
	n, ok := value.Encoding.whole(member.Value)
	if !ok {
		return
	}
	value.Known = true
	switch value.Encoding {
	case EncodingEnum:
		value.Number, value.Text = float64(n), value.Enum.Name(n)
	case EncodingFlag, EncodingCapability:
		value.Number = oneIf(n == 2)
	case EncodingTOUOverride:
		value.Number = oneIf(n == 1)
	case EncodingTriState:
		value.Number, value.Known = oneIf(n == 2), n == 1 || n == 2
	default:
		value.Number = float64(n)
		if hundredths, ok := value.Encoding.hundredths(n, r.units, r.formula); ok {
			value.Number = float64(hundredths) / 100
		}
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
