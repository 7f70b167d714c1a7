package nwp500

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/wire"
)

func TestUnitByName(t *testing.T) {
	s := parseStatus(t, `{"status":{"temperatureType":2,"tankUpperTemperature":586}}`)
	for _, test := range []struct {
		name            string
		metric, us, own string
	}{
		{"tank_upper_temperature", "°C", "°F", "°F"},
		{"dhw_temperature", "°C", "°F", "°F"},
		{"outside_temperature", "°C", "°F", "°F"},
		{"current_super_heat", "K", "°F", "°F"},
		{"current_dhw_flow_rate", "l/min", "gal/min", "gal/min"},
		{"cumulated_dhw_flow_rate", "l", "gal", "gal"},
		{"full_recovery_energy", "Wh", "Wh", "Wh"},
		{"usable_energy", "Wh", "Wh", "Wh"},
		{"current_inst_power", "W", "W", "W"},
		{"dhw_charge_per", "%", "%", "%"},
		{"current_fan_rpm", "rpm", "rpm", "rpm"},
		{"air_filter_alarm_elapsed", "h", "h", "h"},
		{"anti_legionella_period", "days", "days", "days"},
		{"operation_busy", "", "", ""},
		{"wifi_rssi", "", "", ""},
	} {
		for units, want := range map[Units]string{Metric: test.metric, US: test.us, Auto: test.own} {
			if unit, ok := s.Unit(test.name, units); !ok || unit != want {
				t.Errorf("%s in %v: %q, %v, want %q", test.name, units, unit, ok, want)
			}
		}
	}
	if unit, ok := s.Unit("tankUpperTemperature", Metric); ok {
		t.Errorf("a wire name has the unit %q", unit)
	}
	// Every printed field has a unit or is known to have none.
	for _, field := range wire.StatusFields() {
		if _, ok := s.Unit(field.Printed, Metric); !ok {
			t.Errorf("%s is no field", field.Printed)
		}
	}
	f := newFeatures(wire.Object{}, MAC{}, time.Time{})
	if unit, ok := f.Unit("dhw_temperature_min", US); !ok || unit != "°F" {
		t.Errorf("features: %q, %v", unit, ok)
	}
	if _, ok := f.Unit("usable_energy", US); ok {
		t.Error("features have no usable energy")
	}
}
