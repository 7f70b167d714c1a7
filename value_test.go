package nwp500

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTemperature(t *testing.T) {
	for _, test := range []struct {
		t           Temperature
		c, f        float64
		text, plain string
	}{
		{Celsius(55), 55, 131, "55 °C (131 °F)", `{"celsius":55,"fahrenheit":131}`},
		{Fahrenheit(131), 55, 131, "55 °C (131 °F)", `{"celsius":55,"fahrenheit":131}`},
		{Celsius(0), 0, 32, "0 °C (32 °F)", `{"celsius":0,"fahrenheit":32}`},
		{Fahrenheit(0), -17.777778, 0, "-17.78 °C (0 °F)", `{"celsius":-17.777778,"fahrenheit":0}`},
		{Celsius(-0.001), -0.001, 31.9982, "0 °C (32 °F)", `{"celsius":-0.001,"fahrenheit":31.9982}`},
		{halfCelsius(121), 60.5, 140.9, "60.5 °C (140.9 °F)", `{"celsius":60.5,"fahrenheit":140.9}`},
		{deciCelsius(586), 58.6, 137.48, "58.6 °C (137.48 °F)", `{"celsius":58.6,"fahrenheit":137.48}`},
		{deciCelsius(-5), -0.5, 31.1, "-0.5 °C (31.1 °F)", `{"celsius":-0.5,"fahrenheit":31.1}`},
	} {
		if test.t.Celsius() != test.c || test.t.Fahrenheit() != test.f {
			t.Errorf("%v: got %v °C and %v °F, want %v and %v", test.text, test.t.Celsius(), test.t.Fahrenheit(), test.c, test.f)
		}
		if got := test.t.String(); got != test.text {
			t.Errorf("got %q, want %q", got, test.text)
		}
		if got, err := json.Marshal(test.t); err != nil || string(got) != test.plain {
			t.Errorf("got %s, %v, want %s", got, err, test.plain)
		}
	}
}

// Missing is not zero, and nothing that is no number passes for a temperature.
func TestUnknownTemperature(t *testing.T) {
	for _, unknown := range []Temperature{{}, Celsius(math.NaN()), Fahrenheit(math.Inf(1)), Celsius(math.Inf(-1)), Celsius(math.MaxFloat64)} {
		if unknown.Known() || !math.IsNaN(unknown.Celsius()) || !math.IsNaN(unknown.Fahrenheit()) || unknown.String() != "unknown" {
			t.Errorf("%#v passes for a temperature", unknown)
		}
		if got, err := json.Marshal(unknown); err != nil || string(got) != "null" {
			t.Errorf("got %s, %v, want null", got, err)
		}
	}
	if Celsius(0) == (Temperature{}) || !Celsius(0).Known() {
		t.Error("0 °C passes for unknown")
	}
	if Celsius(60).Minus(Temperature{}).Known() {
		t.Error("a difference to an unknown temperature passes for known")
	}
}

// A difference has no zero point: nothing is added to it in °F.
func TestDifferenceHasNoOffset(t *testing.T) {
	if got := Kelvin(5).Fahrenheit(); got != 9 {
		t.Errorf("5 K are %v °F, want 9", got)
	}
	if got := Celsius(60.5).Minus(Celsius(58)).Fahrenheit(); got != 4.5 {
		t.Errorf("got %v °F, want 4.5", got)
	}
	if got := Kelvin(4.6).String(); got != "4.6 K (8.28 °F)" {
		t.Errorf("got %q", got)
	}
}

