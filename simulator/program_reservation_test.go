package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// monday is a Monday morning of winter in California, in which no summer time begins
// for a month.
func monday(t *testing.T, hour int) time.Time {
	return time.Date(2026, 1, 12, hour, 0, 0, 0, zone(t, "America/Los_Angeles"))
}

func reservation(week, hour, minute, mode, param int) string {
	return fmt.Sprintf(`{"enable":2,"week":%d,"hour":%d,"min":%d,"mode":%d,"param":%d}`, week, hour, minute, mode, param)
}

// A reservation fires at its minute on its days, every week, and does what a write
// does.
func TestReservationsFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := monday(t, 5)
		b := newBench(t, Config{Start: start})
		h := b.dry(0)
		b.reserve(h, "2", reservation(64, 6, 30, 2, 110)+","+reservation(64, 8, 0, 1, 90)+","+
			reservation(16, 8, 0, 4, 100)+`,{"enable":1,"week":254,"hour":7,"min":0,"mode":3,"param":120}`)
		at, modes := b.changesOf(h, "dhwOperationSetting", 9*24*time.Hour)
		equal(t, "modes", []int{2, 1, 4, 2, 1}, modes)
		for i, want := range []time.Time{
			start.Add(90 * time.Minute), start.Add(3 * time.Hour), start.Add(51 * time.Hour),
			start.AddDate(0, 0, 7).Add(90 * time.Minute), start.AddDate(0, 0, 7).Add(3 * time.Hour),
		} {
			if i < len(at) && !at[i].Equal(want) {
				t.Errorf("%d: at %v, not %v", i, at[i], want)
			}
		}
		if s := h.Status(); s["dhwTemperatureSetting"] != 90 || s["programReservationUse"] != on {
			t.Errorf("setpoint %d, reservations %d", s["dhwTemperatureSetting"], s["programReservationUse"])
		}
	})
}

// What is pushed after a reservation is what is pushed after a write of the same.
func TestAReservationPushesAsAWrite(t *testing.T) {
	pushed := func(reserved bool) (codes []int) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Start: monday(t, 17)})
			h := b.dry(0)
			h.SetTank(45, 40)
			if reserved {
				b.reserve(h, "2", reservation(254, 18, 0, 2, 98))
			} else {
				b.status(h)
			}
			b.pushes(59*time.Minute + 50*time.Second)
			if !reserved {
				time.Sleep(10 * time.Second)
				b.command(h, topic.SetMode, "dhw-mode", 2)
			}
			codes, _ = b.pushes(20 * time.Second)
		})
		return codes
	}
	written, fired := pushed(false), pushed(true)
	if len(written) < 2 {
		t.Fatalf("after a write %v", written)
	}
	equal(t, "in place of an acknowledgement one more, and", append([]int{0}, written...), fired)
}

// Off, nothing fires; what was missed meanwhile is not made up.
func TestAMissedReservationIsNotMadeUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 5)})
		h := b.dry(0)
		b.reserve(h, "1", reservation(64, 6, 0, 1, 90))
		if at, _ := b.changesOf(h, "dhwOperationSetting", 3*time.Hour); len(at) != 0 {
			t.Error("it fired though reservations are off")
		}
		if got := b.command(h, topic.SetWaterProgram, "reservation-mode")["programReservationUse"]; got != on {
			t.Errorf("programReservationUse %d", got)
		}
		at, _ := b.changesOf(h, "dhwOperationSetting", 7*24*time.Hour)
		if len(at) != 1 || !at[0].Equal(monday(t, 6).AddDate(0, 0, 7)) {
			t.Errorf("fired at %v", at)
		}
		// Nor what a clock that is put on has jumped over.
		b.reserve(h, "2", reservation(64, 8, 0, 4, 90))
		h.SetClock(time.Hour) // from 8:00 to 9:00: the minute is over
		b.reserve(h, "2", reservation(64, 9, 30, 4, 90))
		h.SetClock(2 * time.Hour)
		if at, _ := b.changesOf(h, "dhwOperationSetting", 24*time.Hour); len(at) != 0 {
			t.Errorf("fired at %v", at)
		}
	})
}

