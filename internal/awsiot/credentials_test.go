package awsiot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestRefusedCredentials: fetched anew once at once, then once for each step of the backoff.
func TestRefusedCredentials(t *testing.T) {
	for name, script := range map[string]func(refuse *atomic.Bool) hooks{
		"403": func(refuse *atomic.Bool) hooks {
			return hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
				if !refuse.Load() {
					return false
				}
				forbid(w, "The security token included in the request is expired", time.Now())
				return true
			}}
		},
		"CONNACK 7": func(refuse *atomic.Bool) hooks {
			return hooks{connect: func(*session) int {
				if refuse.Load() {
					return 7
				}
				return 0
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				var refuse atomic.Bool
				b.script(script(&refuse))
				c := b.start()
				time.Sleep(time.Hour)
				refuse.Store(true)
				b.drop()
				time.Sleep(7 * time.Second)
				if got := c.fetches(); len(got) < 3 || !cmp.Equal(got[:3], []bool{false, false, true}) {
					t.Errorf("credentials asked for: %v", got)
				}
				time.Sleep(24 * time.Hour)
				synctest.Wait() // an attempt may be due this very moment
				s, fetches, dials := c.Stats(), c.fetches(), b.dials()
				if s.Halted || s.Attempts < 24*3600/130 || len(fetches) != s.Attempts+2 || len(dials) != len(fetches) {
					t.Errorf("%d attempts, %d fetches, %d dials", s.Attempts, len(fetches), len(dials))
				}
				refuse.Store(false)
				time.Sleep(longestWait)
				if got := c.changed(); len(got) != 2 {
					t.Errorf("changes %+v", got)
				}
			})
		})
	}
}

// TestRejectedCredentialsHaltTheLink: a wrong password stops all attempts until somebody gives the right one.
func TestRejectedCredentialsHaltTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var rejected atomic.Bool
		var calls atomic.Int32
		credentials := func(context.Context, bool) (Credentials, error) {
			calls.Add(1)
			if rejected.Load() {
				return Credentials{}, fmt.Errorf("sign in: %w", ErrRejected)
			}
			return exampleCredentials, nil
		}
		use := func(cfg *Config) { cfg.Credentials = credentials }
		c := b.start(use)
		rejected.Store(true)
		b.drop()
		const limit = flapFloor + firstDelayMax + backoffBase // until the attempt that finds out
		waiting, start := c.publish(t.Context(), Publication{Topic: "a"}), time.Now()
		unsent(t, <-waiting, ErrRejected)
		if took := time.Since(start); took > limit {
			t.Errorf("what waited was told after %v that nothing becomes of it", took)
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "a"}), ErrRejected)
		unsent(t, c.Publish(t.Context(), Publication{Topic: "a", NoWait: true}), ErrDown)
		if took := time.Since(start); took > limit {
			t.Errorf("a publication waited on a link that does not dial: %v", took)
		}
		time.Sleep(24 * time.Hour)
		if s := c.Stats(); !s.Halted || calls.Load() != 2 || !errors.Is(s.Err, ErrRejected) || !s.NextAttempt.IsZero() {
			t.Errorf("%d calls, stats %+v", calls.Load(), s)
		}
		c.Retry()
		synctest.Wait()
		if s := c.Stats(); !s.Halted || calls.Load() != 3 {
			t.Errorf("%d calls, stats %+v", calls.Load(), s)
		}
		rejected.Store(false)
		c.Retry()
		time.Sleep(connectFloor)
		if got := c.changed(); len(got) != 2 {
			t.Errorf("changes %+v", got)
		}
		rejected.Store(true)
		if _, err := b.dial(t.Context(), use); !errors.Is(err, ErrRejected) {
			t.Errorf("dial: %v", err)
		}
	})
}

// TestRetryDuringAnAttemptIsNotLost: the attempt under way may be at work with the old password.
func TestRetryDuringAnAttemptIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var calls atomic.Int32
		c := b.start(func(cfg *Config) {
			cfg.Credentials = func(context.Context, bool) (Credentials, error) {
				if calls.Add(1) == 2 {
					time.Sleep(10 * time.Second)
					return Credentials{}, ErrRejected
				}
				return exampleCredentials, nil
			}
		})
		time.Sleep(time.Minute + time.Second)
		b.drop()
		time.Sleep(firstDelayMax + time.Second)
		c.Retry()
		time.Sleep(10 * time.Second)
		if got := c.changed(); len(got) != 2 {
			t.Errorf("changes %+v", got)
		}
	})
}

func TestRetryKeepsTheFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		for range 3 {
			b.drop()
			c.Retry()
			synctest.Wait()
		}
		time.Sleep(time.Minute)
		for i, times := 1, b.connectTimes(); i < len(times); i++ {
			if gap := times[i].Sub(times[i-1]); gap < flapFloor {
				t.Errorf("gap %v", gap)
			}
		}
	})
}

// TestCredentialsComeUnderSuspicionWithoutConnack: AWS IoT often closes in place of CONNACK 5.
func TestCredentialsComeUnderSuspicionWithoutConnack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		time.Sleep(time.Hour)
		b.script(hooks{connect: func(*session) int { return -1 }})
		b.drop()
		time.Sleep(time.Hour)
		if got := c.fetches(); len(got) < 6 || !cmp.Equal(got[:6], []bool{false, false, false, false, true, false}) {
			t.Errorf("credentials asked for: %v", got)
		}
	})
}

func TestFailingCredentialsDoNotEndTheLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var fail atomic.Int32
		c := b.start(func(cfg *Config) {
			cfg.Credentials = func(ctx context.Context, _ bool) (Credentials, error) {
				switch fail.Load() {
				case 1:
					return Credentials{}, errors.New("sign in: HTTP status 500")
				case 2:
					panic("navilink")
				case 3:
					<-ctx.Done()
					return Credentials{}, ctx.Err()
				}
				return exampleCredentials, nil
			}
		})
		for way := range int32(3) {
			time.Sleep(2 * time.Minute)
			fail.Store(way + 1)
			b.drop()
			time.Sleep(time.Hour)
			fail.Store(0)
			time.Sleep(credentialsTimeout + longestWait)
			if !c.Stats().Up {
				t.Errorf("not up after failure %d: %v", way, c.Stats().Err)
			}
		}
	})
}

// TestCredentialsAreAskedForAgainAtOnce: a call that has returned does not stand in the way of the next.
func TestCredentialsAreAskedForAgainAtOnce(t *testing.T) {
	l := &Link{
		cfg:      Config{Credentials: func(context.Context, bool) (Credentials, error) { return exampleCredentials, nil }},
		fetching: make(chan struct{}, 1),
	}
	for range 10000 {
		if _, err := l.credentials(t.Context(), true); err != nil {
			t.Fatal(err)
		}
	}
}
