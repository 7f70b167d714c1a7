package homeassistant

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/homebroker"
	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/simulator"
)

const brokerAddress = "broker:1883"

// A world is a simulated cloud, the fleet of its accounts, an owner's broker and the bridge between them, in virtual time.
type world struct {
	t       *testing.T
	cloud   *simulator.Simulator
	fleet   *fleet.Fleet
	network *memnet.Network // between bridge and broker
	broker  *homebroker.Broker
	config  Config
	bridge  *Bridge
	end     func() // ends the bridge and waits
	log     *journal
	also    []func() // what else is to be ended
}

// A message is what the broker let through.
type message struct {
	topic, payload string
	retain         bool
}

// A journal is a log that may be written from several goroutines.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func (j *journal) forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.text.Reset()
}

// inWorld runs a test in a bubble, where all of that runs. adjust changes the bridge's configuration, if it is not nil. What
// is left running at the end fails the bubble.
func inWorld(t *testing.T, config simulator.Config, adjust func(*Config), test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, network: memnet.New(), log: new(journal)}
		var err error
		if w.cloud, err = simulator.New(config); err != nil {
			t.Fatal(err)
		}
		defer w.cloud.Close()
		server, err := w.cloud.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		var settings fleet.Config
		for i, account := range w.cloud.Accounts() {
			settings.Accounts = append(settings.Accounts, fleet.Account{Name: fmt.Sprint("account ", i), Cloud: nwp500.Config{
				Email: account.Email, Password: nwp500.NewSecret(account.Password),
				RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
			}})
		}
		if w.fleet, err = fleet.New(settings); err != nil {
			t.Fatal(err)
		}
		defer w.run(w.fleet.Run)()
		listener, err := w.network.Listen(brokerAddress)
		if err != nil {
			t.Fatal(err)
		}
		w.broker = homebroker.New(listener)
		defer func() {
			_ = w.broker.Close() // its connections have ended
			if offences := w.broker.Offences(); len(offences) > 0 {
				t.Errorf("the bridge sends %v", offences)
			}
		}()
		w.config = Config{
			Broker: "mqtt://" + brokerAddress, Fleet: w.fleet, Dial: w.network.Dial,
			Logger: slog.New(slog.NewTextHandler(w.log, nil)),
		}
		if adjust != nil {
			adjust(&w.config)
		}
		w.begin()
		defer func() {
			w.end()
			for _, end := range w.also {
				end()
			}
		}()
		test(t, w)
	})
}

// run starts something that ends with its context, and returns what ends it and waits.
func (w *world) run(start func(context.Context) error) (end func()) {
	ctx, cancel := context.WithCancel(w.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- start(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			w.t.Error(err)
		}
	})
}

// begin starts a bridge.
func (w *world) begin() {
	w.t.Helper()
	var err error
	if w.bridge, err = New(w.config); err != nil {
		w.t.Fatal(err)
	}
	w.end = w.run(w.bridge.Run)
}

// messages returns what went through the broker since it was asked last, but the bridge's to itself.
func (w *world) messages() (seen []message) {
	synctest.Wait()
	for _, m := range w.broker.Messages() {
		if !strings.HasSuffix(m.Name, "/echo") {
			seen = append(seen, message{m.Name, m.Payload, m.Retain})
		}
	}
	return seen
}

// retained returns what the broker retains.
func (w *world) retained() map[string]string {
	synctest.Wait()
	return w.broker.Retained()
}

// publish is somebody else's message.
func (w *world) publish(topic, payload string, retain bool) {
	w.broker.Publish(topic, payload, retain)
}

// pass lets virtual time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// await waits until something is so.
func (w *world) await(what string, limit time.Duration, so func() bool) {
	w.t.Helper()
	for end := time.Now().Add(limit); !so(); pass(max(100*time.Millisecond, limit/600)) {
		if time.Now().After(end) {
			w.t.Fatalf("%s: not within %v\nlog: %s", what, limit, w.log)
		}
	}
}

// heater waits until the first heater is told of, and returns its ID.
func (w *world) heater() string {
	w.t.Helper()
	w.await("a heater", 2*time.Minute, func() bool {
		for _, h := range w.fleet.Heaters() {
			if w.retained()["nwp500/"+h.ID()+"/availability"] == online {
				return true
			}
		}
		return false
	})
	return w.fleet.Heaters()[0].ID()
}

// simulated returns the first heater itself.
func (w *world) simulated() *simulator.Heater { return w.cloud.Accounts()[0].Heaters[0] }

// state waits until a state is so.
func (w *world) awaitState(below, want string) {
	w.t.Helper()
	topic := "nwp500/" + w.fleet.Heaters()[0].ID() + "/" + below + "/state"
	w.await(below+" "+want, time.Minute, func() bool { return w.retained()[topic] == want })
}

// failures returns what is told of commands that failed, among messages.
func failures(messages []message) []string {
	var told []string
	for _, m := range messages {
		if strings.HasSuffix(m.topic, "/command_failed/state") {
			told = append(told, m.payload)
		}
	}
	return told
}

// listOf is the cloud's list of heaters.
func listOf(heaters ...*fleet.Heater) http.HandlerFunc {
	var list []map[string]any
	for _, h := range heaters {
		d := h.State().Device
		list = append(list, map[string]any{"deviceInfo": map[string]any{
			"homeSeq": d.HomeSeq, "macAddress": d.MAC.Reveal(), "additionalValue": d.AdditionalValue,
			"deviceType": d.Type, "deviceName": d.Name, "connected": 2,
		}})
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"code": 200, "msg": "SUCCESS", "data": list})
	}
}

// unreachable is a fleet whose cloud is away.
func (w *world) unreachable() *fleet.Fleet {
	network := memnet.New()
	f, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
		Email: "a@example.org", Password: nwp500.NewSecret("x"), RESTURL: "http://127.0.0.1:80", MQTTEndpoint: "ws://127.0.0.1:80", Dial: network.Dial,
	}}}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.also = append(w.also, w.run(f.Run))
	return f
}
