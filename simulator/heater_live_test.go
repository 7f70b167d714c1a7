package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Twenty heaters live a day in well under a second of computing, and what they
// say in it is news.
func TestADayOfTwentyHeaters(t *testing.T) {
	start := time.Now()
	var spent time.Duration
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 20, Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
		before := make(map[*Heater]float64)
		for _, h := range b.fleet.heaters {
			b.status(h)
			h.look(func() { before[h] = h.Ledger.drawn().Litres })
		}
		time.Sleep(24 * time.Hour)
		said := b.heard()
		if n := len(said); n < 20*24 || n > 20*400 {
			t.Errorf("%d pushes in a day of twenty heaters", n)
		}
		for i, h := range b.fleet.heaters {
			s := h.Status()
			h.look(func() {
				if drawn := h.Ledger.drawn().Litres - before[h]; drawn < 60 || drawn > 400 {
					t.Errorf("heater %d: %.0f litres drawn in a day", i, drawn)
				}
			})
			if u := s["tankUpperTemperature"]; u < 300 || u > 500 {
				t.Errorf("heater %d: upper zone at %d", i, u)
			}
		}
	})
	spent = time.Since(start)
	t.Logf("took %v", spent)
}

// The same seed gives the same history; another seed another one.
func TestASeedIsAHistory(t *testing.T) {
	history := func(seed uint64) (texts []string) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Heaters: 3, Accounts: 2, Seed: seed, Start: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
			for _, h := range b.fleet.heaters {
				b.status(h)
			}
			time.Sleep(30 * time.Hour)
			for _, m := range b.heard() {
				texts = append(texts, m.topic+" "+m.text)
			}
			text, err := b.fleet.snapshot()
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		})
		return texts
	}
	first := history(1)
	if diff := cmp.Diff(first, history(1)); diff != "" {
		t.Errorf("two histories of one seed:\n%s", diff)
	}
	if cmp.Equal(first, history(2)) {
		t.Error("two seeds have one history")
	}
}

func TestADraw(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Models: []Model{{Gallons: 50, NewFirmware: true}}})
		h := b.dry(0)
		h.look(func() { h.Ledger = ledger{} }) // installed today
		b.status(h)
		h.Draw(40)
		h.Draw(-3)
		if _, s := b.pushes(time.Second); len(s) == 0 || s[0]["dhwUse"] != on || s[0]["currentDhwFlowRate"] != 80 || s[0]["dhwUseSustained"] != off {
			t.Errorf("no push of the open tap: %v", s)
		}
		time.Sleep(2 * time.Minute)
		if s := h.Status(); s["dhwUseSustained"] != on || s["cumulatedDhwFlowRate"] != 16 {
			t.Errorf("sustained %d, %d l after two minutes", s["dhwUseSustained"], s["cumulatedDhwFlowRate"])
		}
		_, s := b.pushes(3*time.Minute + time.Second)
		if last := s[len(s)-1]; last["dhwUse"] != off || last["currentDhwFlowRate"] != 0 {
			t.Errorf("the tap is still open after five minutes")
		}
		if got := h.Status()["cumulatedDhwFlowRate"]; got != 40 {
			t.Errorf("%d litres drawn", got)
		}
	})
}

// The heaters' clock begins at Start and goes as fast as the process's.
func TestStartDatesTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2031, 7, 4, 23, 0, 0, 0, time.FixedZone("", -7*3600))
		b := newBench(t, Config{Start: start})
		time.Sleep(90 * time.Minute)
		h := b.fleet.heaters[0]
		if got := h.Date(); !got.Equal(start.Add(90*time.Minute)) || got.Day() != 5 {
			t.Errorf("it is %v", got)
		}
		h.RaiseFault(1, 0)
		h.look(func() {
			if got := h.errorTime(); got != "2031-07-05T00:30:00" {
				t.Errorf("error time %s", got)
			}
		})
	})
}
