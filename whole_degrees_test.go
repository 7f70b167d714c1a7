package nwp500_test

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A heater with steps of a whole degree takes its own limits, which are half degrees.
func TestLimitsInWholeDegrees(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		simulated.SetFeature("dhwTemperatureSettingUse", int(nwp500.WholeDegrees))
		simulated.SetFeature("dhwTemperatureMin", 81)
		simulated.SetFeature("dhwTemperatureMax", 131)
		for _, test := range []struct{ ask, want float64 }{{65.5, 65}, {65.56, 65}, {40.5, 41}, {40.3, 41}, {50.5, 51}, {50.4, 50}} {
			if err := heater.SetTemperature(ctx, nwp500.Celsius(test.ask)); err != nil {
				t.Errorf("%v °C: %v", test.ask, err)
			}
			status, err := heater.Status(ctx)
			if err != nil || status.Setpoint != nwp500.Celsius(test.want) {
				t.Errorf("%v °C: got %v, %v; want %v °C", test.ask, status.Setpoint, err, test.want)
			}
		}
		for _, beyond := range []float64{65.8, 66, 40.2, 40} {
			if err := heater.SetTemperature(ctx, nwp500.Celsius(beyond)); outcome(err) != nwp500.Refused {
				t.Errorf("%v °C: got %v, want it refused", beyond, err)
			}
		}
	})
}
