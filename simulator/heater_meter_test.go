package simulator

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

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

// What is counted besides energy has its place in the diagnostics.
func TestTheMeterCountsOccasions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)})
		h := b.dry(0)
		before, figures := h.Meter(), b.figures(h)
		for range 2 {
			b.command(h, topic.PowerOff, "power-off")
			time.Sleep(time.Hour)
			b.command(h, topic.PowerOn, "power-on")
			time.Sleep(time.Hour)
		}
		b.command(h, topic.PowerOff, "power-off")
		h.SetTank(4, 4)
		time.Sleep(6 * time.Hour)
		b.command(h, topic.PowerOn, "power-on")
		time.Sleep(18 * time.Hour) // to 49 °C
		lasted := map[DemandEvent]int{
			DemandShed: 2, DemandLoadUp: 3, DemandAdvancedLoadUp: 4, DemandCriticalPeak: 5, DemandGridEmergency: 6,
		}
		for event, hours := range lasted {
			h.SetDemandResponse(event, time.Duration(hours)*time.Hour)
			time.Sleep(7 * time.Hour)
		}
		h.change(func() {})
		m := h.Meter().Since(before)
		if m.PowerOns != 3 || m.FreezeBurns != 1 || m.Recoveries < 1 || m.RecoveryHours < 5 || m.Draws != 0 {
			t.Errorf("%+v", m)
		}
		for event, got := range map[DemandEvent]float64{
			DemandShed: m.ShedHours, DemandLoadUp: m.LoadUpHours, DemandAdvancedLoadUp: m.AdvancedLoadUpHours,
			DemandCriticalPeak: m.CriticalPeakHours, DemandGridEmergency: m.GridEmergencyHours,
		} {
			if math.Abs(got-float64(lasted[event])) > 1e-6 {
				t.Errorf("%v for %.3f h, not %d", event, got, lasted[event])
			}
		}
		after := b.figures(h)
		for name, want := range map[string]int{
			"numOffRostProtectBurn": 1, "cumulatedOpTimeDrShed": 2, "cumulatedOpTimeDrLoadUp": 3,
			"cumulatedOpTimeDrAdvLoadUp": 4, "cumulatedOpTimeDrCpp": 5, "cumulatedOpTimeDrGridEmg": 6,
		} {
			if got := after[name] - figures[name]; got != want {
				t.Errorf("%s: %d, not %d", name, got, want)
			}
		}
		if after["cumulatedOpStepEev"] <= figures["cumulatedOpStepEev"] {
			t.Errorf("the valve has not moved: %v", after)
		}
	})
}

// The water counted is the water that was asked for, long and short.
func TestTheFlowIsWhatWasDrawn(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var problem string
		asked := rapid.SliceOfN(rapid.IntRange(1, 60), 1, 30).Draw(r, "litres")
		synctest.Test(t, func(t *testing.T) { // nothing of rapid's may fail in a bubble
			b := newBench(t, Config{Models: []Model{{NewFirmware: true, Draws: NoDraws}}})
			h := b.fleet.heaters[0]
			all, long, longLitres := 0, 0, 0
			for i, litres := range asked {
				if litres >= tapFlow {
					long++
					longLitres += litres
				}
				all += litres
				h.Draw(float64(litres))
				time.Sleep(time.Duration(litres+1) * time.Minute / tapFlow)
				if i == len(asked)/2 {
					b, h = b.restarted(h)
				}
			}
			time.Sleep(time.Minute)
			f, m := b.figures(h), h.Meter()
			got := []int{
				m.Draws, f["numOfdhwUse"], f["numOfLongDhwUse"], f["numOfShortDhwUse"],
				f["dhwUseTotalFlow"], f["longDhwUseTotalFlow"], b.status(h)["cumulatedDhwFlowRate"],
				f["dhwUseTotalTime"],
			}
			n := len(asked)
			want := []int{n, n, long, n - long, all, longLitres, all, all / tapFlow / 60}
			if !slices.Equal(got, want) || math.Abs(m.Litres-float64(all)) > 1e-6 {
				problem = fmt.Sprintf("%v, not %v, and %.3f litres", got, want, m.Litres)
			}
		})
		if problem != "" {
			r.Fatal(problem)
		}
	})
}
