package homeassistant

import (
	"encoding/json"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

func states(e *entity, v *view) map[string]string {
	payloads := map[string]string{}
	for _, c := range e.channels {
		if c.state != nil {
			payloads[c.name] = c.state(v)
		}
	}
	return payloads
}

func TestStates(t *testing.T) {
	for _, test := range []struct {
		id    string
		field string
		value fleet.Value
		want  string
	}{
		{"tank_upper_temperature", "tank_upper_temperature", fleet.Value{Known: true, Number: 58.6}, "58.6"},
		{"tank_upper_temperature", "tank_upper_temperature", fleet.Value{Known: true}, "0"}, // 0 °C is 0 °C
		{"tank_upper_temperature", "tank_upper_temperature", fleet.Value{}, "None"},
		{"current_inlet_temperature", "current_inlet_temperature", fleet.Value{Known: true}, "None"},
		{"current_inlet_temperature", "current_inlet_temperature", fleet.Value{Known: true, Number: 12.5}, "12.5"},
		{"current_super_heat", "current_super_heat", fleet.Value{Known: true, Number: -0.4}, "-0.4"},
		{"cumulated_dhw_flow_rate", "cumulated_dhw_flow_rate", fleet.Value{Known: true, Number: 1234567}, "1234567"},
		{"comp_use", "comp_use", fleet.Value{Kind: fleet.Flag, Known: true, Number: 1}, "ON"},
		{"comp_use", "comp_use", fleet.Value{Kind: fleet.Flag, Known: true}, "OFF"},
		{"comp_use", "comp_use", fleet.Value{Kind: fleet.Flag}, "None"}, // a tri-state that the heater does not say
		{"operation_mode", "operation_mode", fleet.Value{Kind: fleet.Enumeration, Known: true, Number: 96, Text: "hybrid"}, "hybrid"},
		{"operation_mode", "operation_mode", fleet.Value{Kind: fleet.Enumeration, Known: true, Number: 77, Text: "operation_mode(77)"}, "unknown"},
		{"operation_mode", "operation_mode", fleet.Value{Kind: fleet.Enumeration}, "unknown"},
		{"error_code", "error_code", fleet.Value{Known: true, Number: 799}, "799"},
		{"error_code", "error_code", fleet.Value{}, "unknown"},
		{"tou_enabled", "tou_status", fleet.Value{Known: true, Number: 3}, "ON"}, // seen while a window was in force
		{"tou_enabled", "tou_status", fleet.Value{Known: true}, "OFF"},
		{"power", "dhw_operation_setting", fleet.Value{Known: true, Number: 6, Text: "power_off"}, "OFF"},
		{"power", "dhw_operation_setting", fleet.Value{Known: true, Number: 5, Text: "vacation"}, "ON"},
		{"power", "dhw_operation_setting", fleet.Value{}, "None"},
		{"vacation", "dhw_operation_setting", fleet.Value{Known: true, Number: 5, Text: "vacation"}, "ON"},
		{"mode", "dhw_operation_setting", fleet.Value{Known: true, Number: 5, Text: "vacation"}, "vacation"},
		{"mode", "dhw_operation_setting", fleet.Value{Known: true, Number: 6, Text: "power_off"}, "off"},
		{"mode", "dhw_operation_setting", fleet.Value{Known: true, Number: 17, Text: "mode(17)"}, "None"},
		{"recirculation_mode", "recirc_operation_mode", fleet.Value{Known: true, Text: "unknown"}, "None"},
		{"demand_response", "dr_event_status", fleet.Value{Known: true, Number: 2, Text: "shed"}, "None"}, // no status shows the switch
		{"vacation_days", "vacation_day_setting", fleet.Value{Known: true, Number: 7}, "7"},
		{"vacation_days", "vacation_day_setting", fleet.Value{Known: true}, "None"}, // none was ever set
		{"fault", "error_code", fleet.Value{}, "None"},
		{"energy", "", fleet.Value{}, "1412.922"},
		{"energy_today_heat_pump", "", fleet.Value{}, "1.234"},
		{"energy_month", "", fleet.Value{}, "53.734"},
		{"lifetime_compressor_starts", "", fleet.Value{}, "757"},
		{"hot_litres", "", fleet.Value{}, "331.5"},
		{"reservations", "", fleet.Value{}, "2"},
		{"connection", "", fleet.Value{}, "up"},
		{"status_at", "", fleet.Value{}, "2026-11-22T07:30:00Z"},
		{"firmware", "", fleet.Value{}, `{"installed_version":"184614912","latest_version":"184614912"}`},
	} {
		v := handMade()
		if test.field != "" {
			v.set(test.field, test.value)
		}
		if got := states(find(t, test.id), v)[""]; got != test.want {
			t.Errorf("%s with %+v shows %q, want %q", test.id, test.value, got, test.want)
		}
	}
}

func TestWaterHeaterModes(t *testing.T) {
	for heater, want := range map[string]string{
		"energy_saver": "eco", "heat_pump": "heat_pump", "high_demand": "high_demand", "electric": "electric",
		"vacation": "off", "power_off": "off", "mode(17)": "None",
	} {
		v := handMade()
		v.set("dhw_operation_setting", fleet.Value{Known: true, Text: heater})
		got := states(find(t, "water_heater"), v)
		if got["mode"] != want || got["temperature"] != "48.5" || got["current_temperature"] != "48.5" {
			t.Errorf("%s shows %v, want %s", heater, got, want)
		}
		var attributes map[string]any
		if err := json.Unmarshal(find(t, "water_heater").attributes(v), &attributes); err != nil || attributes["heater_mode"] != heater {
			t.Errorf("%s: %v, %v", heater, attributes, err)
		}
	}
}

// Nothing that a heater leaves out may end the bridge or be taken for zero.
func TestAnEmptyHeaterIsUnknown(t *testing.T) {
	bare := &view{state: &fleet.State{ID: "0123456789", Name: "Cellar"}}
	for _, e := range entities() {
		for channel, payload := range states(e, bare) {
			if payload != unknown && payload != unknownText && payload != "{}" {
				t.Errorf("%s/%s shows %q of nothing", e.id, channel, payload)
			}
		}
		if e.attributes != nil && !json.Valid(e.attributes(bare)) {
			t.Errorf("the attributes of %s are %s", e.id, e.attributes(bare))
		}
	}
}

// A total that falls looks to Home Assistant like a new meter, and what it had counted like used anew.
func TestLifetimeEnergyDoesNotFall(t *testing.T) {
	v := handMade()
	v.state.Energy = nil // the record could not be read this time
	if got := states(find(t, "energy_heat_pump"), v)[""]; got != "1266" {
		t.Errorf("%q of the diagnostics", got)
	}
	v.state.Lifetime.Totals.ElementEnergy = nwp500.Value[int]{}
	if got := states(find(t, "energy"), v)[""]; got != "None" {
		t.Errorf("a sum of which a part is unknown is %q", got)
	}
}

func TestFirmwareThatWaits(t *testing.T) {
	v := handMade()
	if _, err := find(t, "firmware").channels[0].command("install", v); err == nil {
		t.Error("nothing waits, and it is installed")
	}
	v.doc.Firmware[1].Available = "18"
	if got := states(find(t, "firmware"), v)[""]; got != `{"installed_version":"17","latest_version":"18"}` {
		t.Error(got)
	}
	command, err := find(t, "firmware").channels[0].command("install", v)
	if err != nil || command.Name != api.InstallFirmware || *command.Code != 268435985 || *command.Version != 18 {
		t.Errorf("%+v, %v", command, err)
	}
}

func TestEvents(t *testing.T) {
	fault := &api.Event{Class: api.FaultEvent, Text: "E799 water leak", Fault: &api.Fault{Code: 799, Name: "water leak", Advice: "Close the inlet."}}
	cleared := &api.Event{Class: api.FaultClearedEvent, Fault: fault.Fault}
	failed := &api.Event{Class: api.CommandEvent, By: "homeassistant", Result: &api.Result{Command: "mode", End: api.OutcomeUnknown, Error: "no answer came"}}
	done := &api.Event{Class: api.CommandEvent, Result: &api.Result{Command: "mode", End: api.Done}}
	for _, test := range []struct {
		id    string
		event *api.Event
		want  string
	}{
		{"fault_event", fault, "fault"},
		{"fault_event", cleared, "fault_cleared"},
		{"fault_event", failed, ""},
		{"command_failed", failed, "outcome_unknown"},
		{"command_failed", done, ""},
		{"command_failed", fault, ""},
	} {
		payload := find(t, test.id).event(test.event)
		var got map[string]any
		if err := json.Unmarshal(payload, &got); payload != nil && err != nil {
			t.Errorf("%s: %v", test.id, err)
		}
		if kind, _ := got["event_type"].(string); kind != test.want {
			t.Errorf("%s of %v is %s", test.id, test.event.Class, payload)
		}
	}
	v := handMade()
	v.doc.Fault = fault.Fault
	if states(find(t, "fault"), v)[""] != "ON" {
		t.Error("a leak is no fault")
	}
}
