package awsiot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// refuse returns a hook that answers 0x80 for some filters, as long as on is set.
func refuse(on *atomic.Bool, filters ...string) func(*session, *packets.SubscribePacket) []byte {
	return func(_ *session, p *packets.SubscribePacket) []byte {
		codes := make([]byte, len(p.Topics))
		for i, filter := range p.Topics {
			if on.Load() && slices.Contains(filters, filter) {
				codes[i] = mqtt.RefusedFilter
			}
		}
		return codes
	}
}

// TestRefusedFilterIsReportedAndRetried: SUBACK 0x80 is a failure, of that filter only, and is retried.
func TestRefusedFilterIsReportedAndRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var on atomic.Bool
		on.Store(true)
		b.script(hooks{subscribe: refuse(&on, "navilink-bad")})
		c := b.start()
		err := c.Subscribe(t.Context(), "a", "navilink-bad", "c")
		var refused *SubscribeError
		if !errors.As(err, &refused) || !cmp.Equal(refused.Filters, []string{"navilink-bad"}) || strings.Contains(err.Error(), "navilink") {
			t.Fatalf("got %v", err)
		}
		if err := c.Subscribe(t.Context(), "a", "c"); err != nil {
			t.Errorf("the others: %v", err)
		}
		time.Sleep(10 * time.Minute)
		if got := len(b.subscribed()); got != 1+3 { // after 1, 2, 4 minutes
			t.Errorf("%d SUBSCRIBEs", got)
		}

		// The link is up again without it, and says so.
		b.drop()
		time.Sleep(time.Minute)
		changes := c.changed()
		if len(changes) != 2 || !errors.As(changes[1].Err, &refused) || c.Stats().Refused != 1 {
			t.Errorf("changes %+v", changes)
		}

		on.Store(false)
		time.Sleep(time.Hour)
		if s := c.Stats(); s.Refused != 0 || s.Subscriptions != 3 {
			t.Errorf("stats %+v", s)
		}
		on.Store(true)
		if err := c.Subscribe(t.Context(), "navilink-bad"); err != nil {
			t.Errorf("asked for again what is subscribed: %v", err)
		}
	})
}

// TestRefusedFilterIsAskedForAgainOnDemand: a new call of Subscribe does not wait for the retry.
func TestRefusedFilterIsAskedForAgainOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var on atomic.Bool
		on.Store(true)
		b.script(hooks{subscribe: refuse(&on, "a")})
		c := b.start()
		var refused *SubscribeError
		for range 2 {
			if err := c.Subscribe(t.Context(), "a"); !errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
		}
		on.Store(false)
		if err := c.Subscribe(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	})
}

// TestNoSuback: once more with the same packet id, then another connection.
func TestNoSuback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var ids []uint16
		b.script(hooks{subscribe: func(s *session, p *packets.SubscribePacket) []byte {
			ids = append(ids, p.MessageID)
			if s.n == 0 {
				return nil
			}
			return make([]byte, len(p.Topics))
		}})
		c := b.start()
		start := time.Now()
		if err := c.Subscribe(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(start); d < 2*subackTimeout || d > 2*subackTimeout+25*time.Second {
			t.Errorf("subscribed after %v", d)
		}
		synctest.Wait()
		if len(ids) != 3 || ids[0] != ids[1] {
			t.Errorf("packet ids %v", ids)
		}
		if changes := c.changed(); len(changes) != 2 || !errors.Is(changes[0].Err, ErrNoAcknowledgement) {
			t.Errorf("changes %+v", changes)
		}
	})
}

// TestSubscribeWhileDown: a filter stays wanted when its caller gives up.
func TestSubscribeWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		b.network.Refuse(true)
		b.drop()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.Subscribe(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := c.Unsubscribe(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		done := make(chan error)
		go func() { done <- c.Subscribe(t.Context(), "b", "b") }()
		synctest.Wait()
		b.network.Refuse(false)
		if err := <-done; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([][]string{{"b"}}, b.subscribed()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSubscribeLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		var filters []string
		for i := range maxSubscriptions {
			filters = append(filters, fmt.Sprint(i))
		}
		if err := c.Subscribe(t.Context(), append(filters, "one too many")...); !errors.Is(err, ErrTooManySubscriptions) {
			t.Errorf("51 filters: %v", err)
		}
		if err := c.Subscribe(t.Context(), "a", "navilink-+/#"); !errors.Is(err, ErrFilter) {
			t.Errorf("wildcard within a level: %v", err)
		}
		if got := b.subscribed(); len(got) != 0 || c.Stats().Subscriptions != 0 {
			t.Errorf("sent: %v", got)
		}
		if err := c.Subscribe(t.Context(), filters...); err != nil {
			t.Error(err)
		}
		if err := c.Subscribe(t.Context(), "one too many"); !errors.Is(err, ErrTooManySubscriptions) {
			t.Errorf("51st filter: %v", err)
		}
		if err := c.Unsubscribe(t.Context(), append(filters[:20:20], "unknown")...); err != nil {
			t.Error(err)
		}
		if err := c.Subscribe(t.Context(), "one too many"); err != nil {
			t.Error(err)
		}
		if got := c.Stats().Subscriptions; got != 31 {
			t.Errorf("%d subscriptions", got)
		}
	})
}

