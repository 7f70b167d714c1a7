package simulator

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// view reads a heater as programs do.
func (d *desk) view(path string) (v heaterView) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(d.get(path)), &v, json.MatchCaseInsensitiveNames(true)); err != nil {
		d.t.Fatal(err)
	}
	return v
}

func TestControlSteersHeater(t *testing.T) {
	for _, test := range []struct {
		name, body string
		check      func(h *Heater, v heaterView) bool
	}{
		{"draw", `{"draw":20}`, func(_ *Heater, v heaterView) bool { return v.Left == 20 && v.Flow == tapFlow }},
		{"draw faster", `{"draw":20.5,"flow":12}`, func(_ *Heater, v heaterView) bool { return v.Left == 20.5 && v.Flow == 12 }},
		{"draws", `{"draws":"medium"}`, func(h *Heater, v heaterView) bool { return v.Draws == "medium" && h.Draws == MediumUse }},
		{"leak", `{"leak":0.5}`, func(_ *Heater, v heaterView) bool { return v.Leak == 0.5 }},
		{"tank", `{"upper":55,"lower":30}`, func(_ *Heater, v heaterView) bool { return v.Upper == 55 && v.Lower == 30 }},
		{"one zone", `{"upper":60}`, func(_ *Heater, v heaterView) bool { return v.Upper == 60 && v.Lower > 40 }},
		{"air", `{"air":-5.5}`, func(_ *Heater, v heaterView) bool { return v.Air == -5.5 }},
		{"inlet", `{"inlet":4}`, func(_ *Heater, v heaterView) bool { return v.Inlet == 4 }},
		{"fault", `{"fault":407,"sub":2}`, func(_ *Heater, v heaterView) bool { return v.Faults[0].Sub == 2 && v.Fault == 407 }},
		{"fault with its first sub-code", `{"fault":407}`, func(_ *Heater, v heaterView) bool { return v.Faults[0].Sub == 1 }},
		{"offline", `{"offline":true}`, func(_ *Heater, v heaterView) bool { return !v.Online }},
		{"silent", `{"silent":true}`, func(_ *Heater, v heaterView) bool { return v.Silent && v.Online }},
		{"wifi", `{"wifi":20}`, func(h *Heater, v heaterView) bool { return v.WiFi == 20 && h.Status()["wifiRssi"] == 20 }},
		{"event", `{"event":"load up","minutes":30}`, func(_ *Heater, v heaterView) bool { return v.DemandEvent == "load up" && v.Program == "load up" }},
		{"mode", `{"mode":"electric"}`, func(_ *Heater, v heaterView) bool { return v.Mode == "electric" }},
		{"vacation", `{"mode":"vacation","days":3}`, func(_ *Heater, v heaterView) bool { return v.Mode == "vacation" && v.VacationDays == 3 }},
		{"vacation of a week", `{"mode":"vacation"}`, func(_ *Heater, v heaterView) bool { return v.VacationDays == 7 }},
		{"setpoint", `{"setpoint":55.5}`, func(_ *Heater, v heaterView) bool { return v.Setpoint == 55.5 }},
		{"power", `{"power":false}`, func(_ *Heater, v heaterView) bool { return v.Mode == "off" && strings.Contains(v.Reason, "power off") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			atDesk(t, Config{}, func(d *desk) {
				h, path := d.heater()
				d.post(path, test.body)
				if v := d.view(path); !test.check(h, v) {
					t.Errorf("%s: %+v", test.body, v)
				}
			})
		})
	}
}

func TestControlUndoes(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		h, path := d.heater()
		before := d.view(path)
		h.RaiseFault(96, 0)
		h.RaiseFault(407, 1)
		d.post(path, `{"clear":96,"air":40,"inlet":30,"offline":true,"silent":true,"power":false}`)
		if got := h.StandingFaults(); len(got) != 1 || got[0].Code != 407 {
			t.Errorf("%v stand", got)
		}
		d.post(path, `{"clear_all":true,"seasons":true,"offline":false,"silent":false,"power":true}`)
		after := d.view(path)
		if len(after.Faults) != 0 || after.Air != before.Air || after.Inlet != before.Inlet || !after.Online || after.Silent || after.Mode != before.Mode {
			t.Errorf("before %+v\nafter %+v", before, after)
		}
	})
}

