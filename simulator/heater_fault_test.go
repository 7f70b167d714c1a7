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

// Of several faults the latest is shown; when it ends, the one before is, as of when
// it came.
func TestTheLatestFaultIsShown(t *testing.T) {
	h := alone(t, Config{})
	var came []time.Time
	for _, code := range []int{96, 799, 123} {
		h.pass(time.Hour)
		came = append(came, h.At)
		h.RaiseFault(code, 0)
	}
	shows := func(code int, at time.Time) {
		t.Helper()
		if got := h.Status()["errorCode"]; got != code {
			t.Errorf("status shows %d, not %d", got, code)
		}
		if got := h.listed().Error; got != (lastError{code, at.Format("2006-01-02T15:04:05")}) {
			t.Errorf("listed: %+v, not %d at %v", got, code, at)
		}
	}
	shows(123, came[2])
	h.pass(time.Hour)
	h.ClearFaultCode(799)
	shows(123, came[2])
	h.ClearFaultCode(123)
	shows(96, came[0])
	h.RaiseFault(96, 0)
	shows(96, h.At)
	if standing := h.StandingFaults(); len(standing) != 1 || standing[0].Since != h.At {
		t.Errorf("%+v", standing)
	}
	h.pass(time.Hour)
	h.ClearFault()
	shows(0, h.At)
	if standing := h.StandingFaults(); len(standing) != 0 {
		t.Errorf("%+v", standing)
	}
}

// A code or a sub-code that nobody knows is shown and stops nothing.
func TestUnknownFaultsAreOnlyShown(t *testing.T) {
	for _, fault := range [][2]int{{123, 4}, {515, 0}, {480, 9}, {12345, 0}} {
		h := alone(t, Config{})
		h.RaiseFault(fault[0], fault[1])
		h.cold(modeHighDemand)
		if got := h.ran(20 * time.Minute); got != "PU" {
			t.Errorf("%v: %q ran", fault, got)
		}
		if s := h.Status(); s["errorCode"] != fault[0] || s["subErrorCode"] != fault[1] || s["tankUpperTemperature"] < 300 {
			t.Errorf("%v: shows %d %d", fault, s["errorCode"], s["subErrorCode"])
		}
	}
	h := alone(t, Config{})
	for code := range 2 * mostFaults {
		h.RaiseFault(code+1, 0)
	}
	if n := len(h.StandingFaults()); n != mostFaults {
		t.Errorf("%d faults stand", n)
	}
}

// A fault in the middle of heating stops what it breaks within seconds, and a client
// is told: the fault at once, then that heating, mode and parts have changed.
func TestAFaultWhileHeating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 30)
		b.command(h, topic.SetMode, "dhw-mode", modeHighDemand)
		b.pushes(5 * time.Minute)
		if s := b.status(h); s["compUse"] != on || s["heatUpperUse"] != on {
			t.Fatalf("compressor %d, upper element %d", s["compUse"], s["heatUpperUse"])
		}
		h.RaiseFault(faultECO, 0)
		codes, statuses := b.pushes(10 * time.Second)
		if len(codes) < 3 || statuses[0]["errorCode"] != faultECO || statuses[0]["command"] != int(topic.PushPlain) {
			t.Fatalf("pushes %v", codes)
		}
		s := statuses[len(statuses)-1]
		if s["compUse"] != off || s["heatUpperUse"] != off || s["operationMode"] != 0 || s["operationBusy"] != off {
			t.Errorf("ten seconds later compressor %d, upper element %d, mode %d, busy %d",
				s["compUse"], s["heatUpperUse"], s["operationMode"], s["operationBusy"])
		}
		told := map[topic.Code]bool{}
		for _, code := range codes {
			told[topic.Code(code)] = true
		}
		if !told[topic.PushHeating] || !told[topic.PushMode] {
			t.Errorf("pushes %v", codes)
		}
		h.ClearFault()
		if _, statuses := b.pushes(3 * time.Minute); statuses[len(statuses)-1]["operationBusy"] != on {
			t.Error("it does not heat again")
		}
	})
}

