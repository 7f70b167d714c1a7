package homeassistant

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// command gives a payload to an entity; "water_heater/mode" names a channel.
func command(t *testing.T, of, payload string, v *view) (api.Command, error) {
	t.Helper()
	id, name, _ := strings.Cut(of, "/")
	for _, c := range find(t, id).channels {
		if c.name == name {
			return c.command(payload, v)
		}
	}
	t.Fatalf("%s has no channel %q", id, name)
	return api.Command{}, nil
}

func TestCommands(t *testing.T) {
	for _, test := range []struct {
		of, payload string
		want        api.Command
	}{
		{"water_heater/mode", "eco", api.Command{Name: api.SetMode, Mode: "energy_saver"}},
		{"water_heater/mode", "heat_pump", api.Command{Name: api.SetMode, Mode: "heat_pump"}},
		{"water_heater/mode", "high_demand", api.Command{Name: api.SetMode, Mode: "high_demand"}},
		{"water_heater/mode", "electric", api.Command{Name: api.SetMode, Mode: "electric"}},
		{"water_heater/mode", "off", api.Command{Name: api.SetPower, On: new(false)}},
		{"water_heater/power", "ON", api.Command{Name: api.SetPower, On: new(true)}},
		{"water_heater/power", "OFF", api.Command{Name: api.SetPower, On: new(false)}},
		{"water_heater/temperature", "55", api.Command{Name: api.SetTemperature, Celsius: new(55.0)}},
		{"water_heater/temperature", "48.88888888888889", api.Command{Name: api.SetTemperature, Celsius: new(49.0)}}, // 120 °F
		{"power", "OFF", api.Command{Name: api.SetPower, On: new(false)}},
		{"vacation", "ON", api.Command{Name: api.SetVacation, On: new(true)}},
		{"vacation", "OFF", api.Command{Name: api.SetVacation, On: new(false)}},
		{"reservations_enabled", "OFF", api.Command{Name: api.EnableReservations, On: new(false)}},
		{"tou_enabled", "ON", api.Command{Name: api.EnableTOU, On: new(true)}},
		{"anti_legionella", "ON", api.Command{Name: api.EnableAntiLegionella, On: new(true)}},
		{"demand_response", "ON", api.Command{Name: api.EnableDemandResponse, On: new(true)}},
		{"intelligent", "OFF", api.Command{Name: api.EnableIntelligent, On: new(false)}},
		{"vacation_days", "7", api.Command{Name: api.SetVacationDays, Days: new(7)}},
		{"vacation_days", "7.0", api.Command{Name: api.SetVacationDays, Days: new(7)}},
		{"anti_legionella_days", "14", api.Command{Name: api.EnableAntiLegionella, On: new(true), Days: new(14)}},
		{"filter_interval", "1500", api.Command{Name: api.SetAirFilterLife, Hours: new(1500)}},
		{"mode", "energy_saver", api.Command{Name: api.SetMode, Mode: "energy_saver"}},
		{"mode", "vacation", api.Command{Name: api.SetVacation, On: new(true)}},
		{"mode", "off", api.Command{Name: api.SetPower, On: new(false)}},
		{"recirculation_mode", "schedule", api.Command{Name: api.SetRecirculationMode, Mode: "schedule"}},
		{"hot_button", "PRESS", api.Command{Name: api.PressHotButton}},
		{"filter_reset", "PRESS", api.Command{Name: api.ResetAirFilter}},
		{"condenser_reset", "PRESS", api.Command{Name: api.ResetCondenserFault}},
		{"refresh", "PRESS", api.Command{Name: api.Refresh}},
		{"reservations", `{"schedule": {"enabled": true}, "version": "abc"}`, api.Command{Name: api.SetReservations, Schedule: json.RawMessage(`{"enabled": true}`), IfMatch: "abc"}},
		{"tou", `{"schedule": {}}`, api.Command{Name: api.SetTOU, Schedule: json.RawMessage(`{}`)}},
	} {
		got, err := command(t, test.of, test.payload, handMade())
		if err != nil {
			t.Errorf("%s %s: %v", test.of, test.payload, err)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s: %s", test.of, test.payload, diff)
		}
	}
}

