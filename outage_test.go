package nwp500_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A refresh that fails is tried once a minute. Meanwhile what is left of the token serves, then a password does; without one the
// caller hears of the outage and is not asked for a password.
func TestRefreshOutage(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		config := c.config
		config.Tokens = nwp500.MemoryTokens()
		with := nwp500.New(config)
		defer with.Close()
		if _, err := with.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		config.Password = nwp500.Secret{}
		without := nwp500.New(config) // with the tokens of the first
		defer without.Close()
		pass(56 * time.Minute)
		outage := c.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/auth/refresh", Action: simulator.Refuse, Status: 500})
		refreshes := func() int { return c.Counters().Calls["POST /auth/refresh"] }
		for range 36 { // three minutes, to the end of the token but one
			if _, err := without.Devices(ctx); err != nil {
				t.Fatalf("the token still serves: %v", err)
			}
			pass(5 * time.Second)
		}
		if n := refreshes(); n != 3 {
			t.Errorf("%d refreshes in three minutes", n)
		}
		if _, err := with.Devices(ctx); err != nil || c.Counters().SignIns != 1 {
			t.Errorf("%v, %d sign-ins", err, c.Counters().SignIns)
		}
		pass(2 * time.Minute)
		before := refreshes()
		for range 12 {
			var answer *nwp500.APIError
			if _, err := without.Devices(ctx); !errors.As(err, &answer) || answer.Status != 500 || errors.Is(err, nwp500.ErrNotSignedIn) {
				t.Fatalf("got %v, want the outage", err)
			}
			pass(5 * time.Second)
		}
		if n := refreshes() - before; n != 1 {
			t.Errorf("%d refreshes in a minute", n)
		}
		if _, err := with.Devices(ctx); err != nil || c.Counters().SignIns != 2 {
			t.Errorf("%v, %d sign-ins", err, c.Counters().SignIns)
		}
		outage.Heal()
		pass(time.Minute)
		if _, err := without.Devices(ctx); err != nil {
			t.Errorf("after the outage: %v", err)
		}
	})
}

// An outage that speaks like a refusal is one all the same: nobody is asked for a password that is right.
func TestOutageThatSaysInvalid(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		answer := nwp500.APIError{}
		c.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/user/sign-in", Action: simulator.Refuse, Times: 1, Answer: writes(502, `{"code":502,"msg":"UPSTREAM NOT FOUND"}`)})
		_, err := c.client.Devices(ctx)
		if target := &answer; !errors.As(err, &target) || errors.Is(err, nwp500.ErrCredentials) {
			t.Fatalf("got %v", err)
		}
		pass(time.Minute)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Error(err)
		}
	})
}

// A sign-in that never left the machine is none: it is tried again as soon as somebody wants it.
func TestSignInThatDidNotLeave(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		config, network := c.withNetwork()
		network.down = true
		client := nwp500.New(config)
		defer client.Close()
		if _, err := client.Devices(ctx); !errors.Is(err, nwp500.ErrUnreachable) {
			t.Fatalf("got %v", err)
		}
		network.down = false
		if _, err := client.Devices(ctx); err != nil {
			t.Error(err)
		}
	})
}

// A sign-in that never left the machine does not end as the one before did, which had another password.
func TestOtherPasswordThatDidNotLeave(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		config, network := c.withNetwork()
		client := nwp500.New(config)
		defer client.Close()
		if _, err := client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		network.cut()
		if err := client.SignIn(ctx, c.email, "wrong"); !errors.Is(err, nwp500.ErrUnreachable) {
			t.Errorf("without a network: %v", err)
		}
		network.down = false
		if err := client.SignIn(ctx, c.email, "wrong"); !errors.Is(err, nwp500.ErrCredentials) {
			t.Errorf("with a wrong password: %v", err)
		}
	})
}

// A refresh that never left the machine is none, either.
func TestRefreshThatDidNotLeave(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		config, network := c.withNetwork()
		config.Tokens = nwp500.MemoryTokens()
		with := nwp500.New(config)
		defer with.Close()
		if _, err := with.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		config.Password = nwp500.Secret{}
		without := nwp500.New(config)
		defer without.Close()
		pass(2 * time.Hour)
		network.cut()
		if _, err := without.Devices(ctx); !errors.Is(err, nwp500.ErrUnreachable) {
			t.Errorf("without a network: %v", err)
		}
		network.down = false
		if _, err := without.Devices(ctx); err != nil {
			t.Errorf("with one again: %v", err)
		}
	})
}

