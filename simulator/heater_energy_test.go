package simulator

import (
	"testing"
	"time"
)

// The values checked in docs/protocol.md §5, and those of captured statuses.
func TestEnergyCounts(t *testing.T) {
	for _, test := range []struct {
		setpoint, lowest int
		elements         bool
		upper, lower     float64
		total, available int
	}{
		{121, 70, true, 70, 70, 1791, 0},
		{121, 70, false, 58.6, 53.6, 1861, 379},
		{121, 81, true, 70, 70, 1404, 0},
		{117, 70, false, 60.2, 59.7, 1720, 0},
	} {
		e := energy{Setpoint: test.setpoint, Elements: test.elements}
		water := newTank(246, test.upper, test.lower)
		total, available := e.counts(water.Litres, water.mean(), test.lowest)
		if total != test.total || available != test.available {
			t.Errorf("%+v: %d, %d", test, total, available)
		}
	}
}

func TestChargeAndTemperature(t *testing.T) {
	for _, test := range []struct {
		setpoint            int
		upper, lower        float64
		charge, temperature int
	}{
		{121, 58.6, 53.6, 92, 117},
		{121, 60.0, 59.7, 98, 120},
		{117, 60.2, 59.7, 100, 120},
		{98, -5, -5, 0, -10},
	} {
		h := &Heater{state: state{Tank: newTank(246, test.upper, test.lower), Energy: energy{Setpoint: test.setpoint}}}
		if h.charge() != test.charge || h.temperature() != test.temperature {
			t.Errorf("%+v: charge %d, temperature %d", test, h.charge(), h.temperature())
		}
	}
}

func TestTheBranchFollowsTheModeLate(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	e := energy{Elements: true, SinceWrite: at}
	if e.follow(at.Add(9*time.Second), modeHeatPump); !e.Elements {
		t.Error("after 9 s already")
	}
	if e.follow(at.Add(10*time.Second), modeHeatPump); e.Elements {
		t.Error("not after 10 s")
	}
	if e.follow(at.Add(10*time.Second), modeHighDemand); !e.Elements {
		t.Error("not back")
	}
}
