package nwp500_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Of many callers that need a token at once, one asks and the others use its answer:
// the losers of parallel refreshes would hold rotated tokens.
func TestManyCallersRefreshOnce(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		pass(56 * time.Minute) // into the five minutes before the end
		var callers sync.WaitGroup
		for range 10 {
			callers.Go(func() {
				if _, err := c.client.Devices(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		if got := c.Counters(); got.SignIns != 1 || got.Refreshes != 1 {
			t.Errorf("%d sign-ins and %d refreshes, want 1 and 1", got.SignIns, got.Refreshes)
		}
	})
}

// Wrong credentials are final until others are given.
func TestWrongPasswordIsTriedOnce(t *testing.T) {
	for name, as401 := range map[string]bool{"code in the envelope": false, "status 401": true} {
		t.Run(name, func(t *testing.T) {
			inCloud(t, simulator.Config{WrongPassword401: as401}, func(t *testing.T, c *cloud) {
				ctx := within(t, time.Hour)
				right := c.config.Password.Reveal()
				if err := c.client.SignIn(ctx, c.email, "wrong"); !errors.Is(err, nwp500.ErrCredentials) {
					t.Fatalf("got %v, want ErrCredentials", err)
				}
				for range 3 {
					pass(10 * time.Minute)
					if _, err := c.client.Devices(ctx); !errors.Is(err, nwp500.ErrCredentials) {
						t.Fatalf("got %v, want ErrCredentials", err)
					}
				}
				if calls := c.Counters().Calls["POST /user/sign-in"]; calls != 1 {
					t.Errorf("%d sign-in calls, want 1", calls)
				}
				if err := c.client.SignIn(ctx, c.email, right); err != nil {
					t.Fatalf("with the right password: %v", err)
				}
				if _, err := c.client.Devices(ctx); err != nil {
					t.Fatal(err)
				}
			})
		})
	}
}

// An outage is no wrong password: it is tried again.
func TestOutageIsNoWrongPassword(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		c.RESTFail("/user/sign-in", 503, 1)
		_, err := c.client.Devices(ctx)
		var answer *nwp500.APIError
		if !errors.As(err, &answer) || answer.Status != 503 || errors.Is(err, nwp500.ErrCredentials) {
			t.Fatalf("got %v, want an APIError with status 503", err)
		}
		if _, err := c.client.Devices(ctx); !errors.As(err, &answer) {
			t.Fatalf("within the minute: got %v, want the error from before", err)
		}
		pass(61 * time.Second)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		if calls := c.Counters().Calls["POST /user/sign-in"]; calls != 2 {
			t.Errorf("%d sign-in calls, want 2", calls)
		}
	})
}

// A 401 in the middle of a token's life refreshes once and repeats once.
func TestRefusedTokenIsRefreshedOnce(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Minute)
		c.RESTFail("/device/list", 401, 1)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		if got := c.Counters(); got.Refreshes != 1 || got.SignIns != 1 {
			t.Errorf("%d refreshes and %d sign-ins, want 1 and 1", got.Refreshes, got.SignIns)
		}
		c.RESTFail("/device/list", 401, 100)
		var answer *nwp500.APIError
		if _, err := c.client.Devices(ctx); !errors.As(err, &answer) || answer.Status != 401 {
			t.Fatalf("got %v, want the 401", err)
		}
	})
}

// A server whose tokens are dead on arrival must not be asked in a loop.
func TestDeadTokensAreNoLoop(t *testing.T) {
	inCloud(t, simulator.Config{TokenLife: time.Second, KeyLife: time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		for range 30 {
			_, _ = c.client.Devices(ctx) // whether it succeeds is not the point
			pass(time.Second)
		}
		calls := c.Counters().Calls
		if total := calls["POST /user/sign-in"] + calls["POST /auth/refresh"]; total < 1 || total > 3 {
			t.Errorf("%d sign-ins and refreshes in half a minute, want one at least and 3 at most", total)
		}
	})
}

// Tokens alone carry over a restart, and a live connection only within their hour.
func TestTokensOfAnEarlierRun(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		store := nwp500.FileTokens(filepath.Join(t.TempDir(), "deep", "tokens.json"))
		first := c.config
		first.Tokens = store
		client := nwp500.New(first)
		if err := client.SignIn(ctx, c.email, c.config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		client.Close()

		later := first
		later.Password = nwp500.Secret{}
		again := nwp500.New(later)
		defer again.Close()
		if _, err := again.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		session, err := again.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		session.Close()
		if got := c.Counters().SignIns; got != 1 {
			t.Errorf("%d sign-ins, want 1", got)
		}

		pass(2 * time.Hour)
		if _, err := again.Devices(ctx); err != nil { // the refresh token serves still
			t.Errorf("devices after two hours: %v", err)
		}
		if _, err := again.Connect(ctx); !errors.Is(err, nwp500.ErrPasswordNeeded) {
			t.Errorf("connect after two hours: got %v, want ErrPasswordNeeded", err)
		}
	})
}

