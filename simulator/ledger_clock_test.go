package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// A day on which summer time begins has 23 hours, one on which it ends 25: two of them
// are the same by the clock.
func TestTheDaysOfSummerTime(t *testing.T) {
	location, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		month, day int
		hour       int // by the clock, that is missing or twice there
		hours      int
	}{
		{3, 8, 2, 23},
		{11, 1, 1, 25},
		{6, 1, 1, 24},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{
				Start:  time.Date(2026, time.Month(test.month), test.day, 0, 0, 0, 0, location).Add(-2 * time.Hour),
				Models: []Model{{HourlyEnergy: true}},
			})
			h := b.elements(1e6)
			time.Sleep(29 * time.Hour)
			hours := b.energy(h, topic.SuffixEnergyHourly, topic.EnergyHourlyRead, topic.AnswerEnergyHourly,
				fmt.Sprintf(`,"year":2026,"month":%d,"day":[%d]`, test.month, test.day))
			sum := 0
			for hour, item := range hours.Response.Usage[0].Data {
				want := elementWatts
				if hour == test.hour {
					want *= 1 + test.hours - 24
				}
				if got := item["heUsage"]; got < want-1 || got > want+1 {
					t.Errorf("%d.%d. %d o'clock: %d Wh, not %d", test.day, test.month, hour, got, want)
				}
				sum += item["heTime"]
			}
			if sum < test.hours-1 || sum > test.hours {
				t.Errorf("%d.%d.: %d hours, not %d", test.day, test.month, sum, test.hours)
			}
			if problems := b.contradictions(h); len(problems) > 0 {
				t.Errorf("%d.%d.: %q", test.day, test.month, problems)
			}
		})
	}
}

// elements is a heater from which so much water is drawn that an element is never off.
func (b *bench) elements(litres float64) *Heater {
	h := b.dry(0)
	b.command(h, topic.SetMode, "dhw-mode", modeElectric)
	h.SetTank(20, 20)
	h.Draw(litres)
	return h
}

// The heater's hours are those of its own clock.
func TestTheHoursOfAClockThatIsAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: time.Date(2026, 5, 31, 23, 0, 0, 0, time.UTC), Models: []Model{{HourlyEnergy: true}}})
		h := b.elements(1e6)
		h.SetClock(20 * time.Minute)
		time.Sleep(2 * time.Hour)
		days := b.energy(h, topic.SuffixEnergyDaily, topic.EnergyDailyRead, topic.AnswerEnergyDaily, `,"year":2026,"month":[6]`)
		if got, want := days.Response.Usage[0].Data[0]["heUsage"], elementWatts*80/60; got < want-90 || got > want+90 {
			t.Errorf("%d Wh on the 1st of June, not %d", got, want)
		}
	})
}

// Half a year at once, and a move to where some hours come again, leave all of one
// piece.
func TestTheCountersThroughTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{
			Heaters: 2, Start: time.Date(2026, 2, 20, 5, 0, 0, 0, time.FixedZone("", -5*3600)),
			Models: []Model{{NewFirmware: true, HourlyEnergy: true}},
		})
		h := b.fleet.heaters[0]
		began := h.Meter()
		if err := b.Step(180*24*time.Hour + 19*time.Minute); err != nil {
			t.Fatal(err)
		}
		h.SetLocation(time.FixedZone("", -8*3600))
		time.Sleep(30 * time.Hour)
		if m := h.Meter().Since(began); m.HeatPump < 100_000 || m.Draws < 1000 {
			t.Errorf("half a year of %+v", m)
		}
		for _, h := range b.fleet.heaters {
			if problems := b.contradictions(h); len(problems) > 0 {
				t.Errorf("%q", problems)
			}
		}
	})
}
