package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// elementStarts are how far below the setpoint the tank is, on either side of where the
// upper element starts (docs/protocol.md §5).
var elementStarts = []struct {
	name  string
	mode  int
	below float64
	on    bool
}{
	{"electric, 0.2 below", 2, 0.2, false},
	{"electric, 0.4 below", 2, 0.4, true},
	{"high demand, 0.6 below", 4, 0.6, false},
	{"high demand, 0.8 below", 4, 0.8, true},
	{"energy saver, 0.9 below", 3, 0.9, false},
	{"energy saver, 1.1 below", 3, 1.1, true},
	{"heat pump, 20 below", 1, 20, false},
}

// The elements start so far below the setpoint on entry.
func TestElementsStartOnEntry(t *testing.T) {
	for _, test := range elementStarts {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				h.SetTank(49, 48)
				b.command(h, topic.PowerOff, "power-off")
				b.pushes(10 * time.Second)
				h.SetTank(49-test.below, 40)
				b.command(h, topic.SetMode, "dhw-mode", test.mode)
				b.pushes(8 * time.Second)
				if got := b.status(h)["heatUpperUse"] == on; got != test.on {
					t.Errorf("upper element %v", got)
				}
			})
		})
	}
}

// They start likewise when a setpoint is written, and not in the course of things: a
// recovery goes on with the heat pump while the tank gets as cold as that.
func TestElementsStartOnASetpointWrite(t *testing.T) {
	for _, test := range elementStarts {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				h.SetTank(49.1, 49)
				b.command(h, topic.SetMode, "dhw-mode", test.mode)
				time.Sleep(10 * time.Second)
				h.SetTank(49-test.below, min(49-test.below, 40))
				time.Sleep(10 * time.Second)
				if h.Status()["heatUpperUse"] == on {
					t.Error("upper element on before the write")
				}
				b.command(h, topic.SetTemperature, "dhw-temperature", 98)
				time.Sleep(8 * time.Second)
				if got := h.Status()["heatUpperUse"] == on; got != test.on {
					t.Errorf("upper element %v", got)
				}
			})
		})
	}
}

// Electric mode heats the upper zone first, then the lower one, never both.
func TestElectricModeHeatsOneZoneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 20)
		b.command(h, topic.SetMode, "dhw-mode", 2)
		time.Sleep(10 * time.Second)
		before := h.Status()
		time.Sleep(5 * time.Minute)
		s := h.Status()
		if s["heatUpperUse"] != on || s["heatLowerUse"] != off || s["compUse"] != off {
			t.Errorf("upper %d, lower %d, compressor %d", s["heatUpperUse"], s["heatLowerUse"], s["compUse"])
		}
		if rise := float64(s["tankUpperTemperature"]-before["tankUpperTemperature"]) / 50; rise < 0.80 || rise > 0.95 {
			t.Errorf("the upper zone gets warmer by %.2f °C a minute, not 0.88", rise)
		}
		lowerRan := false
		for range 24 * 60 {
			time.Sleep(time.Minute)
			s = h.Status()
			if s["heatUpperUse"] == on && s["heatLowerUse"] == on {
				t.Fatal("both elements are on")
			}
			lowerRan = lowerRan || s["heatLowerUse"] == on
			if s["operationBusy"] == off {
				break
			}
		}
		if !lowerRan || s["operationBusy"] != off || s["tankLowerTemperature"] < 490 {
			t.Errorf("lower element ran: %v; busy %d, lower zone %d", lowerRan, s["operationBusy"], s["tankLowerTemperature"])
		}
	})
}

func TestTheCompressorTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetAir(26)
		h.SetTank(48, 45)
		b.command(h, topic.SetMode, "dhw-mode", 1)
		since := func(from time.Time, want int) time.Duration {
			for time.Since(from) < 10*time.Minute {
				if h.Status()["compUse"] == want {
					return time.Since(from)
				}
				time.Sleep(time.Second)
			}
			t.Fatalf("compUse is not %d after ten minutes", want)
			return 0
		}
		if d := since(time.Now(), on); d < 25*time.Second || d > 35*time.Second {
			t.Errorf("started after %v, not about 30 s", d)
		}
		time.Sleep(time.Minute)
		b.heard()
		if s := b.status(h); s["currentStatenum"] != 50 || s["currentInstPower"] < 385 || s["currentInstPower"] > 440 {
			t.Errorf("running in state %d with %d W", s["currentStatenum"], s["currentInstPower"])
		}
		time.Sleep(10 * time.Minute)
		if s := h.Status(); s["suctionTemperature"] < 125 || s["suctionTemperature"] > 145 || s["currentSuperHeat"] < 40 || s["currentSuperHeat"] > 52 {
			t.Errorf("suction %d, superheat %d", s["suctionTemperature"], s["currentSuperHeat"])
		}
		b.command(h, topic.SetTemperature, "dhw-temperature", 80)
		if d := since(time.Now(), off); d > 5*time.Second {
			t.Errorf("stopped after %v, not within 5 s", d)
		}
		states := map[int]bool{}
		b.command(h, topic.SetTemperature, "dhw-temperature", 110)
		start := time.Now()
		for h.Status()["compUse"] == off {
			states[h.Status()["currentStatenum"]] = true
			time.Sleep(time.Second)
		}
		if d := time.Since(start); d < 130*time.Second || d > 170*time.Second {
			t.Errorf("started again after %v, not about 2½ minutes", d)
		}
		if !states[60] || !states[70] || !states[30] {
			t.Errorf("states on the way: %v", states)
		}
	})
}

