package nwp500_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/simulator"
)

// Who subscribes to a filter while the last other one leaves it is not left deaf.
func TestSubscribeWhileAnotherLeaves(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		filter := topic.HeaterEvents(devices[0].Type, devices[0].MAC.Reveal())
		for range 50 {
			first, err := session.Subscribe(ctx, filter)
			if err != nil {
				t.Fatal(err)
			}
			closed := make(chan error, 1)
			go func() { closed <- first.Close() }()
			second, err := session.Subscribe(ctx, filter)
			if err != nil {
				t.Fatal(err)
			}
			if err := <-closed; err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if n := session.Diagnostics().Connections[0].Subscriptions; n != 1 {
				t.Fatalf("%d filters are subscribed, want 1", n)
			}
			if err := second.Close(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// A raw subscription that ends takes no answers from the session's own questions.
func TestRawSubscriptionToAnswers(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater := session.Heater(devices[0])
		if _, err := heater.Reservations(ctx); err != nil {
			t.Fatal(err)
		}
		raw, err := session.Subscribe(ctx, topic.Queries(devices[0].Type, session.ClientIDs()[0]))
		if err != nil {
			t.Fatal(err)
		}
		c.Heater(devices[0].MAC.Reveal()).SetDelay(3 * time.Second)
		time.AfterFunc(time.Second, func() { _ = raw.Close() })
		began := time.Now()
		if _, err := heater.Reservations(ctx); err != nil || time.Since(began) > 4*time.Second {
			t.Errorf("got %v after %v", err, time.Since(began))
		}
	})
}
