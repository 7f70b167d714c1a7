package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// window is a heater at eleven o'clock, an hour before a TOU window of six, with a
// warm tank.
func (b *bench) window() *Heater {
	b.t.Helper()
	h := b.dry(0)
	h.SetAir(26)
	h.SetTank(49, 48.9)
	b.tariff(h, on, touPeriod{allMonths, 254, 0, 1159, 30, 2}, touPeriod{allMonths, 254, 1200, 1759, 20, 2}, touPeriod{allMonths, 254, 1800, 2359, 30, 2})
	time.Sleep(10 * time.Second)
	return h
}

// inWindow calls do with such a heater a minute after the window has begun.
func inWindow(t *testing.T, do func(b *bench, h *Heater)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 11)})
		h := b.window()
		time.Sleep(time.Hour + time.Minute)
		if s := b.status(h); s["touStatus"] != 3 || s["operationBusy"] != off {
			t.Fatalf("touStatus %d, busy %d", s["touStatus"], s["operationBusy"])
		}
		do(b, h)
	})
}

func TestAWindowMovesTheTurnOnSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 11)})
		h := b.window()
		want := func(upper, lower int) {
			t.Helper()
			if s := h.Status(); s["hpUpperOnTempSetting"] != upper || s["hpLowerOnTempSetting"] != lower {
				t.Errorf("turn-on settings %d and %d, not %d and %d", s["hpUpperOnTempSetting"], s["hpLowerOnTempSetting"], upper, lower)
			}
		}
		want(70, 70)
		time.Sleep(time.Hour)
		want(98, 98)
		b.command(h, topic.SetTemperature, "dhw-temperature", 104)
		want(104, 104)
		b.command(h, topic.SetMode, "dhw-mode", modeHighDemand)
		want(104, 104)
		time.Sleep(6 * time.Hour)
		want(70, 70)
	})
}

// In a window it is the upper tank below the setpoint that starts a recovery, outside
// one the lower tank at the lowest setpoint.
func TestWhatStartsARecovery(t *testing.T) {
	for _, test := range []struct {
		name         string
		upper, lower float64
		in, out      bool
	}{
		{"warm", 49, 48.9, false, false},
		{"the upper tank colder", 48, 47, true, false},
		{"the lower tank cold", 49.2, 36, false, false},
		{"the lower tank at its turn-on setting", 49.2, 35, false, true},
		{"both", 48, 34, true, true},
	} {
		for name, in := range map[string]bool{"in a window": true, "outside": false} {
			t.Run(test.name+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := newBench(t, Config{Start: monday(t, 11)})
					h := b.window()
					h.SetTank(49.2, 49.1)
					b.command(h, topic.SetMode, "dhw-mode", modeHeatPump)
					time.Sleep(10 * time.Second)
					want := test.out
					if in {
						want = test.in
						time.Sleep(time.Hour)
					}
					h.SetTank(test.upper, test.lower)
					time.Sleep(2 * time.Minute)
					if s := h.Status(); (s["touStatus"] == 3) != in || (s["compUse"] == on) != want || (s["operationBusy"] == on) != want {
						t.Errorf("touStatus %d: compressor %d, busy %d", s["touStatus"], s["compUse"], s["operationBusy"])
					}
				})
			})
		}
	}
}

func TestAModeWriteIsHeld(t *testing.T) {
	type after func(b *bench, h *Heater)
	command := func(code topic.Code, mode string, param ...int) after {
		return func(b *bench, h *Heater) { b.command(h, code, mode, param...) }
	}
	wait := func(d time.Duration) after { return func(*bench, *Heater) { time.Sleep(d) } }
	write := func(mode int) after { return command(topic.SetMode, "dhw-mode", mode) }
	cool := func(_ *bench, h *Heater) { h.SetTank(44, 40) }
	for _, test := range []struct {
		name string
		do   []after
		mode int // shown
		acts int // operationMode
	}{
		{"idle, then cold", []after{write(2), cool}, 2, 96},
		{"of a running recovery", []after{cool, wait(time.Minute), write(2)}, 2, 96},
		{"until the window ends", []after{cool, wait(time.Minute), write(2), wait(6 * time.Hour), cool, write(2)}, 2, 64},
		{"until TOU is switched off", []after{cool, wait(time.Minute), write(2), command(topic.TOUOff, "tou-off")}, 2, 64},
		{"the last one of two", []after{cool, write(2), write(1), write(2), command(topic.TOUOff, "tou-off")}, 2, 64},
		{"and back", []after{write(2), write(3), cool, command(topic.TOUOff, "tou-off")}, 3, 96},
		{"not where elements leave the heat pump", []after{cool, wait(time.Minute), write(1)}, 1, 32},
		{"not where they join it", []after{cool, wait(time.Minute), write(1), wait(time.Minute), write(4)}, 4, 96},
		{"not a vacation", []after{cool, wait(time.Minute), command(topic.SetMode, "dhw-mode", 5, 3)}, 5, 0},
		{"through power off and on", []after{
			cool, wait(time.Minute), write(2), command(topic.PowerOff, "power-off"), wait(time.Minute), command(topic.PowerOn, "power-on"),
		}, 2, 96},
		{"while the power is off", []after{
			cool, wait(time.Minute), write(2), command(topic.PowerOff, "power-off"), command(topic.TOUOff, "tou-off"), wait(time.Minute),
			command(topic.PowerOn, "power-on"),
		}, 2, 64},
		{"with the power off it is none", []after{
			write(2), command(topic.PowerOff, "power-off"), command(topic.TOUOff, "tou-off"),
		}, 6, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			inWindow(t, func(b *bench, h *Heater) {
				for _, do := range test.do {
					do(b, h)
				}
				time.Sleep(2 * time.Minute)
				if s := b.status(h); s["dhwOperationSetting"] != test.mode || s["operationMode"] != test.acts {
					t.Errorf("mode %d and operationMode %d, not %d and %d", s["dhwOperationSetting"], s["operationMode"], test.mode, test.acts)
				}
			})
		})
	}
}

