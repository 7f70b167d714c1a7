package simulator

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever people do to a heater: a quarter of a minute later it does what its order
// says, shows what it does, and what its settings say; it never runs both elements,
// and its compressor never starts sooner after a stop than it may.
func TestTheControllerKeepsItsPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := alone(t, Config{Seed: rapid.Uint64().Draw(r, "seed"), Start: monday(t, 8)})
		h.SetDraws(rapid.SampledFrom([]DrawProfile{Household, NoDraws, HighUse}).Draw(r, "draws"))
		celsius := rapid.Float64Range(5, 65)
		change := func(do func()) { h.change(do) }
		var stopped, settled time.Time
		for range rapid.IntRange(1, 25).Draw(r, "steps") {
			within := 15 * time.Second
			switch rapid.IntRange(0, 9).Draw(r, "do") {
			case 0, 1, 2:
				change(func() { h.choose(rapid.IntRange(modeHeatPump, modeHighDemand).Draw(r, "mode")) })
			case 3, 4:
				change(func() { h.writeSetpoint(rapid.IntRange(70, highestSetpoint).Draw(r, "setpoint")) })
			case 5:
				change(h.powerOff)
			case 6:
				change(h.powerOn)
			case 7:
				change(func() { h.vacation(rapid.IntRange(1, 3).Draw(r, "days")) })
			case 8:
				change(func() {
					h.Settings.TOU.Use = rapid.IntRange(off, on).Draw(r, "use")
					h.reschedule()
				})
			case 9:
				within = 75 * time.Second // the tank is looked at once a minute
				h.SetAir(rapid.Float64Range(-10, 40).Draw(r, "air"))
				h.SetTank(celsius.Draw(r, "upper"), celsius.Draw(r, "lower"))
			}
			if at := h.At.Add(within); at.After(settled) {
				settled = at
			}
			for range rapid.IntRange(1, 6*60).Draw(r, "for") {
				ran := h.Pump.compressor()
				h.pass(10 * time.Second)
				switch runs := h.Pump.compressor(); {
				case ran && !runs:
					stopped = h.At
				case !ran && runs && h.At.Sub(stopped) < 2*time.Minute+10*time.Second:
					r.Fatalf("the compressor started again after %v", h.At.Sub(stopped))
				}
				if h.Upper && h.Lower {
					r.Fatal("both elements are on")
				}
				if h.At.After(settled) && h.At.Sub(h.RegulateAt) > 5*time.Second {
					settledLike(r, h)
				}
			}
		}
	})
}

// settledLike checks what must hold when nothing is under way.
func settledLike(r *rapid.T, h *Heater) {
	o := h.order()
	switch {
	case h.Busy && h.OperationMode != o.sources, !h.Busy && h.OperationMode != 0, h.OperationMode&^o.sources != 0:
		r.Fatalf("busy %v, %v: operationMode %d of %d", h.Busy, o.reason, h.OperationMode, o.sources)
	case h.Pump.compressor() && !h.wantsPump(), (h.Upper || h.Lower) && h.OperationMode&sourceElements == 0:
		r.Fatalf("operationMode %d: compressor %v, elements %v and %v", h.OperationMode, h.Pump.compressor(), h.Upper, h.Lower)
	case h.Lower && h.OperationMode&sourceHeatPump != 0:
		r.Fatal("the lower element runs beside the heat pump")
	case h.Window != (h.Thresholds.HPUpperOn == h.Setpoint) && h.Setpoint != h.model.lowestSetpoint():
		r.Fatalf("window %v: turn-on setting %d, setpoint %d", h.Window, h.Thresholds.HPUpperOn, h.Setpoint)
	case h.Held != 0 && !h.Window, h.Held != 0 && sources(h.Mode) != 0 && h.Held != h.Mode:
		r.Fatalf("window %v, mode %d: %d is held", h.Window, h.Mode, h.Held)
	}
	if hottest := h.Tank.Nodes[0]; o.sources != 0 && h.Busy && hottest > math.Max(66, o.setpoint+1) && h.Upper {
		r.Fatalf("%.1f °C, and heated to %.1f", hottest, o.setpoint)
	}
}
