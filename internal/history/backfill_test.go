package history

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// answer is what a heater says that has used 10 Wh an hour since it was installed.
func (q question) answer(installed, now time.Time) *nwp500.Energy {
	energy := &nwp500.Energy{Kind: map[int64]nwp500.EnergyKind{months: nwp500.EnergyByMonth, days: nwp500.EnergyByDay, hours: nwp500.EnergyByHour}[q.kind]}
	begin, end := time.Date(q.year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(q.year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	step := func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	switch q.kind {
	case days:
		begin = time.Date(q.year, time.Month(q.month), 1, 0, 0, 0, 0, time.UTC)
		end, step = begin.AddDate(0, 1, 0), func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	case hours:
		begin = time.Date(q.year, time.Month(q.month), q.day, 0, 0, 0, 0, time.UTC)
		end, step = begin.AddDate(0, 0, 1), func(t time.Time) time.Time { return t.Add(time.Hour) }
	}
	for t := begin; t.Before(end); t = step(t) {
		item := nwp500.EnergyItem{Year: t.Year(), Month: t.Month()}
		if q.kind != months {
			item.Day = t.Day()
		}
		if q.kind == hours {
			item.Hour = nwp500.ValueOf(t.Hour())
		}
		from, to := t, step(t)
		if from.Before(installed) {
			from = installed
		}
		if to.After(now) {
			to = now
		}
		item.HeatPump = nwp500.ValueOf(10 * max(0, int(to.Sub(from)/time.Hour)))
		energy.Items = append(energy.Items, item)
	}
	return energy
}

// ask lets the past of a heater be filled in as far as it goes, and returns what was asked.
func (p *past) ask(t *testing.T, heater int64, installed, now time.Time, known bool) (asked []question) {
	t.Helper()
	first := 0
	if known {
		first = installed.Year()
	}
	for {
		q, some, err := p.question(t.Context(), heater, now, first)
		if err != nil {
			t.Fatal(err)
		}
		if !some {
			return asked
		}
		if asked = append(asked, q); len(asked) > 3000 {
			t.Fatal("it is asked without an end")
		}
		if err := p.keep(t.Context(), heater, q, q.answer(installed, now), now); err != nil {
			t.Fatal(err)
		}
	}
}

// The past is asked for from the newest back to the installation, each part once, and a new process goes on where
// the one before it ended.
func TestThePastIsAskedForOnce(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, _ := open(t, config)
		now := time.Date(2026, 4, 10, 12, 0, 0, 0, time.UTC)
		installed := time.Date(2025, 12, 20, 0, 0, 0, 0, time.UTC)
		for i, known := range []bool{true, false} {
			id := fmt.Sprint(i)
			number, err := s.numbered(t.Context(), Heater{ID: id})
			if err != nil {
				t.Fatal(err)
			}
			asked := newPast(s).ask(t, number, installed, now, known)
			years := []question{{months, 2026, 0, 0}, {months, 2025, 0, 0}}
			if !known { // the year before has to show that there was nothing
				years = append(years, question{months, 2024, 0, 0})
			}
			want := append(years, question{days, 2026, 3, 1}, question{days, 2026, 2, 1}, question{days, 2026, 1, 1}, question{days, 2025, 12, 1},
				question{hours, 2026, 3, 31})
			if len(asked) < len(want) || fmt.Sprint(asked[:len(want)]) != fmt.Sprint(want) {
				t.Errorf("asked %v, want %v", asked[:min(len(asked), len(want))], want)
			}
			if got, want := len(asked), len(want)-1+31+28+31+12; got != want {
				t.Errorf("%d questions, want %d", got, want)
			}
			if again := newPast(s).ask(t, number, installed, now, known); fmt.Sprint(again) != fmt.Sprint(years[:1]) {
				t.Errorf("a new process asked %v, want %v", again, years[:1])
			}
			// A year is asked for once more when it is over.
			read, _, err := s.knownEnergy(t.Context(), number)
			if err != nil || read[[2]int64{months, 2026}] || !read[[2]int64{months, 2025}] || read[[2]int64{days, 202604}] {
				t.Errorf("%v, %v", read, err)
			}
			hoursOf := int(now.Sub(installed) / time.Hour)
			for by, want := range map[string]int{"month": hoursOf * 10, "year": hoursOf * 10, "day": (hoursOf - 9*24 - 12) * 10, "hour": (hoursOf - 9*24 - 12) * 10} {
				use, err := s.Energy(t.Context(), api.EnergyQuery{Heater: id, By: by})
				if err != nil || use.Total.HeatPumpWh == nil || *use.Total.HeatPumpWh != want {
					t.Errorf("by %s: %+v, %v; want %d", by, use.Total, err, want)
				}
			}
			use, err := s.Energy(t.Context(), api.EnergyQuery{Heater: id, By: "hour", From: "2025-12-20", To: "2025-12-20"})
			if err != nil || len(use.Items) != 24 || use.Items[7].Date != "2025-12-20T07" || *use.Items[7].HeatPumpWh != 10 {
				t.Errorf("%+v, %v", use, err)
			}
		}
	})
}

