package nwp500_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// cloud is a simulated cloud and a client of its first account, for tests in virtual
// time.
type cloud struct {
	*simulator.Simulator
	server *simulator.Server
	client *nwp500.Client
	config nwp500.Config
	email  string
}

// inCloud runs a test in a bubble with a cloud in it. Everything is closed in the end;
// a goroutine that is left fails the bubble.
func inCloud(t *testing.T, config simulator.Config, test func(t *testing.T, c *cloud)) {
	t.Helper()
	began := time.Now()
	defer func() { t.Logf("%v of real time", time.Since(began).Round(time.Millisecond)) }()
	synctest.Test(t, func(t *testing.T) {
		if config.Start.IsZero() {
			config.Start = time.Now().UTC() // the heaters' day is the same wherever the test runs
		}
		sim, err := simulator.New(config)
		if err != nil {
			t.Fatal(err)
		}
		server, err := sim.Memory()
		if err != nil {
			t.Fatal(err)
		}
		account := sim.Accounts()[0]
		c := &cloud{Simulator: sim, server: server, email: account.Email, config: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		}}
		c.client = nwp500.New(c.config)
		defer func() {
			c.client.Close()
			server.Close()
			sim.Close()
		}()
		test(t, c)
	})
}

// within returns a context that ends the test's calls after so long.
func within(t *testing.T, limit time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	return ctx
}

// pass lets virtual time pass, and what is due at its end happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// connect opens a session and returns the account's devices.
func (c *cloud) connect(t *testing.T) (*nwp500.Session, []nwp500.Device) {
	t.Helper()
	ctx := within(t, time.Minute)
	devices, err := c.client.Devices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	session, err := c.client.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return session, devices
}

// heater opens a session and returns a handle of its first heater.
func (c *cloud) heater(t *testing.T) (*nwp500.Heater, *simulator.Heater) {
	t.Helper()
	session, devices := c.connect(t)
	return session.Heater(devices[0]), c.Heater(devices[0].MAC.Reveal())
}
