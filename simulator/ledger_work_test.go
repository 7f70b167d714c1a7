package simulator

import (
	"slices"
	"testing"
	"time"
)

// Each recovery counts once, with its own time.
func TestRecoveriesAreCounted(t *testing.T) {
	var l ledger
	for _, minutes := range []int{60, 180, 15} {
		for range minutes {
			l.step(load{seconds: 60, running: running{Heating: true}})
		}
		l.step(load{seconds: 60})
	}
	if w := l.Work; w.Recoveries != 3 || w.RecoveryTime != 255*60 || l.Recovery != 0 {
		t.Errorf("%d recoveries of %v s, and %v s of another", w.Recoveries, w.RecoveryTime, l.Recovery)
	}
}

// A tap that was open for a minute is a long one, whatever the steps in which its time
// was counted.
func TestAMinuteIsLong(t *testing.T) {
	for _, steps := range [][]float64{{60}, {10, 10, 10, 10, 10, 10}, {0.1, 9.9, 10, 10, 10, 10, 9.7, 0.3}, slices.Repeat([]float64{0.3}, 200)} {
		var l ledger
		for _, seconds := range steps {
			l.step(load{seconds: seconds, drawn: seconds / 7.5})
		}
		l.step(load{seconds: 60})
		if w := l.Work; w.Long.Times != 1 || w.Short.Times != 0 {
			t.Errorf("%v s: %+v", steps, w)
		}
	}
}

// Elements never have less than no hours, though their seconds are counted in two ways.
func TestHoursOfElementsAreNotNegative(t *testing.T) {
	h := alone(t, Config{Past: -1})
	h.Ledger = ledger{
		Past: past{First: h.Ledger.Past.First, Until: h.Ledger.Past.Until},
		Work: work{UpperTime: 3600},
		Use:  []hourly{{Hour: int32(h.Ledger.Past.Until), ElementsTime: 3599}},
		Rest: usageRest{ElementsTime: 0.9999},
	}
	for _, part := range h.diagnostics() {
		for _, figure := range part.figures {
			if figure.value < 0 {
				t.Errorf("%s is %d", figure.name, figure.value)
			}
		}
	}
}

// In the past, too, the fan begins before the compressor and ends after it.
func TestTheFanOfThePast(t *testing.T) {
	h := fresh(t, Config{Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}).heaters[0]
	m := h.Ledger.meter()
	perStart := (m.FanHours - m.HeatPumpHours) * 3600 / float64(m.FanStarts)
	if want := (fanStarts + fanRunsOn).Seconds(); perStart < want || perStart > want+1 { // the hours are of whole seconds
		t.Errorf("%.1f s at each start, not %.1f", perStart, want)
	}
}

// What a ledger of version 2 did not count follows from its hours.
func TestStartsFollowFromHours(t *testing.T) {
	like := past{First: 1000, Until: 1000, Litres: 246, Draws: Household}
	l := ledger{Past: like, Use: []hourly{
		{Hour: 1000, HeatPumpTime: 3000},
		{Hour: 1001, HeatPumpTime: 3600, ElementsTime: 100},
		{Hour: 1003, HeatPumpTime: 10},
		{Hour: 1004, ElementsTime: 20},
		{Hour: 1005, HeatPumpTime: 10, ElementsTime: 20},
	}}
	l.upgrade(like)
	if w := l.Work; w.CompressorStarts != 3 || w.FanStarts != 3 || w.UpperStarts != 2 || w.FanTime != 6620 || w.UpperTime != 140 {
		t.Errorf("%+v", w)
	}
}

// The days since a heater was installed are those of its own clock.
func TestTheDaysAreThoseOfTheHeatersClock(t *testing.T) {
	h := alone(t, Config{Past: -1})
	for days, ahead := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		h.SetClock(ahead)
		figure := h.diagnostics()[0].figures[2]
		if figure.name != "daysSinceInstallation" || figure.value != days {
			t.Errorf("%v ahead: %+v", ahead, figure)
		}
	}
}
