package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// A year lived at once is as long as one should be: every month has its electricity,
// and the months make up what the meter has counted.
func TestAYearAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: newYear, Paused: true})
		h := b.fleet.heaters[0]
		read := func() (total reading, months map[int]reading) {
			h.look(func() {
				total = h.Ledger.total().reading()
				months = h.Ledger.readings(func(hour int) int {
					date := hourDate(hour)
					return 12*date.Year() + int(date.Month()) - 1
				})
			})
			return total, months
		}
		before, _ := read()
		if err := b.Jump(newYear.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		b.says("a year later", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
		after, months := read()
		var lived reading
		for m := 12 * 2026; m < 12*2027; m++ {
			r := months[m]
			if r.HeatPump < 20_000 || r.HeatPump > 400_000 || r.HeatPumpTime < 40 || r.HeatPumpTime > 744 {
				t.Errorf("month %d of 2026: %+v", m-12*2026+1, r)
			}
			lived.HeatPump += r.HeatPump
			lived.Elements += r.Elements
		}
		if lived.HeatPump != after.HeatPump-before.HeatPump || lived.Elements != after.Elements-before.Elements {
			t.Errorf("%+v in twelve months, but %+v and a year later %+v", lived, before, after)
		}
	})
}

// BenchmarkJumpYear is a year that one heater lives at once.
func BenchmarkJumpYear(b *testing.B) {
	s, err := New(Config{Start: newYear, Paused: true})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for b.Loop() {
		if err := s.Step(365 * 24 * time.Hour); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkNewWithPast is a start of a heater with a year of past: "made" from the
// seed, as every new heater's, and "lived" from a snapshot that is a year old.
func BenchmarkNewWithPast(b *testing.B) {
	s, err := New(Config{Start: newYear, Paused: true})
	if err != nil {
		b.Fatal(err)
	}
	text, err := s.Snapshot()
	if err != nil {
		b.Fatal(err)
	}
	s.Close()
	for name, config := range map[string]Config{
		"made":  {Start: newYear},
		"lived": {Start: newYear.AddDate(1, 0, 0), Restore: slices.Clone(text)},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s, err := New(config)
				if err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}
