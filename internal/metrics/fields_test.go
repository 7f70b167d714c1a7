package metrics

import (
	"reflect"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// leftOut are the fields of the status that are no metric, and why.
var leftOut = map[string]string{
	"Command":              "says what the status answers, nothing of the heater",
	"Temperature2":         "0 °C on the heater that was captured",
	"TargetSetpoint":       "repeats Setpoint",
	"SubFault":             "narrows a fault down, for the page",
	"ReservationType":      "without a known meaning",
	"FreezeProtectionMin":  "a limit that never changes",
	"FreezeProtectionMax":  "a limit that never changes",
	"RecirculationPump":    "without a known meaning",
	"RecirculationButton":  "without a known meaning",
	"RecirculationReason":  "without a known meaning",
	"RecirculationError":   "without a known meaning",
	"HeatPumpUpperOnDiff":  "follows from the thresholds",
	"HeatPumpUpperOffDiff": "follows from the thresholds",
	"HeatPumpLowerOnDiff":  "follows from the thresholds",
	"HeatPumpLowerOffDiff": "follows from the thresholds",
	"ElementUpperOnDiff":   "follows from the thresholds",
	"ElementUpperOffDiff":  "follows from the thresholds",
	"ElementLowerOnDiff":   "follows from the thresholds",
	"ElementLowerOffDiff":  "follows from the thresholds",
	"FanHours":             "is in the lifetime counters, too",
	"SmartDiagnostic":      "a bit field without a known meaning",
	"FaultStatus1":         "a bit field without a known meaning",
	"FaultStatus2":         "a bit field without a known meaning",
	"Shows":                "the unit on the panel",
	"Formula":              "how the panel rounds",
	"SpecialFunction":      "without a known meaning",
	"Reloaded":             "without a known meaning",
}

// TestEveryFieldIsAMetric sets each field of a status alone and expects another sample.
func TestEveryFieldIsAMetric(t *testing.T) {
	state := &fleet.State{ID: "a1b2c3d4e5", Name: "Garage"}
	state.Connection.Fresh = true
	families := new(household).metrics(Config{}).families
	samples := func() int {
		s := newScrape(families)
		s.fill(families, []*fleet.State{state})
		return s.used
	}
	state.Status = &nwp500.Status{}
	empty := samples()
	fields := reflect.TypeFor[nwp500.Status]()
	for i := range fields.NumField() {
		field := fields.Field(i)
		if field.Tag.Get("wire") == "" {
			continue
		}
		state.Status = &nwp500.Status{}
		said := reflect.ValueOf(state.Status).Elem().Field(i)
		said.Set(reflect.ValueOf(something(t, said.Interface())))
		_, without := leftOut[field.Name]
		if changed := samples() != empty; changed == without {
			t.Errorf("%s: is a metric: %v, left out: %v", field.Name, changed, without)
		}
	}
	for name := range leftOut {
		if _, there := fields.FieldByName(name); !there {
			t.Errorf("%s is left out and is no field", name)
		}
	}
}
