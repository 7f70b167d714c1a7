package homeassistant

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// simulated returns the state of a simulated heater after it was connected for a while, and the heater.
func simulated(t *testing.T, config simulator.Config, test func(*testing.T, *fleet.Heater, *simulator.Heater)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cloud, err := simulator.New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer cloud.Close()
		server, err := cloud.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		account := cloud.Accounts()[0]
		heaters, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- heaters.Run(ctx) }()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		test(t, heaters.Heaters()[0], account.Heaters[0])
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A heater as the library sees it has the same entities as the hand-made one, but for what it lacks.
func TestEntitiesOfASimulatedHeater(t *testing.T) {
	known := readSchema(t)
	simulated(t, simulator.Config{}, func(t *testing.T, heater *fleet.Heater, _ *simulator.Heater) {
		v := newView(heater.State())
		if !v.complete() {
			t.Fatal("it is not complete after two minutes")
		}
		mac := v.state.Device.MAC.Reveal()
		for _, e := range entities() {
			if e.exists != nil && !e.exists(v) {
				t.Log("lacks", e.id)
				continue
			}
			encoded, err := json.Marshal(document(t, e, v))
			if err != nil {
				t.Fatal(err)
			}
			for _, wrong := range known.check(e.component, document(t, e, v)) {
				t.Errorf("%s: %s", e.id, wrong)
			}
			attributes := ""
			if e.attributes != nil {
				attributes = string(e.attributes(v))
			}
			if strings.Contains(strings.ToLower(string(encoded)+attributes), strings.ToLower(mac)) {
				t.Errorf("%s tells the MAC address", e.id)
			}
			t.Log(e.component, e.id, states(e, v), attributes)
		}
	})
}
