//go:build integration

package daemon

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// settled is how long everybody may take to have heard the last of a day, and lived how long the day may take.
const (
	settled = 90 * time.Second
	lived   = 10 * time.Minute
)

// dayTopics keeps the day apart from what other tests say to the broker.
const dayTopics = "a-day/"

// numbers are readings of one heater by name: temperatures in °C, power in W, energy in kWh, water in litres.
type numbers map[string]float64

// A day of a heater passes while everything listens to it. At its end Home Assistant's retained states, the metrics, the
// history, the HTTP interface and the page say of it what the heater itself says.
func TestADayHasTheSameNumbersEverywhere(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	d := liveDay(t, simulator.Config{Seed: 11, Start: began, Speed: 600})
	d.page = openPage(t, d.url)

	ctx, cancel := context.WithTimeout(t.Context(), lived)
	defer cancel()
	lookFor(ctx, t, "the day to pass", func() string {
		if date := d.cloud.Date(); date.Before(began.Add(24 * time.Hour)) {
			return "it is " + date.Format(time.DateTime)
		}
		return ""
	})
	// A heater that is at work has more to tell than one that stands by.
	heater := d.cloud.Accounts()[0].Heaters[0]
	heater.Draw(100)
	lookFor(ctx, t, "the compressor to run", func() string {
		if water := heater.Water(); !water.HeatPump {
			return fmt.Sprintf("%+v", water)
		}
		return ""
	})
	d.cloud.Pause()
	heaters, err := d.client.Heaters(ctx)
	if err != nil || len(heaters) != 1 {
		t.Fatalf("%d heaters: %v", len(heaters), err)
	}
	d.id = heaters[0].ID
	truth := d.ask(ctx)
	t.Logf("after a day: %v", truth)
	if truth["energy today"] < 0.1 || truth["energy month"] < 10 {
		t.Error("a day in January without electricity is no day to compare")
	}
	if result, err := d.client.Do(ctx, d.id, api.Command{Name: api.Refresh}); err != nil || result.End != api.Done {
		t.Fatalf("refresh: %+v, %v", result, err)
	}

	ctx, cancel = context.WithTimeout(t.Context(), settled)
	defer cancel()
	lookFor(ctx, t, "all to say the same", func() string {
		// How much hot water there is the heater does not say: it is reckoned once, for all of them.
		if says, err := d.fromAPI(t.Context()); err == nil {
			truth["hot water"] = says["hot water"]
		}
		return d.differences(t.Context(), truth)
	})
	if truth["hot water"] < 20 {
		t.Errorf("there are %v l of hot water", truth["hot water"])
	}
}

// lookFor looks again and again until nothing is missing.
func lookFor(ctx context.Context, t *testing.T, what string, missing func() string) {
	t.Helper()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		lack := missing()
		if lack == "" {
			return
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("waiting for %s: %s", what, lack)
		}
	}
}

// differences names every number that somebody says otherwise than the heater, or does not say, "" when there is none.
func (d *livedDay) differences(ctx context.Context, truth numbers) string {
	rounded := numbers{"energy today": 0.05, "energy month": 0.05, "power": 5, "hot water": 0.5}
	var found []string
	for _, from := range []struct {
		name  string
		says  func(context.Context) (numbers, error)
		lacks []string // what it does not tell
		near  numbers  // how far off a number may be that is shown rounded
	}{
		{"API", d.fromAPI, []string{"energy"}, nil},
		{"metrics", d.fromMetrics, []string{"energy today", "energy month"}, nil},
		{"history", d.fromHistory, []string{"energy", "hot water"}, nil},
		{"Home Assistant", d.fromHomeAssistant, nil, nil},
		{"page", d.fromPage, []string{"energy", "charge"}, rounded},
	} {
		says, err := from.says(ctx)
		if err != nil {
			found = append(found, fmt.Sprintf("%s: %v", from.name, err))
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(truth)) {
			got, said := says[name]
			near := from.near[name] + 1e-6
			if !slices.Contains(from.lacks, name) && (!said || !(math.Abs(got-truth[name]) <= near)) {
				found = append(found, fmt.Sprintf("%s: %s is %v (told: %t), of the heater %v", from.name, name, got, said, truth[name]))
			}
		}
	}
	return strings.Join(found, "\n")
}

// livedDay is a process with everything on, on the real clock.
type livedDay struct {
	*testing.T
	cloud  *simulator.Simulator
	broker string // its address
	client *api.Client
	url    string
	id     string
	page   *page
	server *simulator.Server
}

// cloudConfig reaches the simulated cloud.
func (d *livedDay) cloudConfig() nwp500.Config {
	account := d.cloud.Accounts()[0]
	return nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: d.server.RESTURL, MQTTEndpoint: d.server.MQTTEndpoint, Dial: d.server.Dial,
	}
}

// liveDay starts the process, which ends with the test.
func liveDay(t *testing.T, config simulator.Config) *livedDay {
	t.Helper()
	d := &livedDay{T: t}
	var err error
	if d.cloud, err = simulator.New(config); err != nil {
		t.Fatal(err)
	}
	if d.server, err = d.cloud.Memory(); err != nil {
		t.Fatal(err)
	}
	if d.broker = os.Getenv("NWP500_TEST_MQTT"); d.broker == "" {
		t.Fatal("NWP500_TEST_MQTT does not name a broker, host:port: .ci/components starts one")
	}
	listening := make(chan net.Listener, 1)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	state := t.TempDir()
	go func() {
		ended <- Run(ctx, Options{
			Read: func(context.Context) (Settings, error) { return d.settings(), nil }, Reload: make(chan os.Signal),
			StateDir: state, Version: "v1.2.3", Calendar: d.cloud.Date, Log: t.Output(),
			Listen: func(ctx context.Context, network, address string) (net.Listener, error) {
				l, err := new(net.ListenConfig).Listen(ctx, network, address)
				if err == nil {
					listening <- l
				}
				return l, err
			},
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-ended, d.server.Close(), d.cloud.Close()); err != nil {
			t.Error(err)
		}
	})
	select {
	case l := <-listening:
		d.url = "http://" + l.Addr().String()
	case err := <-ended:
		ended <- err
		t.Fatal(err)
	}
	d.client = api.New(d.url, "")
	return d
}

func (d *livedDay) settings() Settings {
	config := Default()
	config.Listen, config.FreshFor = "127.0.0.1:0", 3*config.PollEvery
	config.HomeAssistant.Broker = "mqtt://" + d.broker
	config.HomeAssistant.Base, config.HomeAssistant.Prefix = dayTopics+"nwp500", dayTopics+"homeassistant"
	return Settings{Config: config, Accounts: []fleet.Account{{Name: "home", Cloud: d.cloudConfig()}}}
}
