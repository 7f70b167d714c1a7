package simulator

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// alone is a heater without cloud and clock: time passes when the test says so.
func alone(t *testing.T, config Config) *Heater {
	t.Helper()
	if config.Start.IsZero() {
		config.Start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	}
	if err := config.complete(); err != nil {
		t.Fatal(err)
	}
	f := newFleet(config)
	newDirectory(config, f)
	h := f.heaters[0]
	h.SetDraws(NoDraws)
	return h
}

// pass lets a heater live on.
func (h *Heater) pass(d time.Duration) { h.live(h.At.Add(d)) }

// ran lists what has run while time passed: P heat pump, U and L elements.
func (h *Heater) ran(d time.Duration) string {
	var heatPump, upper, lower bool
	for end := h.At.Add(d); h.At.Before(end); {
		h.pass(10 * time.Second)
		heatPump = heatPump || h.Pump.compressor()
		upper, lower = upper || h.Upper, lower || h.Lower
	}
	parts := ""
	for _, part := range []struct {
		is   bool
		name string
	}{{heatPump, "P"}, {upper, "U"}, {lower, "L"}} {
		if part.is {
			parts += part.name
		}
	}
	return parts
}

// cold makes a demand for all that a mode has.
func (h *Heater) cold(mode int) {
	h.change(func() {
		h.Tank.set(45, 30)
		h.write(mode)
	})
}

// stops says which parts each fault of docs/protocol.md §6 stops.
var stops = map[string]string{
	"96 00": "U", "97 00": "L", "326 00": "UL", "407 01": "", "407 02": "", "445 01": "", "445 02": "",
	"480 01": "U", "480 02": "U", "481 01": "", "481 02": "", "515 25": "U", "515 26": "L", "515 27": "P",
	"517 00": "PUL", "593 00": "", "594 00": "", "595 00": "", "596 00": "", "598 00": "",
	"615 04": "PUL", "615 27": "PUL", "615 28": "P", "615 29": "U", "615 30": "L", "781 00": "", "798 00": "",
	"799 00": "PUL", "901 00": "PUL", "907 00": "P", "908 00": "P", "909 00": "P", "910 01": "P", "910 02": "P",
	"911 00": "P", "912 01": "P", "912 02": "P", "913 00": "P", "914 01": "P", "914 02": "P", "915 00": "P",
	"916 00": "P", "920 01": "P", "920 02": "P", "940 00": "P", "990 00": "P",
}

// heating is what heats in a mode when some parts are stopped: without the heat pump the
// elements of a hybrid mode heat as they do in electric mode.
func heating(mode int, stopped string) string {
	parts := map[int]string{modeHeatPump: "P", modeElectric: "UL", modeEnergySaver: "PU", modeHighDemand: "PU"}[mode]
	if mode != modeHeatPump && strings.Contains(stopped, "P") {
		parts = "UL"
	}
	return strings.Map(func(part rune) rune {
		if strings.ContainsRune(stopped, part) {
			return -1
		}
		return part
	}, parts)
}

// Every code with every sub-code is shown, stops what it stops and nothing else, is
// not paid for, and ends.
func TestEveryDefect(t *testing.T) {
	tested := 0
	for _, d := range Defects() {
		for _, sub := range d.Subs {
			name := fmt.Sprintf("%d %02d", d.Code, sub.Code)
			stopped, known := stops[name]
			if !known {
				t.Errorf("%s %s %s is not in the table of this test", name, d.Name, sub.Name)
				continue
			}
			tested++
			for mode := modeHeatPump; mode <= modeHighDemand; mode++ {
				t.Run(fmt.Sprintf("%s mode %d", name, mode), func(t *testing.T) { testDefect(t, d.Code, sub.Code, mode, stopped) })
			}
		}
	}
	if tested != len(stops) {
		t.Errorf("%d of %d defects exist", tested, len(stops))
	}
}

