package fleet

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// A heater comes up, all that is to be known of it is asked for, and its state has it.
func TestAHeaterComesUp(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		pass(time.Minute)
		state := h.State()
		if state.Status == nil || state.Features == nil || state.Firmware == nil || state.Reservations == nil ||
			state.TOU == nil || state.Energy == nil || state.Lifetime == nil || state.Today == nil || state.Month == nil {
			t.Errorf("the state lacks something: %+v", state)
		}
	})
}

// A command ends done, its change is told with who asked, and the state shows it.
func TestSetMode(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		w.heard()
		result := do(t, h, api.Command{Name: api.SetMode, Mode: "high_demand"})
		if result.End != api.Done {
			t.Fatalf("got %+v", result)
		}
		if mode := h.State().Status.Mode.String(); mode != "high demand" {
			t.Errorf("the state has the mode %s when the command is done", mode)
		}
		pass(time.Second)
		told := w.heard()
		if got := events(told, api.ModeEvent); len(got) != 1 || got[0].By != "test" {
			t.Errorf("mode events: %+v", got)
		}
		if got := events(told, api.CommandEvent); len(got) != 1 || got[0].By != "test" || got[0].Result.End != api.Done {
			t.Errorf("command events: %+v", got)
		}
	})
}
