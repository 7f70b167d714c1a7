package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// during lets a heater follow an event for some hours, from a tank at so many °C.
func during(t *testing.T, event DemandEvent, hours int, upper, lower float64, do func(*bench, *Heater)) (after map[string]int, used Meter) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 16)})
		h := b.dry(0)
		h.SetAir(20)
		if do != nil {
			do(b, h)
		}
		h.SetTank(upper, lower)
		before := h.Meter()
		h.SetDemandResponse(event, time.Duration(hours)*time.Hour)
		time.Sleep(time.Duration(hours)*time.Hour - time.Minute)
		after, used = h.Status(), h.Meter().Since(before)
	})
	return after, used
}

// What each event does to a heater in energy saver mode at 49 °C, by where its tank is.
func TestDemandEvents(t *testing.T) {
	for _, test := range []struct {
		name         string
		event        DemandEvent
		upper, lower float64
		status       int
		heatPump     bool // ran
		elements     bool
		highest      int // of the lower sensor at the end
	}{
		{"none", DemandNone, 38, 34, 0, true, true, 500},
		{"shed saves while there is hot water", DemandShed, 47, 36, 2, false, false, 370},
		{"shed leaves it to the heat pump", DemandShed, 38, 33, 2, true, false, 445},
		{"critical peak saves as well", DemandCriticalPeak, 38, 36, 5, false, false, 370},
		{"critical peak leaves less to the heat pump", DemandCriticalPeak, 36, 33, 5, true, false, 390},
		{"grid emergency heats nothing", DemandGridEmergency, 38, 20, 5, false, false, 220},
		{"without a load up nothing is stored", DemandNone, 49, 44, 0, false, false, 445},
		{"load up stores to the setpoint", DemandLoadUp, 49, 44, 3, true, false, 500},
		{"advanced load up stores above", DemandAdvancedLoadUp, 49, 48.9, 4, true, false, 550},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, used := during(t, test.event, 4, test.upper, test.lower, nil)
			if s["drEventStatus"] != test.status || s["drOverrideStatus"] != 0 {
				t.Errorf("drEventStatus %d, drOverrideStatus %d", s["drEventStatus"], s["drOverrideStatus"])
			}
			if ran := used.HeatPumpHours > 0; ran != test.heatPump {
				t.Errorf("the heat pump ran %.1f hours", used.HeatPumpHours)
			}
			if on := used.UpperHours > 0; on != test.elements {
				t.Errorf("the upper element was on for %.1f hours", used.UpperHours)
			}
			if lower := s["tankLowerTemperature"]; lower > test.highest || test.heatPump && lower < test.highest-35 {
				t.Errorf("lower sensor at %d, not %d", lower, test.highest)
			}
		})
	}
}

// A heater follows while demand response is on and fitted.
func TestDemandResponseIsSwitchedOff(t *testing.T) {
	for name, do := range map[string]func(*bench, *Heater){
		"off":        func(b *bench, h *Heater) { b.command(h, topic.DemandResponseOff, "dr-off") },
		"not fitted": func(_ *bench, h *Heater) { h.SetFeature("drSettingUse", absent) },
	} {
		s, used := during(t, DemandGridEmergency, 2, 40, 34, do)
		if s["drEventStatus"] != 0 || used.HeatPumpHours == 0 {
			t.Errorf("%s: drEventStatus %d, %.1f hours of the heat pump", name, s["drEventStatus"], used.HeatPumpHours)
		}
	}
	s, used := during(t, DemandGridEmergency, 2, 40, 34, func(b *bench, h *Heater) {
		b.command(h, topic.DemandResponseOff, "dr-off")
		b.command(h, topic.DemandResponseOn, "dr-on")
	})
	if s["drEventStatus"] != 5 || used.HeatPumpHours != 0 {
		t.Errorf("on again: drEventStatus %d, %.1f hours of the heat pump", s["drEventStatus"], used.HeatPumpHours)
	}
}