// TestControlRefuses sees that what is wrong is named, and that nothing of it is done.
func TestControlRefuses(t *testing.T) {
	for _, test := range []struct {
		path, body            string
		status                int
		field, value, allowed string
	}{
		{"", `{"drawn":40,"upper":20}`, 422, "drawn", "", "draw, flow"},
		{"", `{"upper":20,"draw":-1}`, 422, "draw", "-1", "0.1 to 1000 litres"},
		{"", `{"upper":20,"draw":"40"}`, 422, "draw", `"40"`, "0.1 to 1000 litres"},
		{"", `{"upper":20,"draw":1e999}`, 422, "draw", `"1e999"`, "0.1 to 1000 litres"},
		{"", `{"upper":100}`, 422, "upper", "100", "0 to 99 °C"},
		{"", `{"upper":20,"flow":8}`, 422, "flow", "8", "0.1 to 100 litres a minute"},
		{"", `{"upper":20,"offline":"yes"}`, 422, "offline", `"yes"`, "true or false"},
		{"", `{"upper":20,"offline":null}`, 422, "offline", "null", "true or false"},
		{"", `{"upper":20,"mode":"turbo"}`, 422, "mode", `"turbo"`, "heat pump, electric, energy saver, high demand, vacation"},
		{"", `{"upper":20,"mode":"vacation","days":31}`, 422, "days", "31", "1 to 30 days"},
		{"", `{"upper":20,"days":3}`, 422, "days", "3", "1 to 30 days"},
		{"", `{"upper":20,"wifi":12.5}`, 422, "wifi", "12.5", "0 to 100"},
		{"", `{"upper":20,"fault":407,"sub":9}`, 422, "sub", "9", "1, 2"},
		{"", `{"upper":20,"fault":1000}`, 422, "fault", "1000", "1 to 999"},
		{"", `{"upper":20,"setpoint":66}`, 422, "setpoint", "66", "35 to 65.5 °C"},
		{"", `{"upper":20,"event":"riot"}`, 422, "event", `"riot"`, "shed"},
		{"", `{}`, 422, "", "", "draw, flow"},
		{"", `{"upper":20,"upper":21}`, 400, "", "", "draw, flow"},
		{"", `{"upper":20`, 400, "", "", "draw, flow"},
		{"", `{"upper":20} {}`, 400, "", "", "draw, flow"},
		{"", `["upper"]`, 400, "", "", "draw, flow"},
		{"/_sim/api/clock", `{"speed":0}`, 422, "speed", "0", "1 to 100000"},
		{"/_sim/api/clock", `{"speed":100001}`, 422, "speed", "100001", "1 to 100000"},
		{"/_sim/api/clock", `{"step":"soon"}`, 422, "step", `"soon"`, "90m"},
		{"/_sim/api/clock", `{"step":"-1h"}`, 422, "step", `"-1h"`, "90m"},
		{"/_sim/api/clock", `{"jump":"tomorrow"}`, 422, "jump", `"tomorrow"`, "RFC 3339"},
		{"/_sim/api/clock", `{"jump":"2001-01-01T00:00"}`, 422, "", "", ""},
		{"/_sim/api/faults", `{"inject":"earthquake"}`, 422, "inject", `"earthquake"`, "name of a case"},
		{"/_sim/api/faults", `{"heal":"half-open"}`, 422, "heal", `"half-open"`, "in place"},
	} {
		t.Run(test.body, func(t *testing.T) {
			atDesk(t, Config{}, func(d *desk) {
				h, path := d.heater()
				if test.path != "" {
					path = test.path
				}
				before := h.Water()
				w := d.do(controlRequest("POST", path, test.body))
				got := decoded(t, w.Body.String())
				if w.Code != test.status || len(got["error"]) < 10 {
					t.Errorf("%d %s, want %d", w.Code, w.Body, test.status)
				}
				if strings.Contains(string(got["error"]), "jsontext.Value") {
					t.Errorf("it speaks of Go's types: %s", got["error"])
				}
				if field := string(got["field"]); field != "" && field != `"`+test.field+`"` || field == "" && test.field != "" {
					t.Errorf("field %s, want %s", field, test.field)
				}
				if string(got["value"]) != test.value {
					t.Errorf("value %s, want %s", got["value"], test.value)
				}
				if !strings.Contains(string(got["allowed"]), test.allowed) {
					t.Errorf("allowed %s, want %s in it", got["allowed"], test.allowed)
				}
				if after := h.Water(); after.Upper != before.Upper || d.Speed() != 1 {
					t.Error("something was done")
				}
			})
		})
	}
}

func TestControlClock(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		const path = "/_sim/api/clock"
		now := func() (v clockView) {
			if err := json.Unmarshal([]byte(d.get(path)), &v); err != nil {
				t.Fatal(err)
			}
			return v
		}
		start := now().Date
		d.post(path, `{"speed":600}`)
		time.Sleep(time.Second)
		synctest.Wait()
		if v := now(); v.Speed != 600 || v.Date.Sub(start) < 9*time.Minute {
			t.Errorf("after a second: %+v", v)
		}
		d.post(path, `{"paused":true}`)
		stood := now()
		time.Sleep(time.Hour)
		if v := now(); !v.Paused || !v.Date.Equal(stood.Date) {
			t.Errorf("paused: %+v", v)
		}
		d.post(path, `{"step":"36h"}`)
		if v := now(); v.Date.Sub(stood.Date) != 36*time.Hour {
			t.Errorf("a step came to %v", v.Date.Sub(stood.Date))
		}
		d.post(path, `{"jump":"2026-02-01T07:30","speed":1,"paused":false}`)
		if v := now(); v.Paused || v.Speed != 1 || !v.Date.Equal(time.Date(2026, time.February, 1, 7, 30, 0, 0, time.UTC)) {
			t.Errorf("jumped to %+v", v)
		}
		for _, impossible := range []string{
			`{"speed":9,"paused":true,"jump":"2020-01-01T00:00"}`, `{"speed":9,"step":"900000h","jump":"2026-03-01T00:00"}`,
			`{"speed":9,"step":"9000000h"}`,
		} {
			w := d.do(controlRequest("POST", path, impossible))
			if v := now(); w.Code != http.StatusUnprocessableEntity || v.Speed != 1 || v.Paused {
				t.Errorf("%s: %d, %+v", impossible, w.Code, v)
			}
		}
		w := d.do(controlRequest("POST", path, "jump=2026-02-02T07%3A30"))
		if w.Code != http.StatusSeeOther || now().Date.Day() != 2 {
			t.Errorf("by a form: %d, %v", w.Code, now().Date)
		}
	})
}

