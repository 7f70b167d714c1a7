package simulator

import (
	"math"
	"testing"
	"time"
)

// The past must not stand out from what the tank itself comes to: a month of it is like
// the same month a year later, lived.
func TestThePastIsLikeThePresent(t *testing.T) {
	const days = 28
	for _, test := range []struct {
		draws   DrawProfile
		gallons int
		month   time.Month
	}{
		{Household, 50, 1},
		{Household, 65, 7},
		{Household, 80, 4},
		{NoDraws, 65, 1},
		{NoDraws, 80, 7},
		{VerySmall, 50, 7},
		{VerySmall, 80, 1},
		{LowUse, 50, 1},
		{LowUse, 80, 7},
		{MediumUse, 65, 1},
		{MediumUse, 65, 10},
		{HighUse, 65, 7},
		{HighUse, 80, 1},
	} {
		f := fresh(t, Config{
			Heaters: 2, Models: []Model{{Gallons: test.gallons, Draws: test.draws}},
			Start: time.Date(2026, test.month, 1, 0, 0, 0, 0, time.UTC),
		})
		var past, lived Meter
		for _, h := range f.heaters {
			p := h.Ledger.Past
			p.First = wallHour(h.At.AddDate(-1, 0, 0))
			p.Until = p.First + 24*days
			made := ledger{Past: p}
			p.work(&made.Work)
			past = made.meter().Since(Meter{}.Since(past)) // the sum
			h.live(h.At.AddDate(0, 0, 4))                  // what it began with is used up
			began := h.Ledger.meter()
			h.live(h.At.AddDate(0, 0, days))
			lived = h.Ledger.meter().Since(began).Since(Meter{}.Since(lived))
		}
		perDay := float64(days * len(f.heaters))
		for _, figure := range []struct {
			name        string
			past, lived float64
			share, more float64 // by which they may differ
		}{
			{"Wh", past.HeatPump + past.Elements, lived.HeatPump + lived.Elements, 0.15, 0},
			{"heat pump h", past.HeatPumpHours, lived.HeatPumpHours, 0.15, 0.2},
			{"elements Wh", past.Elements, lived.Elements, 0.3, 60},
			{"starts", float64(past.HeatPumpStarts), float64(lived.HeatPumpStarts), 0, 1},
			{"litres", past.Litres, lived.Litres, 0.08, 0},
			{"draws", float64(past.Draws), float64(lived.Draws), 0.08, 0},
			{"Wh carried", past.Carried, lived.Carried, 0.15, 0},
			{"Wh lost", past.Lost, lived.Lost, 0.2, 0},
			{"Wh pumped", past.HeatPumpHeat, lived.HeatPumpHeat, 0.15, 200},
		} {
			was, is := figure.past/perDay, figure.lived/perDay
			if math.Abs(was-is) > figure.share*is+figure.more {
				t.Errorf("%v on %d gallons in %v: %.1f %s a day in the past, %.1f lived",
					test.draws, test.gallons, test.month, was, figure.name, is)
			}
		}
	}
}

// A heater is as old as Config.Past says.
func TestThePastIsAsLongAsWanted(t *testing.T) {
	start := time.Date(2026, 5, 17, 13, 20, 0, 0, time.UTC)
	for _, test := range []struct {
		past       time.Duration
		days, most int
	}{
		{0, pastDays, pastDays + pastDaysMore},
		{-1, 0, 0},
		{time.Hour, 0, 0},
		{49 * time.Hour, 2, 2},
		{3653 * 24 * time.Hour, 3653, 3653},
	} {
		h := fresh(t, Config{Start: start, Past: test.past}).heaters[0]
		wh := h.Ledger.total().HeatPump
		if days := h.Ledger.days(wallHour(start)); days < test.days || days > test.most || wh < 1000*test.days || wh > 4000*(test.most+1) {
			t.Errorf("a past of %v: installed %d days ago, %d Wh", test.past, days, wh)
		}
		if test.past < 0 && h.Ledger.meter() != (Meter{}) {
			t.Errorf("a new heater has %+v", h.Ledger.meter())
		}
		if err := h.Ledger.check(); err != nil {
			t.Errorf("a past of %v: %v", test.past, err)
		}
	}
	if err := (&Config{Past: 21 * 366 * 24 * time.Hour}).complete(); err == nil {
		t.Error("21 years are no past")
	}
}

// BenchmarkNewLedger is what the past costs when a heater is made.
func BenchmarkNewLedger(b *testing.B) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for b.Loop() {
		newLedger(at, 0, 1, Model{}, Weather{Room: 20, Inlet: 12})
	}
}

// BenchmarkReadings is what an answer about energy costs, of twenty years.
func BenchmarkReadings(b *testing.B) {
	l := newLedger(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), longestPast, 1, Model{}, Weather{Room: 20, Inlet: 12})
	for b.Loop() {
		l.readings(func(hour int) int { return hour / 24 })
	}
}
