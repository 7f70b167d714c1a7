package nwp500

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"unique"
)

// Secret is a text that must not reach a log, an error or a screen by accident: a
// password, a token, a key. However it is printed it shows as "[secret]", or as
// nothing when it is empty; Reveal returns what it holds. It can be compared with ==.
type Secret struct{ text concealed }

// NewSecret returns a secret that holds text.
func NewSecret(text string) Secret { return Secret{conceal(text)} }

// Reveal returns what the secret holds.
func (s Secret) Reveal() string { return reveal(s.text) }

// IsEmpty reports whether the secret holds nothing.
func (s Secret) IsEmpty() bool { return s == Secret{} }

// String returns "[secret]", or "" when the secret is empty.
func (s Secret) String() string { return mask(s.IsEmpty(), "[secret]") }

// GoString returns what String returns.
func (s Secret) GoString() string { return s.String() }

// Format writes what String returns, whatever the verb.
func (s Secret) Format(state fmt.State, _ rune) { hide(state, s.String()) }

// LogValue returns what String returns.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText encodes what String returns.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MAC is a heater's MAC address: 12 hexadecimal digits without separators
// (docs/protocol.md §2). It names one home's heater to the whole cloud, so it
// prints as "[mac]"; Reveal returns the digits. It can be compared with == and be
// the key of a map.
type MAC struct{ digits concealed }

// NewMAC returns the MAC address of these digits, as the cloud spells them.
func NewMAC(digits string) MAC { return MAC{conceal(digits)} }

// Reveal returns the digits.
func (m MAC) Reveal() string { return reveal(m.digits) }

// IsZero reports whether there is no address.
func (m MAC) IsZero() bool { return m == MAC{} }

// String returns "[mac]", or "" when there is no address.
func (m MAC) String() string { return mask(m.IsZero(), "[mac]") }

// GoString returns what String returns.
func (m MAC) GoString() string { return m.String() }

// Format writes what String returns, whatever the verb.
func (m MAC) Format(state fmt.State, _ rune) { hide(state, m.String()) }

// LogValue returns what String returns.
func (m MAC) LogValue() slog.Value { return slog.StringValue(m.String()) }

// MarshalText encodes what String returns.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// Members are members of an answer that no document knows, as they came, by their
// names or paths. Nobody knows what they tell of a home, so they print as
// "[members]", or as nothing when there is none; each for itself is what it is.
type Members map[string]json.RawMessage

// Format writes "[members]", whatever the verb.
func (m Members) Format(state fmt.State, _ rune) { hide(state, mask(len(m) == 0, "[members]")) }

// MarshalText encodes what Format writes.
func (m Members) MarshalText() ([]byte, error) { return []byte(mask(len(m) == 0, "[members]")), nil }

// Payload is a message whose content nobody knows. It prints as "[payload]".
type Payload []byte

// Format writes "[payload]", whatever the verb.
func (p Payload) Format(state fmt.State, _ rune) { hide(state, mask(len(p) == 0, "[payload]")) }

// MarshalText encodes what Format writes.
func (p Payload) MarshalText() ([]byte, error) { return []byte(mask(len(p) == 0, "[payload]")), nil }

// hide writes text in place of a value, whatever the verb.
func hide(state fmt.State, text string) { _, _ = io.WriteString(state, text) }

func mask(empty bool, shown string) string {
	if empty {
		return ""
	}
	return shown
}

// concealed is a text behind a pointer, and still one that can be compared. Methods
// alone do not hide a text: in an unexported field of another type fmt does not ask
// them, and prints what it finds, but a pointer as an address.
type concealed = unique.Handle[string]

// conceal hides a text; the empty one has the zero handle.
func conceal(text string) concealed {
	if text == "" {
		return concealed{}
	}
	return unique.Make(text)
}

func reveal(text concealed) string {
	if text == (concealed{}) {
		return ""
	}
	return text.Value()
}

// kept is a value of an unexported field that a heater or the cloud sent, serial
// number and all. fmt follows a pointer there in vain when it leads to another.
type kept[T any] struct{ at **T }

func keep[T any](value T) kept[T] {
	var place struct {
		at    *T
		value T
	}
	place.value = value
	place.at = &place.value
	return kept[T]{&place.at}
}

// get returns the value, the zero one when none was kept.
func (k kept[T]) get() (value T) {
	if k.at != nil {
		value = **k.at
	}
	return value
}