// What a message shows is the power of the one before (docs/protocol.md §4).
func TestPowerLagsAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(40, 39)
		b.status(h)
		b.command(h, topic.SetMode, "dhw-mode", 2)
		_, statuses := b.pushes(5 * time.Second)
		last := statuses[slices.IndexFunc(statuses, func(s map[string]int) bool { return s["heatUpperUse"] == on })]
		if last["currentInstPower"] > 100 {
			t.Errorf("the push that the element is on says %d W", last["currentInstPower"])
		}
		if w := b.status(h)["currentInstPower"]; w < 5100 || w > 5300 {
			t.Errorf("the next message says %d W", w)
		}
	})
}

// A recovery takes 2½ to 4 hours in heat pump mode, starts by itself when the
// lower zone is at its lowest, and ends at the setpoint.
func TestARecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetAir(26)
		b.command(h, topic.SetMode, "dhw-mode", 1)
		time.Sleep(time.Hour)
		h.SetTank(46, 34.9)
		time.Sleep(5 * time.Minute)
		b.heard()
		if s := h.Status(); s["operationMode"] != 32 || s["compUse"] != on {
			t.Fatalf("no recovery: mode %d, lower zone %d", s["operationMode"], s["tankLowerTemperature"])
		}
		h.SetTank(45, 45)
		b.command(h, topic.SetTemperature, "dhw-temperature", 120)
		start := time.Now()
		for h.Status()["operationBusy"] == on {
			time.Sleep(time.Minute)
		}
		if d := time.Since(start); d < 150*time.Minute || d > 240*time.Minute {
			t.Errorf("took %v, not 2½ to 4 hours", d)
		}
		codes, _ := b.pushes(10 * time.Second)
		var end []int
		for _, c := range codes {
			if c != int(topic.PushPlain) {
				end = append(end, c)
			}
		}
		if n := len(end); n < 2 || end[n-2] != int(topic.PushHeating) || end[n-1] != int(topic.PushMode) {
			t.Errorf("pushes %v, not ending in heating, mode", end)
		}
		if s := h.Status(); s["dhwChargePer"] < 99 || s["availableEnergyCapacity"] > 90 || s["totalEnergyCapacity"] != 1826 {
			t.Errorf("charge %d, energy %d of %d", s["dhwChargePer"], s["availableEnergyCapacity"], s["totalEnergyCapacity"])
		}
	})
}

// A vacation ends nine hours before its time is up and the mode from before
// comes back; one taken while powered off is no exception.
func TestAVacationEndsEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		b.command(h, topic.SetMode, "dhw-mode", 1)
		b.command(h, topic.PowerOff, "power-off")
		b.command(h, topic.SetMode, "dhw-mode", 5, 2)
		time.Sleep(38 * time.Hour)
		if s := h.Status(); s["dhwOperationSetting"] != 5 || s["vacationDayElapsed"] != 1 || s["operationMode"] != 0 {
			t.Errorf("after 38 hours: mode %d, %d days left", s["dhwOperationSetting"], s["vacationDayElapsed"])
		}
		b.command(h, topic.PowerOff, "power-off")
		if got := b.command(h, topic.PowerOn, "power-on")["dhwOperationSetting"]; got != 5 {
			t.Errorf("power on came back to mode %d", got)
		}
		time.Sleep(70 * time.Minute)
		if got := h.Status()["dhwOperationSetting"]; got != 1 {
			t.Errorf("after 39 hours: mode %d", got)
		}
	})
}

// A vacation that ran out while the power was off is over when it comes back, and the
// tank is heated.
func TestAVacationEndsWhilePoweredOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		b.command(h, topic.SetMode, "dhw-mode", 5, 1)
		b.command(h, topic.PowerOff, "power-off")
		time.Sleep(10 * 24 * time.Hour)
		if s := b.command(h, topic.PowerOn, "power-on"); s["dhwOperationSetting"] != 3 || s["operationBusy"] != on {
			t.Errorf("mode %d, busy %d", s["dhwOperationSetting"], s["operationBusy"])
		}
	})
}

// Freshly installed: docs/protocol.md §5.
func TestANewHeater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 3})
		for i, keys := range []int{87, 102, 102} {
			s := b.fleet.heaters[i].Status()
			if len(s) != keys || s["dhwTemperatureSetting"] != 98 || s["dhwOperationSetting"] != 3 {
				t.Errorf("heater %d: %d keys, setpoint %d, mode %d", i, len(s), s["dhwTemperatureSetting"], s["dhwOperationSetting"])
			}
		}
	})
}

// With a setpoint that is the turn-on setting or lower, the lowest one or what an event
// makes of it, a recovery does not begin where the last one has ended.
func TestAtTheLowestSetpointItRests(t *testing.T) {
	for _, mode := range []int{modeHeatPump, modeElectric, modeEnergySaver, modeHighDemand} {
		for event, setpoint := range map[DemandEvent]int{DemandNone: 70, DemandShed: 78, DemandCriticalPeak: 80} {
			h := inWeather(t, Config{}, Model{Draws: NoDraws}, 15, 10)
			h.write(mode)
			h.writeSetpoint(setpoint)
			h.hearGrid(event, 0)
			h.live(h.At.AddDate(0, 0, 7))
			before := h.Ledger.meter()
			h.live(h.At.AddDate(0, 0, 7))
			m := h.Ledger.meter().Since(before)
			if starts := m.HeatPumpStarts + m.UpperStarts + m.LowerStarts; starts > 7*12 {
				t.Errorf("mode %d, %v: %d starts in a week", mode, event, starts)
			}
			if m.HeatPumpStarts+m.LowerStarts == 0 && (mode != modeElectric || event == DemandNone) {
				t.Errorf("mode %d, %v: nothing heats", mode, event)
			}
		}
	}
}
