package homeassistant

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// handMade is a heater that has everything there is, and of which everything is known.
func handMade() *view {
	at := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
	v := &view{
		state: &fleet.State{
			ID: "0123456789", Name: "Cellar", Account: "home",
			Status: &nwp500.Status{}, Features: &nwp500.Features{},
			Energy: &nwp500.Energy{Total: nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(1266585), Elements: nwp500.ValueOf(146337)}},
			Lifetime: &nwp500.InstallerDiagnostics{Totals: nwp500.DiagnosticTotals{
				HeatPumpEnergy: nwp500.ValueOf(1266000), ElementEnergy: nwp500.ValueOf(146000), Days: nwp500.ValueOf(364),
				HighLimitTrips: nwp500.ValueOf(0), DryFires: nwp500.ValueOf(0), FrostProtections: nwp500.ValueOf(0),
				CondensateOverflows: nwp500.ValueOf(0), WaterOverflows: nwp500.ValueOf(0),
			}, HotWater: nwp500.DiagnosticHotWater{Uses: nwp500.ValueOf(0)}, Components: nwp500.DiagnosticComponents{
				CompressorTime: nwp500.ValueOf(3124), CompressorStarts: nwp500.ValueOf(757), FanTime: nwp500.ValueOf(3130), FanStarts: nwp500.ValueOf(760),
				UpperElementTime: nwp500.ValueOf(35), UpperElementStarts: nwp500.ValueOf(375), LowerElementTime: nwp500.ValueOf(2), LowerElementStarts: nwp500.ValueOf(9),
			}},
		},
		doc: api.Heater{
			ID: "0123456789", Name: "Cellar", Account: "home", StatusAt: at,
			Connection: api.Connection{State: api.Up, Since: at, Fresh: true},
			Summary: &api.Summary{
				Doing: "heating with the heat pump", Why: "the setpoint was raised", Sources: []string{"heat_pump"},
				TankLitres: new(246.0), HotLitres: new(331.5), Showers: new(6.6), InletCelsius: new(15.0), InletAssumed: true,
			},
			Firmware: []api.Firmware{{Code: 33556241, Component: "controller", Installed: "184614912"}, {Code: 268435985, Component: "panel", Installed: "17"}},
			Today:    &api.Usage{HeatPumpWh: new(1234), ElementWh: new(0)},
			Month:    &api.Usage{HeatPumpWh: new(51234), ElementWh: new(2500)},
		},
		values: map[string]fleet.Value{}, features: map[string]fleet.Value{},
	}
	for _, known := range []**api.Schedule{&v.state.Reservations, &v.state.TOU, &v.state.Recirculation} {
		*known = &api.Schedule{Version: "abc", At: at, Schedule: json.RawMessage(`{"enabled":true,"reservation":[{},{}]}`)}
	}
	for _, f := range statusFields {
		v.values[f.field] = f.sample()
	}
	for _, f := range featureFields {
		v.features[f.field] = f.sample()
	}
	v.set("dhw_operation_setting", fleet.Value{Kind: fleet.Enumeration, Known: true, Number: 3, Text: "energy_saver"})
	v.set("error_code", fleet.Value{Known: true})
	v.features["dhw_temperature_min"] = fleet.Value{Kind: fleet.Temperature, Known: true, Number: 40.5}
	v.features["dhw_temperature_max"] = fleet.Value{Kind: fleet.Temperature, Known: true, Number: 65.5}
	return v
}

func (v *view) set(field string, value fleet.Value) {
	value.Name = field
	v.values[field] = value
}

// sample is a value such as a heater might send.
func (f field) sample() fleet.Value {
	value := fleet.Value{Name: f.field, Known: true, Number: 1}
	switch {
	case f.flag:
		value.Kind = fleet.Flag
	case f.options != nil:
		value.Kind, value.Text = fleet.Enumeration, f.options[1]
	case f.measure.class == "temperature":
		value.Kind, value.Number = fleet.Temperature, 48.5
	case f.measure == difference:
		value.Kind, value.Number = fleet.Difference, 4.6
	}
	return value
}

// find is the entity with an id.
func find(t *testing.T, id string) *entity {
	t.Helper()
	all := entities()
	at := slices.IndexFunc(all, func(e *entity) bool { return e.id == id })
	if at < 0 {
		t.Fatalf("there is no entity %s", id)
	}
	return all[at]
}
