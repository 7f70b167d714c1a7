package nwp500_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// oneCaller is a token store that finds out whether it is called twice at once.
type oneCaller struct {
	nwp500.TokenStore
	busy  chan struct{}
	twice bool
}

func (s *oneCaller) Save(ctx context.Context, tokens *nwp500.Tokens) error {
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
	default:
		s.twice = true
	}
	<-time.After(time.Second)
	return s.TokenStore.Save(ctx, tokens)
}

// Tokens that are being renewed while the account signs out do not come back.
func TestSignOutDuringARenewal(t *testing.T) {
	for _, wait := range []time.Duration{0, 500 * time.Millisecond} { // 500 ms: while they are saved
		inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
			ctx := within(t, 2*time.Hour)
			store := &oneCaller{TokenStore: nwp500.MemoryTokens(), busy: make(chan struct{}, 1)}
			c.config.Tokens = store
			client := nwp500.New(c.config)
			defer client.Close()
			if _, err := client.Devices(ctx); err != nil {
				t.Fatal(err)
			}
			pass(58 * time.Minute)
			release := c.RESTHold("/auth/refresh", 1)
			listed := make(chan error, 1)
			go func() {
				_, err := client.Devices(ctx)
				listed <- err
			}()
			synctest.Wait()
			time.AfterFunc(time.Minute/6, release)
			if wait > 0 {
				pass(time.Minute/6 + wait)
			}
			if err := client.SignOut(ctx); err != nil {
				t.Error(err)
			}
			<-listed
			pass(time.Minute)
			if kept, err := store.Load(ctx); kept != nil || err != nil {
				t.Errorf("the store still has tokens (%t), %v", kept != nil, err)
			}
			if _, err := client.Devices(ctx); !errors.Is(err, nwp500.ErrNotSignedIn) {
				t.Errorf("got %v, want ErrNotSignedIn", err)
			}
			if store.twice {
				t.Error("the store was called twice at once")
			}
		})
	}
}

// A sign-in that its caller gave up, and that went well, lets a session go on that waited for it.
func TestSignInGivenUpByItsCaller(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		session, _ := c.connect(t)
		if err := c.client.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		c.DropAll(simulator.DropServer)
		pass(time.Minute)
		release := c.RESTHold("/user/sign-in", 1)
		short, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		if err := c.client.SignIn(short, c.email, c.config.Password.Reveal()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		release()
		pass(10 * time.Second)
		if !session.Connected() {
			t.Error("the session does not go on")
		}
	})
}

// Nobody is signed in after a sign-out, and no password is wrong.
func TestSignOutAfterARefusal(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		if err := c.client.SignIn(ctx, c.email, "wrong"); !errors.Is(err, nwp500.ErrCredentials) {
			t.Fatalf("got %v", err)
		}
		if err := c.client.SignOut(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := c.client.Devices(ctx); !errors.Is(err, nwp500.ErrNotSignedIn) {
			t.Errorf("got %v, want ErrNotSignedIn", err)
		}
	})
}