func testDefect(t *testing.T, code, sub, mode int, stopped string) {
	h := alone(t, Config{Models: []Model{{NewFirmware: true}}})
	h.pass(time.Hour)
	h.RaiseFault(code, sub)
	at := h.At
	h.cold(mode)
	h.pass(5 * time.Second)
	before := h.Ledger.total()
	want := heating(mode, stopped)
	if code == faultLowerSensor { // the upper zone is warm before the lower element's turn
		want = strings.ReplaceAll(want, "L", "")
	}
	if got := h.ran(25 * time.Minute); got != want {
		t.Errorf("ran: %q, not %q", got, want)
	}
	after := h.Ledger.total()
	if paid := after.HeatPump > before.HeatPump; paid != strings.Contains(want, "P") {
		t.Errorf("%d Wh for a heat pump of %q", after.HeatPump-before.HeatPump, want)
	}
	if paid := after.Elements > before.Elements; paid != strings.ContainsAny(want, "UL") {
		t.Errorf("%d Wh for the elements of %q", after.Elements-before.Elements, want)
	}
	s := h.Status()
	if s["errorCode"] != code || s["subErrorCode"] != sub {
		t.Errorf("shows %d %02d", s["errorCode"], s["subErrorCode"])
	}
	if want == "" && (s["operationBusy"] == on || s["currentHeatUse"] != 0 || s["operationMode"] != 0) {
		t.Errorf("says that it heats with %d, and nothing can", s["currentHeatUse"])
	}
	listed := lastError{code, at.Format("2006-01-02T15:04:05")}
	if code == 596 { // the cloud cannot know
		listed = lastError{0, h.fleet.config.Start.Format("2006-01-02T15:04:05")}
	}
	if got := h.listed().Error; got != listed {
		t.Errorf("listed as %+v, not %+v", got, listed)
	}

	h.ClearFaultCode(code)
	cleared := h.At
	if s := h.Status(); s["errorCode"] != 0 || s["subErrorCode"] != 0 || len(h.StandingFaults()) != 0 {
		t.Errorf("after its end: %d %02d", s["errorCode"], s["subErrorCode"])
	}
	if got := h.listed().Error; got != (lastError{0, cleared.Format("2006-01-02T15:04:05")}) {
		t.Errorf("listed as %+v after its end", got)
	}
	h.cold(mode)
	if got, want := h.ran(25*time.Minute), heating(mode, ""); got != want {
		t.Errorf("ran after its end: %q, not %q", got, want)
	}
}

func TestCheckFault(t *testing.T) {
	for _, d := range Defects() {
		for _, sub := range d.Subs {
			if err := CheckFault(d.Code, sub.Code); err != nil {
				t.Error(err)
			}
		}
		if err := CheckFault(d.Code, 99); err == nil || !strings.Contains(err.Error(), d.Name) {
			t.Errorf("%d 99: %v", d.Code, err)
		}
	}
	for _, wrong := range [][2]int{{0, 0}, {-1, 0}, {1000, 0}, {123, -1}, {123, 1000}, {515, 0}, {407, 0}, {96, 1}} {
		if CheckFault(wrong[0], wrong[1]) == nil {
			t.Errorf("%v is right", wrong)
		}
	}
	if err := CheckFault(123, 7); err != nil {
		t.Errorf("a code that nobody knows: %v", err)
	}
	want := "simulator: E515 relay does not come with sub-code 00 but with 25, 26, 27"
	if got := CheckFault(515, 0); got == nil || got.Error() != want {
		t.Errorf("%v, not %s", got, want)
	}
}

// What Defects returns is the caller's.
func TestDefectsAreACopy(t *testing.T) {
	d := Defects()
	d[0].Code, d[0].Subs[0].breaks = 1, brokenHeat
	if again := Defects(); again[0].Code != 96 || again[0].Subs[0].breaks != brokenUpper {
		t.Errorf("%+v", again[0])
	}
}
