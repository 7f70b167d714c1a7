package nwp500

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unique"
	"unsafe"
)

// printed is a value of every type of the package that holds a text, the exported ones and those that hold a secret.
var printed = []any{
	APIError{},
	CommandError{},
	Config{},
	ConnectionDiagnostics{},
	ConnectionLost{},
	ConnectionResumed{},
	ControlFailure{},
	Descaling{},
	Device{},
	DeviceInfo{},
	DiagnosticComponents{},
	DiagnosticEvent{},
	DiagnosticHotWater{},
	DiagnosticTotals{},
	Diagnosis{},
	Diagnostics{},
	Energy{},
	EnergyItem{},
	EnergyUsage{},
	FaultCleared{},
	FaultDetected{},
	Features{},
	FeaturesReceived{},
	Field{},
	Firmware{},
	FirmwareDownload{},
	FirmwareDownloads{},
	HandshakeError{},
	HeatingStarted{},
	HeaterHeard{},
	HeaterSilent{},
	HeatingStopped{},
	Installer{},
	InstallerDiagnostics{},
	Location{},
	MAC{},
	Members{},
	Message{},
	MessageError{},
	Missed{},
	ModeChanged{},
	Payload{},
	PowerChanged{},
	Price{},
	PushToken{},
	RangeError{},
	RecirculationEntry{},
	RecirculationTimetable{},
	RecirculationWindow{},
	RecordedFault{},
	Reservation{},
	Reservations{},
	Secret{},
	ServiceAnnounced{},
	SetpointChanged{},
	SignInNeeded{},
	Source{},
	Status{},
	StatusReceived{},
	TOU{},
	TOUPeriod{},
	TOUPlan{},
	TOUSchedule{},
	TOUUpdate{},
	Temperature{},
	TemperatureChanged{},
	TemperatureDifference{},
	Tokens{},
	UnsupportedError{},
	Value[Mode]{},

	(*Client)(nil), (*Session)(nil), (*Heater)(nil), (*Poll)(nil), (*Subscription)(nil), (*Decoder)(nil),

	request{},
	(*account)(nil),
}

// public are the texts that may be printed, by their types and fields, and why.
var public = map[string]string{
	"APIError.Call":               "method and path",
	"APIError.Message":            "of publicText",
	"CommandError.Command":        "our words",
	"CommandError.Hint":           "our words",
	"ConnectionDiagnostics.Drops": "our words",
	"ConnectionDiagnostics.Error": "an error's",
	"HandshakeError.Message":      "of publicText",
	"DiagnosticEvent.What":        "our words",
	"DiagnosticEvent.Cause":       "our words",
	"Diagnosis.Saw":               "our words",
	"Diagnosis.Guess":             "our words",
	"Diagnosis.Advice":            "our words",
	"RangeError.Field":            "our words",
	"RangeError.Value":            "what the caller gave for a value, none of which is secret",
	"RangeError.Allowed":          "our words",
	"UnsupportedError.Function":   "a name of docs/protocol.md",
	"Field.Name":                  "a name of docs/protocol.md",
	"Field.Unit":                  "our words",
	"Field.Text":                  "the name of an enumeration's value: what names the heater is left out",

	"ConnectionDiagnostics.ClientID": "made up at random",
	"DiagnosticEvent.ClientID":       "made up at random",

	"Device.Name":            "what the owner calls it: how else to tell two heaters apart",
	"Device.AdditionalValue": "a number of the WiFi module's, without the MAC address of no use",
	"Device.InstallType":     "R or C",
	"Device.ModelTypeCode":   "a model",
	"Device.InstallerID":     "a company's number",
	"Descaling.Start":        "a time",
	"Descaling.End":          "a time",
	"RecordedFault.Time":     "a time",
	"Firmware.DeviceGroup":   "a model",

	"request.method":   "of docs/protocol.md",
	"request.path":     "of docs/protocol.md",
	"waitingKey.kind":  "our words",
	"Decoder.warnings": "our words",

	"Tokens.RESTURL":       "the cloud's address",
	"TOU.RegisterPath":     "bt or wifi",
	"TOU.SourceType":       "openei",
	"TOUPlan.Name":         "a tariff's name",
	"TOUPlan.Utility":      "a company's name",
	"TOUPlan.ZIP":          "the area of a tariff",
	"TOUUpdate.Source":     "a tariff as it is published",
	"TOUUpdate.ZIP":        "the area of a tariff",
	"PushToken.ModelName":  "a telephone's model",
	"PushToken.AppVersion": "a version",
	"PushToken.OS":         "a system",
	"PushToken.OSVersion":  "a version",
}

// plain are types whose exported fields hold a text that must not be seen. Wherever fmt asks their methods they hide
// it; in an unexported field of somebody's struct it does not ask, and no type that can be read without a call of Reveal could
// do better there.
var plain = []string{"Config.", "Location.", "Installer.", "Message.", "Members", "Payload", "request."}

