package wire

import "slices"

// shape says how an object is printed.
type shape struct {
	fieldTable
	// derive, when there is one, writes what follows from several fields.
	derive func(w *writer, o Object)
	// body: the shape of a whole body, whose unknown members are printed even when
	// there are none.
	body bool
	// complete: fields that are missing or null are listed.
	complete bool
}

// newShape makes the shape of an object within a body.
func newShape(derive func(*writer, Object), groups ...[]Field) *shape {
	return &shape{fieldTable: newFieldTable(slices.Concat(groups...)), derive: derive}
}

// newBody makes the shape of a body that is neither a status nor features.
func newBody(groups ...[]Field) *shape {
	s := newShape(nil, append(groups, routing)...)
	s.body = true
	return s
}

// Encodings within messages that are neither a status nor features.
const (
	encodingNested    Encoding = -iota - 1 // an object, or a list of objects
	encodingEntries                        // the entries of a schedule: a list of objects, or hex
	encodingNumbers                        // a number, or a list of numbers
	encodingScalar                         // a number or a string
	encodingPrice                          // to be divided by 10^decimalPoint
	encodingUsage                          // the data of an energy usage
	encodingElsewhere                      // printed at the head of the document, or not at all
)

// fields makes fields of one encoding, printed by their names in snake case.
func fields(encoding Encoding, names ...string) []Field {
	list := make([]Field, len(names))
	for i, name := range names {
		list[i] = Field{Name: name, Printed: snakeCase(name), Encoding: encoding}
	}
	return list
}

func enumField(name string, enum *Enum) []Field {
	return []Field{{Name: name, Printed: snakeCase(name), Encoding: EncodingEnum, Enum: enum}}
}

func nestedField(name string, s *shape) []Field {
	return []Field{{Name: name, Printed: snakeCase(name), Encoding: encodingNested, shape: s}}
}

// snakeCase turns typeOfTD into type_of_td and dhwTemperature2 into dhw_temperature2.
func snakeCase(name string) string {
	snake := make([]byte, 0, len(name)+4)
	capital := true // so was the one before: a row of capitals is one word
	for _, c := range []byte(name) {
		isCapital := c >= 'A' && c <= 'Z'
		if isCapital {
			if !capital {
				snake = append(snake, '_')
			}
			c += 'a' - 'A'
		}
		capital = isCapital
		snake = append(snake, c)
	}
	return string(snake)
}
