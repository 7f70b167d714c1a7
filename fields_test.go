package nwp500_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Fields and what is printed of a message say the same, in either system of units.
func TestFields(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 3}, func(t *testing.T, c *cloud) {
		session, devices := c.connect(t)
		for _, device := range devices {
			heater := session.Heater(device)
			status, err := heater.Status(within(t, time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			features, err := heater.Features(within(t, time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			for _, units := range []nwp500.Units{nwp500.Auto, nwp500.Metric, nwp500.US} {
				unit := func(name string) string { u, _ := status.Unit(name, units); return u }
				expectFields(t, status.Fields(units), status.AppendJSON(nil, units), unit)
				unit = func(name string) string { u, _ := features.Unit(name, units); return u }
				expectFields(t, features.Fields(units), features.AppendJSON(nil, units), unit)
			}
		}
	})
}

func expectFields(t *testing.T, fields []nwp500.Field, document []byte, unit func(name string) string) {
	t.Helper()
	var printed map[string]any
	if err := json.Unmarshal(document, &printed); err != nil {
		t.Fatal(err)
	}
	for _, f := range fields {
		want := fmt.Sprint(printed[f.Name])
		got := fmt.Sprint(f.Number)
		switch {
		case !f.Known:
			got = fmt.Sprint(nil)
		case f.Kind == nwp500.FieldFlag:
			got = fmt.Sprint(f.Number == 1)
		case f.Kind == nwp500.FieldEnumeration:
			got = f.Text
		}
		if got != want || f.Unit != unit(f.Name) {
			t.Errorf("the field is %+v, printed %s in %s", f, want, unit(f.Name))
		}
		delete(printed, f.Name)
	}
	for _, name := range []string{"kind", "mac_address", "units", "missing", "unknown", "error", "controller_serial_number"} {
		delete(printed, name)
	}
	if len(printed) > 0 {
		t.Errorf("printed and no field: %v", printed)
	}
}

// A value of an impossible type is unknown, and one without a name has its number.
func TestFieldsOfAnOddStatus(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		heater, simulated := c.heater(t)
		simulated.SetStatus("dhwOperationSetting", 77)
		simulated.SetStatus("compUse", 0)
		status, err := heater.Status(within(t, time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]nwp500.Field{
			"dhw_operation_setting": {Name: "dhw_operation_setting", Kind: nwp500.FieldEnumeration, Known: true, Number: 77, Text: "mode(77)"},
			"comp_use":              {Name: "comp_use", Kind: nwp500.FieldFlag},
		}
		for _, f := range status.Fields(nwp500.Metric) {
			if w, ok := want[f.Name]; ok && f != w {
				t.Errorf("got %+v, want %+v", f, w)
			}
		}
		if got := nwp500.FieldDifference.String(); got != "difference" {
			t.Errorf("got %q", got)
		}
	})
}
