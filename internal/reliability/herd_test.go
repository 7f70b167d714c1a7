package reliability

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// herdSize is how many clients come back at once.
const herdSize = 200

// Clients that were cut at the same moment do not come back at the same moment.
//
// After a cut of a second each dials once, at a moment drawn from 1 to 5 s after it, so that it is in a given second with probability
// 1/4. A second with too many has one of the 200 dials at its beginning and at least 90 of the other 199 clients in it: that is less
// likely than 200 times the chance of 90 of 199. After an hour's outage a client dials about every 60 s, the mean of a wait drawn below
// the cap of 120 s, so that it is in a given second with probability 1/60 at most; there a second has too many with 20 others, and there
// are some 400 dials for it to begin with. TestHerdMargin computes both: less than one in a million for all repetitions together.
func TestHerd(t *testing.T) {
	t.Parallel()
	for _, cut := range []struct {
		lasting time.Duration
		percent int
		outages []outage
	}{{time.Second, 45, outages[:1]}, {time.Hour, 10, outages[:2]}} {
		for _, o := range cut.outages {
			for seed := range uint64(repetitions) {
				t.Run(fmt.Sprintf("%v/%s/%d", cut.lasting, o.name, seed), func(t *testing.T) {
					t.Parallel()
					inCrowd(t, seed, herdSize, func(c *crowd) {
						c.connect()
						ended := c.suffer(o, cut.lasting)
						pass(4 * time.Minute) // everybody has come back long before
						dials := c.dialled(ended)
						if len(dials) < herdSize {
							t.Fatalf("%d dials of %d clients", len(dials), herdSize)
						}
						most := busiest(dials)
						c.t.Logf("at most %d of %d clients dial in one second\n%s", most, herdSize, histogram(dials))
						if most*100 > cut.percent*herdSize {
							c.t.Errorf("%d of %d clients dial in one second: more than %d %%", most, herdSize, cut.percent)
						}
					})
				})
			}
		}
	}
}

// The bounds of TestHerd leave room: it does not fail by chance, and not because they are far from what is expected either.
func TestHerdMargin(t *testing.T) {
	for _, bound := range []struct {
		cut      time.Duration
		beyond   int     // dials in a second that are too many
		p        float64 // that a client dials in a given second
		dials    int     // that a second can begin with
		expected int
	}{
		{time.Second, herdSize*45/100 + 1, 1.0 / 4, herdSize, 50},
		{time.Hour, herdSize*10/100 + 1, 1.0 / 60, 2 * herdSize, 3},
	} {
		chance := float64(bound.dials) * atLeast(bound.beyond-1, herdSize-1, bound.p)
		t.Logf("after %v: %d expected in a second, %d are too many: by chance %.0e a repetition", bound.cut, bound.expected, bound.beyond, chance)
		if chance > 1e-6/9 { // TestHerd has nine repetitions
			t.Errorf("after %v: the test fails by chance once in %.0f", bound.cut, 1/chance)
		}
	}
}

// The sessions of one client share its limit of dials, whether they connect for the first time or come back. Nothing of that is by
// chance: the bound holds for every order of dials.
func TestHerdOfOneClient(t *testing.T) {
	t.Parallel()
	for _, o := range outages[:2] {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			inCrowd(t, 1, 1, func(c *crowd) {
				m := c.members[0]
				if err := m.connect(); err != nil {
					c.t.Fatal(err)
				}
				pass(time.Minute)
				first := time.Now()
				var connecting sync.WaitGroup
				for range herdSize {
					connecting.Go(func() {
						ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
						defer cancel()
						if _, err := m.client.Connect(ctx); err != nil {
							c.t.Error(err)
						}
					})
				}
				connecting.Wait()
				c.limited("the first connections", m.all(first), herdSize)
				pass(2 * time.Minute)
				cut := time.Now()
				c.suffer(o, time.Second)
				pass(2 * time.Minute)
				c.limited("coming back", m.all(cut), herdSize)
				if n := len(c.cloud.Connections()); n != herdSize+1 {
					c.t.Errorf("%d of %d connections are back", n, herdSize+1)
				}
			})
		})
	}
}

func (c *crowd) limited(what string, dials []time.Duration, atLeast int) {
	c.t.Helper()
	most := busiest(dials)
	c.t.Logf("%s: at most %d in one second\n%s", what, most, histogram(dials))
	if len(dials) < atLeast {
		c.t.Errorf("%s: %d dials of %d", what, len(dials), atLeast)
	}
	if most > 5 {
		c.t.Errorf("%s: %d dials in one second", what, most)
	}
}

// all returns all dials from a moment on.
func (m *member) all(since time.Time) (dials []time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, at := range m.dials {
		if !at.Before(since) {
			dials = append(dials, at.Sub(since))
		}
	}
	return dials
}
