package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// tariff writes TOU periods, of which on says whether they are in use.
func (b *bench) tariff(h *Heater, use int, periods ...touPeriod) {
	b.t.Helper()
	list := ""
	for i, p := range periods {
		if i > 0 {
			list += ","
		}
		list += fmt.Sprintf(`{"season":%d,"week":%d,"startHour":%d,"startMinute":%d,"endHour":%d,"endMinute":%d,"priceMin":%d,"priceMax":%d,"decimalPoint":%d}`,
			p.season, p.week, p.from/100, p.from%100, p.to/100, p.to%100, p.price, p.price, p.point)
	}
	said := b.ask(h, topic.SuffixTOUWrite, topic.TOUWrite, answers(topic.AnswerTOU),
		fmt.Sprintf(`,"controllerSerialNumber":%q,"reservationUse":%d,"reservation":[%s]`, h.serial, use, list))
	if len(said) != 1 {
		b.t.Fatalf("%d answers to a tariff", len(said))
	}
}

type touPeriod struct {
	season, week, from, to, price, point int
}

const allMonths = 4095

// edges are what touStatus is, and when it changes to 3 and back.
func (b *bench) edges(h *Heater, d time.Duration) (edges []string) {
	edges = []string{fmt.Sprint(b.status(h)["touStatus"])}
	at, values := b.changesOf(h, "touStatus", d)
	for i, t := range at {
		edges = append(edges, fmt.Sprint(t.In(h.location).Format("Mon 15:04 "), values[i]))
	}
	return edges
}

// A window is in force while the lowest of the day's prices is, the last minute of
// its period included.
func TestTOUWindows(t *testing.T) {
	for _, test := range []struct {
		name    string
		start   time.Time
		periods []touPeriod
		hours   time.Duration
		want    []string
	}{
		{
			"two prices", monday(t, 1),
			[]touPeriod{{allMonths, 254, 0, 659, 20, 2}, {allMonths, 254, 700, 2359, 30, 2}},
			30,
			[]string{"3", "Mon 07:00 1", "Tue 00:00 3", "Tue 07:00 1"},
		},
		{
			"three prices", monday(t, 1),
			[]touPeriod{{allMonths, 254, 0, 459, 25, 2}, {allMonths, 254, 500, 1129, 2, 1}, {allMonths, 254, 1130, 2359, 30, 2}},
			23,
			[]string{"1", "Mon 05:00 3", "Mon 11:30 1"},
		},
		{
			"the same price in other decimals", monday(t, 1),
			[]touPeriod{{allMonths, 254, 0, 559, 20, 2}, {allMonths, 254, 600, 659, 2000, 4}, {allMonths, 254, 700, 2359, 30, 2}},
			12,
			[]string{"3", "Mon 07:00 1"},
		},
		{
			"one price", monday(t, 1),
			[]touPeriod{{allMonths, 254, 0, 1159, 20, 2}, {allMonths, 254, 1200, 2359, 20, 2}},
			30,
			[]string{"1"},
		},
		{
			"no price for some hours", monday(t, 1),
			[]touPeriod{{allMonths, 254, 300, 359, 20, 2}, {allMonths, 254, 500, 559, 30, 2}},
			20,
			[]string{"1", "Mon 03:00 3", "Mon 04:00 1"},
		},
		{
			"another week", monday(t, 1),
			[]touPeriod{{allMonths, 32, 300, 359, 20, 2}, {allMonths, 32, 500, 559, 30, 2}},
			30,
			[]string{"1", "Tue 03:00 3", "Tue 04:00 1"},
		},
		{
			"another season", time.Date(2026, 1, 31, 1, 0, 0, 0, monday(t, 0).Location()),
			[]touPeriod{{2, 254, 300, 359, 20, 2}, {2, 254, 500, 559, 30, 2}},
			30,
			[]string{"1", "Sun 03:00 3", "Sun 04:00 1"},
		},
		{
			"the hour that summer time skips", time.Date(2026, 3, 8, 0, 0, 0, 0, monday(t, 0).Location()),
			[]touPeriod{{allMonths, 254, 100, 229, 20, 2}, {allMonths, 254, 230, 2359, 30, 2}},
			20,
			[]string{"1", "Sun 01:00 3", "Sun 03:00 1"},
		},
		{
			"the hour that comes twice", time.Date(2026, 11, 1, 0, 0, 0, 0, monday(t, 0).Location()),
			[]touPeriod{{allMonths, 254, 100, 129, 20, 2}, {allMonths, 254, 130, 2359, 30, 2}},
			20,
			[]string{"1", "Sun 01:00 3", "Sun 01:30 1", "Sun 01:00 3", "Sun 01:30 1"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, Config{Start: test.start})
				h := b.dry(0)
				b.tariff(h, on, test.periods...)
				equal(t, "edges", test.want, b.edges(h, test.hours*time.Hour))
			})
		})
	}
}

// Switched off, TOU ends its window at once, and a mode that waited for that takes
// effect; restored in the middle, it goes on.
func TestAWindowIsSwitchedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Start: monday(t, 1)}
		b := newBench(t, config)
		h := b.dry(0)
		b.tariff(h, on, touPeriod{allMonths, 254, 0, 659, 20, 2}, touPeriod{allMonths, 254, 700, 2359, 30, 2})
		b.pushes(10 * time.Second)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		if s := b.command(h, topic.TOUOff, "tou-off"); s["touStatus"] != 0 || s["hpUpperOnTempSetting"] != 70 {
			t.Errorf("off: touStatus %d, turn-on at %d", s["touStatus"], s["hpUpperOnTempSetting"])
		}
		if s := b.command(h, topic.TOUOn, "tou-on"); s["touStatus"] != 3 || s["hpUpperOnTempSetting"] != 98 || s["touOverrideStatus"] != 2 {
			t.Errorf("on: touStatus %d, turn-on at %d, override %d", s["touStatus"], s["hpUpperOnTempSetting"], s["touOverrideStatus"])
		}
		equal(t, "edges", []string{"3", "Mon 07:00 1"}, b.edges(h, 8*time.Hour))

		config.Restore, config.Start = text, config.Start.Add(10*time.Second)
		again := newBench(t, config)
		equal(t, "restored", []string{"3", "Mon 07:00 1"}, again.edges(again.dry(0), 8*time.Hour))
	})
}

// Switched on within the last minute of its period, a window is in force.
func TestTheLastMinuteOfAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: monday(t, 1).Add(359*time.Minute + 30*time.Second)})
		h := b.dry(0)
		b.tariff(h, on, touPeriod{allMonths, 254, 0, 659, 20, 2}, touPeriod{allMonths, 254, 700, 2359, 30, 2})
		equal(t, "edges", []string{"3", "Mon 07:00 1"}, b.edges(h, time.Hour))
	})
}
