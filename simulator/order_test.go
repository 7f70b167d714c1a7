package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// Each of these outranks all before it (docs/protocol.md §5).
func TestTheOrderOfOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 8)})
		h := b.dry(0)
		h.SetAir(26)
		h.SetTank(49, 48.9)
		const both = sourceHeatPump | sourceElements
		for _, step := range []struct {
			do       func()
			reason   reason
			sources  int
			setpoint float64
		}{
			{func() {}, byMode, both, 49},
			{func() {
				b.tariff(h, on, touPeriod{allMonths, 254, 0, 1159, 20, 2}, touPeriod{allMonths, 254, 1200, 2359, 30, 2})
			}, byWindow, both, 49},
			{func() { b.command(h, topic.SetMode, "dhw-mode", modeHeatPump) }, byHeldMode, both, 49},
			{func() { h.SetDemandResponse(DemandShed, 0) }, byDemandResponse, sourceHeatPump, 43.5},
			{func() { b.command(h, topic.SetMode, "dhw-mode", modeVacation, 30) }, byVacation, 0, 49},
			{func() {
				b.command(h, topic.AntiLegionellaOn, "anti-leg-on", 7)
				time.Sleep(19*time.Hour + time.Minute)
			}, bySterilising, sourceHeatPump, 61},
			{func() { b.command(h, topic.PowerOff, "power-off") }, byPowerOff, 0, 49},
			{func() {
				h.SetTank(5, 5)
				time.Sleep(time.Minute)
			}, byFreezing, sourceElements, 10},
		} {
			step.do()
			var o order
			h.look(func() { o = h.order() })
			if o.reason != step.reason || o.sources != step.sources || o.setpoint != step.setpoint {
				t.Errorf("%v: sources %d to %.1f °C, want %v: %d to %.1f", o.reason, o.sources, o.setpoint, step.reason, step.sources, step.setpoint)
			}
		}
	})
}

// Elements stand in for a heat pump that the air does not let run, and for no other.
func TestElementsStandInForTheHeatPump(t *testing.T) {
	for _, test := range []struct {
		name  string
		air   float64
		mode  int
		event DemandEvent
		want  int
	}{
		{"a cool room", 5, modeHeatPump, DemandNone, sourceHeatPump},
		{"a cold one", 0, modeHeatPump, DemandNone, sourceElements},
		{"a cold one, energy saver", 0, modeEnergySaver, DemandNone, sourceElements},
		{"a cold one in an event", 0, modeEnergySaver, DemandShed, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{})
				h := b.dry(0)
				h.SetAir(test.air)
				b.command(h, topic.SetMode, "dhw-mode", test.mode)
				h.SetDemandResponse(test.event, 0)
				h.SetTank(25, 20)
				time.Sleep(2 * time.Minute)
				s := h.Status()
				if s["operationMode"] != test.want || (s["compUse"] == on) != (test.want == sourceHeatPump) {
					t.Errorf("operationMode %d, compressor %d", s["operationMode"], s["compUse"])
				}
			})
		})
	}
}
