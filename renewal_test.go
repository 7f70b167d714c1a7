package nwp500_test

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A connection that is renewed on purpose takes no answer with it that is on its way.
func TestRenewalWaitsForAnswers(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater := session.Heater(devices[0])
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		c.Heater(devices[0].MAC.Reveal()).SetDelay(3 * time.Second)
		time.AfterFunc(time.Second, session.Reconnect)
		if err := heater.SetTemperature(ctx, nwp500.Celsius(55)); err != nil {
			t.Error(err)
		}
		pass(time.Minute)
		if made := session.Diagnostics().Connections[0].Made; made != 2 {
			t.Errorf("the connection was made %d times, want it renewed", made)
		}
	})
}