// What is set in one unit is written as the nearest half degree Celsius.
func TestRawOfAnyUnit(t *testing.T) {
	for f, want := range map[float64]int{131: 110, 130: 109, 140: 120, 95: 70, 149.9: 131} {
		if got := Fahrenheit(f).raw(); got != want {
			t.Errorf("%v °F: raw %d, want %d", f, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.IntRange(-200, 400).Draw(t, "raw")
		if got := Fahrenheit(halfCelsius(int64(raw)).Fahrenheit()).raw(); got != raw {
			t.Fatalf("raw %d comes back as %d", raw, got)
		}
	})
}

func TestOutsideTemperature(t *testing.T) {
	for _, test := range []struct {
		raw     int64
		formula Value[FormulaType]
		want    float64
	}{
		{5, ValueOf(FormulaStandard), 37},     // 36.5 rounds up
		{5, ValueOf(FormulaAsymmetric), 37},   // remainder 5: up
		{19, ValueOf(FormulaAsymmetric), 49},  // 49.1, remainder 9: down
		{14, ValueOf(FormulaAsymmetric), 45},  // 44.6: up
		{-11, ValueOf(FormulaAsymmetric), 23}, // 22.1, remainder -1 and not 9: up
		{-11, ValueOf(FormulaStandard), 22},
		{0, Value[FormulaType]{}, 32},
		{5, ValueOf(FormulaType(7)), 37},
	} {
		got := outsideTemperature(test.raw, test.formula)
		if got.Fahrenheit() != test.want || got.Celsius() != float64(test.raw)/2 {
			t.Errorf("raw %d, formula %v: %v °F, want %v", test.raw, test.formula, got.Fahrenheit(), test.want)
		}
	}
}

func TestUnknownEnumerationsSurvive(t *testing.T) {
	for got, want := range map[string]string{
		Mode(17).String(): "mode(17)", HeatPump.String(): "heat pump", OperationMode(77).String(): "operation_mode(77)",
		ValueOf(Mode(0)).String(): "mode(0)", Value[Mode]{}.String(): "unknown", OnOff(3).String(): "on_off(3)",
		NotSaid.String(): "unknown", On.String(): "on", VolumeCode(9).String(): "volume(9)",
		RecirculationMode(9).String(): "recirc_mode(9)", DemandResponseEvent(9).String(): "dr_event(9)",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseMode(t *testing.T) {
	for text, want := range map[string]Mode{"heat-pump": HeatPump, "heat_pump": HeatPump, "Energy Saver": EnergySaver, " electric ": Electric} {
		if got, err := ParseMode(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
	if _, err := ParseMode("turbo"); err == nil || !strings.Contains(err.Error(), "heat-pump") {
		t.Errorf("got %v, want the modes that there are", err)
	}
}

// However a secret is printed, it does not show.
func TestSecretsDoNotPrint(t *testing.T) {
	secret, mac := NewSecret("hunter2"), NewMAC("0a0b0c0d0e0f")
	tokens := &Tokens{Email: NewSecret("owner@home.example"), Access: secret, SecretKey: secret}
	device := Device{MAC: mac, Location: &Location{Address: "1 Example Street"}}
	var out strings.Builder
	log := slog.New(slog.NewJSONHandler(&out, nil))
	for _, value := range []any{
		secret, &secret, mac, tokens, *tokens, device, &device,
		Config{Email: "owner@home.example", Password: secret},
		[]Secret{secret},
		map[MAC]Secret{mac: secret},
		DeviceInfo{Device: device, Installer: Installer{PhoneNumber: "555-0100"}},
		Message{Topic: "cmd/52/navilink-0a0b0c0d0e0f/st", Payload: []byte("0a0b0c0d0e0f")},
		Features{Serial: NewSecret("SERIAL123")},
		StatusReceived{Source{Device: device}, &Status{MAC: mac}},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
		log.Info("value", "is", value)
	}
	for _, bad := range []string{"hunter2", "0a0b0c0d0e0f", "home.example", "Example Street", "555-0100", "SERIAL123", "68756e74657232"} {
		if i := strings.Index(out.String(), bad); i >= 0 {
			t.Errorf("%q shows: %.200s", bad, out.String()[max(0, i-100):])
		}
	}
	if secret.Reveal() != "hunter2" || mac.Reveal() != "0a0b0c0d0e0f" {
		t.Error("what is revealed is not what was hidden")
	}
}

func TestPublicText(t *testing.T) {
	for _, hidden := range []string{"user owner@home.example", "device 0a0b0c0d0e0f", "see https://h/?X-Amz-Security-Token=abc", strings.Repeat("x ", 200)} {
		if got := publicText(hidden); !strings.Contains(got, "not shown") {
			t.Errorf("%q shows as %q", hidden, got)
		}
	}
	if got := publicText("INVALID_USER_PASSWORD"); got != "INVALID_USER_PASSWORD" {
		t.Errorf("got %q", got)
	}
}
