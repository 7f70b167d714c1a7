package simulator

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// What the meter says went in, less what went out, is what the tank gained.
func TestTheMeterBalances(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3, Start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)})
		for i, h := range b.fleet.heaters {
			b.command(h, topic.SetMode, "dhw-mode", []int{modeHeatPump, modeElectric, modeHighDemand}[i])
			before, water := h.Meter(), h.Water()
			time.Sleep(7 * 24 * time.Hour)
			m, after := h.Meter().Since(before), h.Water()
			gained := after.Heat(0) - water.Heat(0)
			supplied := m.HeatPumpHeat + m.Elements
			if residual := supplied - m.Carried - m.Lost - gained; math.Abs(residual) > 0.001*supplied || supplied < 20_000 {
				t.Errorf("heater %d: %.1f Wh of %.0f are missing: %+v", i, residual, supplied, m)
			}
			if cop := m.COP(); i != 1 && (cop < 2 || cop > 4.5) || i == 1 && cop != 0 {
				t.Errorf("heater %d: a COP of %.2f", i, cop)
			}
			if m.Draws < 50 || m.Litres < 600 || m.Lost < 2000 {
				t.Errorf("heater %d: a week of %+v", i, m)
			}
		}
	})
}

// A meter and the water are those of the last step, and looking at them is none.
func TestLookingAtTheMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(60, 20)
		h.Draw(8)
		time.Sleep(30 * time.Second)
		w := h.Water()
		if w.Flow != tapFlow || len(w.Layers) != nodes || w.Upper < 55 || w.Lower > 30 || w.Litres != 246 || w.Inlet > 20 || w.Air < 15 {
			t.Errorf("%+v", w)
		}
		if m := h.Meter(); m.Draws == 0 || !w.Date.Equal(h.Date()) {
			t.Errorf("%+v at %v", m, w.Date)
		}
		time.Sleep(90 * time.Second)
		if w := h.Water(); w.Flow != 0 || h.Date().Sub(w.Date) > time.Minute {
			t.Errorf("%+v", w)
		}
		w.Layers[0] = 1
		if h.Water().Layers[0] == 1 {
			t.Error("the water is the heater's own")
		}
	})
}