// Where a sensor stands, and that the others still tell the truth.
func TestSensorsAtTheirLimits(t *testing.T) {
	for field, sensor := range map[string]struct {
		code      int
		low, high int
	}{
		"dhwTemperature":        {407, -40, 240},
		"tankUpperTemperature":  {480, -200, 1200},
		"tankLowerTemperature":  {481, -200, 1200},
		"dischargeTemperature":  {910, -400, 1500},
		"suctionTemperature":    {912, -400, 1500},
		"evaporatorTemperature": {914, -400, 1500},
		"ambientTemperature":    {920, -400, 800},
	} {
		h := alone(t, Config{})
		before := h.Status()
		for sub, want := range map[int]int{subLowerLimit: sensor.low, subUpperLimit: sensor.high} {
			h.RaiseFault(sensor.code, sub)
			s := h.Status()
			if s[field] != want {
				t.Errorf("%d %02d: %s is %d, not %d", sensor.code, sub, field, s[field], want)
			}
			for name := range measured {
				derived := name == "currentSuperHeat" || name == "dhwChargePer" || name == "availableEnergyCapacity" ||
					name == "dhwTemperature" && sensor.code == faultUpperSensor
				if name != field && !derived && s[name] != before[name] {
					t.Errorf("%d %02d: %s went from %d to %d", sensor.code, sub, name, before[name], s[name])
				}
			}
			if charge := s["dhwChargePer"] - before["dhwChargePer"]; charge < -10 || charge > 10 {
				t.Errorf("%d %02d: charge %d, and %d before", sensor.code, sub, s["dhwChargePer"], before["dhwChargePer"])
			}
		}
		h.ClearFault()
		if got := h.Status()[field]; got != before[field] {
			t.Errorf("%s is %d after the fault, not %d", field, got, before[field])
		}
	}
}

// A sensor of the tank that has failed makes no water hotter than the setpoint, and
// with one that works there is still warm water.
func TestTheOtherSensorStandsIn(t *testing.T) {
	for code := faultUpperSensor; code <= faultLowerSensor; code++ {
		for sub := subLowerLimit; sub <= subUpperLimit; sub++ {
			for mode := modeHeatPump; mode <= modeHighDemand; mode++ {
				h := alone(t, Config{})
				h.SetDraws(Household)
				h.RaiseFault(code, sub)
				h.cold(mode)
				hottest := 0.0
				for range 3 * 24 * 60 {
					h.pass(time.Minute)
					hottest = math.Max(hottest, h.Tank.Nodes[0])
				}
				if hottest > 49+3 {
					t.Errorf("%d %02d in mode %d: %.1f °C with a setpoint of 49", code, sub, mode, hottest)
				}
				if upper := h.Tank.upper(); upper < 30 {
					t.Errorf("%d %02d in mode %d: %.1f °C after three days", code, sub, mode, upper)
				}
			}
		}
	}
	h := alone(t, Config{})
	h.RaiseFault(faultUpperSensor, subLowerLimit)
	h.RaiseFault(faultLowerSensor, subUpperLimit)
	h.cold(modeElectric)
	if got := h.ran(time.Hour); got != "" {
		t.Errorf("%q ran with both sensors failed", got)
	}
}

// Water that is too hot opens the cut-out; power off and on closes it when it has
// cooled, and not before.
func TestTheCutOut(t *testing.T) {
	h := alone(t, Config{})
	h.SetTank(84, 60)
	h.pass(2 * time.Minute)
	if h.stands(faultECO) {
		t.Fatal("it opened at 84 °C")
	}
	h.SetTank(90, 60)
	h.pass(2 * time.Minute)
	if h.Status()["errorCode"] != faultECO {
		t.Fatal("it did not open at 90 °C")
	}
	power := func() {
		h.change(func() { h.powerOff() })
		h.pass(time.Minute)
		h.change(func() { h.powerOn() })
		h.pass(2 * time.Minute)
	}
	if power(); !h.stands(faultECO) {
		t.Error("it closed on hot water")
	}
	h.SetTank(40, 30)
	if got := h.ran(10 * time.Minute); got != "" {
		t.Errorf("%q ran with the cut-out open", got)
	}
	if power(); h.stands(faultECO) {
		t.Error("power off and on did not close it")
	}
	h.cold(modeHighDemand)
	if got := h.ran(10 * time.Minute); got != "PU" {
		t.Errorf("%q ran after that", got)
	}
	if got := h.occurred(faultECO); got != 2 {
		t.Errorf("it opened %d times", got)
	}
}

