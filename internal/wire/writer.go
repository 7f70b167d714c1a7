package wire

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// writer prints objects by their shapes.
type writer struct {
	dst  []byte
	more bool // something stands before within the same brackets

	units    Units // metric or US
	formula  int64 // tempFormulaType
	schedule Kind  // whose entries the reservation member holds
}

// next parts what follows from what was written before within the same brackets.
func (w *writer) next() {
	if w.more {
		w.dst = append(w.dst, ',')
	}
	w.more = true
}

// open begins an object or a list, close ends it.
func (w *writer) open(bracket byte) {
	w.next()
	w.dst, w.more = append(w.dst, bracket), false
}

func (w *writer) close(bracket byte) {
	w.dst, w.more = append(w.dst, bracket), true
}

// name begins a member.
func (w *writer) name(name string) {
	w.text(name)
	w.dst, w.more = append(w.dst, ':'), false
}

func (w *writer) text(s string) {
	w.next()
	w.dst = appendText(w.dst, s)
}

func (w *writer) integer(n int64) {
	w.next()
	w.dst = strconv.AppendInt(w.dst, n, 10)
}

func (w *writer) hundredths(n int64) {
	w.next()
	w.dst = appendDecimal(w.dst, n, 2)
}

// literal writes true, false or null.
func (w *writer) literal(s string) {
	w.next()
	w.dst = append(w.dst, s...)
}

func (w *writer) bool(b bool) { w.literal(strconv.FormatBool(b)) }

// raw writes a value as it came, on one line.
func (w *writer) raw(v jsontext.Value) {
	w.next()
	w.dst, _ = jsontext.AppendFormat(w.dst, v, // v is part of what has been parsed
		jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(true))
}

// object writes an object by its shape.
func (w *writer) object(s *shape, o Object) {
	w.open('{')
	w.members(s, o)
	w.close('}')
}

// members writes what is within the braces of an object: the fields in the order of the
// shape, what is derived from them, and whatever has no place there, as it came.
func (w *writer) members(s *shape, o Object) {
	at := make([]int, len(s.fields)) // where each field stands in o, plus one
	var unknown Object
	for i, m := range o {
		if f, ok := s.index[m.Name]; ok {
			at[f] = i + 1
		} else {
			unknown = append(unknown, m)
		}
	}
	var missing []string
	for i := range s.fields {
		f := &s.fields[i]
		if at[i] == 0 {
			missing = append(missing, f.Name)
			continue
		}
		m := o[at[i]-1]
		if s.complete && m.Value.Kind() == 'n' {
			missing = append(missing, f.Name)
		} else if !w.member(f, m.Value, o) {
			unknown = append(unknown, m)
		}
	}
	if s.derive != nil {
		s.derive(w, o)
	}
	if s.complete {
		slices.Sort(missing)
		w.name("missing")
		w.texts(missing)
	}
	if s.body || len(unknown) > 0 {
		w.name("unknown")
		w.rawObject(unknown)
	}
}

// member writes one field of the object o. It writes nothing and returns false when
// the value is of a type that the field cannot have.
func (w *writer) member(f *Field, v jsontext.Value, o Object) bool {
	if f.Encoding == encodingElsewhere {
		return v.Kind() == '"' || v.Kind() == '0' || v.Kind() == 'n'
	}
	length, more := len(w.dst), w.more
	w.name(f.Printed)
	if !w.value(f, v, o) {
		w.dst, w.more = w.dst[:length], more
		return false
	}
	return true
}

// texts writes a list of strings.
func (w *writer) texts(list []string) {
	w.open('[')
	for _, s := range list {
		w.text(s)
	}
	w.close(']')
}

// rawObject writes members as they came; of several of one name only the last, so that
// every reader sees the same.
func (w *writer) rawObject(o Object) {
	last := make(map[string]int, len(o))
	for i, m := range o {
		last[m.Name] = i
	}
	w.open('{')
	for i, m := range o {
		if last[m.Name] == i {
			w.name(m.Name)
			w.raw(m.Value)
		}
	}
	w.close('}')
}
