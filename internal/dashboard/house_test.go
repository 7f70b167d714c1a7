//go:build integration

package dashboard

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/internal/httpapi"
	"github.com/nwp500/nwp500/simulator"
)

// plan says what is in a house.
type plan struct {
	simulator simulator.Config
	names     []string // of the heaters; if empty, those of the vendor's app
	answer    time.Duration
	token     string                     // if not empty, the page asks for it
	away      bool                       // the cloud cannot be reached until house.arrive
	before    func(*simulator.Simulator) // what happens to the heaters before anybody connects
	past      func(*history.Store)       // what the history knows already
}

// house is a simulated cloud, what nwp500 serve makes of it, and the address of its page.
type house struct {
	*testing.T
	cloud   *simulator.Simulator
	heaters []*simulator.Heater
	fleet   *fleet.Fleet
	gate    *gate
	url     string
	arrive  func()      // has the cloud be reached
	mute    atomic.Bool // holds back what the stream would tell
}

// newHouse builds a house, which is taken down with the test.
func newHouse(t *testing.T, p plan) *house {
	t.Helper()
	p.simulator.Seed = 7
	if p.simulator.Models == nil { // nobody but the test draws water
		p.simulator.Models = []simulator.Model{{Draws: simulator.NoDraws}}
	}
	cloud, err := simulator.New(p.simulator)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	if p.before != nil {
		p.before(cloud)
	}
	server, err := cloud.Memory()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	reached := make(chan struct{})
	h := &house{T: t, cloud: cloud, heaters: cloud.Accounts()[0].Heaters, arrive: sync.OnceFunc(func() { close(reached) })}
	if !p.away {
		h.arrive()
	}
	h.fleet = newFleet(t, p, cloud, func(ctx context.Context, network, address string) (net.Conn, error) {
		select {
		case <-reached:
			return server.Dial(ctx, network, address)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
	h.serve(p)
	return h
}

func newFleet(t *testing.T, p plan, cloud *simulator.Simulator, dial func(context.Context, string, string) (net.Conn, error)) *fleet.Fleet {
	t.Helper()
	account := cloud.Accounts()[0]
	server, err := cloud.Memory()
	if err != nil {
		t.Fatal(err)
	}
	settings := fleet.Account{Name: "home", Cloud: nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password), AnswerTimeout: p.answer,
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: dial,
	}}
	_ = server.Close()
	for i, heater := range account.Heaters {
		choice := fleet.Choice{Match: nwp500.NewSecret(heater.MAC())}
		if i < len(p.names) {
			choice.Name = p.names[i]
		}
		settings.Heaters = append(settings.Heaters, choice)
	}
	f, err := fleet.New(fleet.Config{Accounts: []fleet.Account{settings}})
	if err != nil {
		t.Fatal(err)
	}
	run(t, "the fleet", f.Run)
	return f
}

// run runs a part of the house until the test ends.
func run(t *testing.T, name string, part func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- part(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}

// serve answers browsers on a port of its own.
func (h *house) serve(p plan) {
	h.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		h.Fatal(err)
	}
	h.gate = &gate{Listener: listener, through: map[net.Conn]bool{}}
	h.url = "http://" + listener.Addr().String()
	inside := httpapi.New(httpapi.Config{
		Fleet: h.fleet, History: newHistory(h.T, p, h.fleet), Tariff: httpapi.Tariff{Currency: "USD", Price: 0.36},
		Loopback: p.token == "", Token: nwp500.NewSecret(p.token),
	})
	mux := http.NewServeMux()
	mux.Handle("/api/", inside)
	mux.HandleFunc("/api/v1/events/stream", func(w http.ResponseWriter, r *http.Request) {
		inside.ServeHTTP(&muffled{w, &h.mute}, r)
	})
	mux.Handle("/", inside.Protect(Handler(), true))
	run(h.T, "the server", func(ctx context.Context) error { return httpapi.Serve(ctx, h.gate, mux, time.Second, nil) })
}

// muffled is an answer that is not heard while it is muted.
type muffled struct {
	http.ResponseWriter
	mute *atomic.Bool
}

// Write writes, or only seems to.
func (m *muffled) Write(data []byte) (int, error) {
	if m.mute.Load() {
		return len(data), nil
	}
	return m.ResponseWriter.Write(data)
}

// Unwrap is for http.ResponseController.
func (m *muffled) Unwrap() http.ResponseWriter { return m.ResponseWriter }

// id returns the ID of a heater, which it waits for.
func (h *house) id(i int) string {
	h.Helper()
	feed := h.fleet.Listen()
	defer feed.Close()
	for {
		for _, heater := range h.fleet.Heaters() {
			if heater.State().Device.MAC.Reveal() == h.heaters[i].MAC() && heater.State().Connection.State == api.Up && heater.State().Features != nil {
				return heater.ID()
			}
		}
		ctx, cancel := context.WithTimeout(h.Context(), patience)
		_, _, err := feed.Next(ctx)
		cancel()
		if err != nil {
			h.Fatalf("heater %d does not come up: %v", i, err)
		}
	}
}

// newHistory records a fleet in memory.
func newHistory(t *testing.T, p plan, f *fleet.Fleet) *history.Store {
	t.Helper()
	store, err := history.Open(t.Context(), history.Config{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("the history: %v", err)
		}
	})
	if p.past != nil {
		p.past(store)
	}
	run(t, "the history", func(ctx context.Context) error { return store.Record(ctx, history.Hear(f)) })
	return store
}

// gate is a listener whose connections can be cut, and that can be shut.
type gate struct {
	net.Listener
	mu      sync.Mutex
	shut    bool
	through map[net.Conn]bool
}

// Accept waits for a connection, which meets a shut gate with its end.
func (g *gate) Accept() (net.Conn, error) {
	for {
		conn, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g.mu.Lock()
		shut := g.shut
		if !shut {
			g.through[conn] = true
		}
		g.mu.Unlock()
		if !shut {
			return conn, nil
		}
		_ = conn.Close()
	}
}

// Shut cuts all connections and lets none in until Open.
func (g *gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = true
	for conn := range g.through {
		_ = conn.Close()
	}
	clear(g.through)
}

// Open lets connections in again.
func (g *gate) Open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