// A leak raises its fault, which stops the heating and comes back until it is mended.
func TestALeakIsFound(t *testing.T) {
	h := alone(t, Config{})
	h.SetLeak(2)
	h.pass(time.Minute)
	if got := h.Status()["errorCode"]; got != faultLeak {
		t.Fatalf("fault %d", got)
	}
	h.ClearFault()
	h.cold(modeHighDemand)
	h.pass(time.Minute)
	if got := h.ran(30 * time.Minute); !h.stands(faultLeak) || got != "" {
		t.Errorf("%q ran", got)
	}
	h.SetLeak(0)
	h.ClearFaultCode(faultLeak)
	h.cold(modeHighDemand)
	if got := h.ran(30 * time.Minute); got != "PU" {
		t.Errorf("%q ran after it was mended", got)
	}
}

// What the condenser's reset and power off and on end.
func TestWhatEndsAFault(t *testing.T) {
	for _, d := range Defects() {
		h := alone(t, Config{})
		h.RaiseFault(d.Code, d.Subs[0].Code)
		h.change(func() { h.resetCondenser() })
		if got := !h.stands(d.Code); got != d.Resets {
			t.Errorf("%d: the condenser's reset ended it: %v", d.Code, got)
		}
		h.RaiseFault(d.Code, d.Subs[0].Code)
		h.change(func() { h.powerOff() })
		h.pass(time.Minute)
		h.change(func() { h.powerOn() })
		if got := !h.stands(d.Code); got != d.Latches {
			t.Errorf("%d: power off and on ended it: %v", d.Code, got)
		}
	}
}

// A failed power meter shows nothing and counts all the same.
func TestAFailedMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 30)
		b.command(h, topic.SetMode, "dhw-mode", modeElectric)
		h.RaiseFault(595, 0)
		b.pushes(time.Hour)
		before := h.Ledger.total()
		b.pushes(time.Minute)
		if got := b.status(h)["currentInstPower"]; got != 0 {
			t.Errorf("%d W", got)
		}
		if h.Ledger.total().Elements <= before.Elements && h.Status()["operationBusy"] == on {
			t.Error("nothing is counted")
		}
	})
}

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

// A lower zone that nothing can heat keeps no demand alive.
func TestAnElementAloneIsSatisfied(t *testing.T) {
	h := alone(t, Config{})
	h.RaiseFault(97, 0)
	h.cold(modeElectric)
	h.pass(time.Hour)
	if s := h.Status(); s["operationBusy"] != off || s["tankUpperTemperature"] < 485 || s["tankLowerTemperature"] > 350 {
		t.Errorf("busy %d at %d and %d", s["operationBusy"], s["tankUpperTemperature"], s["tankLowerTemperature"])
	}
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

// The device list has the time that the heater's own clock said, in its time zone.
func TestTheTimeOfAFaultIsTheHeaters(t *testing.T) {
	h := alone(t, Config{Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	h.SetLocation(time.FixedZone("", -7*3600))
	h.SetClock(-10 * time.Minute)
	h.RaiseFault(96, 0)
	if got := h.listed().Error; got != (lastError{96, "2026-03-01T04:50:00"}) {
		t.Errorf("%+v", got)
	}
	h.SetClock(time.Hour) // what was told stays
	h.pass(time.Hour)
	if got := h.listed().Error; got != (lastError{96, "2026-03-01T04:50:00"}) {
		t.Errorf("%+v after the clock was set", got)
	}
}

// The installer reads how often a heater has had some of its faults.
func TestDiagnosticsCountFaults(t *testing.T) {
	h := alone(t, Config{})
	for _, code := range []int{901, 901, 326, 990, 799, 911, 913, 915, 96} {
		h.RaiseFault(code, 0)
		h.RaiseFault(code, 0) // stands already
		h.ClearFault()
	}
	got := map[string]int{}
	for _, part := range h.diagnostics() {
		for _, figure := range part.figures {
			got[figure.name] = figure.value
		}
	}
	for name, want := range map[string]int{
		"cumulatedOccNumEco": 2, "cumulatedOccNumDryFire": 1, "cumulatedOccNumConOvrFlow": 1, "cumulatedOccNumWtrOvrFlow": 1,
		"cumulatedOccNumAbDisTmp": 1, "cumulatedOccNumAbSucTmp": 1, "cumulatedOccNumAbDisSucTmp": 1, "cumulatedOccNumHpo": 0,
	} {
		if got[name] != want {
			t.Errorf("%s is %d, not %d", name, got[name], want)
		}
	}
}
