package nwp500_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Commands that wait for a connection wait for what the heater can do as well, when
// that is not known yet. They keep their order all the same.
func TestCommandsKeepTheirOrderBeforeFeaturesAreKnown(t *testing.T) {
	for range 5 {
		inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
			ctx := within(t, time.Hour)
			heater, _ := c.heater(t)
			if _, err := heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
			c.DropAll(simulator.DropServer)
			pass(10 * time.Millisecond)
			var commands sync.WaitGroup
			errs := make([]error, 8)
			for i := range errs {
				commands.Go(func() { errs[i] = heater.SetTemperature(ctx, nwp500.Celsius(50+float64(i)/2)) })
				pass(time.Millisecond)
			}
			commands.Wait()
			for i, err := range errs[:len(errs)-1] {
				if outcome(err) != nwp500.NotSent || !errors.Is(err, nwp500.ErrSuperseded) {
					t.Errorf("command %d: got %v, want it superseded", i, err)
				}
			}
			status, err := heater.Status(ctx)
			if last := errs[len(errs)-1]; last != nil || err != nil || status.Setpoint != nwp500.Celsius(53.5) {
				t.Errorf("the newest command: %v; setpoint %v, %v; want 53.5 °C", last, status.Setpoint, err)
			}
		})
	}
}
