package fleet

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// What is due again while a question is being asked is asked again: the answer may be from
// before.
func TestDueWhileItIsAsked(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var p plan
	for q := range questions {
		p.due[q] = now.Add(time.Hour)
	}
	before, after := new(nwp500.Status), new(nwp500.Status)
	after.TOU = nwp500.ValueOf(2)
	p.begin(readTOU, now)
	p.noteSchedules(before, after, now.Add(time.Second))
	p.end(readTOU, now.Add(time.Hour))
	if q, due := p.next(true); q != readTOU || !due.Equal(now.Add(time.Second)) {
		t.Errorf("question %d is next, %v after the first", q, due.Sub(now))
	}
	p.begin(readTOU, now)
	p.end(readTOU, now.Add(time.Minute))
	if q, due := p.next(true); q != readTOU || !due.Equal(now.Add(time.Minute)) {
		t.Errorf("then question %d is next, %v after the first", q, due.Sub(now))
	}
}

// A command that ends while the status is asked for has it asked for once more.
func TestACommandDuringAPoll(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetDraws(simulator.NoDraws)
		pass(5 * time.Minute)
		simulated.SetDelay(3 * time.Second)
		before := simulated.Counters().Requests
		h.nudge(pollStatus, 0)
		pass(time.Second)
		h.nudge(pollStatus, confirmAfter)
		pass(20 * time.Second)
		if asked := simulated.Counters().Requests - before; asked != 2 {
			t.Errorf("it was asked %d times, want 2", asked)
		}
	})
}

// Each schedule is read when a status shows that it was switched, and no other.
func TestSchedulesThatWereSwitched(t *testing.T) {
	now := time.Now()
	for q, change := range map[question]func(*nwp500.Status){
		readReservations:  func(s *nwp500.Status) { s.ReservationsEnabled = nwp500.On },
		readTOU:           func(s *nwp500.Status) { s.TOU = nwp500.ValueOf(2) },
		readRecirculation: func(s *nwp500.Status) { s.RecirculationSchedule = nwp500.On },
	} {
		var p plan
		for q := range questions {
			p.due[q] = now.Add(time.Hour)
		}
		after := new(nwp500.Status)
		change(after)
		p.noteSchedules(new(nwp500.Status), after, now)
		for other := range questions {
			if due := p.due[other].Equal(now); due != (other == q) {
				t.Errorf("question %d changed, question %d is due: %v", q, other, due)
			}
		}
	}
}

// One answer may be lost: the heater is not silent for that.
func TestAnAnswerIsLost(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.SetDraws(simulator.NoDraws)
		pass(5 * time.Minute)
		w.heard()
		simulated.SetSilent(true)
		missed := func() int {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.plan.missed
		}
		h.nudge(pollStatus, 0)
		for range 60 {
			if pass(time.Second); missed() > 0 {
				break
			}
		}
		if n := missed(); n != 1 {
			t.Fatalf("%d statuses were missed", n)
		}
		simulated.SetSilent(false)
		pass(time.Minute)
		if told := events(w.heard(), api.ConnectionEvent); len(told) != 0 || missed() != 0 {
			t.Errorf("told of the connection: %+v", told)
		}
	})
}

// The energy of today is that of the day alone, and a new day is read soon after it began.
func TestTodaysEnergy(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		simulated.Draw(200)
		pass(23 * time.Hour)
		now := time.Now().UTC()
		pass(time.Date(now.Year(), now.Month(), now.Day()+1, 0, 7, 0, 0, now.Location()).Sub(now))
		midnight := time.Now().Add(-7 * time.Minute)
		state := h.State()
		if state.EnergyAt.Before(midnight) {
			t.Errorf("the energy was read %v before the day began", midnight.Sub(state.EnergyAt))
		}
		simulated.Draw(200)
		pass(3 * time.Hour)
		state = h.State()
		var day *api.Usage
		for _, item := range state.Energy.Items {
			if item.Day == time.Now().UTC().Day() {
				day = usage(item.EnergyUsage)
			}
		}
		if state.Today == nil || day == nil || *state.Today.HeatPumpWh != *day.HeatPumpWh || *day.HeatPumpWh == 0 {
			t.Errorf("today %+v, the record has %+v", state.Today, day)
		}
		if *state.Today.HeatPumpWh >= *state.Month.HeatPumpWh {
			t.Errorf("today %+v, the month %+v", state.Today, state.Month)
		}
	})
}
