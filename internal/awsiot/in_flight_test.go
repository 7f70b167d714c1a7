package awsiot

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/google/go-cmp/cmp"
)

// TestInFlightIsBounded: when the broker stops acknowledging, no more than 100 are sent on a connection, and every call ends. The
// broker takes no more there, so that a new connection is made when none of them has been acknowledged.
func TestInFlightIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(*session, *packets.PublishPacket) bool { return false }})
		c := b.start()
		done := make(chan error, 180)
		for range 180 {
			go func() { done <- c.Publish(t.Context(), Publication{Topic: "a"}) }()
			time.Sleep(25 * time.Millisecond)
		}
		time.Sleep(5 * time.Second)
		if s, sent := c.Stats(), len(b.published()); sent != maxFlying || s.InFlight != maxFlying || s.Waiting != 80 {
			t.Errorf("%d sent, stats %+v", sent, s)
		}
		for range 180 {
			unknown(t, <-done, ErrNoAcknowledgement)
		}
		time.Sleep(time.Minute)
		if changes := c.changed(); len(changes) != 2 || !errors.Is(changes[0].Err, ErrNoAcknowledgement) || c.Stats().InFlight != 80 {
			t.Errorf("changes %+v, stats %+v", changes, c.Stats())
		}
	})
}

// TestLateAcknowledgementMakesRoom: a publication that was given up counts as long as the broker has not acknowledged it, holds up nothing
// else, and its packet id is not used meanwhile.
func TestLateAcknowledgementMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var held []uint16
		b.script(hooks{publish: func(_ *session, p *packets.PublishPacket) bool {
			if p.TopicName == "slow" {
				held = append(held, p.MessageID)
			}
			return p.TopicName != "slow"
		}})
		c := b.start()
		for range maxFlying - 1 {
			unknown(t, c.Publish(t.Context(), Publication{Topic: "slow", Patience: time.Second}), ErrNoAcknowledgement)
		}
		c.ask(func() { c.lastID = 0 })
		for range maxFlying { // through the last place
			if err := c.Publish(t.Context(), Publication{Topic: "fast"}); err != nil {
				t.Fatal(err)
			}
		}
		if s := c.Stats(); s.InFlight != maxFlying-1 || c.lastID < 2*maxFlying-1 {
			t.Errorf("last packet id %d, stats %+v", c.lastID, s)
		}
		c.Reconnect() // needs nobody to wait, not all to be acknowledged
		time.Sleep(answerTime - time.Second)
		for _, id := range held {
			b.session().puback(id)
		}
		synctest.Wait()
		if s := c.Stats(); s.InFlight != 0 || s.Connections != 1 {
			t.Errorf("stats %+v", s)
		}
		time.Sleep(10 * time.Second)
		if s := c.Stats(); !s.Up || s.Connections != 2 {
			t.Errorf("stats %+v", s)
		}
	})
}

// TestPatience: whoever can ask again need not wait as long for an acknowledgement as others.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(*session, *packets.PublishPacket) bool { return false }})
		c := b.start()
		for patience, want := range map[time.Duration]time.Duration{0: ackTimeout, time.Second: time.Second, time.Hour: ackTimeout} {
			start := time.Now()
			unknown(t, c.Publish(t.Context(), Publication{Topic: "a", Patience: patience}), ErrNoAcknowledgement)
			if took := time.Since(start); took != want {
				t.Errorf("%v: took %v, want %v", patience, took, want)
			}
		}
	})
}

func TestPacketIDsWrapAround(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		ids := make(map[uint16]int)
		var held *packets.PublishPacket
		b.script(hooks{publish: func(_ *session, p *packets.PublishPacket) bool {
			ids[p.MessageID]++
			if held == nil {
				held = p
				return false
			}
			return true
		}})
		c := b.start()
		first := c.publish(t.Context(), Publication{Topic: "a"})
		c.ask(func() { c.lastID = 65533 })
		for range 5 {
			if err := c.Publish(t.Context(), Publication{Topic: "b"}); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		// The broker fails the test over packet id 0; 1 is in use.
		if diff := cmp.Diff(map[uint16]int{1: 1, 65534: 1, 65535: 1, 2: 1, 3: 1, 4: 1}, ids); diff != "" {
			t.Error(diff)
		}
		b.session().puback(4711)
		b.session().puback(held.MessageID)
		b.session().puback(held.MessageID)
		if err := <-first; err != nil {
			t.Error(err)
		}
	})
}
