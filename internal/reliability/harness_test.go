package reliability

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// healing is how long after a fault everything has to be live again: the cap of the backoff and 30 s.
const healing = 150 * time.Second

// A cloud is a simulated cloud and a client of its first account, with whatever is needed to watch both.
type cloud struct {
	*simulator.Simulator
	t       *testing.T
	server  *simulator.Server
	client  *nwp500.Client
	config  nwp500.Config // that of client, for further ones
	account simulator.Account
	log     *logbook
	network *network

	// What connect makes.
	session *nwp500.Session
	devices []nwp500.Device
	device  nwp500.Device
	heater  *nwp500.Heater
	filters []string // that were subscribed when the session was first live
	events  *events

	faults []fault

	// What a test may change before its end.
	links    int                 // connections that may be open at the same time: one for each client id
	offences []simulator.Offence // that the test means to commit
	over     bool                // the session is not expected to be live in the end
}

// A fault is one that a test has injected, and that has to have fired.
type fault struct {
	name     string
	injected *simulator.Injected
}

// A setup is what a test wants otherwise than usual.
type setup struct {
	simulator simulator.Config
	client    func(*nwp500.Config) // changes the client's configuration
	tls       bool                 // serve with TLS, on the network in memory
}

// inFault runs a test in virtual time and then checks the invariants of docs/reliability.md.
func inFault(t *testing.T, s setup, test func(t *testing.T, c *cloud)) {
	t.Helper()
	began := time.Now()
	defer func() { t.Logf("%v of real time", time.Since(began).Round(time.Millisecond)) }()
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, s)
		defer func() { // whatever happens: a goroutine that is left would hide the reason
			_ = c.client.Close()
			_ = c.server.Close()
			_ = c.Close()
		}()
		test(t, c)
		if !t.Failed() {
			c.check()
		}
	})
}

func newCloud(t *testing.T, s setup) *cloud {
	t.Helper()
	if s.simulator.Start.IsZero() {
		s.simulator.Start = time.Now().UTC() // the heaters' day is the same wherever the test runs
	}
	sim, err := simulator.New(s.simulator)
	if err != nil {
		t.Fatal(err)
	}
	serve := sim.Memory
	if s.tls {
		serve = sim.MemoryTLS
	}
	server, err := serve()
	if err != nil {
		t.Fatal(err)
	}
	c := &cloud{
		Simulator: sim, t: t, server: server, account: sim.Accounts()[0],
		log: new(logbook), network: &network{dial: server.Dial}, links: 1,
	}
	c.log.hide("e-mail", c.account.Email)
	c.log.hide("password", c.account.Password)
	c.log.hide("signature", "X-Amz-")
	for _, heater := range c.account.Heaters {
		c.log.hide("MAC", heater.MAC())
	}
	c.config = nwp500.Config{
		Email: c.account.Email, Password: nwp500.NewSecret(c.account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: c.network.Dial,
		RootCAs: pool(t, server.CA),
		Tokens:  watchedTokens{nwp500.MemoryTokens(), c.log},
		Logger:  slog.New(slog.NewJSONHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if s.client != nil {
		s.client(&c.config)
	}
	c.client = nwp500.New(c.config)
	return c
}

// connect opens the session, and is done when the first heater's filters are live and it has answered.
func (c *cloud) connect() {
	c.t.Helper()
	c.call("devices", time.Minute, func(ctx context.Context) (err error) {
		c.devices, err = c.client.Devices(ctx)
		return err
	})
	if len(c.devices) == 0 {
		c.t.Fatal("no devices")
	}
	c.device = c.devices[0]
	c.log.hide("address", c.device.Location.Address)
	if err := c.try("connect", time.Minute, func(ctx context.Context) (err error) {
		c.session, err = c.client.Connect(ctx)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	c.events = watch(c.session)
	c.heater = c.session.Heater(c.device)
	c.call("features", time.Minute, func(ctx context.Context) error {
		features, err := c.heater.Features(ctx)
		if err == nil {
			c.log.hide("serial number", features.Serial.Reveal())
		}
		return err
	})
	c.call("status", time.Minute, c.status)
	c.filters = c.subscribed()
}

// status asks the heater for its status.
func (c *cloud) status(ctx context.Context) error {
	_, err := c.heater.Status(ctx)
	return err
}

// try makes a call of the client's, which has to return within its limit. What it returns may not show a secret.
func (c *cloud) try(what string, limit time.Duration, call func(ctx context.Context) error) error {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	began := time.Now()
	err := call(ctx)
	if took := time.Since(began); took > limit {
		c.t.Errorf("%s returned after %v: its limit was %v", what, took, limit)
	}
	c.log.err(err)
	return err
}

// call makes a call of the client's that has to succeed.
func (c *cloud) call(what string, limit time.Duration, call func(ctx context.Context) error) {
	c.t.Helper()
	if err := c.try(what, limit, call); err != nil {
		c.t.Fatalf("%s: %v", what, err)
	}
}

// suffer puts faults of the simulator's list in place, by name or id. Each has to have fired when the test ends.
func (c *cloud) suffer(names ...string) (injected []*simulator.Injected) {
	c.t.Helper()
	for _, name := range names {
		i, err := c.InjectCase(name)
		if err != nil {
			c.t.Fatal(err)
		}
		c.faults = append(c.faults, fault{name, i})
		injected = append(injected, i)
	}
	return injected
}

// heal takes away all faults that suffer put in place.
func (c *cloud) heal() {
	for _, f := range c.faults {
		f.injected.Heal()
	}
}

// cut ends every live connection, as maintenance of the cloud does.
func (c *cloud) cut() { c.DropAll(simulator.DropServer) }

// subscribed returns the filters of the first account's connections, as the broker has them.
func (c *cloud) subscribed() []string {
	var filters []string
	for _, connection := range c.Connections() {
		if connection.Email == c.account.Email {
			filters = append(filters, connection.Subscriptions...)
		}
	}
	slices.Sort(filters)
	return filters
}

// live tells whether the client thinks that it is connected, and the broker has all filters.
func (c *cloud) live() bool {
	return c.session.Connected() && slices.Equal(c.subscribed(), c.filters)
}

// await waits until something holds, and returns how long that took.
func (c *cloud) await(what string, limit time.Duration, holds func() bool) time.Duration {
	c.t.Helper()
	began := time.Now()
	for !holds() {
		if time.Since(began) >= limit {
			c.t.Fatalf("%s: not within %v\n%s", what, limit, c.log.tail())
		}
		time.Sleep(50 * time.Millisecond)
	}
	return time.Since(began)
}

// pass lets virtual time pass, and what is due at its end happen.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// contains tells whether the text of an error holds all of the words.
func contains(err error, words ...string) bool {
	return err != nil && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(err.Error(), w) })
}
