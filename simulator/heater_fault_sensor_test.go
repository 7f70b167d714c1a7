package simulator

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

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
