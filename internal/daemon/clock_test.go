package daemon

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// A small computer without a clock of its own begins each time where it was, or years ago, until it has asked for the time: what
// an earlier run has recorded is then in the future. The second bubble begins when the first did.
func TestTheClockIsSetBackBetweenTwoRuns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history.db")
	there := func(_ *house, c *Config) { c.History.Path = File(path) }
	inHouse(t, simulator.Config{}, there, func(h *house) {
		time.Sleep(3 * time.Hour)
		if result := h.set(h.id(), 60); result.End != api.Done {
			t.Errorf("%+v", result)
		}
	})
	inHouse(t, simulator.Config{}, there, func(h *house) {
		time.Sleep(settle)
		id := h.id()
		for celsius := 50.0; celsius < 55; celsius++ {
			asked := time.Now()
			if result := h.set(id, celsius); result.End != api.Done {
				h.Errorf("%+v", result)
			}
			time.Sleep(10 * time.Minute)
			h.answers("/readyz", http.StatusOK)
			h.shows("/metrics", "nwp500_history_writable 1")
			series, err := h.past().series(h.Context(), api.SeriesQuery{
				Heater: id, Fields: []string{"dhw_temperature_setting"}, From: asked.Add(time.Second), To: asked.Add(time.Minute),
			})
			if err != nil || len(series.Fields[0].Max) == 0 || *series.Fields[0].Max[0] != celsius {
				h.Errorf("the history has %v, %v; want a setpoint of %v", series, err, celsius)
			}
		}
		h.told("history: the clock was set back")
	})
	undamaged(t, path)
}