// However a value is printed, nothing shows that is not known to be public.
func TestNoTypePrintsASecret(t *testing.T) {
	seen := map[string]bool{}
	for _, value := range printed {
		m := marks{}
		v := reflect.New(reflect.TypeOf(value)).Elem()
		m.fill(v, v.Type().Name(), nil)
		for field, out := range m.shownBy(v.Interface()) {
			seen[field] = true
			if public[field] == "" {
				t.Errorf("%s shows in a %T printed as %.300s", field, value, out)
			}
		}
		for field, out := range m.shownBy(inUnexportedField(v)) {
			seen[field] = true
			isPlain := slices.ContainsFunc(plain, func(of string) bool { return strings.HasPrefix(field, of) })
			if public[field] == "" && !isPlain {
				t.Errorf("%s shows in an unexported field with a %T printed as %.300s", field, value, out)
			}
		}
	}
	for field := range public {
		if !seen[field] {
			t.Errorf("%s does not show: it needs no permission", field)
		}
	}
}

// Every exported type that can hold a text is looked at.
func TestEveryExportedTypeIsPrinted(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() && holdsText(spec.Type) {
				missing[spec.Name.Name] = true
			}
			return true
		})
	}
	for _, value := range printed {
		of := reflect.TypeOf(value)
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		name, _, _ := strings.Cut(of.Name(), "[")
		delete(missing, name)
	}
	for name := range missing {
		t.Errorf("%s has no row in the table of what is printed", name)
	}
}

// holdsText reports whether a type is more than a number.
func holdsText(of ast.Expr) bool {
	switch of := of.(type) {
	case *ast.Ident:
		return of.Name == "string"
	case *ast.InterfaceType, *ast.SelectorExpr: // time.Duration
		return false
	}
	return true
}

// marks are texts that a value was filled with, by the fields that hold them.
type marks map[string][]string

func (m marks) next(field string) string {
	n := 0
	for _, of := range m {
		n += len(of)
	}
	mark := fmt.Sprintf("mark%dkram", 1000+n)
	m[field] = append(m[field], mark)
	return mark
}

// fill puts a mark into every text that a value of our own types holds, in unexported fields, too.
func (m marks) fill(v reflect.Value, field string, within []reflect.Type) {
	of := v.Type()
	if of.Kind() != reflect.Struct && strings.HasPrefix(of.PkgPath(), "github.com/nwp500/nwp500") {
		field = of.Name()
	}
	switch of.Kind() {
	case reflect.String:
		v.SetString(m.next(field))
	case reflect.Struct:
		if of == reflect.TypeFor[concealed]() {
			v.Set(reflect.ValueOf(unique.Make(m.next(field))))
			return
		}
		if !strings.HasPrefix(of.PkgPath(), "github.com/nwp500/nwp500") || slices.Contains(within, of) {
			return // another's, or without an end
		}
		within = append(slices.Clip(within), of)
		for i := range of.NumField() {
			inner := v.Field(i)
			inner = reflect.NewAt(inner.Type(), unsafe.Pointer(inner.UnsafeAddr())).Elem() // unexported ones can be set so
			m.fill(inner, of.Name()+"."+of.Field(i).Name, within)
		}
	case reflect.Pointer:
		v.Set(reflect.New(of.Elem()))
		m.fill(v.Elem(), field, within)
	case reflect.Slice:
		if of.Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte(`"` + m.next(field) + `"`))
			return
		}
		v.Set(reflect.MakeSlice(of, 1, 1))
		m.fill(v.Index(0), field, within)
	case reflect.Map:
		key, element := reflect.New(of.Key()).Elem(), reflect.New(of.Elem()).Elem()
		m.fill(key, field, within)
		m.fill(element, field, within)
		v.Set(reflect.MakeMap(of))
		v.SetMapIndex(key, element)
	}
}

// shownBy returns the fields whose marks show when a value is printed, in whatever clothes, with what shows them.
func (m marks) shownBy(value any) map[string]string {
	found := map[string]string{}
	for _, text := range prints(value) {
		// Bytes as numbers and as hexadecimal digits are made alike: "[109 97]", "[]byte{0x6d, 0x61}", "6d61".
		digits := strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) || 'a' <= r && r <= 'f' {
				return r
			}
			return -1
		}, strings.ReplaceAll(strings.ToLower(text), "0x", ""))
		for field, marks := range m {
			for _, mark := range marks {
				decimal := strings.NewReplacer("[", "", "]", "", " ", "").Replace(fmt.Sprintf("%d", []byte(mark)))
				if strings.Contains(text, mark) || strings.Contains(digits, decimal) || strings.Contains(digits, fmt.Sprintf("%x", mark)) ||
					strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(`"`+mark+`"`))) {
					found[field] = text
				}
			}
		}
	}
	return found
}

// prints prints a value in all ways that a program may, alone and within others.
func prints(value any) []string {
	var out []string
	for _, value := range []any{value, &value, []any{value}, map[string]any{"value": value}, struct{ Value any }{value}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%t"} {
			out = append(out, fmt.Sprintf(verb, value))
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("", "value", value)
		slog.New(slog.NewTextHandler(&log, nil)).Info("", "value", value)
		encoded, err := json.Marshal(value)
		out = append(out, log.String(), string(encoded), fmt.Sprint(err))
	}
	if err, ok := value.(error); ok {
		out = append(out, fmt.Sprintf("%#v", fmt.Errorf("%w", err)), err.Error())
	}
	return out
}

// inUnexportedField returns a struct that holds a value where fmt does not ask its methods.
func inUnexportedField(v reflect.Value) any {
	holder := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "held", PkgPath: "example.com/user", Type: v.Type()}})).Elem()
	reflect.NewAt(v.Type(), unsafe.Pointer(holder.Field(0).UnsafeAddr())).Elem().Set(v)
	return holder.Interface()
}
