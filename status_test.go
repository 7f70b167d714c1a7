package nwp500

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

func parseStatus(t *testing.T, message string) *Status {
	t.Helper()
	envelope, err := wire.ParseEnvelope([]byte(message))
	if err != nil {
		t.Fatal(err)
	}
	object, ok := envelope.Status()
	if !ok {
		t.Fatalf("no status in %s", message)
	}
	return newStatus(object, NewMAC(envelope.MAC()), time.Time{})
}

// Every field of the wire has a field of its own in the struct, which takes its
// encoding.
func TestEveryWireFieldHasAHome(t *testing.T) {
	for _, plan := range []*plan{statusPlan(), featuresPlan()} {
		homes := make(map[int]string)
		for _, field := range plan.fields {
			known, _ := plan.lookup(field.Name)
			index, ok := plan.targets[known]
			if !ok {
				t.Errorf("%s has no field for %s", plan.of.Name(), field.Name)
				continue
			}
			if other, taken := homes[index]; taken {
				t.Errorf("%s and %s share a field", other, field.Name)
			}
			homes[index] = field.Name
			value := "2"
			if field.Encoding == wire.EncodingText {
				value = `"2"`
			}
			scratch := reflect.New(plan.of).Elem()
			if !plan.read(scratch, wire.Member{Name: field.Name, Value: []byte(value)}) || scratch.Field(index).IsZero() {
				t.Errorf("%s does not take %s for %s", plan.of.Field(index).Name, value, field.Name)
			}
		}
		tags := 0
		for i := range plan.of.NumField() {
			if _, ok := plan.of.Field(i).Tag.Lookup("wire"); ok {
				tags++
			}
		}
		if tags != len(plan.fields) {
			t.Errorf("%s has %d fields of the wire, the table %d", plan.of.Name(), tags, len(plan.fields))
		}
	}
}

func TestCapturedStatusValues(t *testing.T) {
	message, err := os.ReadFile("testdata/vectors/captured_status.json")
	if err != nil {
		t.Fatal(err)
	}
	s := parseStatus(t, string(message))
	for _, test := range []struct{ name, got, want string }{
		{"TankUpper", s.TankUpper.String(), "58.6 °C (137.48 °F)"},
		{"TankLower", s.TankLower.String(), "53.6 °C (128.48 °F)"},
		{"Temperature", s.Temperature.String(), "58.5 °C (137.3 °F)"},
		{"Setpoint", s.Setpoint.String(), "60.5 °C (140.9 °F)"},
		{"Discharge", s.Discharge.String(), "69 °C (156.2 °F)"},      // tenths, not fifths
		{"Superheat", s.Superheat.String(), "4.6 K (8.28 °F)"},       // a difference: no + 32
		{"Inlet", s.Inlet.String(), "0 °C (32 °F)"},                  // zero is not missing
		{"Outside", s.Outside.String(), "0 °C (32 °F)"},              //
		{"Mode", s.Mode.String(), "heat pump"},                       //
		{"Operation", s.Operation.String(), "heat pump"},             //
		{"Compressor", s.Compressor.String(), "on"},                  //
		{"UpperElement", s.UpperElement.String(), "off"},             //
		{"DrawingSustained", s.DrawingSustained.String(), "unknown"}, // 0 of a flag is not off
		{"Power", s.Power.String(), "432"},
		{"FullRecoveryEnergy", s.FullRecoveryEnergy.String(), "7444"},
		{"EnergyToSetpoint", s.EnergyToSetpoint.String(), "1516"},
		{"UsableEnergy", s.UsableEnergy().String(), "5928"},
		{"TOU", s.TOU.String(), "3"},
		{"TOUOverridden", s.TOUOverridden.String(), "false"}, // 2: inverted
		{"Fault", s.Fault.String(), "none"},
		{"Shows", s.Shows.String(), "fahrenheit"},
		{"Recirculation", s.RecirculationMode.String(), "unknown"},
		{"HeatPumpMinimum", s.HeatPumpMinimum.String(), "unknown"},
		{"ElementLowerOnDiff", s.ElementLowerOnDiff.String(), "0 K (0 °F)"}, // misspelt on the wire
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, test.got, test.want)
		}
	}
	if raw, ok := s.Raw("tankUpperTemperature"); !ok || string(raw) != "586" {
		t.Errorf("raw: %s, %v", raw, ok)
	}
	if missing := s.Missing(); !slices.Contains(missing, "recircTemperature") || slices.Contains(missing, "currentInletTemperature") || !slices.IsSorted(missing) {
		t.Errorf("missing: %v", missing)
	}
	if text := fmt.Sprint(s); strings.Contains(text, "0a0b0c0d0e0f") {
		t.Errorf("the status prints the heater's address: %s", text)
	}
}

// What a firmware change brings is kept, and one odd value does not cost the rest.
func TestOddStatus(t *testing.T) {
	s := parseStatus(t, `{"status":{"dhwTemperature":100.0,"tankUpperTemperature":"586","dhwOperationSetting":77,
		"operationBusy":true,"compUse":false,"touStatus":true,"newField":{"a":1},"errorCode":null,"heLowerOnDiffTempSetting":4}}`)
	if s.Temperature != Celsius(50) || s.TankUpper.Known() || s.Mode.String() != "mode(77)" || !s.Heating.IsOn() || !s.Compressor.IsOff() ||
		!s.TOU.Is(1) || s.Fault.Known() || s.ElementLowerOnDiff != Kelvin(0.4) {
		t.Errorf("got %+v", s)
	}
	unknown := s.Unknown()
	if len(unknown) != 2 || string(unknown["newField"]) != `{"a":1}` || string(unknown["tankUpperTemperature"]) != `"586"` {
		t.Errorf("unknown: %s", unknown)
	}
	if missing := s.Missing(); !slices.Contains(missing, "errorCode") || slices.Contains(missing, "tankUpperTemperature") ||
		slices.Contains(missing, "heLowerOnTDiffempSetting") {
		t.Errorf("missing: %v", missing)
	}
}

// What is unknown on either side is no change, and the tri-state's 0 stops nothing.
func TestNoEventsFromWhatIsUnknown(t *testing.T) {
	before := parseStatus(t, `{"status":{"operationBusy":2,"dhwTemperature":100,"errorCode":799,"dhwOperationSetting":1}}`)
	if got := changes(Source{}, before, parseStatus(t, `{"status":{"operationBusy":0}}`)); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	got := changes(Source{}, before, parseStatus(t, `{"status":{"operationBusy":1,"dhwTemperature":0,"errorCode":96,"subErrorCode":2,"dhwOperationSetting":6}}`))
	want := []Event{
		TemperatureChanged{Source{}, Celsius(50), Celsius(0)},
		ModeChanged{Source{}, ValueOf(HeatPump), ValueOf(PowerOff)},
		HeatingStopped{},
		FaultCleared{Source{}, 799},
		FaultDetected{Source{}, 96, 2},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
