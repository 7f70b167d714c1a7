package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A cycle begins in the night, heats the lower sensor to 60 °C and holds that for ten
// minutes, and the next one comes when its days have passed.
func TestAntiLegionellaCycles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 8)})
		h := b.dry(0)
		b.command(h, topic.AntiLegionellaOn, "anti-leg-on", 3)
		at, busy := b.changesOf(h, "antiLegionellaOperationBusy", 5*24*time.Hour)
		equal(t, "antiLegionellaOperationBusy", []int{on, off, on, off}, busy)
		if len(at) == 4 && (!at[0].Equal(monday(t, 27)) || !at[2].Equal(monday(t, 27+72))) {
			t.Errorf("began at %v and %v", at[0], at[2])
		}
		if len(at) == 4 && (at[1].Sub(at[0]) < 20*time.Minute || at[1].Sub(at[0]) > 6*time.Hour) {
			t.Errorf("took %v", at[1].Sub(at[0]))
		}
	})
}

// sterile lets the cycle of the coming night begin and returns how long it lasted, for
// how long the lower sensor had shown 60 °C then, and to what it heated.
func (b *bench) sterile(h *Heater) (lasted, warm time.Duration, target float64) {
	b.t.Helper()
	b.command(h, topic.AntiLegionellaOn, "anti-leg-on", 7)
	var began, over time.Time
	for range 48 * 60 {
		time.Sleep(time.Minute)
		s := h.Status()
		running := s["antiLegionellaOperationBusy"] == on
		switch {
		case running && began.IsZero():
			began = time.Now()
		case !running && !began.IsZero():
			return time.Since(began), time.Since(over), target
		}
		if running {
			h.look(func() { target = h.order().setpoint })
		}
		if s["tankLowerTemperature"] < 600 {
			over = time.Now()
		}
	}
	b.t.Fatal("no cycle that began and ended")
	return lasted, warm, target
}

func TestAnAntiLegionellaCycleRanksFirst(t *testing.T) {
	for name, test := range map[string]struct {
		do     func(*bench, *Heater)
		target float64
	}{
		"low setpoint":  {func(b *bench, h *Heater) { b.command(h, topic.SetTemperature, "dhw-temperature", 90) }, 61},
		"high setpoint": {func(b *bench, h *Heater) { b.command(h, topic.SetTemperature, "dhw-temperature", 128) }, 64},
		"vacation":      {func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", 5, 9) }, 61},
		"TOU window":    {func(b *bench, h *Heater) { b.command(h, topic.TOUOn, "tou-on") }, 61},
		"a grid event":  {func(_ *bench, h *Heater) { h.SetDemandResponse(DemandGridEmergency, 0) }, 61},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: monday(t, 20)})
				h := b.dry(0)
				test.do(b, h)
				lasted, warm, target := b.sterile(h)
				if held := min(lasted, warm); held < 10*time.Minute || held > 12*time.Minute || lasted > 11*time.Hour {
					t.Errorf("lasted %v, %v of it at 60 °C", lasted, warm)
				}
				if target != test.target {
					t.Errorf("heated to %v °C", target)
				}
			})
		})
	}
}

// A cycle ends when it cannot get warm enough, when the program is switched off, and
// when the power is; it is then for another night.
func TestAnAntiLegionellaCycleEnds(t *testing.T) {
	start := func(t *testing.T) (*bench, *Heater) {
		b := newBench(t, Config{Start: monday(t, 2)})
		h := b.dry(0)
		b.command(h, topic.AntiLegionellaOn, "anti-leg-on", 2)
		time.Sleep(90 * time.Minute)
		if h.Status()["antiLegionellaOperationBusy"] != on {
			t.Fatal("no cycle")
		}
		return b, h
	}
	synctest.Test(t, func(t *testing.T) {
		b, h := start(t)
		h.RaiseFault(908, 0) // no compressor
		h.RaiseFault(96, 0)
		h.RaiseFault(97, 0)
		at, busy := b.changesOf(h, "antiLegionellaOperationBusy", 20*time.Hour)
		if len(at) != 1 || busy[0] != off || !at[0].Equal(monday(t, 15)) {
			t.Errorf("without heat: %v at %v", busy, at)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b, h := start(t)
		if s := b.command(h, topic.AntiLegionellaOff, "anti-leg-off"); s["antiLegionellaOperationBusy"] != off {
			t.Error("it goes on though it is off")
		}
		if at, _ := b.changesOf(h, "antiLegionellaOperationBusy", 72*time.Hour); len(at) != 0 {
			t.Errorf("a cycle at %v", at)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		b, h := start(t)
		b.command(h, topic.PowerOff, "power-off")
		at, _ := b.changesOf(h, "antiLegionellaOperationBusy", 4*24*time.Hour)
		if len(at) != 1 || at[0].Sub(monday(t, 3).Add(30*time.Minute)) > time.Minute {
			t.Errorf("with the power off it began or ended at %v", at)
		}
		b.command(h, topic.PowerOn, "power-on")
		if at, _ := b.changesOf(h, "antiLegionellaOperationBusy", 24*time.Hour); len(at) == 0 || !at[0].Equal(monday(t, 5*24+3)) {
			t.Errorf("when it came back: %v", at)
		}
	})
}

// In the middle of a cycle a snapshot is restored into it, and a clock that was set
// back by years does not put the next one off.
func TestACycleOutlivesASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 2)}
		b := newBench(t, config)
		b.command(b.dry(0), topic.AntiLegionellaOn, "anti-leg-on", 2)
		time.Sleep(90 * time.Minute)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for _, now := range []time.Time{monday(t, 3).Add(30 * time.Minute), monday(t, 3).Add(30*time.Minute).AddDate(-20, 0, 0)} {
			config.Restore, config.Start = text, now
			later := newBench(t, config)
			at, busy := later.changesOf(later.dry(0), "antiLegionellaOperationBusy", 60*time.Hour)
			if len(at) < 2 || busy[0] != off || busy[1] != on || at[0].Sub(now) > 8*time.Hour || at[1].Sub(now).Round(24*time.Hour) != 48*time.Hour {
				t.Errorf("restored at %v: %v at %v", now, busy, at)
			}
		}
	})
}
