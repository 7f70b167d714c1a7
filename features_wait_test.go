package nwp500_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A question about features does not wait behind a command that waits for the connection.
func TestFeaturesDoNotWaitBehindACommand(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		done := make(chan error, 1)
		go func() { done <- heater.SetTemperature(ctx, nwp500.Celsius(55)) }()
		synctest.Wait()
		began := time.Now()
		if _, err := heater.Features(ctx); !errors.Is(err, nwp500.ErrDisconnected) {
			t.Errorf("got %v, want ErrDisconnected", err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it took %v", took)
		}
		pass(time.Minute)
		down.Heal()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
