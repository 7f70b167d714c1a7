package reliability

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/memnet"
)

// statuses measures how long after now each member has a status again. An application asks until it gets one.
func (c *crowd) statuses(limit time.Duration) []time.Duration {
	c.t.Helper()
	began := time.Now()
	results := make(chan time.Duration)
	for _, m := range c.members {
		go func() {
			for time.Since(began) < limit {
				if _, err := m.heater.Status(context.Background()); err == nil {
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			results <- time.Since(began)
		}()
	}
	var took []time.Duration
	for range c.members {
		took = append(took, <-results)
	}
	slices.Sort(took)
	return took
}

// After a second without the cloud the next status is there within three: half of 50 runs at least. By design it is two: connections
// die at the beginning of the cut, and the first dial is drawn from 1 to 5 s after that. A run takes longer with probability 1/4; that half of
// 50 do has one of 8 300, which is too likely for a test. So it makes four times 50, of which half have one of 10^14.
func TestRecoveryFromASecond(t *testing.T) {
	t.Parallel()
	for _, o := range outages {
		t.Run(o.name, func(t *testing.T) {
			t.Parallel()
			var all []time.Duration
			for seed := range uint64(4) {
				inCrowd(t, seed, 50, func(c *crowd) {
					c.connect()
					c.suffer(o, time.Second)
					took := c.statuses(healing)
					c.t.Logf("median of 50: %v, the longest %v", took[25], took[49])
					all = append(all, took...)
				})
			}
			slices.Sort(all)
			t.Logf("median of %d: %v, the longest %v", len(all), all[len(all)/2], all[len(all)-1])
			if median := all[len(all)/2]; median > 3*time.Second {
				t.Errorf("the median of %d runs is %v", len(all), median)
			}
		})
	}
}

// After an hour without the cloud, in which all keys have ended, the next status is there within the cap of the backoff and 30 s. That is
// no matter of chance: each run has to be within it.
func TestRecoveryFromAnHour(t *testing.T) {
	t.Parallel()
	for _, o := range outages {
		for seed := range uint64(repetitions) {
			t.Run(fmt.Sprintf("%s/%d", o.name, seed), func(t *testing.T) {
				t.Parallel()
				inCrowd(t, seed, 50, func(c *crowd) {
					c.connect()
					c.suffer(o, time.Hour)
					took := c.statuses(10 * time.Minute)
					c.t.Logf("median of 50: %v, the longest %v", took[25], took[49])
					if longest := took[49]; longest > healing {
						c.t.Errorf("the longest of 50 took %v, more than %v", longest, healing)
					}
				})
			})
		}
	}
}

// A sign-in that failed is tried again a minute later, when the next is due, and not after a backoff on top of that.
func TestRecoveryWhenTheNextSignInIsDue(t *testing.T) {
	t.Parallel()
	inCrowd(t, 1, 20, func(c *crowd) {
		c.connect()
		pass(2 * time.Hour) // the keys have ended
		c.suffer(outages[1], 10*time.Second)
		took := c.statuses(10 * time.Minute)
		c.t.Logf("median of 20: %v, the longest %v", took[10], took[19])
		if longest := took[19]; longest > 67*time.Second {
			c.t.Errorf("the longest took %v, more than the minute and the jitter of a first dial", longest)
		}
	})
}

// A call that has given up leaves no dial behind that goes on for ever, in a network that answers nothing, and a client that is
// closed leaves none at all.
func TestDialsEnd(t *testing.T) {
	inCrowd(t, 1, 1, func(c *crowd) {
		var dialling atomic.Int32
		config := c.config
		config.Email, config.Password = "owner@example.com", nwp500.NewSecret("a password")
		config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			dialling.Add(1)
			defer dialling.Add(-1)
			return c.network.Dial(ctx, network, address)
		}
		client := nwp500.New(config)
		c.network.BlackHole(memnet.Both)
		list := func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if _, err := client.Devices(ctx); err == nil {
				c.t.Error("a list through a black hole")
			}
		}
		list()
		pass(30 * time.Second)
		if n := dialling.Load(); n != 0 {
			c.t.Errorf("%d dials go on half a minute after their call", n)
		}
		pass(time.Minute)
		list()
		if n := dialling.Load(); n != 1 {
			c.t.Errorf("%d dials under way, not one", n)
		}
		_ = client.Close()
		pass(time.Millisecond)
		if n := dialling.Load(); n != 0 {
			c.t.Errorf("%d dials go on after Close", n)
		}
	})
}