// What is no refusal of the refresh token does not cost it: a proxy's page, an answer that gives nothing.
func TestRefreshThatGivesNothing(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"a proxy's page": writes(403, "<html>no</html>"),
		"no token":       writes(200, `{"code":200,"msg":"SUCCESS","data":{}}`),
		"an empty token": writes(200, `{"code":200,"msg":"SUCCESS","data":{"accessToken":"","authenticationExpiresIn":3600}}`),
	} {
		t.Run(name, func(t *testing.T) {
			inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
				ctx := within(t, 24*time.Hour)
				c.config.Tokens = nwp500.MemoryTokens()
				with := nwp500.New(c.config)
				defer with.Close()
				if _, err := with.Devices(ctx); err != nil {
					t.Fatal(err)
				}
				c.config.Password = nwp500.Secret{}
				without := nwp500.New(c.config)
				defer without.Close()
				pass(2 * time.Hour)
				c.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/auth/refresh", Action: simulator.Refuse, Times: 1, Answer: answer})
				if _, err := without.Devices(ctx); err == nil || errors.Is(err, nwp500.ErrNotSignedIn) {
					t.Errorf("got %v", err)
				}
				pass(time.Minute)
				if _, err := without.Devices(ctx); err != nil {
					t.Errorf("after it: %v", err)
				}
			})
		})
	}
}

// A call under way ends with the client.
func TestCloseEndsCalls(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		if _, err := c.client.Devices(ctx); err != nil {
			t.Fatal(err)
		}
		defer c.RESTHold("/device/list", 1)()
		ended := make(chan error)
		go func() {
			_, err := c.client.Devices(ctx)
			ended <- err
		}()
		pass(time.Second)
		began := time.Now()
		if err := c.client.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, nwp500.ErrClosed) || time.Since(began) >= time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// ownNetwork is one that a test takes away from a client.
type ownNetwork struct {
	dial  func(context.Context, string, string) (net.Conn, error)
	conns []net.Conn
	down  bool
}

// withNetwork returns the configuration of a client on a network of its own.
func (c *cloud) withNetwork() (nwp500.Config, *ownNetwork) {
	own, config := &ownNetwork{dial: c.config.Dial}, c.config
	config.Dial = own.open
	return config, own
}

func (n *ownNetwork) open(ctx context.Context, network, address string) (net.Conn, error) {
	if n.down {
		return nil, errors.New("no network")
	}
	conn, err := n.dial(ctx, network, address)
	n.conns = append(n.conns, conn)
	return conn, err
}

// cut ends what is open, and lets nothing new through.
func (n *ownNetwork) cut() {
	n.down = true
	for _, conn := range n.conns {
		_ = conn.Close()
	}
	synctest.Wait()
}

// A store of tokens that does not return does not hold up the end.
func TestStoreThatHangs(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		store := hangingStore{nwp500.MemoryTokens(), make(chan struct{})}
		config := c.config
		config.Tokens = store
		client := nwp500.New(config)
		failed := make(chan error, 1)
		go func() {
			_, err := client.Devices(within(t, time.Hour))
			failed <- err
		}()
		pass(time.Second)
		began := time.Now()
		if err := client.Close(); err == nil || time.Since(began) >= time.Second {
			t.Errorf("Close: %v after %v", err, time.Since(began))
		}
		if err := client.SignIn(within(t, time.Second), c.email, "x"); err == nil {
			t.Error("a client that is closed signs in")
		}
		close(store.release)
		if err := <-failed; !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("the call ended with %v", err)
		}
		if err := client.Close(); err != nil {
			t.Errorf("Close again: %v", err)
		}
	})
}

type hangingStore struct {
	nwp500.TokenStore
	release chan struct{}
}

func (s hangingStore) Save(context.Context, *nwp500.Tokens) error {
	<-s.release
	return nil
}

func writes(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}