// A setting written by the owner overrides an event until its end, for 72 hours at
// most; one that the heater writes by itself does not.
func TestADemandEventIsOverridden(t *testing.T) {
	for name, test := range map[string]struct {
		lasts time.Duration
		do    func(*bench, *Heater)
		hours int
	}{
		"by a setpoint":                     {10 * time.Hour, func(b *bench, h *Heater) { b.command(h, topic.SetTemperature, "dhw-temperature", 100) }, 9},
		"by a mode":                         {10 * time.Hour, func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", 1) }, 9},
		"for 72 hours":                      {0, func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", 1) }, 72},
		"not by power":                      {10 * time.Hour, func(b *bench, h *Heater) { b.command(h, topic.PowerOff, "power-off") }, 0},
		"not by a reservation":              {10 * time.Hour, func(b *bench, h *Heater) { b.reserve(h, "2", reservation(254, 17, 0, 1, 98)) }, 0},
		"not by what the heater is without": {10 * time.Hour, func(b *bench, h *Heater) { b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 9)) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: monday(t, 16)})
				h := b.dry(0)
				b.status(h)
				h.SetDemandResponse(DemandGridEmergency, test.lasts)
				b.pushes(59 * time.Minute)
				test.do(b, h)
				b.pushes(2 * time.Minute)
				h.SetTank(40, 30)
				b.pushes(time.Minute)
				s := h.Status()
				if s["drEventStatus"] != 5 || s["drOverrideStatus"] != test.hours || (s["operationMode"] != 0) != (test.hours > 0) {
					t.Errorf("event %d, override %d, operation %d", s["drEventStatus"], s["drOverrideStatus"], s["operationMode"])
				}
				at, values := b.changesOf(h, "drEventStatus", 4*24*time.Hour)
				if test.lasts > 0 && (len(at) != 1 || !at[0].Equal(monday(t, 26)) || values[0] != 0) {
					t.Errorf("the event: %v at %v", values, at)
				}
				if test.lasts == 0 && (len(at) != 0 || h.Status()["drOverrideStatus"] != 0) {
					t.Errorf("the event ended at %v, override %d", at, h.Status()["drOverrideStatus"])
				}
			})
		})
	}
}

// An override is over 72 hours later to the moment, and heat is saved again.
func TestAnOverrideEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 16).Add(7 * time.Second)})
		h := b.dry(0)
		h.SetDemandResponse(DemandShed, 0)
		b.command(h, topic.SetTemperature, "dhw-temperature", 100)
		time.Sleep(72*time.Hour - 30*time.Second)
		at, hours := b.changesOf(h, "drOverrideStatus", time.Minute)
		if len(at) != 1 || hours[0] != 0 || !at[0].Equal(monday(t, 16+72).Add(7*time.Second)) {
			t.Errorf("%v hours left at %v", hours, at)
		}
	})
}

// The hours of each event are counted for the installer, those that were followed,
// and a snapshot in the middle holds event and override.
func TestDemandEventsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 0)}
		b := newBench(t, config)
		h := b.dry(0)
		for e := DemandShed; e <= DemandGridEmergency; e++ {
			h.SetDemandResponse(e, time.Duration(e)*time.Hour)
			time.Sleep(6 * time.Hour)
		}
		h.SetDemandResponse(DemandShed, 40*time.Hour)
		h.SetDemandResponse(DemandGridEmergency+1, 40*time.Hour) // nothing
		time.Sleep(2 * time.Hour)
		b.command(h, topic.SetTemperature, "dhw-temperature", 100)
		time.Sleep(2 * time.Hour)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore, config.Start = text, h.Date()
		later := newBench(t, config).fleet.heaters[0]
		if s := later.Status(); s["drEventStatus"] != 2 || s["drOverrideStatus"] != 36 {
			t.Errorf("restored: event %d, override %d", s["drEventStatus"], s["drOverrideStatus"])
		}
		time.Sleep(40 * time.Hour)
		if s := later.Status(); s["drEventStatus"] != 0 || s["drOverrideStatus"] != 0 {
			t.Errorf("in the end: event %d, override %d", s["drEventStatus"], s["drOverrideStatus"])
		}
		got := map[string]int{}
		later.look(func() {
			for _, part := range later.diagnostics() {
				for _, f := range part.figures {
					got[f.name] = f.value
				}
			}
		})
		for name, want := range map[string]int{
			"cumulatedOpTimeDrShed": 3, "cumulatedOpTimeDrLoadUp": 2, "cumulatedOpTimeDrAdvLoadUp": 3,
			"cumulatedOpTimeDrCpp": 4, "cumulatedOpTimeDrGridEmg": 5,
		} {
			if got[name] != want {
				t.Errorf("%s is %d, not %d", name, got[name], want)
			}
		}
	})
}
