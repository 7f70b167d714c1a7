package nwp500_test

import (
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The raw messages of a heater come from whichever connection serves it, and cost no
// subscription.
func TestRawMessagesOfEveryHeater(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 45}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		subscriptions := make([]*nwp500.Subscription, len(devices))
		for i, device := range devices {
			var err error
			if subscriptions[i], err = session.Heater(device).Subscribe(ctx); err != nil {
				t.Fatalf("heater %d: %v", i, err)
			}
		}
		granted := 0
		for _, connection := range c.Connections() {
			granted += len(connection.Subscriptions)
		}
		if granted != len(devices) || len(c.Connections()) != 2 {
			t.Errorf("%d subscriptions on %d connections, want %d on 2", granted, len(c.Connections()), len(devices))
		}
		for _, i := range []int{0, 44} {
			if _, err := session.Heater(devices[i]).Status(ctx); err != nil {
				t.Fatal(err)
			}
			heard := 0
			for message, err := range subscriptions[i].Messages(ctx) {
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(message.Topic, devices[i].MAC.Reveal()) {
					t.Errorf("heater %d was given a message of another", i)
				}
				if heard++; heard == 2 { // the question and its answer
					break
				}
			}
			if err := subscriptions[i].Close(); err != nil {
				t.Error(err)
			}
			if _, err := session.Heater(devices[i]).Status(ctx); err != nil {
				t.Errorf("heater %d after its raw subscription was closed: %v", i, err)
			}
		}
	})
}
