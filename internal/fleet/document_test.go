package fleet

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// An ID never changes: Home Assistant, histories and boards keep it.
func TestIdentity(t *testing.T) {
	for mac, want := range map[string]string{
		"04786332fca0": "6ed3bf9293", "04786332FCA0": "6ed3bf9293", "000000000000": "db8bd24eb2",
	} {
		if got := Identity(nwp500.NewMAC(mac)); got != want {
			t.Errorf("the ID is %s, want %s", got, want)
		}
	}
}

// The document of a heater has what was heard, with the numbers of the values, and nothing
// that names it.
func TestDocument(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		simulated.RaiseFault(799, 0)
		pass(time.Minute)
		state := h.State()
		printed, err := json.Marshal(state.Document())
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{simulated.MAC(), simulated.Serial(), w.Accounts()[0].Email, "mac_address", "serial"} {
			if strings.Contains(strings.ToLower(string(printed)), strings.ToLower(secret)) {
				t.Errorf("it tells %q", secret)
			}
		}
		var document struct {
			ID               string
			Status, Features map[string]any
			Summary          api.Summary
			Fault            api.Fault
			Today, Month     *api.Usage
			EnergyAt         time.Time `json:"energy_at"`
			Firmware         []api.Firmware
		}
		if err := json.Unmarshal(printed, &document); err != nil {
			t.Fatal(err)
		}
		if document.ID != h.ID() || document.Fault.Code != 799 || !strings.Contains(document.Fault.Advice, "close the cold water") ||
			document.Today == nil || document.Month == nil || !document.EnergyAt.Equal(state.EnergyAt) || state.EnergyAt.IsZero() || len(document.Firmware) != 4 || *document.Summary.TankLitres != 246 {
			t.Errorf("got %s", printed)
		}
		sameNumbers(t, document.Status, state.StatusValues())
		sameNumbers(t, document.Features, state.FeatureValues())
		if len(state.StatusValues()) != 103 {
			t.Errorf("%d values of a status", len(state.StatusValues()))
		}
		if told := events(w.heard(), api.FaultEvent); len(told) != 1 || told[0].Fault.Code != 799 {
			t.Errorf("told %+v", told)
		}
		simulated.ClearFault()
		pass(6 * time.Minute)
		if told := events(w.heard(), api.FaultClearedEvent); len(told) != 1 || told[0].Fault.Code != 799 || h.State().Document().Fault != nil {
			t.Errorf("told %+v", told)
		}
	})
}

// sameNumbers compares values with what is printed of the same message.
func sameNumbers(t *testing.T, printed map[string]any, values []Value) {
	t.Helper()
	for _, v := range values {
		var want any
		switch {
		case !v.Known:
		case v.Kind == Flag:
			want = v.Number == 1
		case v.Kind == Enumeration:
			want = v.Text
		default:
			want = v.Number
		}
		if got := printed[v.Name]; got != want {
			t.Errorf("%s is printed as %v, and its value is %+v", v.Name, got, v)
		}
		delete(printed, v.Name)
	}
	for name := range printed {
		if !slices.Contains([]string{"units", "missing", "unknown", "error"}, name) {
			t.Errorf("%s is printed and no value", name)
		}
	}
}

func TestHotLitres(t *testing.T) {
	for _, c := range []struct{ tank, upper, lower, cold, want float64 }{
		{246, 60, 60, 15, 442.8},         // 45/25 of it
		{246, 60, 39, 15, 221.4},         // the lower half is too cold to mix with
		{246, 39.9, 39.9, 15, 0},         //
		{246, 40, 40, 15, 246},           //
		{189.2, 49, 49, 10, 189.2 * 1.3}, //
	} {
		if got := hotLitres(c.tank, c.upper, c.lower, c.cold); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%+v: got %v", c, got)
		}
	}
}

// What runs and why, as a simulated day shows it.
func TestSummary(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		summary := func() *api.Summary { return h.State().Document().Summary }
		expect := func(doing, why string) {
			t.Helper()
			pass(2 * time.Minute)
			do(t, h, api.Command{Name: api.Refresh})
			if s := summary(); !strings.HasPrefix(s.Doing, doing) || !strings.Contains(s.Why, why) {
				t.Errorf("doing %q, why %q, want %q, %q", s.Doing, s.Why, doing, why)
			}
		}
		simulated.SetDraws(simulator.NoDraws)
		simulated.SetTank(49, 48)
		expect("standing by", "")
		simulated.SetTank(40, 20)
		do(t, h, api.Command{Name: api.SetMode, Mode: "heat_pump"})
		expect("heating with the heat pump", "below the setpoint")
		do(t, h, api.Command{Name: api.SetMode, Mode: "electric"})
		expect("heating with the upper element", "below the setpoint")
		do(t, h, api.Command{Name: api.SetVacation, On: ptr(true), Days: ptr(5)})
		expect("on vacation", "5 days")
		do(t, h, api.Command{Name: api.SetPower, On: ptr(false)})
		expect("off", "")
		if s := summary(); !s.InletAssumed || *s.InletCelsius != assumedInlet || s.Sources == nil {
			t.Errorf("got %+v", s)
		}
	})
}

// Each code of docs/protocol.md §6 has advice, and an unknown one says that it is.
func TestFaultAdvice(t *testing.T) {
	for _, defect := range simulator.Defects() {
		if _, known := faultAdvice[nwp500.FaultCode(defect.Code)]; !known {
			t.Errorf("E%03d %s has no advice", defect.Code, defect.Name)
		}
	}
	if f := newFault(123, 4); f.Name != "E123" || !strings.Contains(f.Advice, "not known here") {
		t.Errorf("got %+v", f)
	}
	if f := newFault(480, 1); f.Detail != "lower limit" {
		t.Errorf("got %+v", f)
	}
}

// What is printed without some members is otherwise the same.
func TestWithout(t *testing.T) {
	got := without([]byte(`{"kind":"status","a":{"kind":1},"mac_address":"x","b":[1,"2"],"kind":2}`), "kind", "mac_address")
	if want := `{"a":{"kind":1},"b":[1,"2"]}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
