package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A vacation ends nine hours before its days are over, with the mode from before and a
// tank that is heated then, and what moved its days in between moved that.
func TestTheEndOfAVacation(t *testing.T) {
	for name, test := range map[string]struct {
		days int // written a day later; 0: not
		ends time.Duration
	}{
		"as written":      {0, 3*24 - 9},
		"longer":          {5, 5*24 - 9},
		"shorter":         {2, 2*24 - 9},
		"over by its day": {1, 24},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: monday(t, 8)})
				h := b.dry(0)
				b.command(h, topic.SetMode, "dhw-mode", 2)
				b.command(h, topic.SetMode, "dhw-mode", 5, 3)
				h.SetTank(45, 30)
				at, modes := b.changesOf(h, "dhwOperationSetting", 24*time.Hour)
				if len(at) != 0 || h.Status()["operationBusy"] != off {
					t.Fatalf("in the vacation: %v, busy %d", modes, h.Status()["operationBusy"])
				}
				if test.days > 0 {
					s := b.command(h, topic.SetVacationDays, "goout-day", test.days)
					if s["dhwOperationSetting"] != modeVacation || s["vacationDaySetting"] != test.days || s["vacationDayElapsed"] != test.days-1 {
						t.Errorf("mode %d, %d of %d days left", s["dhwOperationSetting"], s["vacationDayElapsed"], s["vacationDaySetting"])
					}
				}
				at, modes = b.changesOf(h, "dhwOperationSetting", 5*24*time.Hour)
				if len(at) != 1 || at[0].Sub(monday(t, 8)).Truncate(time.Hour) != test.ends*time.Hour || modes[0] != modeElectric {
					t.Errorf("ended at %v with mode %v, not after %d hours", at, modes, test.ends)
				}
				if upper := h.Status()["tankUpperTemperature"]; upper < 450 {
					t.Errorf("the tank is at %d", upper)
				}
			})
		})
	}
}

// A vacation goes over a TOU window and outlives a snapshot.
func TestAVacationOverTOU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 8)}
		b := newBench(t, config)
		h := b.dry(0)
		b.command(h, topic.TOUOn, "tou-on")
		b.command(h, topic.SetMode, "dhw-mode", 5, 2)
		h.SetTank(40, 30)
		time.Sleep(20 * time.Minute)
		if s := h.Status(); s["touStatus"] != 3 || s["operationBusy"] != off || s["operationMode"] != 0 {
			t.Errorf("in a window: touStatus %d, busy %d", s["touStatus"], s["operationBusy"])
		}
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore, config.Start = text, monday(t, 9)
		later := newBench(t, config)
		at, modes := later.changesOf(later.dry(0), "dhwOperationSetting", 2*24*time.Hour)
		if len(at) != 1 || !at[0].Equal(monday(t, 8).Add(39*time.Hour)) || modes[0] != modeEnergySaver {
			t.Errorf("restored, it ended at %v in %v", at, modes)
		}
	})
}
