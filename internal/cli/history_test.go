package cli

import (
	"bytes"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/simulator"
)

// What monitor writes in either system of units becomes in the history what the heater has sent.
func TestWhatMonitorWritesIsImported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		device, status := simulatedStatus(t)
		for _, units := range []nwp500.Units{nwp500.Metric, nwp500.US} {
			var file bytes.Buffer
			if err := writeCSV(&file, [][]string{statusColumns, statusRecord(device, status, units)}); err != nil {
				t.Fatal(err)
			}
			store, err := history.Open(t.Context(), history.Config{Path: ":memory:"})
			if err != nil {
				t.Fatal(err)
			}
			if done, err := store.Import(t.Context(), &file, history.ImportOptions{}); err != nil || done.Recorded != 1 {
				t.Fatalf("%+v, %v", done, err)
			}
			got := make(map[string]fleet.Value)
			err = store.Export(t.Context(), history.ExportQuery{Heater: fleet.Identity(device.MAC)}, func(r history.Record) error {
				for _, value := range r.Values {
					got[value.Name] = value
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range fleet.StatusValues(status) {
				if want.Name == "command" { // which is not recorded
					continue
				}
				value, there := got[want.Name]
				if !there || value.Known != want.Known || math.Abs(value.Number-want.Number) > 0.005 || value.Text != want.Text && want.Kind == fleet.Enumeration {
					t.Errorf("%v: %+v, want %+v", units, value, want)
				}
			}
			if err := store.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}

// simulatedStatus is a status of a simulated heater that has had a busy moment.
func simulatedStatus(t *testing.T) (nwp500.Device, *nwp500.Status) {
	t.Helper()
	sim, err := simulator.New(simulator.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server, err := sim.Memory()
	if err != nil {
		t.Fatal(err)
	}
	account := sim.Accounts()[0]
	client, session, err := nwp500.Open(t.Context(), nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = session.Close()
		_ = client.Close()
		_ = server.Close()
		_ = sim.Close()
	})
	device, err := client.FirstDevice(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Heater(device).SetMode(t.Context(), nwp500.HighDemand); err != nil {
		t.Fatal(err)
	}
	status, err := session.Heater(device).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return device, status
}

func TestReadWhen(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-22": "2026-11-23T00:00:00", "2026-11-22 07:30": "2026-11-22T07:30:00", "2026-11-22T07:30:05": "2026-11-22T07:30:05",
	} {
		got, err := readWhen("to", text)
		if err != nil || got.end().Format("2006-01-02T15:04:05") != want {
			t.Errorf("%s: %v, %v; want %s", text, got.end(), err, want)
		}
	}
	if got, err := readWhen("to", "2026-11-22T07:30:05+02:00"); err != nil || got.at.UTC().Hour() != 5 {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"yesterday", "2026-13-01", "1700000000"} {
		if _, err := readWhen("to", text); err == nil {
			t.Errorf("%s was understood", text)
		}
	}
}

// The classes are read as serve keeps them, whether a file or the environment says for how long.
func TestTheHistoryIsReadAsServeKeepsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	at := time.Now().AddDate(-3, 0, 0).Truncate(time.Hour) // when by default only hours are kept
	for keep, step := range map[string]int{"": 3600, "forever": 60} {
		t.Setenv("NWP500_HISTORY_KEEP_MINUTES", keep)
		var place historyPlace
		place.register(&cobra.Command{})
		if err := place.keys.flags.Set("history-path", path); err != nil {
			t.Fatal(err)
		}
		p := &program{stdout: &output{writer: io.Discard}, stderr: io.Discard}
		err := p.withHistory(t.Context(), &place, true, 0, func(store *history.Store) error {
			file := "time,heater,tank_upper_temperature\n" + at.Format(time.RFC3339) + ",0a1b2c3d4e,50\n"
			if _, err := store.Import(t.Context(), strings.NewReader(file), history.ImportOptions{}); err != nil {
				return err
			}
			series, err := store.Series(t.Context(), api.SeriesQuery{
				Heater: "0a1b2c3d4e", Fields: []string{"tank_upper_temperature"}, From: at, To: at.Add(time.Hour),
			})
			if series.StepSeconds != step {
				t.Errorf("kept for %q: step %d, want %d", keep, series.StepSeconds, step)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
