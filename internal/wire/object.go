package wire

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxMessage is the size in bytes of the longest message that is read.
const MaxMessage = 1 << 20

// maxDepth is how deep objects and arrays may lie in one another. The deepest message
// of docs/protocol.md has six levels.
const maxDepth = 100

var (
	// ErrTooLong says that a message is longer than [MaxMessage].
	ErrTooLong = errors.New("longer than 1 MiB")
	// ErrTooDeep says that a message nests objects or arrays more than 100 deep.
	ErrTooDeep = errors.New("nested too deep")
	// ErrNoObject says that what was read is JSON and yet no object.
	ErrNoObject = errors.New("not a JSON object")
)

// SyntaxError says where something was no message. Its text repeats no more of the
// input than the character that is wrong.
type SyntaxError struct {
	Offset int64 // bytes before the place, from the beginning of the input
	Line   int   // line of the place, from 1
	Err    error // what is wrong there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, byte %d: %v", e.Line, e.Offset, e.Err)
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// Member is one member of an object: its name and its value, which is kept as it was
// written.
type Member struct {
	Name  string
	Value jsontext.Value
}

// Object is a JSON object with its members in the order in which they came, unknown
// and repeated ones included.
type Object []Member

// ParseObject reads one JSON object and nothing after it. The values share memory with
// data, which must not be changed as long as the object is in use. The error is a
// *[SyntaxError].
func ParseObject(data []byte) (Object, error) {
	return parse(data, nil)
}

// Get returns the value of a member. A member that is there with the value null is
// found; of several members of one name the last one counts, as with most readers of
// JSON. Names are compared case by case.
func (o Object) Get(name string) (jsontext.Value, bool) {
	for i := len(o) - 1; i >= 0; i-- {
		if o[i].Name == name {
			return o[i].Value, true
		}
	}
	return nil, false
}

// has tells whether a member is there, null or not.
func (o Object) has(name string) bool {
	_, ok := o.Get(name)
	return ok
}

// integer is Get and Integer.
func (o Object) integer(name string) (int64, bool) {
	v, _ := o.Get(name)
	return Integer(v)
}

// Append writes the object: the same tokens that were read, without white space
// between the members.
func (o Object) Append(dst []byte) []byte {
	dst = append(dst, '{')
	for i, m := range o {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = m.append(dst)
	}
	return append(dst, '}')
}

func (m Member) append(dst []byte) []byte {
	dst = appendText(dst, m.Name)
	dst = append(dst, ':')
	return append(dst, m.Value...)
}

// MarshalJSON is [Object.Append] for encoding/json and its like.
func (o Object) MarshalJSON() ([]byte, error) {
	return o.Append(nil), nil
}

// appendText writes a JSON string. Bytes that are no UTF-8 become U+FFFD: nothing that
// was parsed has any.
func appendText(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}

// object reads a value as an object; anything else is nil.
func object(v jsontext.Value) Object {
	if v.Kind() != '{' {
		return nil
	}
	o, _ := parse(v, nil) // the value is part of what has been parsed
	return o
}

// elements takes a list apart; anything else is none.
func elements(v jsontext.Value) (list []jsontext.Value, ok bool) {
	if v.Kind() != '[' {
		return nil, false
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(v), jsontext.AllowDuplicateNames(true))
	if _, err := dec.ReadToken(); err != nil {
		return nil, false
	}
	for dec.PeekKind() != ']' {
		element, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		end := dec.InputOffset()
		list = append(list, v[end-int64(len(element)):end:end])
	}
	return list, true
}
