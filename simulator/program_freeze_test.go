package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A tank below the freeze protection temperature is heated by a few kelvin, whatever
// else was said.
func TestFreezeProtection(t *testing.T) {
	for name, test := range map[string]struct {
		do     func(*bench, *Heater)
		heated bool
	}{
		"powered off": {func(b *bench, h *Heater) { b.command(h, topic.PowerOff, "power-off") }, true},
		"vacation":    {func(b *bench, h *Heater) { b.command(h, topic.SetMode, "dhw-mode", 5, 30) }, true},
		"not fitted": {func(b *bench, h *Heater) {
			h.SetFeature("freezeProtectionUse", absent)
			b.command(h, topic.PowerOff, "power-off")
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: monday(t, 8)})
				h := b.dry(0)
				test.do(b, h)
				h.SetAir(-10)
				h.SetTank(8, 6.3)
				_, said := b.pushes(24 * time.Hour)
				busy, lowest, highest := false, 999, 0
				for _, s := range said {
					busy = busy || s["operationBusy"] == on && s["operationMode"] != 0
					lowest, highest = min(lowest, s["tankLowerTemperature"]), max(highest, s["tankLowerTemperature"])
				}
				if busy != test.heated || (lowest > 57) != test.heated || highest > 120 {
					t.Errorf("heated %v, lower sensor between %d and %d", busy, lowest, highest)
				}
			})
		})
	}
}

// What the temperature is can be written (docs/protocol.md §3, unverified), and a
// snapshot in the middle goes on heating.
func TestFreezeProtectionInTheMiddle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 8)}
		b := newBench(t, config)
		h := b.dry(0)
		b.command(h, topic.PowerOff, "power-off")
		h.SetAir(-10)
		h.SetTank(9, 8)
		time.Sleep(10 * time.Minute)
		if h.Status()["operationMode"] != 0 {
			t.Error("it heats at 8 °C")
		}
		b.command(h, topic.SetFreezeProtectionTemperature, "frez-temp", 20)
		time.Sleep(2 * time.Minute)
		s := h.Status()
		if s["operationMode"] == 0 || s["dhwOperationSetting"] != modePowerOff || s["freezeProtectionTemperature"] != 20 {
			t.Errorf("mode %d, setting %d", s["operationMode"], s["dhwOperationSetting"])
		}
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore, config.Start = text, h.Date()
		later := newBench(t, config).fleet.heaters[0]
		time.Sleep(time.Minute)
		if s := later.Status(); s["operationMode"] == 0 || s["operationBusy"] != on {
			t.Error("restored, it does not heat")
		}
	})
}
