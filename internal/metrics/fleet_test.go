package metrics

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// TestMetricsOfAFleet gives commands to a simulated heater, cuts its connection and reads
// what the metrics make of it.
func TestMetricsOfAFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(simulator.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		server, err := sim.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		account := sim.Accounts()[0]
		f, err := fleet.New(fleet.Config{Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		m := New(Config{Fleet: f})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 2)
		go func() { ended <- f.Run(ctx) }()
		go func() { ended <- m.Run(ctx) }()
		defer func() {
			stop()
			for range 2 {
				if err := <-ended; err != nil {
					t.Errorf("Run: %v", err)
				}
			}
		}()
		time.Sleep(2 * time.Minute)

		heater := f.Heaters()[0]
		degrees := 52.5
		for command, want := range map[*api.Command]api.End{
			{Name: api.SetTemperature, Celsius: &degrees}: api.Done,
			{Name: api.SetMode, Mode: "lukewarm"}:         api.Refusal,
		} {
			if result := heater.Do(ctx, "test", *command); result.End != want {
				t.Fatalf("%s: %+v, want %s", command.Name, result, want)
			}
		}
		sim.DropAll(simulator.DropServer)
		time.Sleep(time.Minute)
		synctest.Wait()

		text := scraped(t, m)
		labels := fmt.Sprintf("heater=%q,name=%q", heater.ID(), heater.Name())
		for series, want := range map[string]string{
			"nwp500_setpoint_celsius{" + labels + "}":                             "52.5",
			"nwp500_mode{" + labels + `,mode="energy_saver"}`:                     "1",
			"nwp500_commands_total{" + labels + `,end="done"}`:                    "1",
			"nwp500_commands_total{" + labels + `,end="refused"}`:                 "1",
			"nwp500_commands_total{" + labels + `,end="outcome unknown"}`:         "0",
			"nwp500_status_fresh{" + labels + "}":                                 "1",
			`nwp500_account_connection{account="home",state="up"}`:                "1",
			`nwp500_account_heaters{account="home"}`:                              "1",
			`nwp500_connections_made_total{account="home"}`:                       "2",
			"nwp500_energy_joules_total{" + labels + `,source="heat_pump"}`:       "?",
			"nwp500_usable_water_litres{" + labels + "}":                          "?",
			"nwp500_starts_total{" + labels + `,component="compressor"}`:          "?",
			"nwp500_running_seconds_total{" + labels + `,component="compressor"}`: "?",
		} {
			if got := seriesOf(text, series); got != want && (want != "?" || got == "") {
				t.Errorf("%s is %q, want %s", series, got, want)
			}
		}
		if !strings.Contains(text, `nwp500_connection_drops_total{account="home",cause="`) {
			t.Error("the drop was not counted")
		}
	})
}
