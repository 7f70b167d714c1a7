package reliability

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// badCertificates are those of case A3, and what a user is told.
var badCertificates = map[string]string{
	"certificate-unknown": "signed by unknown authority",
	"certificate-name":    "cannot validate certificate for 127.0.0.1",
	"certificate-expired": "certificate has expired",
}

// A certificate that cannot be verified is never taken, is told from other failures, and is tried again slowly: it does not mend within
// seconds.
func TestFault_A3_BadCertificate(t *testing.T) {
	for fault, says := range badCertificates {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{tls: true}, func(t *testing.T, c *cloud) {
				c.connectFails(fault, failure{says: says})
				c.connect()
				c.steady()
				upgrades, signIns := c.Counters().Dials, c.Counters().SignIns
				injected, cut := c.cutInto(fault)
				c.await("the second time", 5*time.Minute, func() bool { return injected.Fired() == 2 })
				synctest.Wait()
				if !contains(c.reason(), says) {
					t.Errorf("the reason is %v", c.reason())
				}
				if got := c.Counters().Dials; got != upgrades {
					t.Error("a signed request went to whoever showed the certificate")
				}
				c.comesBack(5 * time.Minute)
				for _, gap := range gaps(c.network.since(cut)) {
					if gap < backoffCap/2 || gap > backoffCap+time.Second {
						t.Errorf("tried again after %v", gap)
					}
				}
				if got := c.Counters().SignIns; got != signIns {
					t.Errorf("%d sign-ins", got-signIns)
				}
			})
		})
	}
}

// A user on real sockets, of a server that has already let him sign in.
type user struct {
	*simulator.Simulator
	server *simulator.Server
	config nwp500.Config
	log    *logbook
}

func onSockets(t *testing.T, withTLS bool) *user {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := sim.Listen("127.0.0.1:0", withTLS)
	if err != nil {
		t.Fatal(err)
	}
	u := &user{Simulator: sim, server: server, log: new(logbook)}
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), sim.Close()); err != nil {
			t.Error(err)
		}
		u.log.leaks(t)
	})
	account := sim.Accounts()[0]
	u.config = nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, RootCAs: pool(t, server.CA),
		Tokens: watchedTokens{nwp500.MemoryTokens(), u.log},
		Logger: slog.New(slog.NewJSONHandler(u.log, nil)),
	}
	u.log.hide("password", account.Password)
	u.log.hide("signature", "X-Amz-")
	client := nwp500.New(u.config)
	if _, err := client.Devices(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Error(err)
	}
	return u
}

// reach tries to open a session, with the tokens of the sign-in.
func (u *user) reach(t *testing.T) error {
	t.Helper()
	client := nwp500.New(u.config)
	defer func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := client.Connect(ctx)
	u.log.err(err)
	return err
}

// The same over the operating system's network: nothing in it makes a certificate good.
func TestFault_A3_BadCertificateOnSockets(t *testing.T) {
	u := onSockets(t, true)
	for fault, says := range badCertificates {
		injected, err := u.InjectCase(fault)
		if err != nil {
			t.Fatal(err)
		}
		dials := u.Counters().Dials
		verification := new(x509.CertificateInvalidError)
		if err := u.reach(t); !errors.Is(err, nwp500.ErrUnreachable) || !contains(err, says) || fault == "certificate-expired" && !errors.As(err, verification) {
			t.Errorf("%s: %v", fault, err)
		}
		if injected.Fired() != 1 || u.Counters().Dials != dials {
			t.Errorf("%s: met %d times, and %d requests went through", fault, injected.Fired(), u.Counters().Dials-dials)
		}
		injected.Heal()
	}
	if err := u.reach(t); err != nil {
		t.Errorf("the good certificate: %v", err)
	}
	u.config.RootCAs = nil
	if err := u.reach(t); !contains(err, "signed by unknown authority") {
		t.Errorf("without the authority: %v", err)
	}
}

// A port on which nobody listens, and one that resets what it accepts.
func TestFault_A2_RefusedOnSockets(t *testing.T) {
	u := onSockets(t, false)
	injected, err := u.InjectCase("connection-refused")
	if err != nil {
		t.Fatal(err)
	}
	if err := u.reach(t); !errors.Is(err, nwp500.ErrUnreachable) || !contains(err, "reset") && !contains(err, "broken pipe") && !contains(err, "EOF") {
		t.Errorf("reset: %v", err)
	}
	if injected.Fired() != 1 {
		t.Errorf("fired %d times", injected.Fired())
	}
	injected.Heal()
	nobody, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := nobody.Addr().String()
	if err := nobody.Close(); err != nil {
		t.Fatal(err)
	}
	good := u.config.MQTTEndpoint
	u.config.MQTTEndpoint = "ws://" + address
	if err := u.reach(t); !errors.Is(err, nwp500.ErrUnreachable) || !contains(err, "connection refused") {
		t.Errorf("refused: %v", err)
	}
	u.config.MQTTEndpoint = good
	if err := u.reach(t); err != nil {
		t.Errorf("healed: %v", err)
	}
}
