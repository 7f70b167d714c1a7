package wire

import "github.com/go-json-experiment/json/jsontext"

// value writes the value of a field of the object o. It returns false, and may have
// written something, when the value is of a type that the field cannot have.
func (w *writer) value(f *Field, v jsontext.Value, o Object) bool {
	if v.Kind() == 'n' {
		w.literal("null")
		return true
	}
	switch f.Encoding {
	case EncodingNumber:
		n, _, ok := decimal(v, 2)
		w.hundredths(n)
		return ok
	case EncodingText:
		w.raw(v)
		return v.Kind() == '"'
	case encodingScalar:
		w.raw(v)
		return v.Kind() == '"' || v.Kind() == '0'
	case encodingNested:
		return w.nested(f.shape, v)
	case encodingEntries:
		return w.entries(v)
	case encodingNumbers:
		return w.numbers(v)
	case encodingPrice:
		return w.price(v, o)
	case encodingUsage:
		return w.usage(v, o)
	}
	n, ok := f.Encoding.whole(v)
	if ok {
		w.whole(f, n)
	}
	return ok
}

// whole reads the whole number that stands for a value of the encoding.
func (e Encoding) whole(v jsontext.Value) (n int64, ok bool) {
	if !e.Boolean() {
		return Integer(v)
	}
	n, ok = Flag(v)
	if e == EncodingTOUStatus && v.Kind() != '0' {
		n-- // true is 1 here, and false 0
	}
	return n, ok
}

// whole writes the value of a field that a whole number stands for.
func (w *writer) whole(f *Field, n int64) {
	switch f.Encoding {
	case EncodingEnum:
		w.text(f.Enum.Name(n))
	case EncodingFlag, EncodingCapability:
		w.bool(n == 2)
	case EncodingTOUOverride:
		w.bool(n == 1)
	case EncodingTriState:
		switch n {
		case 1:
			w.literal("false")
		case 2:
			w.literal("true")
		default:
			w.literal("null")
		}
	default:
		if quantity, ok := f.Encoding.hundredths(n, w.units, w.formula); ok {
			w.hundredths(quantity)
		} else {
			w.integer(n)
		}
	}
}

// nested writes an object, or a list of objects, of a shape.
func (w *writer) nested(s *shape, v jsontext.Value) bool {
	if v.Kind() == '{' {
		w.object(s, object(v))
		return true
	}
	list, ok := objects(v)
	if ok {
		w.objects(s, list)
	}
	return ok
}

func (w *writer) objects(s *shape, list []Object) {
	w.open('[')
	for _, o := range list {
		w.object(s, o)
	}
	w.close(']')
}

// numbers writes a number, or a list of numbers.
func (w *writer) numbers(v jsontext.Value) bool {
	list, isList := elements(v)
	if !isList {
		n, _, ok := decimal(v, 2)
		w.hundredths(n)
		return ok
	}
	w.open('[')
	for _, element := range list {
		n, _, ok := decimal(element, 2)
		if !ok {
			return false
		}
		w.hundredths(n)
	}
	w.close(']')
	return true
}

// objects takes a list of objects apart; a list with anything else in it is none.
func objects(v jsontext.Value) (list []Object, ok bool) {
	values, ok := elements(v)
	if !ok {
		return nil, false
	}
	list = make([]Object, len(values))
	for i, element := range values {
		if list[i] = object(element); list[i] == nil {
			return nil, false
		}
	}
	return list, true
}
