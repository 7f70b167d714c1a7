package nwp500_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A heater that is forgotten is not listened to any more, also after a reconnection, who
// waits for it is told, and it can be asked again.
func TestForget(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		session, devices := c.connect(t)
		ctx := within(t, time.Hour)
		for _, device := range devices {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		heater, simulated := session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
		poll := heater.Poll(nwp500.PollStatus, time.Minute)
		simulated.SetSilent(true)
		waiting := make(chan error)
		go func() {
			_, err := heater.Status(ctx)
			waiting <- err
		}()
		pass(time.Second)
		if err := session.Forget(ctx, devices[0]); err != nil {
			t.Fatal(err)
		}
		if err := <-waiting; !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("who waited got %v", err)
		}
		subscribed := func(mac nwp500.MAC) bool {
			for _, connection := range c.Connections() {
				for _, filter := range connection.Subscriptions {
					if strings.Contains(filter, mac.Reveal()) {
						return true
					}
				}
			}
			return false
		}
		c.DropAll(simulator.DropServer)
		pass(time.Minute)
		if subscribed(devices[0].MAC) || !subscribed(devices[1].MAC) {
			t.Error("the wrong heater is subscribed to")
		}
		if d := session.Diagnostics(); d.Heaters != 1 || d.Polls != 0 || d.Connections[0].Heaters != 1 {
			t.Errorf("%d heaters and %d polls are left", d.Heaters, d.Polls)
		}
		if err := session.Forget(ctx, devices[0]); err != nil {
			t.Errorf("forgetting again: %v", err)
		}
		poll.Close()
		simulated.SetSilent(false)
		if _, err := heater.Status(ctx); err != nil || !subscribed(devices[0].MAC) {
			t.Errorf("asked again: %v", err)
		}
	})
}
