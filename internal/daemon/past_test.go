package daemon

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/simulator"
)

// recorded returns the events of a database that the process has closed.
func recorded(t *testing.T, path string) []api.Event {
	t.Helper()
	store, err := history.Open(t.Context(), history.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	events, err := store.Events(t.Context(), api.EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	return events.Events
}

func TestTheHistoryHearsOfTheLastCommand(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		if status, body := h.post("/api/v1/heaters/"+h.id()+"/commands", `{"command":"temperature","celsius":50}`); !strings.Contains(body, `"done"`) {
			t.Fatalf("%d %s", status, body)
		}
		h.end()
		for _, event := range recorded(h.T, filepath.Join(h.state, "history.db")) {
			if event.Class == api.CommandEvent && event.Result.Command == api.SetTemperature {
				return
			}
		}
		t.Error("the history has not heard of the command")
	})
}

// A vacation that began before the heaters were connected anew goes back to the mode from before all the same.
func TestTheModeFromBeforeAVacationIsRecalled(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		do := func(command string) {
			h.Helper()
			if status, body := h.post("/api/v1/heaters/"+h.id()+"/commands", command); !strings.Contains(body, `"done"`) {
				h.Fatalf("%s: %d %s", command, status, body)
			}
			time.Sleep(settle)
		}
		time.Sleep(settle)
		do(`{"command":"mode","mode":"high_demand"}`)
		do(`{"command":"vacation","on":true,"days":5}`)
		renewed := h.renewed()
		h.goesBy(func(c *Config) { c.PollEvery = time.Minute })
		h.hangUp()
		if !renewed() {
			h.Fatal("the heaters were not connected anew")
		}
		time.Sleep(settle)
		do(`{"command":"vacation","on":false}`)
		heater := h.cloud.Accounts()[0].Heaters[0]
		if mode := heater.Status()["dhwOperationSetting"]; mode != int(nwp500.HighDemand) {
			h.Errorf("after the vacation the mode is %v", nwp500.Mode(mode))
		}
	})
}

func TestHistoryThatCannotBeOpened(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.WriteFile(disk, nil, 0o600); err != nil { // no directory
		t.Fatal(err)
	}
	path := filepath.Join(disk, "history.db")
	inHouse(t, simulator.Config{}, func(_ *house, c *Config) { c.History.Path = File(path) }, func(h *house) {
		time.Sleep(settle)
		if status, body := h.post("/api/v1/heaters/"+h.id()+"/commands", `{"command":"temperature","celsius":50}`); !strings.Contains(body, `"done"`) {
			t.Fatalf("%d %s", status, body)
		}
		commanded := time.Now()
		time.Sleep(time.Hour)
		if h.log.count("the history cannot be opened") != 1 {
			t.Errorf("it is not told once: %s", h.log.String())
		}
		if status, body := h.get("/metrics"); status != 200 || !strings.Contains(body, "nwp500_history_writable 0") {
			t.Errorf("/metrics: %d", status)
		}
		if err := os.Remove(disk); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * openAtLast)
		if h.log.count("the history is open now") != 1 {
			t.Errorf("it is not opened: %s", h.log.String())
		}
		if _, body := h.get("/metrics"); !strings.Contains(body, "nwp500_history_writable 1") {
			t.Error("/metrics say that the history cannot be written")
		}
		time.Sleep(time.Second)
		if setpoint, commands := h.past().setpoints(h.T, h.id()); setpoint != 50 || commands != 1 {
			t.Errorf("of the time before it was open it has %d commands, and the setpoint %v", commands, setpoint)
		}
		series, err := h.past().series(h.Context(), api.SeriesQuery{
			Heater: h.id(), From: commanded, To: commanded.Add(time.Minute), Fields: []string{"dhw_temperature_setting"},
		})
		if err != nil || len(series.Fields[0].Times) == 0 {
			t.Errorf("the minute after the command is missing: %+v, %v", series, err)
		}
	})
}

func TestReloadChangesTheHistory(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed := h.renewed()
		other := filepath.Join(h.state, "other.db")
		h.goesBy(func(c *Config) { c.History.Path = File(other) })
		h.hangUp()
		if status, body := h.post("/api/v1/heaters/"+h.id()+"/commands", `{"command":"temperature","celsius":50}`); !strings.Contains(body, `"done"`) {
			t.Fatalf("%d %s", status, body)
		}
		if renewed() {
			t.Error("the heaters were connected anew")
		}
		h.end()
		if len(recorded(h.T, other)) == 0 {
			t.Error("nothing is recorded in the new place")
		}
	})
}
