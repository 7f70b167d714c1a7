package nwp500_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Whatever a heater's firmware leaves out, spells in another way or sends as another
// type, the client reads the rest, prints JSON, and commands it.
func TestHeatersWithOtherFirmware(t *testing.T) {
	for _, dialect := range simulator.Dialects() {
		t.Run(dialect.Name, func(t *testing.T) {
			inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
				ctx := within(t, time.Hour)
				heater, simulated := c.heater(t)
				simulated.SetTank(50, 40)
				if err := simulated.SetDialect(dialect); err != nil {
					t.Fatal(err)
				}
				status, err := heater.Status(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if !json.Valid(status.AppendJSON(nil, nwp500.Metric)) {
					t.Errorf("not JSON: %s", status.AppendJSON(nil, nwp500.Metric))
				}
				features, err := heater.Features(ctx)
				if err != nil {
					t.Fatal(err)
				}
				if !json.Valid(features.AppendJSON(nil, nwp500.Metric)) || features.Serial.Reveal() != simulated.Serial() {
					t.Errorf("features: %s", features.AppendJSON(nil, nwp500.Metric))
				}
				if dialect.Name == "text" { // which is no number: missing, and not wrong
					if status.TankUpper.Known() || len(status.Missing()) == 0 {
						t.Errorf("tank %v, missing %v", status.TankUpper, status.Missing())
					}
					return
				}
				if !status.TankUpper.Known() || status.TankUpper.Celsius() != 50 || !status.Mode.Is(nwp500.EnergySaver) {
					t.Errorf("tank %v, mode %v", status.TankUpper, status.Mode)
				}
				if err := heater.SetMode(ctx, nwp500.HeatPump); err != nil {
					t.Error(err)
				}
				if err := heater.SetTemperature(ctx, nwp500.Celsius(55)); err != nil {
					t.Error(err)
				}
				if got := simulated.Status(); got["dhwOperationSetting"] != 1 || got["dhwTemperatureSetting"] != 110 {
					t.Errorf("mode %d, setpoint %d", got["dhwOperationSetting"], got["dhwTemperatureSetting"])
				}
			})
		})
	}
}
