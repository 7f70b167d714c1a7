package reliability

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The values of the backoff (docs/reliability.md).
const (
	firstMin    = time.Second // after the loss of a connection that was stable
	firstMax    = 5 * time.Second
	backoffBase = 2 * time.Second
	backoffCap  = 120 * time.Second
	floor       = time.Second            // between two attempts
	atOnce      = 300 * time.Millisecond // after a dial of the same client, which makes five a second
)

// A failure is what the client makes of a fault that it dials into.
type failure struct {
	takes time.Duration // until an attempt has failed
	says  string        // part of what the user is told
	tls   bool
}

// dialsAgain is the test of a fault after which the client does nothing but dial again: with full jitter, without a sign-in, and
// saying what is wrong.
func dialsAgain(t *testing.T, fault string, f failure) {
	t.Helper()
	inFault(t, setup{tls: f.tls}, func(t *testing.T, c *cloud) {
		c.connectFails(fault, f)
		c.connect()
		c.steady()
		injected, cut := c.cutInto(fault)
		signIns := c.Counters().SignIns
		c.await("the reason", 5*time.Minute, func() bool { return contains(c.reason(), f.says) })
		c.await("the return", time.Hour, c.live)
		dials := c.network.since(cut)
		backsOff(t, cut, dials, f.takes)
		if len(dials) != injected.Fired()+1 {
			t.Errorf("%d dials, and the fault has fired %d times", len(dials), injected.Fired())
		}
		if got := c.Counters().SignIns; got != signIns {
			t.Errorf("%d sign-ins", got-signIns)
		}
		if count[nwp500.ConnectionLost](c.events) != 1 || count[nwp500.ConnectionResumed](c.events) != 1 {
			t.Errorf("told more than one loss and one return: %v", c.events.all())
		}
	})
}

// connectFails shows what a user is told whose first connection meets a fault.
func (c *cloud) connectFails(fault string, f failure) {
	c.t.Helper()
	c.signIn()
	injected := c.suffer(fault)[0]
	defer injected.Heal()
	began := time.Now()
	err := c.try("connect", time.Minute, c.open)
	if took := time.Since(began); took.Round(time.Second) != f.takes || !contains(err, f.says) {
		c.t.Errorf("connect: %v after %v, want %q after %v", err, took, f.says, f.takes)
	}
	if dialled := len(c.network.since(began)); dialled != 1 || injected.Fired() != 1 {
		c.t.Errorf("%d dials in one attempt, of which %d met the fault", dialled, injected.Fired())
	}
}

// signIn makes the client sign in, and lets its REST connections come to their end.
func (c *cloud) signIn() {
	c.t.Helper()
	c.call("sign-in", time.Minute, func(ctx context.Context) error {
		_, err := c.client.Devices(ctx)
		return err
	})
	pass(2 * time.Minute)
}

// open opens a session, and closes it again.
func (c *cloud) open(ctx context.Context) error {
	session, err := c.client.Connect(ctx)
	if err != nil {
		return err
	}
	return session.Close()
}

// steady lets time pass until the connection counts as stable, and the last sign-in is no longer recent.
func (c *cloud) steady() {
	c.t.Helper()
	pass(2 * time.Minute)
	if !c.live() {
		c.t.Fatal("not live")
	}
}

// cutInto puts a fault in place and ends the connection, so that the client dials into it.
func (c *cloud) cutInto(fault string) (injected *simulator.Injected, cut time.Time) {
	c.t.Helper()
	injected = c.suffer(fault)[0]
	cut = time.Now()
	c.cut()
	return injected, cut
}

// comesBack waits until the loss was noticed, and then for the return.
func (c *cloud) comesBack(limit time.Duration) {
	c.t.Helper()
	c.await("the loss", time.Minute, func() bool { return !c.session.Connected() })
	c.await("the return", limit, c.live)
}

// reason returns why the connection is down, as the user is told.
func (c *cloud) reason() error {
	if text := c.session.Diagnostics().Connections[0].Error; text != "" {
		return errors.New(text)
	}
	return nil
}

// backsOff holds dials against the backoff after a connection that was stable was cut: the first comes after 1 to 5 s, and each failed
// one, which took its time, is followed by a wait with full jitter below a bound that doubles up to the cap. Of few waits nobody can say
// whether they are drawn by lot.
func backsOff(t *testing.T, cut time.Time, dials []time.Time, takes time.Duration) {
	t.Helper()
	if len(dials) == 0 {
		t.Fatal("no dials")
	}
	if wait := dials[0].Sub(cut); wait < firstMin || wait > firstMax+time.Second {
		t.Errorf("the first dial after %v", wait)
	}
	bound, least, most := backoffBase, 1.0, 0.0
	for i, gap := range gaps(dials) {
		share := float64(gap-max(floor, takes)) / float64(bound)
		least, most = min(least, share), max(most, share)
		if gap < max(floor, takes) || gap > max(floor, takes)+bound+time.Second {
			t.Errorf("dial %d after %v, want %v to %v", i+2, gap, max(floor, takes), max(floor, takes)+bound)
		}
		bound = min(2*bound, backoffCap)
	}
	if len(dials) > 10 && most-least < 0.1 {
		t.Errorf("no jitter: the waits are all about %.0f %% of their bounds", 100*most)
	}
}

// gaps returns the times between moments.
func gaps(moments []time.Time) []time.Duration {
	var list []time.Duration
	for i := 1; i < len(moments); i++ {
		list = append(list, moments[i].Sub(moments[i-1]))
	}
	return list
}

// TestBacksOff: what holds others to the backoff can tell others from it.
func TestBacksOff(t *testing.T) {
	for name, test := range map[string]struct {
		seconds []int
		good    bool
	}{
		"good":       {[]int{3, 4, 8, 9, 20}, true},
		"at once":    {[]int{0, 1, 2}, false},
		"no floor":   {[]int{3, 3}, false},
		"impatient":  {[]int{3, 4, 5, 5}, false},
		"too slow":   {[]int{3, 9}, false},
		"no jitter":  {[]int{3, 6, 11, 20, 37, 70, 135, 256, 377, 498, 619}, false},
		"never back": {nil, false},
	} {
		cut := time.Now()
		var dials []time.Time
		for _, s := range test.seconds {
			dials = append(dials, cut.Add(time.Duration(s)*time.Second))
		}
		verdict := new(testing.T)
		done := make(chan struct{})
		go func() { // Fatal ends the goroutine
			defer close(done)
			backsOff(verdict, cut, dials, 0)
		}()
		<-done
		if verdict.Failed() == test.good {
			t.Errorf("%s: taken for good: %v", name, !verdict.Failed())
		}
	}
	if got := gaps([]time.Time{{}, time.Time{}.Add(1), time.Time{}.Add(3)}); !slices.Equal(got, []time.Duration{1, 2}) {
		t.Errorf("gaps %v", got)
	}
}