// Tokens of another account or another cloud are never used.
func TestTokensOfAnotherAccount(t *testing.T) {
	inCloud(t, simulator.Config{Accounts: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		store := nwp500.MemoryTokens()
		config := c.config
		config.Tokens = store
		client := nwp500.New(config)
		if err := client.SignIn(ctx, c.email, config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		client.Close()

		other := nwp500.New(nwp500.Config{
			Email: c.Accounts()[1].Email, Tokens: store,
			RESTURL: config.RESTURL, MQTTEndpoint: config.MQTTEndpoint, Dial: config.Dial,
		})
		defer other.Close()
		if _, err := other.Devices(ctx); !errors.Is(err, nwp500.ErrNotSignedIn) {
			t.Errorf("another account: got %v, want ErrNotSignedIn", err)
		}
		elsewhere := nwp500.New(nwp500.Config{
			Tokens: store, RESTURL: "http://127.0.0.1:1/api", MQTTEndpoint: config.MQTTEndpoint, Dial: config.Dial,
		})
		defer elsewhere.Close()
		if _, err := elsewhere.Devices(ctx); !errors.Is(err, nwp500.ErrNotSignedIn) {
			t.Errorf("another cloud: got %v, want ErrNotSignedIn", err)
		}
	})
}

// A caller that gives up does not lose the tokens for those who wait.
func TestCallerGivesUpWhileSigningIn(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		release := c.RESTHold("/user/sign-in", 1)
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		patient := make(chan error, 1)
		go func() {
			_, err := c.client.Devices(within(t, time.Hour))
			patient <- err
		}()
		if _, err := c.client.Devices(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the deadline", err)
		}
		release()
		if err := <-patient; err != nil {
			t.Errorf("the caller that waited: %v", err)
		}
		if got := c.Counters().SignIns; got != 1 {
			t.Errorf("%d sign-ins, want 1", got)
		}
	})
}

func TestTokenFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("permissions are not checked on this system")
	}
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "tokens.json")
	store := nwp500.FileTokens(path)
	if tokens, err := store.Load(ctx); tokens != nil || err != nil {
		t.Fatalf("before the first: %v, %v", tokens, err)
	}
	want := &nwp500.Tokens{
		RESTURL: "https://cloud.example", Email: nwp500.NewSecret("owner@home.example"), Access: nwp500.NewSecret("a"),
		Refresh: nwp500.NewSecret("r"), AccessExpires: time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC), UserSeq: 7,
	}
	if err := store.Save(ctx, want); err != nil {
		t.Fatal(err)
	}
	mode := func() os.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	if got := mode(); runtime.GOOS != "windows" && got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := store.Load(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if *got != *want {
		t.Errorf("kept tokens differ: %v, want %v", got, want)
	}
	if got := mode(); runtime.GOOS != "windows" && got != 0o600 {
		t.Errorf("mode %o after a load, want it tightened to 600", got)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files in the directory, want 1: nothing half written stays", len(entries))
	}
	if err := os.WriteFile(path, []byte(`{"version":1,"access_tok`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(ctx); err == nil {
		t.Error("half a file was taken for tokens")
	}
	if err := store.Save(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if tokens, err := store.Load(ctx); tokens != nil || err != nil {
		t.Errorf("after forgetting: %v, %v", tokens, err)
	}
}

// An outage that comes as HTTP 200 with another code is one all the same.
func TestOutageInTheEnvelope(t *testing.T) {
	for _, test := range []struct {
		answer nwp500.APIError
		want   bool
	}{
		{nwp500.APIError{Status: 503}, true},
		{nwp500.APIError{Status: 429}, true},
		{nwp500.APIError{Status: 200, Code: 500}, true},
		{nwp500.APIError{Status: 200, Code: 1001}, false},
		{nwp500.APIError{Status: 404, Code: 404}, false},
	} {
		if got := test.answer.Temporary(); got != test.want {
			t.Errorf("%v: %v, want %v", &test.answer, got, test.want)
		}
	}
}
