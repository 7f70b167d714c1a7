package simulator

import (
	"io"
	"reflect"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// writeJSON writes what the control answers. Types that Go programs use have no names
// for JSON of their own: they get those that the rest has.
func writeJSON(w io.Writer, v any) error {
	return json.MarshalWrite(w, v, jsontext.WithIndent("  "), json.Deterministic(true), json.WithMarshalers(json.JoinMarshalers(
		json.MarshalToFunc(func(e *jsontext.Encoder, m Meter) error { return json.MarshalEncode(e, members(m)) }),
		json.MarshalToFunc(func(e *jsontext.Encoder, c HeaterCounters) error { return json.MarshalEncode(e, members(c)) }),
		json.MarshalToFunc(func(e *jsontext.Encoder, c Counters) error { return json.MarshalEncode(e, members(c)) }),
	)))
}

// members are the fields of a struct as JSON has them here: HeatPumpHours becomes
// heat_pump_hours. Fields of embedded structs are among them.
func members(v any) map[string]any {
	all := make(map[string]any)
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if field.Anonymous {
			for name, member := range members(value.Field(i).Interface()) {
				all[name] = member
			}
			continue
		}
		all[snakeCase(field.Name)] = value.Field(i).Interface()
	}
	return all
}

// snakeCase writes a name in lower case, with _ between its words.
func snakeCase(name string) string {
	var text strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			text.WriteByte('_')
		}
		text.WriteRune(unicode.ToLower(r))
	}
	return text.String()
}
