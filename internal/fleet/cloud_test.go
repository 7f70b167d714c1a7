package fleet

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// world is a simulated cloud and a fleet of all its accounts, in virtual time.
type world struct {
	*simulator.Simulator
	fleet *Fleet
	feed  *Feed
	stop  context.CancelFunc
	ended chan error
}

// inWorld runs a test in a bubble with a cloud and a fleet that runs. adjust changes the
// fleet's configuration before it is made, if it is not nil. What is left running at the
// end fails the bubble.
func inWorld(t *testing.T, config simulator.Config, adjust func(*Config, *simulator.Simulator), test func(t *testing.T, w *world)) {
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
		settings := Config{Calendar: func() time.Time { return time.Now().UTC() }}
		for i, account := range sim.Accounts() {
			settings.Accounts = append(settings.Accounts, Account{
				Name: fmt.Sprintf("account %d", i+1),
				Cloud: nwp500.Config{
					Email: account.Email, Password: nwp500.NewSecret(account.Password),
					RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
				},
			})
		}
		if adjust != nil {
			adjust(&settings, sim)
		}
		f, err := New(settings)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{Simulator: sim, fleet: f, feed: f.Listen(), ended: make(chan error, 1)}
		ctx, stop := context.WithCancel(context.Background())
		w.stop = stop
		go func() { w.ended <- f.Run(ctx) }()
		defer func() {
			stop()
			if err := <-w.ended; err != nil {
				t.Errorf("Run: %v", err)
			}
			w.feed.Close()
			_ = server.Close()
			_ = sim.Close()
		}()
		test(t, w)
	})
}

// pass lets virtual time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// first waits until the first heater is up and returns it with its simulated self.
func (w *world) first(t *testing.T) (*Heater, *simulator.Heater) {
	t.Helper()
	for range 120 {
		pass(time.Second)
		if heaters := w.fleet.Heaters(); len(heaters) > 0 && heaters[0].State().Connection.State == api.Up {
			return heaters[0], w.Heater(heaters[0].State().Device.MAC.Reveal())
		}
	}
	t.Fatal("the first heater did not come up in two minutes")
	return nil, nil
}

// heard returns what the feed has.
func (w *world) heard() []Notice {
	notices, _, _ := w.feed.take()
	return notices
}

// events returns the events among notices, of one class unless it is empty.
func events(notices []Notice, class api.EventClass) []api.Event {
	var list []api.Event
	for _, n := range notices {
		if n.Event != nil && (class == "" || n.Event.Class == class) {
			list = append(list, *n.Event)
		}
	}
	return list
}

// do carries a command out.
func do(t *testing.T, h *Heater, command api.Command) api.Result {
	t.Helper()
	return h.Do(context.Background(), "test", command)
}

func ptr[T any](value T) *T { return &value }
