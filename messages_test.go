package nwp500_test

import (
	"context"
	"fmt"
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

// Raw subscriptions hear what others publish, and survive a reconnection.
func TestRawMessages(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		mac := devices[0].MAC.Reveal()
		sub, err := session.Subscribe(ctx, fmt.Sprintf("cmd/52/navilink-%s/st", mac))
		if err != nil {
			t.Fatal(err)
		}
		reading, stop := context.WithCancel(ctx)
		heard := make(chan nwp500.Message, 10)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for message, err := range sub.Messages(reading) {
				if err != nil {
					return
				}
				heard <- message
			}
		}()
		for range 2 {
			if _, err := session.Heater(devices[0]).Status(ctx); err != nil {
				t.Fatal(err)
			}
			message := <-heard
			if !strings.Contains(string(message.Payload), "16777219") {
				t.Errorf("heard %q", message.Payload)
			}
			c.DropAll(simulator.DropServer)
			pass(30 * time.Second)
		}
		if err := session.Publish(ctx, fmt.Sprintf("cmd/52/navilink-%s/st", mac), []byte(`{}`)); err != nil {
			t.Error(err)
		}
		for message := range heard { // the request may come twice: the heater's filter matches it, too
			if string(message.Payload) == `{}` {
				break
			}
		}
		if err := session.Publish(ctx, "a/#", nil); outcome(err) != nwp500.NotSent {
			t.Errorf("a wildcard in a topic: got %v, want it not sent", err)
		}
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
		if n := len(c.Connections()[0].Subscriptions); n != 1 {
			t.Errorf("%d subscriptions are left, want the heater's", n)
		}
		stop()
		<-done
	})
}
