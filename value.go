package nwp500

import (
	"encoding/json"
	"fmt"
)

// Value is something that a heater may leave out of a message. The zero Value is
// unknown, which is not the same as zero: firmware differs in the fields that it
// sends.
type Value[T comparable] struct {
	value T
	known bool
}

// ValueOf returns a known value.
func ValueOf[T comparable](value T) Value[T] { return Value[T]{value: value, known: true} }

// intOf returns an integer of the wire. One that an int does not hold, which has 32 bits
// on some machines, is unknown.
func intOf(number int64, ok bool) Value[int] {
	if !ok || int64(int(number)) != number {
		return Value[int]{}
	}
	return ValueOf(int(number))
}

// Get returns the value, and whether it is known.
func (v Value[T]) Get() (T, bool) { return v.value, v.known }

// Known reports whether the heater said the value.
func (v Value[T]) Known() bool { return v.known }

// Is reports whether the value is known and equals other.
func (v Value[T]) Is(other T) bool { return v.known && v.value == other }

// Or returns the value, or fallback when it is unknown.
func (v Value[T]) Or(fallback T) T {
	if v.known {
		return v.value
	}
	return fallback
}

// String returns the value as fmt prints it, or "unknown".
func (v Value[T]) String() string {
	if !v.known {
		return "unknown"
	}
	return fmt.Sprint(v.value)
}

// MarshalJSON encodes the value, or null when it is unknown.
func (v Value[T]) MarshalJSON() ([]byte, error) {
	if !v.known {
		return []byte("null"), nil
	}
	return json.Marshal(v.value)
}

// OnOff is a two-state field as the heater says it. Its numbers are the wire's
// (docs/protocol.md §4), so a value that no document knows survives.
type OnOff int

const (
	// NotSaid is a field that is missing, or that the heater left open with a 0.
	// It is not off.
	NotSaid OnOff = 0
	// Off is a field that is off.
	Off OnOff = 1
	// On is a field that is on.
	On OnOff = 2
)

// IsOn reports whether the field is on.
func (s OnOff) IsOn() bool { return s == On }

// IsOff reports whether the heater said that the field is off.
func (s OnOff) IsOff() bool { return s == Off }

// String returns "on", "off" or "unknown", and "on_off(7)" for a number without
// a meaning.
func (s OnOff) String() string {
	return name(onOffNames, s, "on_off")
}

var onOffNames = map[OnOff]string{NotSaid: "unknown", Off: "off", On: "on"}

// MarshalJSON encodes true, false, or null when neither was said.
func (s OnOff) MarshalJSON() ([]byte, error) {
	switch s {
	case On:
		return []byte("true"), nil
	case Off:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// Capability tells whether a heater has a function (docs/protocol.md §4,
// Features).
type Capability int

const (
	// CapabilityUnknown is a function that the heater's features do not mention.
	CapabilityUnknown Capability = iota
	// NotFitted is a function that the heater says it lacks.
	NotFitted
	// Fitted is a function that the heater has.
	Fitted
)

// String returns "fitted", "not fitted" or "unknown".
func (c Capability) String() string { return name(capabilityNames, c, "capability") }

var capabilityNames = map[Capability]string{
	CapabilityUnknown: "unknown", NotFitted: "not fitted", Fitted: "fitted",
}

// MarshalJSON encodes true, false, or null when it is unknown.
func (c Capability) MarshalJSON() ([]byte, error) {
	switch c {
	case Fitted:
		return []byte("true"), nil
	case NotFitted:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// name returns the name of an enumeration's value, or its kind and number.
func name[T ~int](names map[T]string, value T, kind string) string {
	if text, ok := names[value]; ok {
		return text
	}
	return fmt.Sprintf("%s(%d)", kind, int(value))
}
