package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/nwp500/nwp500"
)

// largestSchedule bounds what is read: the largest schedule is some kilobytes.
const largestSchedule = 1 << 20

// scheduleHead is what a printed message has before its schedule. Most of it says where the schedule came from, which
// does not matter where it goes: a backup may be restored to another heater.
type scheduleHead struct {
	Kind            string          `json:"kind"`
	MAC             json.RawMessage `json:"mac_address"`
	Units           string          `json:"units"`
	DeviceType      json.RawMessage `json:"device_type"`
	AdditionalValue json.RawMessage `json:"additional_value"`
	Unknown         json.RawMessage `json:"unknown"`
}

// check refuses a document of another kind.
func (h scheduleHead) check(kind string) error {
	if h.Kind != "" && h.Kind != kind {
		return usagef("a document of kind %q is no schedule of kind %q", h.Kind, kind)
	}
	return nil
}

// unit is the unit of the temperatures, or nothing when the document does not say.
func (h scheduleHead) unit() (string, error) {
	switch h.Units {
	case "":
		return "", nil
	case nwp500.Metric.String():
		return "C", nil
	case nwp500.US.String():
		return "F", nil
	}
	return "", usagef("units %q are not known: they are metric or us", h.Units)
}

// readDocument reads the one JSON document of a file, or of standard input when the path is "-". A member that the
// document has and target lacks is a mistake in writing it, and would be lost in silence.
func (p *program) readDocument(ctx context.Context, path string, target any) error {
	name, from := "standard input", p.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return usagef("%s: %w", path, reason(err))
		}
		defer file.Close() //nolint:errcheck // it was only read
		name, from = path, file
	}
	reader := newPatientReader(ctx, from, func() error { return nil })
	data, err := io.ReadAll(io.LimitReader(reader, largestSchedule+1))
	if ended := context.Cause(ctx); err != nil && ended != nil {
		return fmt.Errorf("%s: %w", name, ended)
	}
	if err != nil {
		return usagef("%s: %w", name, reason(err))
	}
	if len(data) > largestSchedule {
		return usagef("%s: longer than any schedule", name)
	}
	if err := oneDocument(data, target); err != nil {
		return usagef("%s: %w", name, err)
	}
	return nil
}

// oneDocument decodes data that is one JSON object and nothing else.
func oneDocument(data []byte, target any) error {
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
		return 0, usagef("days are missing")
	}
	if week != nil && (*week < 0 || *week > 255) {
		return 0, &nwp500.RangeError{Field: "week", Value: fmt.Sprint(*week), Allowed: "0 to 254, the sum of the days' numbers"}
	}
	if named == nil {
		return nwp500.Days(*week), nil
	}
	days, err := parseDays(string(*named))
	if err != nil {
		return 0, err
	}
	if week == nil {
		return days, nil
	}
	if nwp500.Days(*week)&nwp500.EveryDay != days {
		return 0, disagree("days", daysText(days), "week", *week)
	}
	return nwp500.Days(*week), nil
}

// entryTime returns a time of an entry, which has it as 06:30, as two numbers, or as both. The names are of those.
func entryTime(name string, text *string, hourName string, hour *int, minuteName string, minute *int) (timeOfDay, error) {
	if (hour == nil) != (minute == nil) {
		return timeOfDay{}, usagef("%s and %s come together", hourName, minuteName)
	}
	if hour == nil && text == nil {
		return timeOfDay{}, usagef("%s is missing", name)
	}
	var numbers timeOfDay
	if hour != nil {
		numbers = timeOfDay{*hour, *minute}
		if err := numbers.check(); err != nil {
			return timeOfDay{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	if text == nil {
		return numbers, nil
	}
	written, err := parseTimeOfDay(*text)
	if err != nil {
		return timeOfDay{}, fmt.Errorf("%s: %w", name, err)
	}
	if hour != nil && written != numbers {
		return timeOfDay{}, disagree(name, written, hourName+" and "+minuteName, numbers)
	}
	return written, nil
}

// disagree is an entry of which a person changed one form of a value and not the other.
func disagree(name string, value any, otherName string, other any) error {
	return usagef("%s %v and %s %v disagree: change both, or leave %s out", name, value, otherName, other, otherName)
}