func TestUnsubscribeWhileSubscribing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{subscribe: func(*session, *packets.SubscribePacket) []byte { return nil }})
		c := b.start()
		done := make(chan error)
		go func() { done <- c.Subscribe(t.Context(), "a") }()
		synctest.Wait()
		if err := c.Unsubscribe(t.Context(), "a"); err != nil {
			t.Error(err)
		}
		if err := <-done; !errors.Is(err, errUnsubscribed) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Hour)
		if diff := cmp.Diff([][]string{{"a"}}, b.subscribed()); diff != "" {
			t.Error(diff) // asked for what nobody wants
		}
	})
}

func TestMalformedSuback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{subscribe: func(s *session, p *packets.SubscribePacket) []byte {
			if s.n == 0 {
				return make([]byte, len(p.Topics)+1)
			}
			return make([]byte, len(p.Topics))
		}})
		c := b.start()
		if err := c.Subscribe(t.Context(), "a", "b"); err != nil {
			t.Error(err)
		}
		if changes := c.changed(); len(changes) != 2 || !errors.Is(changes[0].Err, mqtt.ErrProtocol) {
			t.Errorf("changes %+v", changes)
		}
	})
}

// TestFilterThatCostsTheConnection: a broker may end the connection over one filter. The others must live.
func TestFilterThatCostsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{subscribe: func(s *session, p *packets.SubscribePacket) []byte {
			if slices.Contains(p.Topics, "forbidden") {
				s.NetConn().Close()
				return nil
			}
			return make([]byte, len(p.Topics))
		}})
		c := b.start()
		err := c.Subscribe(t.Context(), "a", "forbidden", "b")
		var refused *SubscribeError
		if !errors.As(err, &refused) || !cmp.Equal(refused.Filters, []string{"forbidden"}) {
			t.Errorf("got %v", err)
		}
		if err := c.Publish(t.Context(), Publication{Topic: "a"}); err != nil {
			t.Error(err)
		}
		if s := c.Stats(); !s.Up || s.Refused != 1 || s.Connections != 4 {
			t.Errorf("stats %+v", s)
		}
		// It is tried again, ever more seldom, and not much more often when somebody wants it all the time.
		for range 60 {
			if err := c.Subscribe(t.Context(), "forbidden"); !errors.As(err, &refused) {
				t.Errorf("got %v", err)
			}
			time.Sleep(time.Minute)
		}
		if s := c.Stats(); s.Connections > 4+4+7 {
			t.Errorf("stats %+v", s)
		}
		time.Sleep(24 * time.Hour)
		if s := c.Stats(); s.Connections > 4+4+36 {
			t.Errorf("stats %+v", s)
		}
		for _, change := range c.changed() {
			if errors.Is(change.Err, ErrDuplicateClientID) {
				t.Errorf("blamed on a duplicate client id: %v", change.Err)
			}
		}
	})
}

// TestFiltersAreNotBlamedForAnOutage: where each connection ends as soon as it is made, none of the filters costs it, and all are live soon
// after that is over.
func TestFiltersAreNotBlamedForAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		if err := c.Subscribe(t.Context(), "a", "b", "c"); err != nil {
			t.Fatal(err)
		}
		b.script(hooks{started: func(s *session) { _ = s.NetConn().Close() }})
		b.drop()
		for range 20 {
			time.Sleep(10 * time.Minute)
			b.script(hooks{})
			over := time.Now()
			for s := c.Stats(); !s.Up || s.Refused > 0; s = c.Stats() {
				time.Sleep(time.Second)
			}
			if took := time.Since(over); took > backoffCap+30*time.Second {
				t.Errorf("live again after %v", took)
			}
			b.script(hooks{started: func(s *session) { _ = s.NetConn().Close() }})
			b.drop()
		}
	})
}
