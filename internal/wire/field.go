package wire

import "strconv"

// Encoding says how a field stands on the wire (docs/protocol.md §4).
type Encoding int

// The encodings. Those that [Encoding.Boolean] names may come as true and false as
// well; all others but EncodingNumber and EncodingText hold a whole number.
const (
	EncodingInteger               Encoding = iota // a whole number as it is
	EncodingNumber                                // a number, fractions allowed
	EncodingText                                  // a string
	EncodingEnum                                  // a whole number with a name, see Field.Enum
	EncodingFlag                                  // 1 off, 2 on, 0 unknown: on only when 2
	EncodingTriState                              // 1 off, 2 on, 0: the heater does not say
	EncodingCapability                            // 2 fitted, 0 or 1 not
	EncodingTOUStatus                             // 0 off, on is anything else
	EncodingTOUOverride                           // 1 the user has overridden TOU, 2 not
	EncodingHalfCelsius                           // °C = raw / 2
	EncodingDeciCelsius                           // °C = raw / 10
	EncodingDeciCelsiusDifference                 // K = raw / 10; in °F × 9/5, without + 32
	EncodingHalfCelsiusFormula                    // °C = raw / 2; whole °F, see WholeFahrenheit
	EncodingFlow                                  // litres per minute = raw / 10
	EncodingVolume                                // litres
	EncodingEnergyCount                           // 4 Wh each
)

// Boolean tells whether true and false are values of the encoding.
func (e Encoding) Boolean() bool {
	switch e {
	case EncodingFlag, EncodingTriState, EncodingCapability, EncodingTOUStatus, EncodingTOUOverride:
		return true
	}
	return false
}

// Field is one field of a status or of the features.
type Field struct {
	Name     string // on the wire
	Printed  string // in what is printed
	Encoding Encoding
	Alias    string // another spelling of Name on the wire, or ""
	Enum     *Enum  // of EncodingEnum

	shape *shape // of encodingNested
}

// Enum names the values of an enumeration.
type Enum struct {
	Kind  string           // what a value without a name is called
	Names map[int64]string // not to be changed
}

// Name is the name of a value; one without is its kind and the number: mode(17).
func (e *Enum) Name(n int64) string {
	if name, ok := e.Names[n]; ok {
		return name
	}
	return e.Kind + "(" + strconv.FormatInt(n, 10) + ")"
}

// fieldTable is a list of fields with an index by name, aliases included.
type fieldTable struct {
	fields []Field
	index  map[string]int
}

func newFieldTable(fields []Field) fieldTable {
	index := make(map[string]int, len(fields)+1)
	for i, f := range fields {
		index[f.Name] = i
		if f.Alias != "" {
			index[f.Alias] = i
		}
	}
	return fieldTable{fields, index}
}

// field finds a field by any of its names.
func (t *fieldTable) field(name string) (*Field, bool) {
	i, ok := t.index[name]
	if !ok {
		return nil, false
	}
	return &t.fields[i], true
}
