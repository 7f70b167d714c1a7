package simulator

import (
	"bytes"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/nwp500/nwp500/internal/topic"
)

// A snapshot in the middle of a fault goes on with it.
func TestASnapshotKeepsFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 30)
		h.SetWiFi(20)
		h.RaiseFault(97, 0)
		time.Sleep(time.Hour)
		h.RaiseFault(515, 27)
		time.Sleep(time.Minute)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		c := newBench(t, Config{Restore: text, Start: h.Date()})
		other := c.fleet.heaters[0]
		again, err := c.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, again) {
			t.Errorf("restored as\n%s\nnot\n%s", again, text)
		}
		other.SetWiFi(usualRSSI)
		other.SetDraws(NoDraws)
		if s := other.Status(); s["errorCode"] != 515 || s["subErrorCode"] != 27 {
			t.Errorf("shows %d %d", s["errorCode"], s["subErrorCode"])
		}
		if got, want := other.listed().Error, h.listed().Error; got != want {
			t.Errorf("listed: %+v, not %+v", got, want)
		}
		c.command(other, topic.SetMode, "dhw-mode", modeHeatPump)
		c.pushes(10 * time.Minute)
		if other.Status()["compUse"] == on {
			t.Error("the compressor runs with a broken relay")
		}
		other.ClearFaultCode(515)
		c.command(other, topic.SetMode, "dhw-mode", modeHeatPump)
		c.pushes(10 * time.Minute)
		if s := other.Status(); s["compUse"] != on || s["errorCode"] != 97 {
			t.Errorf("compressor %d, fault %d", s["compUse"], s["errorCode"])
		}
	})
}

// Whatever faults come and go while people use the heater: the water never boils, what
// is broken does not run, no two elements run in electric mode, and what is paid for
// is what ran.
func TestFaultsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := alone(t, Config{Seed: rapid.Uint64().Draw(r, "seed")})
		h.SetDraws(Household)
		ranElements := 0.0 // Wh
		paid := func() float64 { return float64(h.Ledger.total().Elements) + h.Ledger.Rest.Elements }
		began := paid()
		known := rapid.SampledFrom(Defects())
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			switch rapid.IntRange(0, 6).Draw(r, "do") {
			case 0, 1, 2:
				d := known.Draw(r, "defect")
				h.RaiseFault(d.Code, rapid.SampledFrom(d.Subs).Draw(r, "sub").Code)
			case 3:
				h.ClearFaultCode(known.Draw(r, "defect").Code)
			case 4:
				h.ClearFault()
			case 5:
				h.change(func() { h.write(rapid.IntRange(modeHeatPump, modeHighDemand).Draw(r, "mode")) })
			case 6:
				h.change(func() { h.writeSetpoint(rapid.IntRange(70, highestSetpoint).Draw(r, "setpoint")) })
			}
			settled := h.At.Add(15 * time.Second)
			for range rapid.IntRange(1, 6*60*3).Draw(r, "for") {
				upper, lower := h.Upper, h.Lower
				lived := h.Lived
				h.pass(10 * time.Second)
				h.change(func() {})
				if upper || lower {
					ranElements += elementWatts * h.Lived.Sub(lived).Hours()
				}
				if hottest := h.Tank.Nodes[0]; hottest > ecoLimit {
					r.Fatalf("%.1f °C", hottest)
				}
				if h.Upper && h.Lower {
					r.Fatal("both elements are on")
				}
				if h.At.Before(settled) {
					continue
				}
				b := h.broken()
				if h.Pump.compressor() && b.has(brokenHeatPump) || h.Upper && b.has(brokenUpper) || h.Lower && b.has(brokenLower) {
					r.Fatalf("faults %+v: compressor %v, upper %v, lower %v", h.Standing, h.Pump.compressor(), h.Upper, h.Lower)
				}
			}
		}
		// Elements may switch within a step of ten seconds.
		if got := paid() - began; math.Abs(got-ranElements) > 0.02*ranElements+200 {
			r.Errorf("%.0f Wh were counted, and %.0f heated", got, ranElements)
		}
	})
}

// Faults that were written into a snapshot by hand are looked at.
func TestImpossibleFaultsAreNotRestored(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, s := range map[string]state{
		"shown and not there": {ErrorCode: 96},
		"another one shown":   {ErrorCode: 96, Standing: []StandingFault{{97, 0, at}}},
		"another sub-code":    {ErrorCode: 96, SubErrorCode: 1, Standing: []StandingFault{{96, 0, at}}},
		"no code":             {Standing: []StandingFault{{0, 0, at}}},
		"no sub-code":         {ErrorCode: 96, SubErrorCode: -1, Standing: []StandingFault{{96, -1, at}}},
		"too many":            {Standing: make([]StandingFault, mostFaults+1)},
		"came less than once": {Occurred: []occurrence{{96, -1}}},
		"counted and unknown": {Occurred: []occurrence{{123, 1}}},
	} {
		if s.checkFaults() == nil {
			t.Errorf("%s: restored", name)
		}
	}
	whole := state{
		ErrorCode: 515, SubErrorCode: 27, Standing: []StandingFault{{123, 9, at}, {515, 27, at}},
		Occurred: []occurrence{{515, 3}},
	}
	if err := whole.checkFaults(); err != nil {
		t.Error(err)
	}
}
