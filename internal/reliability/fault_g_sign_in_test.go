package reliability

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

const (
	callSignIn  = "POST /user/sign-in"
	callRefresh = "POST /auth/refresh"
)

// devicesEvery lists the devices again and again for so long; each time it has to succeed.
func (c *cloud) devicesEvery(every, until time.Duration) {
	c.t.Helper()
	for began := time.Now(); time.Since(began) < until; time.Sleep(every) {
		c.call("devices", time.Minute, func(ctx context.Context) error {
			_, err := c.client.Devices(ctx)
			return err
		})
	}
}

// A sign-in that fails while the connection is to be made anew does not end the attempts, and no more than one a minute is tried.
func TestFault_G1_SignInOutage(t *testing.T) {
	for name, tries := range map[string]int{"sign-in-outage": 3, "sign-in-silent": 2} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.suffer(name)
				signIns := c.register(callSignIn)
				c.connect()
				c.await("the loss", 2*time.Minute, func() bool { return count[nwp500.ConnectionLost](c.events) == 1 })
				pass(time.Minute)
				if err := c.try("status", time.Second, c.status); !errors.Is(err, nwp500.ErrDisconnected) {
					t.Errorf("status while down: %v", err)
				}
				c.await("the return", time.Duration(tries)*4*time.Minute, c.live)
				if made := signIns.spaced(t); made != tries+2 {
					t.Errorf("%d sign-ins, want the first, %d that fail, and one", made, tries)
				}
				if n := count[nwp500.SignInNeeded](c.events); n != 0 {
					t.Errorf("an outage was taken %d times for a wrong password", n)
				}
			})
		})
	}
}

// However long the sign-in is out of order, once it works again the client is back within the cap of the backoff and 30 s.
func TestFault_G1_BackSoonAfterTheOutage(t *testing.T) {
	inFault(t, setup{simulator: simulator.Config{KeyLife: time.Minute}}, func(t *testing.T, c *cloud) {
		c.suffer("sign-in-outage")
		c.connect()
		c.await("the return", 12*time.Minute, func() bool { return count[nwp500.ConnectionResumed](c.events) == 1 })
		pass(2 * time.Minute)
		for i := range 12 {
			outage := c.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/user/sign-in", Action: simulator.Refuse, Status: 500 + i%5})
			c.cut()
			pass(20*time.Minute + time.Duration(i)*7*time.Second)
			if c.live() || outage.Fired() == 0 {
				t.Fatal("there was no outage")
			}
			outage.Heal()
			c.await("the return", healing, c.live)
			pass(2 * time.Minute)
		}
	})
}

// A password that is refused ends all attempts; that is told once; a password that is taken starts them again.
func TestFault_G2_WrongPassword(t *testing.T) {
	for _, name := range []string{"password-changed", "password-refused"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{simulator: simulator.Config{Heaters: 45}}, func(t *testing.T, c *cloud) {
				c.links = 2 // for so many heaters
				c.suffer(name)
				c.connect()
				for _, device := range c.devices {
					c.call("status", time.Minute, func(ctx context.Context) error {
						_, err := c.session.Heater(device).Status(ctx)
						return err
					})
				}
				c.filters = c.subscribed()
				c.await("the loss", 2*time.Minute, func() bool { return count[nwp500.ConnectionLost](c.events) > 0 })
				c.cut() // the other connection, too
				c.await("the refusal", healing, func() bool { return c.stopped() == 2 })
				told, _ := last[nwp500.SignInNeeded](c.events)
				if !errors.Is(told.Err, nwp500.ErrCredentials) {
					t.Errorf("told: %v", told.Err)
				}

				dials, signIns := c.network.count(), c.Counters().Calls[callSignIn]
				pass(24 * time.Hour)
				if c.network.count() != dials || c.Counters().Calls[callSignIn] != signIns || signIns != 2 {
					t.Errorf("%d dials more, and %d sign-ins in all", c.network.count()-dials, c.Counters().Calls[callSignIn])
				}
				if n := count[nwp500.SignInNeeded](c.events); n != 1 {
					t.Errorf("told %d times", n)
				}
				signIn := func(password string) error {
					return c.try("sign in", time.Minute, func(ctx context.Context) error { return c.client.SignIn(ctx, c.account.Email, password) })
				}
				if err := signIn("a third one"); !errors.Is(err, nwp500.ErrCredentials) || c.stopped() != 2 {
					t.Errorf("another wrong password: %v, %d connections wait", err, c.stopped())
				}
				c.heal()
				if err := signIn(c.account.Password); err != nil {
					t.Fatal(err)
				}
				c.await("the return", healing, c.live)
			})
		})
	}
}

// stopped returns how many connections are not tried any more.
func (c *cloud) stopped() int {
	n := 0
	for _, connection := range c.session.Diagnostics().Connections {
		if connection.Stopped {
			n++
		}
	}
	return n
}

// A refresh brings no keys: once they have run out, the way back takes a sign-in, and no key that has run out is ever shown.
func TestFault_G3_RefreshWithoutKeys(t *testing.T) {
	inFault(t, setup{simulator: simulator.Config{KeyLife: time.Minute}}, func(t *testing.T, c *cloud) {
		c.suffer("refresh-without-keys")
		signIns, refreshes := c.register(callSignIn), c.register(callRefresh)
		c.connect()
		c.devicesEvery(10*time.Second, 20*time.Minute)
		if n := count[nwp500.ConnectionResumed](c.events); n < 8 {
			t.Errorf("back %d times in 20 minutes", n)
		}
		if signedIn, refreshed := signIns.spaced(t), refreshes.spaced(t); signedIn < 8 || refreshed < 1 {
			t.Errorf("%d sign-ins and %d refreshes", signedIn, refreshed)
		}
		if c.log.has("HTTP status 403") {
			t.Error("keys that had run out were shown")
		}
	})
}

// A refresh that brings no refresh token leaves the one there is, which serves on.
func TestFault_G3_RefreshWithoutSuccessor(t *testing.T) {
	store := nwp500.MemoryTokens()
	inFault(t, setup{client: func(config *nwp500.Config) { config.Tokens = store }}, func(t *testing.T, c *cloud) {
		c.suffer("refresh-without-successor")
		c.connect()
		kept := func() string {
			tokens, err := store.Load(t.Context())
			if err != nil || tokens == nil {
				t.Fatalf("nothing is kept: %v", err)
			}
			return tokens.Refresh.Reveal()
		}
		first := kept()
		c.devicesEvery(10*time.Second, 20*time.Minute)
		if got := c.Counters(); got.SignIns != 1 || got.Refreshes < 15 {
			t.Errorf("%d sign-ins and %d refreshes", got.SignIns, got.Refreshes)
		}
		if first == "" || kept() != first {
			t.Error("the refresh token was lost")
		}
	})
}

// A sign-in that brings no keys is an outage like any other.
func TestFault_G3_SignInWithoutKeys(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("sign-in-without-keys")
		signIns := c.register(callSignIn)
		for range 2 {
			err := c.try("devices", time.Minute, func(ctx context.Context) error {
				_, err := c.client.Devices(ctx)
				return err
			})
			if !contains(err, "lacks some of the tokens") || errors.Is(err, nwp500.ErrCredentials) {
				t.Errorf("got %v", err)
			}
			pass(time.Minute)
		}
		c.connect()
		if n := signIns.spaced(t); n != 3 {
			t.Errorf("%d sign-ins", n)
		}
	})
}
