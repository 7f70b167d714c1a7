package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// Without its clock a heater follows no schedule; with it again, it does what they
// say of that moment, and what was missed is not made up.
func TestProgramsNeedTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := loop(t, monday(t, 5))
		b.tariff(h, on, touPeriod{allMonths, 254, 0, 659, 20, 2}, touPeriod{allMonths, 254, 700, 2359, 30, 2})
		b.pumping(h, on, [4]int{254, 4, 0, 2}, [4]int{254, 23, 0, 1})
		b.command(h, topic.SetRecirculationMode, "recirc-mode", recirculationSchedule)
		b.reserve(h, "2", reservation(254, 8, 0, 1, 90)+","+reservation(254, 10, 0, 4, 100))
		is := func(when string, tou, pump, setpoint int) {
			t.Helper()
			s := b.status(h)
			if s["touStatus"] != tou || s["recircPumpOperationStatus"] != pump || s["dhwTemperatureSetting"] != setpoint {
				t.Errorf("%s: TOU %d, pump %d, setpoint %d", when, s["touStatus"], s["recircPumpOperationStatus"], s["dhwTemperatureSetting"])
			}
		}
		is("at five", 3, 1, 98)
		h.RaiseFault(598, 0)
		is("without the clock", 1, 0, 98)
		time.Sleep(4 * time.Hour)
		is("at nine", 1, 0, 98)
		h.ClearFault()
		is("with it", 1, 1, 98)
		time.Sleep(90 * time.Minute)
		is("after ten", 1, 1, 100)
	})
}

// A heater whose CTA-2045 port has failed hears of no event, and of one that goes on
// when the port is mended.
func TestDemandResponseNeedsThePort(t *testing.T) {
	h := alone(t, Config{})
	h.SetDemandResponse(DemandShed, 0)
	if got := h.Status()["drEventStatus"]; got != 2 {
		t.Fatalf("event %d", got)
	}
	h.RaiseFault(781, 0)
	if got := h.Status()["drEventStatus"]; got != 0 {
		t.Errorf("event %d with the port failed", got)
	}
	h.ClearFault()
	if got := h.Status()["drEventStatus"]; got != 2 {
		t.Errorf("event %d with the port mended", got)
	}
}