// Who has asked for years and goes, as the server does that closes, leaves nothing to
// wait for. How far the heaters have come by then is not looked at: in virtual time their
// shares of the processor have no end, so that it may be all of it.
func TestControlDoesNotWaitForWhoHasGone(t *testing.T) {
	for _, input := range []string{`{"step":"17520h"}`, `{"jump":"2028-01-15T03:00"}`} {
		atDesk(t, Config{}, func(d *desk) {
			ctx, leave := context.WithCancel(context.Background())
			leave()
			w := d.do(controlRequest("POST", "/_sim/api/clock", input).WithContext(ctx))
			if w.Code == http.StatusOK {
				t.Errorf("%s: it was waited for", input)
			}
		})
	}
}

func TestControlFaultsOfTheCloud(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		const path = "/_sim/api/faults"
		inPlace := func() (names []string) {
			var v faultsView
			if err := json.Unmarshal([]byte(d.get(path)), &v); err != nil {
				t.Fatal(err)
			}
			for _, f := range v.InPlace {
				names = append(names, f.Name)
			}
			return names
		}
		want := func(names ...string) {
			t.Helper()
			if got := inPlace(); strings.Join(got, " ") != strings.Join(names, " ") {
				t.Errorf("%v in place, want %v", got, names)
			}
		}
		want()
		d.post(path, `{"inject":"half-open"}`)
		d.post(path, `{"inject":"lost-writes"}`)
		want("half-open", "lost-writes")
		d.post(path, `{"heal":"half-open"}`)
		want("lost-writes")
		d.Inject(Fault{Step: StepPuback, Action: Lose})
		d.post(path, `{"inject":"HALF-OPEN"}`)
		want("lost-writes", "", "half-open")
		d.post(path, `{"heal":"all"}`)
		want("") // what a program has put there stays its own
	})
}

func TestControlRecent(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		_, path := d.heater()
		d.post(path, `{"upper":30,"lower":20,"mode":"high demand"}`)
		time.Sleep(2 * time.Minute)
		var told []string
		for _, change := range d.view(path).Recent {
			told = append(told, change.What)
		}
		text := strings.Join(told, "; ")
		for _, want := range []string{"mode high demand, was energy saver", "heating begins", "upper element on", "heat pump: runs"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %q", want, text)
			}
		}
		if len(told) < 2 || told[len(told)-1] != "mode high demand, was energy saver" {
			t.Errorf("the first is not the last: %q", told)
		}
		for range 30 {
			d.post(path, `{"offline":true}`)
			d.post(path, `{"offline":false}`)
		}
		if n := len(d.view(path).Recent); n != mostRecent {
			t.Errorf("%d are remembered, want %d", n, mostRecent)
		}
	})
}

// TestControlLeavesNoTrace sees that a heater that is watched becomes what it becomes
// without.
func TestControlLeavesNoTrace(t *testing.T) {
	var texts [2]string
	for i, watched := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, err := New(Config{Control: watched, Seed: 3, Start: time.Date(2026, time.January, 15, 6, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for range 100 {
				time.Sleep(time.Minute + 7*time.Second)
				if watched {
					d := &desk{t, s}
					d.get("/_sim/")
					d.get("/_sim/heaters/" + s.Accounts()[0].Heaters[0].MAC())
				}
			}
			text, err := s.Snapshot()
			if err != nil {
				t.Fatal(err)
			}
			texts[i] = string(text)
		})
	}
	if texts[0] != texts[1] {
		t.Error("watching it has changed the heater")
	}
}

func TestControlSnapshot(t *testing.T) {
	atDesk(t, Config{Seed: 4}, func(d *desk) {
		h, path := d.heater()
		d.post(path, `{"setpoint":57}`)
		text := d.get("/_sim/api/snapshot")
		again, err := New(Config{Seed: 4, Start: h.Date(), Restore: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		if got := again.Heater(h.MAC()).Status()["dhwTemperatureSetting"]; got != 114 {
			t.Errorf("the restored setpoint is %d", got)
		}
	})
}

// decoded is an answer of the control.
func decoded(t *testing.T, text string) (v map[string]jsontext.Value) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}
