package schedule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nwp500/nwp500"
)

// MaxDocument is the size in bytes of the longest document that is worth reading: the
// largest schedule is some kilobytes.
const MaxDocument = 1 << 20

// Mistake is a document, or a part of one, that cannot be understood. What is understood
// and not allowed is a *nwp500.RangeError.
type Mistake struct{ Reason error }

// Error returns the reason.
func (m *Mistake) Error() string { return m.Reason.Error() }

// Unwrap returns the reason.
func (m *Mistake) Unwrap() error { return m.Reason }

func mistakef(format string, args ...any) error { return &Mistake{fmt.Errorf(format, args...)} }

// head is what a printed message has before its schedule. Most of it says where the
// schedule came from, which does not matter where it goes: a backup may be restored to
// another heater.
type head struct {
	Kind            string  `json:"kind"`
	MAC             ignored `json:"mac_address"`
	Units           string  `json:"units"`
	DeviceType      ignored `json:"device_type"`
	AdditionalValue ignored `json:"additional_value"`
	Unknown         ignored `json:"unknown"`
}

// ignored is a member that may be there and is not looked at.
type ignored struct{}

// UnmarshalJSON takes anything.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

// check refuses a document of another kind.
func (h head) check(kind string) error {
	if h.Kind != "" && h.Kind != kind {
		return mistakef("a document of kind %q is no schedule of kind %q", h.Kind, kind)
	}
	return nil
}

// unit is the unit of the temperatures, or nothing when the document does not say.
func (h head) unit() (string, error) {
	switch h.Units {
	case "":
		return "", nil
	case nwp500.Metric.String():
		return "C", nil
	case nwp500.US.String():
		return "F", nil
	}
	return "", mistakef("units %q are not known: they are metric or us", h.Units)
}

// Decode reads a document: one JSON object and nothing else, into a *Reservations, a
// *Recirculation or a *TOU. A member that the document has and the schedule lacks is a
// mistake in writing it, and would be lost in silence. The error is a *Mistake.
func Decode(data []byte, into any) error {
	if len(data) > MaxDocument {
		return mistakef("longer than any schedule")
	}
	if err := decode(data, into); err != nil {
		return &Mistake{err}
	}
	return nil
}

func decode(data []byte, target any) error {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' {
		return errors.New("not a JSON object, as -o json prints it")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return jsonProblem(data, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one document: a backup is of one heater, see --device")
	}
	return nil
}

// jsonProblem says what is wrong with a document in words that do not come from the program's own types.
func jsonProblem(data []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON: line %d: %w", 1+bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n")), syntax)
	case errors.As(err, &kind):
		return fmt.Errorf("%q cannot be a %s", kind.Field, kind.Value)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not JSON: it ends too early")
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// flexible is a JSON text or number, for what people write either way.
type flexible string

// UnmarshalJSON takes a text or a number.
func (f *flexible) UnmarshalJSON(data []byte) error {
	var text string
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		*f = flexible(text)
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(data, &number); err != nil {
		return fmt.Errorf("%s is neither a text nor a number", data)
	}
	*f = flexible(number)
	return nil
}

// names is a JSON list of texts or numbers, or one text that stands for it.
type names string

// UnmarshalJSON takes ["mon", "tue"] or "mon-tue".
func (n *names) UnmarshalJSON(data []byte) error {
	var list []flexible
	if data[0] != '[' {
		var one flexible
		err := one.UnmarshalJSON(data)
		*n = names(one)
		return err
	}
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	texts := make([]string, len(list))
	for i, text := range list {
		texts[i] = string(text)
	}
	*n = names(strings.Join(texts, ","))
	return nil
}

// entryDays returns the days of an entry, which has them by name, as the byte of the wire, or as both.
func entryDays(named *names, week *int) (nwp500.Days, error) {
	if named == nil && week == nil {
		return 0, mistakef("days are missing")
	}
	if week != nil && (*week < 0 || *week > 255) {
		return 0, &nwp500.RangeError{Field: "week", Value: fmt.Sprint(*week), Allowed: "0 to 254, the sum of the days' numbers"}
	}
	if named == nil {
		return nwp500.Days(*week), nil
	}
	days, err := ParseDays(string(*named))
	if err != nil {
		return 0, err
	}
	if week == nil {
		return days, nil
	}
	if nwp500.Days(*week)&nwp500.EveryDay != days {
		return 0, disagree("days", DaysText(days), "week", *week)
	}
	return nwp500.Days(*week), nil
}

// entryTime returns a time of an entry, which has it as 06:30, as two numbers, or as both. The names are of those.
func entryTime(name string, text *string, hourName string, hour *int, minuteName string, minute *int) (TimeOfDay, error) {
	if (hour == nil) != (minute == nil) {
		return TimeOfDay{}, mistakef("%s and %s come together", hourName, minuteName)
	}
	if hour == nil && text == nil {
		return TimeOfDay{}, mistakef("%s is missing", name)
	}
	var numbers TimeOfDay
	if hour != nil {
		numbers = TimeOfDay{*hour, *minute}
		if err := numbers.check(); err != nil {
			return TimeOfDay{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if text == nil {
		return numbers, nil
	}
	written, err := ParseTime(*text)
	if err != nil {
		return TimeOfDay{}, fmt.Errorf("%s: %w", name, err)
	}
	if hour != nil && written != numbers {
		return TimeOfDay{}, disagree(name, written, hourName+" and "+minuteName, numbers)
	}
	return written, nil
}

// disagree is an entry of which a person changed one form of a value and not the other.
func disagree(name string, value any, otherName string, other any) error {
	return mistakef("%s %v and %s %v disagree: change both, or leave %s out", name, value, otherName, other, otherName)
}
