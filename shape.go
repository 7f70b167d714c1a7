package nwp500

import (
	"encoding/json"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// shape reads a JSON object of the cloud member by member. A member that is
// missing, null or of another type reads as nothing, so that one odd value does
// not cost the rest; what was not asked for is left in unknown.
type shape struct {
	object wire.Object
	asked  map[string]bool
}

func newShape(value jsontext.Value) *shape {
	object, err := wire.ParseObject(value)
	if err != nil {
		return nil
	}
	return &shape{object: object, asked: make(map[string]bool)}
}

func (s *shape) get(name string) jsontext.Value {
	value, ok := s.object.Get(name)
	if !ok || value.Kind() == 'n' {
		s.ask(name)
		return nil
	}
	return value
}

func (s *shape) ask(name string) {
	if s.asked != nil {
		s.asked[name] = true
	}
}

// text reads a text; a number reads as its literal.
func (s *shape) text(name string) string {
	value := s.get(name)
	switch value.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, value)
		if err != nil {
			return ""
		}
		s.ask(name)
		return string(text)
	case '0':
		s.ask(name)
		return string(value)
	}
	return ""
}

// integer reads an integer, also one that comes as text.
func (s *shape) integer(name string) Value[int] {
	value := s.get(name)
	if value.Kind() == '"' {
		number, err := strconv.Atoi(s.text(name))
		if err != nil {
			return Value[int]{}
		}
		return ValueOf(number)
	}
	number := intOf(wire.Integer(value))
	if number.known {
		s.ask(name)
	}
	return number
}

// number reads a number.
func (s *shape) number(name string) Value[float64] {
	number, ok := wire.Number(s.get(name))
	if !ok {
		return Value[float64]{}
	}
	s.ask(name)
	return ValueOf(number)
}

// inner reads an object; it is nil when there is none.
func (s *shape) inner(name string) *shape {
	value := s.get(name)
	if value.Kind() != '{' {
		return nil
	}
	s.ask(name)
	return newShape(value)
}

// list reads the elements of an array.
func (s *shape) list(name string) []jsontext.Value {
	value := s.get(name)
	if value.Kind() != '[' {
		return nil
	}
	s.ask(name)
	return elements(value)
}

// elements returns the elements of an array, none when it is something else.
func elements(value jsontext.Value) []jsontext.Value {
	var raw []json.RawMessage
	if value.Kind() != '[' || json.Unmarshal(value, &raw) != nil {
		return nil
	}
	values := make([]jsontext.Value, len(raw))
	for i, element := range raw {
		values[i] = jsontext.Value(element)
	}
	return values
}

// unknown returns the members that nobody asked for or that could not be read.
func (s *shape) unknown() Members {
	var unknown Members
	for _, member := range s.object {
		if s.asked[member.Name] {
			continue
		}
		if unknown == nil {
			unknown = make(Members)
		}
		unknown[member.Name] = json.RawMessage(member.Value)
	}
	return unknown
}
