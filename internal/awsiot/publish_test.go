package awsiot

import (
	"context"
	"errors"
	"fmt"
	"strings"
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
	})
}

func TestNoAcknowledgementIsOutcomeUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(*session, *packets.PublishPacket) bool { return false }})
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

// TestNothingIsSentTwice: what was written once is not written again, what was not goes out on the next connection.
func TestNothingIsSentTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(s *session, p *packets.PublishPacket) bool {
			if p.TopicName == "fatal" {
				s.NetConn().Close()
				return false
			}
			return true
		}})
		c := b.start()
		unknown(t, c.Publish(t.Context(), Publication{Topic: "fatal"}), ErrLost)
		unsent(t, c.Publish(t.Context(), Publication{Topic: "nowait", NoWait: true}), ErrDown)
		var done []<-chan error
		for i := range 5 {
			done = append(done, c.publish(t.Context(), Publication{Topic: fmt.Sprint(i)}))
		}
		for _, d := range done {
			if err := <-d; err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Hour)
		if diff := cmp.Diff([]string{"fatal", "0", "1", "2", "3", "4"}, b.published()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWaitingPublications(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		down := func() {
			b.network.Refuse(true)
			b.drop()
		}
		down()

		// Superseding keeps the order of those that remain.
		power := c.publish(t.Context(), Publication{Topic: "on", Supersede: "power"})
		mode := c.publish(t.Context(), Publication{Topic: "mode", Supersede: "mode"})
		later := c.publish(t.Context(), Publication{Topic: "off", Supersede: "power"})
		unsent(t, <-power, ErrSuperseded)

		// A caller that gives up takes its publication along.
		ctx, cancel := context.WithCancel(t.Context())
		gone := c.publish(ctx, Publication{Topic: "gone"})
		cancel()
		unsent(t, <-gone, context.Canceled)
		unsent(t, c.Publish(ctx, Publication{Topic: "gone"}), context.Canceled)

		b.network.Refuse(false)
		for _, done := range []<-chan error{mode, later} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if diff := cmp.Diff([]string{"mode", "off"}, b.published()); diff != "" {
			t.Error(diff)
		}

		// The queue is bounded in number,
		down()
		var waiting []<-chan error
		start := time.Now()
		for range maxWaiting {
			waiting = append(waiting, c.publish(t.Context(), Publication{Topic: "w"}))
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "w"}), ErrQueueFull)
		if got := c.Stats().Waiting; got != maxWaiting {
			t.Errorf("%d wait", got)
		}
		// and in age.
		for _, done := range waiting {
			unsent(t, <-done, ErrExpired)
		}
		if d := time.Since(start); d != maxWait {
			t.Errorf("waited %v", d)
		}
		b.network.Refuse(false)
		time.Sleep(time.Hour)
		if got := len(b.published()); got != 2 {
			t.Errorf("the broker saw %d publications", got)
		}
	})
}

// TestPublishRate: AWS IoT silently discards what exceeds 100 messages a second.
func TestPublishRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var sent []time.Time
		b.script(hooks{publish: func(*session, *packets.PublishPacket) bool {
			sent = append(sent, time.Now())
			return true
		}})
		c := b.start()
		time.Sleep(time.Second)
		start := time.Now()
		const n = publishBurst + 2*defaultPublishRate
		done := make(chan error, n)
		for range n {
			go func() { done <- c.Publish(t.Context(), Publication{Topic: "a"}) }()
		}
		for range n {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if got := sent[publishBurst-1].Sub(start); got != 0 {
			t.Errorf("a burst took %v", got)
		}
		if got := sent[n-1].Sub(start).Round(time.Millisecond); got != 2*time.Second {
			t.Errorf("%d publications took %v", n, got)
		}
	})
}

func TestPublishLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		for _, test := range []struct {
			p      Publication
			reason error
		}{
			{Publication{Topic: "a", Payload: make([]byte, maxPayload+1)}, ErrTooLarge},
			{Publication{Topic: ""}, ErrTopic},
			{Publication{Topic: "a/+"}, ErrTopic},
			{Publication{Topic: "$aws/things"}, ErrTopic},
			{Publication{Topic: "navilink/2/3/4/5/6/7/8/9"}, ErrTopic},
			{Publication{Topic: strings.Repeat("a", 257)}, ErrTopic},
		} {
			err := c.Publish(t.Context(), test.p)
			unsent(t, err, test.reason)
			if strings.Contains(err.Error(), "navilink") {
				t.Errorf("the error quotes the topic: %v", err)
			}
		}
		if got := b.published(); len(got) != 0 {
			t.Errorf("sent: %v", got)
		}
		if err := c.Publish(t.Context(), Publication{Topic: "a", Payload: make([]byte, maxPayload)}); err != nil {
			t.Error(err)
		}
	})
}

// TestPoisonPublish: a topic that the policy forbids costs the connection 150 ms later. It must not do so for ever, nor stop others.
func TestPoisonPublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(s *session, p *packets.PublishPacket) bool {
			if p.TopicName != "forbidden" {
				return true
			}
			time.Sleep(150 * time.Millisecond)
			s.NetConn().Close()
			return false
		}})
		c := b.start()
		for range maxStrikes {
			unknown(t, c.Publish(t.Context(), Publication{Topic: "forbidden"}), ErrLost)
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "forbidden"}), ErrTopicBlocked)
		if err := c.Publish(t.Context(), Publication{Topic: "fine"}); err != nil {
			t.Error(err)
		}
		if changes := c.changed(); len(changes) != 2*maxStrikes || errors.Is(changes[2].Err, ErrDuplicateClientID) {
			t.Errorf("changes %+v", changes)
		}
		// After a while it may have been allowed.
		time.Sleep(blockTime)
		unknown(t, c.Publish(t.Context(), Publication{Topic: "forbidden"}), ErrLost)
		unsent(t, c.Publish(t.Context(), Publication{Topic: "forbidden"}), ErrTopicBlocked)
	})
}

// TestPoisonEndsWhatWaits: what waits for its turn behind a forbidden publication of the same topic is not sent either.
func TestPoisonEndsWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(s *session, _ *packets.PublishPacket) bool {
			s.NetConn().Close()
			return false
		}})
		c := b.start()
		const n = maxStrikes*publishBurst + 10
		outcomes := make(chan error, n)
		for range n {
			go func() { outcomes <- c.Publish(t.Context(), Publication{Topic: "forbidden"}) }()
		}
		blocked := 0
		for range n {
			err := <-outcomes
			if errors.Is(err, ErrTopicBlocked) {
				unsent(t, err, ErrTopicBlocked)
				blocked++
				continue
			}
			unknown(t, err, ErrLost)
		}
		if s := c.Stats(); blocked < 10 || s.Connections != maxStrikes {
			t.Errorf("%d blocked, stats %+v", blocked, s)
		}
	})
}

func TestStrikesAreForgottenOverAnAcknowledgement(t *testing.T) {
	now := time.Now()
	p := newPublications(0)
	o := &outgoing{Publication: Publication{Topic: "a"}, id: 1, since: now, done: make(chan error, 1)}
	for range maxStrikes {
		p.inFlight = []*outgoing{o}
		if !p.blame(now.Add(time.Second), true) {
			t.Error("no blame")
		}
		p.acknowledged(1)
	}
	if p.blocked("a", now.Add(time.Second)) {
		t.Error("blocked over strikes with an acknowledgement in between")
	}
	lapsed := &outgoing{Publication: Publication{Topic: "b"}, id: 2, since: now.Add(-ackTimeout), done: make(chan error, 1)}
	p.inFlight = []*outgoing{lapsed, o}
	if !p.blame(now.Add(time.Second), true) || p.strikes["a"].count != 1 || p.strikes["b"].count != 0 {
		t.Errorf("strikes %v: want one, not against what was not acknowledged long ago", p.strikes)
	}
	p.inFlight = []*outgoing{o}
	if p.blame(now.Add(poisonTime), true) || p.blame(now, false) {
		t.Error("blamed for what came later, or of itself")
	}
}
