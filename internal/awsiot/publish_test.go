package awsiot

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/google/go-cmp/cmp"
)

func TestPublishAndReceive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		if err := c.Subscribe(t.Context(), "cmd/#"); err != nil {
			t.Fatal(err)
		}
		if err := c.Publish(t.Context(), Publication{Topic: "cmd/1", Payload: []byte("hello")}); err != nil {
			t.Fatal(err)
		}
		b.session().deliver("cmd/2", "one", 0)
		b.session().deliver("cmd/2", "two", 1)
		synctest.Wait()
		if diff := cmp.Diff([]string{"cmd/2 one", "cmd/2 two"}, c.received()); diff != "" {
			t.Error(diff)
		}
		if s := c.Stats(); !s.Up || s.Received != 2 || s.Subscriptions != 1 || s.InFlight != 0 || s.Connections != 1 {
			t.Errorf("stats %+v", s)
		}
		c.close(t)
		synctest.Wait()
		if diff := cmp.Diff([]string{"*packets.DisconnectPacket"}, b.ends); diff != "" {
			t.Error(diff)
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "a"}), ErrClosed)
		if err := c.Subscribe(t.Context(), "a"); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := c.Unsubscribe(t.Context(), "cmd/#"); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if s := c.Stats(); s.Up || s.Received != 2 {
			t.Errorf("stats after Close %+v", s)
		}
	})
}

func TestNoAcknowledgementIsOutcomeUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.publish = func(*session, *packets.PublishPacket) bool { return false }
		c := b.start()
		start := time.Now()
		unknown(t, c.Publish(t.Context(), Publication{Topic: "a"}), ErrNoAcknowledgement)
		if d := time.Since(start); d != ackTimeout {
			t.Errorf("after %v", d)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		unknown(t, c.Publish(ctx, Publication{Topic: "a"}), context.DeadlineExceeded)
		time.Sleep(time.Hour)
		if got := b.published(); len(got) != 2 {
			t.Errorf("the broker saw %d publications of 2", len(got))
		}
		if changes := c.changed(); len(changes) != 0 {
			t.Errorf("the link did not stay up: %+v", changes)
		}
	})
}
