package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A setpoint above the upper tank starts the compressor about 30 s after any write of
// setpoint or mode, wherever the lower tank is.
func TestAWriteStartsTheCompressor(t *testing.T) {
	for _, test := range []struct {
		name  string
		upper float64
		code  topic.Code
		mode  string
		param []int
		on    bool
	}{
		{"setpoint, tank below", 48, topic.SetTemperature, "dhw-temperature", []int{98}, true},
		{"setpoint, tank above", 49.5, topic.SetTemperature, "dhw-temperature", []int{98}, false},
		{"another setpoint", 49.5, topic.SetTemperature, "dhw-temperature", []int{100}, true},
		{"mode, tank below", 48, topic.SetMode, "dhw-mode", []int{modeHeatPump}, true},
		{"mode, tank above", 49.5, topic.SetMode, "dhw-mode", []int{modeHighDemand}, false},
		{"power off and on", 48, topic.PowerOn, "power-on", nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				h.SetTank(test.upper, 45)
				if test.code == topic.PowerOn {
					b.command(h, topic.PowerOff, "power-off")
				}
				time.Sleep(time.Minute)
				b.command(h, test.code, test.mode, test.param...)
				time.Sleep(25 * time.Second)
				if h.Status()["compUse"] == on {
					t.Error("on after 25 s")
				}
				time.Sleep(10 * time.Second)
				if got := h.Status()["compUse"] == on; got != test.on {
					t.Errorf("compressor %v after 35 s", got)
				}
			})
		})
	}
}

// A setpoint lowered below the upper tank ends a recovery, also where the lower tank
// is still colder; one raised does not.
func TestALowerSetpointEndsARecovery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(48, 40)
		b.command(h, topic.SetMode, "dhw-mode", modeHeatPump)
		time.Sleep(time.Minute)
		for _, step := range []struct{ setpoint, busy int }{{97, on}, {94, off}, {95, off}, {97, on}} {
			b.command(h, topic.SetTemperature, "dhw-temperature", step.setpoint)
			time.Sleep(5 * time.Second)
			if s := h.Status(); s["operationBusy"] != step.busy || step.busy == off && s["compUse"] == on {
				t.Errorf("setpoint %d: busy %d, compressor %d", step.setpoint, s["operationBusy"], s["compUse"])
			}
		}
	})
}

// What is written while nothing may be heated is taken, and counts from when it may.
func TestWritesWhileNothingHeats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(49.2, 49)
		for _, nothing := range []func(){
			func() { b.command(h, topic.PowerOff, "power-off") },
			func() { b.command(h, topic.SetMode, "dhw-mode", modeVacation, 3) },
		} {
			nothing()
			b.command(h, topic.SetTemperature, "dhw-temperature", 110)
			time.Sleep(time.Minute)
			if s := b.status(h); s["dhwTemperatureSetting"] != 110 || s["operationBusy"] == on || s["operationMode"] != 0 {
				t.Errorf("setpoint %d, busy %d", s["dhwTemperatureSetting"], s["operationBusy"])
			}
			if h.Status()["dhwOperationSetting"] == modePowerOff {
				b.command(h, topic.PowerOn, "power-on")
			} else {
				b.command(h, topic.SetMode, "dhw-mode", modeEnergySaver)
			}
			time.Sleep(time.Minute)
			if s := h.Status(); s["dhwOperationSetting"] != modeEnergySaver || s["compUse"] != on || s["heatUpperUse"] != on {
				t.Errorf("mode %d, compressor %d, element %d", s["dhwOperationSetting"], s["compUse"], s["heatUpperUse"])
			}
			b.command(h, topic.SetTemperature, "dhw-temperature", 90)
			time.Sleep(5 * time.Minute)
		}
	})
}

// Where a mode write leaves only elements that are off, the recovery is over and
// another begins, as captured of the heat pump; elements that are on go on.
func TestOnlyElementsAreLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetTank(48.5, 45)
		b.command(h, topic.SetMode, "dhw-mode", modeEnergySaver)
		time.Sleep(10 * time.Second)
		for _, want := range []int{0, 64} {
			ack := b.command(h, topic.SetMode, "dhw-mode", modeElectric)
			if ack["operationMode"] != want || (ack["operationBusy"] == on) != (want != 0) {
				t.Errorf("operationMode %d, busy %d", ack["operationMode"], ack["operationBusy"])
			}
			time.Sleep(10 * time.Second)
			if s := h.Status(); s["operationMode"] != 64 || s["heatUpperUse"] != on || s["evaFanUse"] == on {
				t.Errorf("operationMode %d, element %d, fan %d", s["operationMode"], s["heatUpperUse"], s["evaFanUse"])
			}
			b.command(h, topic.SetMode, "dhw-mode", modeHighDemand)
			time.Sleep(10 * time.Second)
		}
	})
}