// What a heater has counted of a month stays when it has forgotten the month's days.
func TestDaysThatTheHeaterHasForgotten(t *testing.T) {
	s, _ := open(t, Config{Path: memory})
	number, err := s.numbered(t.Context(), Heater{ID: heaterID})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 10, 12, 0, 0, 0, time.UTC)
	p, installed := newPast(s), now.AddDate(0, -6, 0)
	for _, answer := range []struct {
		question  question
		installed time.Time
	}{{question{months, 2026, 0, 0}, installed}, {question{days, 2026, 2, 1}, now}, {question{days, 2026, 4, 1}, now.AddDate(0, 0, -1)}} {
		if err := p.keep(t.Context(), number, answer.question, answer.question.answer(answer.installed, now), now); err != nil {
			t.Fatal(err)
		}
	}
	use, err := s.Energy(t.Context(), api.EnergyQuery{Heater: heaterID, By: "month", From: "2026-02-01"})
	if err != nil || len(use.Items) != 3 || *use.Items[0].HeatPumpWh != 28*240 || *use.Items[2].HeatPumpWh != 240 {
		t.Errorf("%+v, %v; want all of February, and of April what its days tell", use, err)
	}
}

// Whatever day it is, a year is asked for once; on New Year's Day the one before it is not over for certain, and is asked for again.
func TestTheYearsTurn(t *testing.T) {
	s, _ := open(t, Config{Path: memory})
	number, err := s.numbered(t.Context(), Heater{ID: heaterID})
	if err != nil {
		t.Fatal(err)
	}
	installed := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	p, this, last := newPast(s), question{kind: months, year: 2027}, question{kind: months, year: 2026}
	for _, c := range []struct {
		day, hour int
		want      []question
	}{
		{1, 0, []question{this, last}},
		{1, 12, nil},
		{2, 1, []question{this, last, {days, 2026, 12, 1}}},
		{2, 2, nil},
		{3, 2, []question{this}},
	} {
		now := time.Date(2027, 1, c.day, c.hour, 0, 0, 0, time.UTC)
		asked := p.ask(t, number, installed, now, true)
		asked = slices.DeleteFunc(asked, func(q question) bool { return q.kind == hours })
		if fmt.Sprint(asked) != fmt.Sprint(c.want) {
			t.Errorf("on day %d at %d: asked %v, want %v", c.day, c.hour, asked, c.want)
		}
	}
}

// What is still to come has no items, whatever a heater says of it.
func TestTheFutureIsNotKept(t *testing.T) {
	s, _ := open(t, Config{Path: memory})
	number, err := s.numbered(t.Context(), Heater{ID: heaterID})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 4, 10, 12, 30, 0, 0, time.UTC)
	for _, q := range []question{{months, 2026, 0, 0}, {days, 2026, 4, 0}, {hours, 2026, 4, 10}} {
		if err := newPast(s).keep(t.Context(), number, q, q.answer(now.AddDate(-1, 0, 0), now), now); err != nil {
			t.Fatal(err)
		}
	}
	for by, want := range map[string]string{"month": "2026-04", "day": "2026-04-10", "hour": "2026-04-10T12"} {
		use, err := s.Energy(t.Context(), api.EnergyQuery{Heater: heaterID, By: by})
		if err != nil || len(use.Items) == 0 || use.Items[len(use.Items)-1].Date != want {
			t.Errorf("by %s: %+v, %v; want the last of %s", by, use.Items, err, want)
		}
	}
	for query, field := range map[api.EnergyQuery]string{
		{By: "week"}: "by", {By: "day", From: "today"}: "from", {By: "day", To: "2026-02-30"}: "to", {By: "day", From: "2026-02-02", To: "2026-02-01"}: "to",
	} {
		var wrong *QueryError
		if _, err := s.Energy(t.Context(), query); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("%+v: %v, want one of %s", query, err, field)
		}
	}
}

// Hours that the heater never tells of are not asked for again and again.
func TestHoursThatTheHeaterDoesNotTell(t *testing.T) {
	whileRecorded(t, simulator.Config{Start: base}, func(t *testing.T, r *recorded) {
		pass(10 * time.Minute)
		before := r.sim.Counters().Publishes
		pass(20 * time.Minute)
		// Its status is asked for every five minutes, the rest now and then.
		if asked := r.sim.Counters().Publishes - before; asked > 20 {
			t.Errorf("%d questions in twenty minutes", asked)
		}
	})
}