// What an entity showed can be sent back to it, and asks for what is there.
func TestAttributesOfAScheduleComeBack(t *testing.T) {
	e := find(t, "reservations")
	got, err := e.channels[0].command(string(e.attributes(handMade())), handMade())
	if err != nil || got.IfMatch != "abc" || string(got.Schedule) != string(handMade().state.Reservations.Schedule) {
		t.Errorf("%+v, %v", got, err)
	}
}

// nonsense is what a topic that everybody on the broker may write to can be sent.
var nonsense = []string{
	"", " ", "null", "NaN", "Infinity", "-Inf", "1e400", "0x10", "eco ", "ECO", "on", "true", "press", "PRESS\n", "\x00", "{", "[]", "{}", `"eco"`, "7,5", "+", "vacation;off",
	`{"schedule":[]}`, `{"schedule":null}`, `{"schedule":{}} {}`, `{"schedule":{},"force":true}`, `{"schedule":{},"kind":"sprinkler"}`,
	strings.Repeat("9", 400), strings.Repeat("{\"schedule\":", 1000), "\xff\xfe",
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, e := range entities() {
		for _, c := range e.channels {
			if c.command == nil {
				continue
			}
			for _, payload := range nonsense {
				got, err := c.command(payload, handMade())
				if err == nil {
					t.Errorf("%s %s takes %.40q as %+v", e.id, c.name, payload, got)
				} else if len(payload) > 4 && strings.Contains(err.Error(), payload) {
					t.Errorf("%s repeats what it was sent: %v", e.id, err)
				}
			}
		}
	}
}

func FuzzCommands(f *testing.F) {
	for _, payload := range nonsense {
		f.Add(payload)
	}
	f.Add("55.25")
	f.Fuzz(func(t *testing.T, payload string) {
		v := handMade()
		for _, e := range entities() {
			for _, c := range e.channels {
				if c.command == nil {
					continue
				}
				got, err := c.command(payload, v)
				if err == nil && got.Name == "" {
					t.Errorf("%s takes %q as no command", e.id, payload)
				}
				if got.Celsius != nil && (math.IsNaN(*got.Celsius) || math.IsInf(*got.Celsius, 0)) {
					t.Errorf("%s takes %q as %v °C", e.id, payload, *got.Celsius)
				}
			}
		}
	})
}

func TestAntiLegionellaIsNotSwitchedOnByTheWay(t *testing.T) {
	v := handMade()
	v.set("anti_legionella_use", fleet.Value{Kind: fleet.Flag, Known: true})
	if got, err := command(t, "anti_legionella_days", "14", v); err == nil {
		t.Errorf("it becomes %+v", got)
	}
}

// In a vacation the water heater is off to Home Assistant, and the heater is on.
func TestTurningOnInAVacation(t *testing.T) {
	v := handMade()
	v.set("dhw_operation_setting", fleet.Value{Kind: fleet.Enumeration, Known: true, Number: 5, Text: "vacation"})
	for payload, want := range map[string]api.Command{
		"ON": {Name: api.SetVacation, On: new(false)}, "OFF": {Name: api.SetPower, On: new(false)},
	} {
		got, err := command(t, "water_heater/power", payload, v)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, %s", payload, err, diff)
		}
	}
}

// A heater is not commanded into what it does not have.
func TestModesThatAHeaterLacks(t *testing.T) {
	v := handMade()
	v.features["electric_use"] = fleet.Value{Kind: fleet.Flag, Known: true}
	if got, err := command(t, "mode", "electric", v); err == nil {
		t.Errorf("a heater without elements takes %+v", got)
	}
	if got, err := command(t, "water_heater/mode", "electric", v); err == nil {
		t.Errorf("a heater without elements takes %+v", got)
	}
	v.set("dhw_operation_setting", fleet.Value{Kind: fleet.Enumeration, Known: true, Number: 2, Text: "electric"})
	for _, id := range []string{"mode", "water_heater"} {
		for channel, state := range states(find(t, id), v) {
			if state == "electric" {
				t.Errorf("%s %s shows a mode that it does not offer", id, channel)
			}
		}
	}
}
