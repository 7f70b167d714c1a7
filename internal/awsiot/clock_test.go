package awsiot

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A wallClock is one that a test sets. The monotonic clock is the bubble's, which stands still while the test says that the machine sleeps.
type wallClock struct{ ahead atomic.Int64 }

func (w *wallClock) now() time.Time       { return time.Now().Add(time.Duration(w.ahead.Load())) }
func (w *wallClock) set(by time.Duration) { w.ahead.Add(int64(by)) }

// startWithClock starts a link and waits until it has long been stable.
func (b *broker) startWithClock() (*client, *wallClock) {
	w := new(wallClock)
	c := b.start(func(cfg *Config) { cfg.Time = w.now })
	time.Sleep(10 * time.Minute)
	return c, w
}

// TestSleepRenewsTheConnectionAtOnce: nobody tells a machine that wakes that its connection is dead.
func TestSleepRenewsTheConnectionAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c, w := b.startWithClock()
		w.set(8 * time.Hour)
		before := time.Now()
		time.Sleep(clockCheck + 2*connectFloor)
		changes := c.changed()
		if len(changes) != 2 || !errors.Is(changes[0].Err, ErrSlept) || changes[0].Planned || !changes[1].Up {
			t.Fatalf("changes %+v", changes)
		}
		if d := changes[1].At.Sub(before); d > clockCheck+connectFloor {
			t.Errorf("up again after %v", d)
		}
		if got := len(c.fetches()); got != 2 {
			t.Errorf("credentials fetched %d times", got)
		}
		dials := b.dials()
		if date, err := time.Parse("20060102T150405Z", dials[1].query.Get("X-Amz-Date")); err != nil || date.Sub(dials[1].at).Round(time.Minute) != 8*time.Hour {
			t.Errorf("signed at %v, %v", date, err)
		}
		time.Sleep(time.Hour)
		if got := len(b.dials()); got != 2 {
			t.Errorf("%d dials", got)
		}
	})
}

// TestClockThatIsSet: a step ahead looks like a sleep and costs one connection, a step back or a small one none.
func TestClockThatIsSet(t *testing.T) {
	for name, test := range map[string]struct {
		by    time.Duration
		dials int
	}{
		"a day ahead":  {24 * time.Hour, 2},
		"an hour":      {time.Hour, 2},
		"a little":     {sleepMin - time.Second, 1},
		"a little off": {-sleepMin, 1},
		"a day back":   {-24 * time.Hour, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				_, w := b.startWithClock()
				w.set(test.by)
				time.Sleep(2 * time.Hour)
				if got := len(b.dials()); got != test.dials {
					t.Errorf("%d dials, want %d", got, test.dials)
				}
			})
		})
	}
}

// TestSleepWhileDown: what has waited through the night is not sent in the morning, and the next attempt does not wait for its turn.
func TestSleepWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c, w := b.startWithClock()
		b.script(hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}})
		b.drop()
		time.Sleep(20 * time.Minute) // the attempts are far apart by now
		for c.Stats().Attempts == 0 || time.Until(c.Stats().NextAttempt) < 4*clockCheck {
			time.Sleep(time.Second)
		}
		done := c.publish(t.Context(), Publication{Topic: "a"})
		b.script(hooks{})
		w.set(time.Hour)
		before := time.Now()
		unsent(t, <-done, ErrExpired)
		for !c.Stats().Up {
			time.Sleep(time.Second)
		}
		if d := time.Since(before); d > clockCheck+connectFloor {
			t.Errorf("up after %v", d)
		}
		if got := b.published(); len(got) != 0 {
			t.Errorf("published %v", got)
		}
	})
}

// TestPublishAfterWaking: what is published before the link has noticed that it slept is as young as it is.
func TestPublishAfterWaking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c, w := b.startWithClock()
		time.Sleep(clockCheck / 2)
		w.set(8 * time.Hour)
		if err := c.Publish(t.Context(), Publication{Topic: "a"}); err != nil {
			t.Error(err)
		}
		if changes := c.changed(); len(changes) != 2 || !errors.Is(changes[0].Err, ErrSlept) {
			t.Errorf("changes %+v", changes)
		}
	})
}