// A held write is acknowledged like any other, and no push follows.
func TestAHeldWriteIsAcknowledged(t *testing.T) {
	inWindow(t, func(b *bench, h *Heater) {
		before := b.status(h)
		ack := b.command(h, topic.SetMode, "dhw-mode", modeElectric)
		if got := changed(before, ack); len(got) != 2 || got["dhwOperationSetting"] != [2]int{3, 2} || got["hpUpperOnDiffTempSetting"] != [2]int{4, 0} {
			t.Errorf("changes %v", got)
		}
		if codes, _ := b.pushes(30 * time.Second); len(codes) != 0 {
			t.Errorf("pushes %v", codes)
		}
	})
}

// A setpoint write is not held, also while a mode is.
func TestASetpointIsNotHeld(t *testing.T) {
	inWindow(t, func(b *bench, h *Heater) {
		b.command(h, topic.SetMode, "dhw-mode", modeElectric)
		b.command(h, topic.SetTemperature, "dhw-temperature", 110)
		time.Sleep(45 * time.Second)
		if s := b.status(h); s["dhwTemperatureSetting"] != 110 || s["compUse"] != on || s["operationMode"] != 96 {
			t.Errorf("setpoint %d, compressor %d, operationMode %d", s["dhwTemperatureSetting"], s["compUse"], s["operationMode"])
		}
		b.command(h, topic.SetTemperature, "dhw-temperature", 80)
		time.Sleep(5 * time.Second)
		if s := b.status(h); s["compUse"] != off || s["operationMode"] != 0 {
			t.Errorf("compressor %d, operationMode %d", s["compUse"], s["operationMode"])
		}
	})
}

// With TOU active some recoveries by the heat pump stop at about 90 % of charge and
// not more than 1.9 °C short, without a message; in the same window none follows until
// the tank has cooled. Without TOU none does.
func TestRecoveriesStopShort(t *testing.T) {
	recoveries := func(seed uint64, use int) (short []bool) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Seed: seed, Start: monday(t, 10)})
			h := b.dry(0)
			h.SetAir(26)
			h.SetTank(60, 59)
			b.command(h, topic.SetMode, "dhw-mode", modeHeatPump)
			b.command(h, topic.SetTemperature, "dhw-temperature", 121)
			b.tariff(h, use, touPeriod{allMonths, 254, 0, 1159, 30, 2}, touPeriod{allMonths, 254, 1200, 2359, 20, 2})
			for range 12 {
				time.Sleep(2*time.Hour + 10*time.Minute) // to the window
				h.SetTank(58.8, 46)
				b.command(h, topic.SetTemperature, "dhw-temperature", 121)
				time.Sleep(5 * time.Minute)
				b.pushes(0)
				told := false
				for h.Status()["operationBusy"] == on {
					time.Sleep(10 * time.Second)
				}
				codes, _ := b.pushes(time.Minute)
				for _, code := range codes {
					told = told || code != int(topic.PushPlain)
				}
				s := h.Status()
				stopped := s["dhwChargePer"] < 97
				if stopped == told || stopped && (s["dhwChargePer"] < 89 || s["dhwChargePer"] > 91 || s["compUse"] == on || s["operationMode"] != 0) {
					t.Errorf("at %d %%: pushes %v, operationMode %d", s["dhwChargePer"], codes, s["operationMode"])
				}
				short = append(short, stopped)
				time.Sleep(2 * time.Hour)
				if again := h.Status()["operationBusy"]; again == on && stopped {
					t.Error("another one in the same window")
				}
				if h.SetTank(55, 50); stopped {
					time.Sleep(time.Minute)
					if h.Status()["operationBusy"] == off {
						t.Error("none though the tank is cold")
					}
				}
				now := h.Date()
				time.Sleep(time.Date(now.Year(), now.Month(), now.Day()+1, 10, 0, 0, 0, now.Location()).Sub(now))
			}
		})
		return short
	}
	first := recoveries(1, on)
	if !slices.Contains(first, true) || !slices.Contains(first, false) {
		t.Errorf("stopped short: %v", first)
	}
	if !slices.Equal(first, recoveries(1, on)) {
		t.Error("another time others stop short")
	}
	if slices.Contains(recoveries(1, off), true) {
		t.Error("one stops short without TOU")
	}
}
