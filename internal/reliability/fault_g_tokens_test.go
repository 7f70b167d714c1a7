package reliability

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Of many that want the same at once, one asks, and the others have what it was given.
func TestFault_G4_OneForMany(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("slow-sign-in")
		together := func(call func(ctx context.Context) error) {
			t.Helper()
			var callers sync.WaitGroup
			for range 10 {
				callers.Go(func() {
					if err := c.try("one of many", time.Minute, call); err != nil {
						t.Error(err)
					}
				})
			}
			callers.Wait()
		}
		devices := func(ctx context.Context) error {
			_, err := c.client.Devices(ctx)
			return err
		}
		made := func(signIns, refreshes int) {
			t.Helper()
			if got := c.Counters().Calls; got[callSignIn] != signIns || got[callRefresh] != refreshes {
				t.Errorf("%d sign-ins and %d refreshes, want %d and %d", got[callSignIn], got[callRefresh], signIns, refreshes)
			}
		}
		together(devices)
		made(1, 0)
		pass(56 * time.Minute) // into the last minutes of the token
		together(devices)
		made(1, 1)
		pass(10 * time.Minute)
		c.RESTFail("/device/list", 401, 10) // the token is refused to each of them
		together(devices)
		made(1, 2)
		together(func(ctx context.Context) error { return c.client.SignIn(ctx, c.account.Email, c.account.Password) })
		made(2, 2)
		together(func(ctx context.Context) error {
			session, err := c.client.Connect(ctx)
			if err == nil {
				err = session.Close()
			}
			return err
		})
		made(2, 2)
		c.links = 10
	})
}

// Tokens and keys change hands while dials sign with them: none is signed with the id of one and the secret of another.
func TestFault_G5_RotationWhileDialling(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("rotation-while-dialling")
		c.connect()
		var callers sync.WaitGroup
		for _, every := range []time.Duration{7 * time.Second, 11 * time.Second} {
			callers.Go(func() { c.devicesEvery(every, 30*time.Minute) })
		}
		callers.Go(func() {
			for range 25 {
				time.Sleep(67 * time.Second)
				c.call("sign in", time.Minute, func(ctx context.Context) error {
					return c.client.SignIn(ctx, c.account.Email, c.account.Password)
				})
			}
		})
		callers.Wait()
		if c.log.has("HTTP status 403") { // and an offence against the broker besides
			t.Error("a dial was refused")
		}
		signed := c.network.requests()
		if len(signed) < 15 {
			t.Errorf("%d dials in half an hour", len(signed))
		}
		for i := 1; i < len(signed); i++ {
			if signed[i].signature == signed[i-1].signature {
				t.Error("a signature was used twice")
			}
		}
	})
}

// Credentials that are dead on arrival are not asked for in a loop: a minute at least lies between two sign-ins, and between two refreshes.
func TestFault_G6_DeadCredentials(t *testing.T) {
	for name, most := range map[string]struct{ signIns, refreshes int }{
		"zero-lifetime":     {60, 60},
		"negative-lifetime": {60, 60},
		"unsaid-lifetime":   {2, 2}, // it is taken for the usual hour
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.suffer(name)
				signIns, refreshes := c.register(callSignIn), c.register(callRefresh)
				c.connect()
				c.devicesEvery(3*time.Second, time.Hour)
				if n := count[nwp500.ConnectionResumed](c.events); n < 20 {
					t.Errorf("back %d times in an hour", n)
				}
				if n := signIns.spaced(t); n > most.signIns {
					t.Errorf("%d sign-ins in an hour", n)
				}
				if n := refreshes.spaced(t); n > most.refreshes {
					t.Errorf("%d refreshes in an hour", n)
				}
			})
		})
	}
}

// Keys that the broker takes for expired, whenever they were given, bring the client to rest, and it comes back by itself.
func TestFault_G6_ExpiredCredentials(t *testing.T) {
	inFault(t, setup{simulator: simulator.Config{KeyLife: time.Second}}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(time.Minute)
		signIns := c.register(callSignIn)
		c.suffer("expired-credentials")
		c.cut()
		pass(3 * time.Hour)
		dials := len(c.network.requests())
		pass(time.Hour)
		if n := len(c.network.requests()) - dials; n < 20 || n > 120 {
			t.Errorf("%d dials in the fourth hour", n)
		}
		if n := signIns.spaced(t); n < 60 || n > 241 {
			t.Errorf("%d sign-ins in four hours", n)
		}
		if n := count[nwp500.SignInNeeded](c.events); n != 0 {
			t.Errorf("told %d times that a sign-in is needed", n)
		}
	})
}