func TestAReservationInSpecialTimes(t *testing.T) {
	for name, test := range map[string]struct {
		entry string
		do    func(*bench, *Heater)
		want  int // mode
		days  int // of a vacation
	}{
		"powers on a heater that was off": {
			reservation(254, 7, 0, 2, 98),
			func(b *bench, h *Heater) { b.command(h, topic.PowerOff, "power-off") },
			modeElectric, 0,
		},
		"powers off": {reservation(254, 7, 0, 6, 0), func(*bench, *Heater) {}, modePowerOff, 0},
		"is skipped in a vacation": {
			reservation(254, 7, 0, 2, 98),
			func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", 5, 3) },
			modeVacation, 3,
		},
		"is skipped in a vacation with the power off": {
			reservation(254, 7, 0, 2, 98),
			func(b *bench, h *Heater) {
				b.command(h, topic.SetMode, "dhw-mode", 5, 3)
				b.command(h, topic.PowerOff, "power-off")
			},
			modePowerOff, 3,
		},
		"fires in a TOU window": {
			reservation(254, 7, 0, 2, 98),
			func(b *bench, h *Heater) {
				if got := b.command(h, topic.TOUOn, "tou-on")["touStatus"]; got != 3 {
					b.t.Fatalf("no window: %d", got)
				}
			},
			modeElectric, 0,
		},
		"begins a vacation of a day": {reservation(254, 7, 0, 5, 0), func(*bench, *Heater) {}, modeVacation, 1},
		"begins a vacation of the days set": {
			reservation(254, 7, 0, 5, 0),
			func(b *bench, h *Heater) { b.command(h, topic.SetVacationDays, "goout-day", 4) },
			modeVacation, 4,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: monday(t, 5)})
				h := b.dry(0)
				b.reserve(h, "2", test.entry)
				test.do(b, h)
				time.Sleep(3 * time.Hour)
				s := h.Status()
				if got := s["dhwOperationSetting"]; got != test.want {
					t.Errorf("mode %d, not %d", got, test.want)
				}
				if days := s["vacationDaySetting"]; days != test.days || s["vacationDayElapsed"] != days {
					t.Errorf("%d of %d days left, not %d", s["vacationDayElapsed"], days, test.days)
				}
			})
		})
	}
}

// On the day that skips 2:30 nothing fires, on the day that has 1:30 twice it fires
// twice.
func TestReservationsThroughSummerTime(t *testing.T) {
	for _, test := range []struct {
		month, day, hour int
		want             []string
	}{
		{3, 8, 2, nil},
		{3, 9, 2, []string{"02:30 PDT"}},
		{11, 1, 1, []string{"01:30 PDT", "01:30 PST"}},
		{11, 2, 1, []string{"01:30 PST"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Date(2026, time.Month(test.month), test.day, 0, 0, 0, 0, zone(t, "America/Los_Angeles"))
			b := newBench(t, Config{Start: start})
			h := b.dry(0)
			b.reserve(h, "2", reservation(254, test.hour, 30, 1, 90))
			var fired []string
			for range 12 {
				at, _ := b.changesOf(h, "dhwTemperatureSetting", 20*time.Minute)
				for _, t := range at {
					fired = append(fired, t.In(start.Location()).Format("15:04 MST"))
				}
				b.command(h, topic.SetTemperature, "dhw-temperature", 98)
			}
			equal(t, start.Format(time.DateOnly), test.want, fired)
		})
	}
}

// A snapshot holds what is to come. What comes between it and its restoration fires.
func TestReservationsOutliveASnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 5)}
		b := newBench(t, config)
		b.reserve(b.dry(0), "2", reservation(16, 7, 0, 2, 100))
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		for days, want := range map[int]int{1: modeEnergySaver, 3: modeElectric} { // the entry is of day 2
			config.Restore, config.Start = text, monday(t, 5).AddDate(0, 0, days)
			later := newBench(t, config)
			if got := later.fleet.heaters[0].Status()["dhwOperationSetting"]; got != want {
				t.Errorf("restored after %d days: mode %d", days, got)
			}
			time.Sleep(27 * time.Hour)
			if got := later.fleet.heaters[0].Status()["dhwOperationSetting"]; got != modeElectric {
				t.Errorf("restored after %d days, a day later: mode %d", days, got)
			}
		}
	})
}
