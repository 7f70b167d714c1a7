package openei_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/openei"
)

// The plan's prices are those of the schedule that a heater was given for it: dearer
// from 16:00 to 20:59, the four months from June dearest.
func TestPriceAt(t *testing.T) {
	plan := plans(t)[touLabel]
	west := time.FixedZone("PDT", -7*3600)
	for _, test := range []struct {
		at   time.Time
		want openei.Price
	}{
		{time.Date(2026, time.January, 5, 0, 0, 0, 0, west), openei.Price{Period: 0, Low: 0.36261, High: 0.46378}},
		{time.Date(2026, time.January, 5, 15, 59, 59, 0, west), openei.Price{Period: 0, Low: 0.36261, High: 0.46378}},
		{time.Date(2026, time.January, 5, 16, 0, 0, 0, west), openei.Price{Period: 1, Low: 0.39261, High: 0.49378}},
		{time.Date(2026, time.January, 5, 20, 59, 59, 0, west), openei.Price{Period: 1, Low: 0.39261, High: 0.49378}},
		{time.Date(2026, time.May, 31, 21, 0, 0, 0, west), openei.Price{Period: 0, Low: 0.36261, High: 0.46378}},
		{time.Date(2026, time.June, 1, 12, 0, 0, 0, west), openei.Price{Period: 2, Low: 0.40378, High: 0.50495}},
		{time.Date(2026, time.September, 30, 17, 0, 0, 0, west), openei.Price{Period: 3, Low: 0.50678, High: 0.60795}},
		{time.Date(2026, time.October, 1, 17, 0, 0, 0, west), openei.Price{Period: 1, Low: 0.39261, High: 0.49378}},
	} {
		if got, err := plan.PriceAt(test.at); err != nil || got != test.want {
			t.Errorf("%v: %+v, %v", test.at, got, err)
		}
	}
}

func TestPriceOnWeekends(t *testing.T) {
	plan := plans(t)[evOldLabel]
	for day, want := range map[int]float64{6: 0.3125, 7: 0.3125, 10: 0.3125, 11: 0.2125, 12: 0.2125, 13: 0.3125} { // Monday 6 July to 13 July
		price, err := plan.PriceAt(time.Date(2026, time.July, day, 12, 0, 0, 0, time.UTC))
		if err != nil || price.Low != want || price.High != want {
			t.Errorf("July %d: %+v, %v", day, price, err)
		}
	}
}

func TestPeriodAt(t *testing.T) {
	plan := plans(t)[evLabel]
	for _, test := range []struct {
		month   time.Month
		hour    int
		weekend bool
		want    int
		text    string
	}{
		{time.January, 7, false, 1, ""},
		{time.December, 23, false, 0, ""},
		{time.December, 7, true, 0, ""},
		{0, 7, false, 0, "month: 0 is not allowed: it takes 1 to 12"},
		{13, 7, false, 0, "month: 13 is not allowed: it takes 1 to 12"},
		{time.July, 24, false, 0, "hour: 24 is not allowed: it takes 0 to 23"},
		{time.July, -1, true, 0, "hour: -1 is not allowed: it takes 0 to 23"},
	} {
		got, err := plan.PeriodAt(test.month, test.hour, test.weekend)
		if got != test.want || text(err) != test.text {
			t.Errorf("month %d, hour %d: %d, %v", test.month, test.hour, got, err)
		}
	}
}

func TestPriceOf(t *testing.T) {
	plan := plans(t)[touLabel]
	for period, want := range map[int]string{
		-1: "period: -1 is not allowed: it takes 0 to 3", 0: "", 3: "", 4: "period: 4 is not allowed: it takes 0 to 3",
	} {
		if _, err := plan.PriceOf(period); text(err) != want {
			t.Errorf("period %d: %v", period, err)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestUsableForTOU(t *testing.T) {
	plans := plans(t)
	for label, want := range map[string]string{
		evLabel: "", evOldLabel: "", touLabel: "",
		flatLabel:   `plan "E-1 Residential Service Baseline Region V": the price is the same at all hours of a week`,
		brokenLabel: `plan "Draft": energyweekendschedule: 0 months is not allowed: it takes 12`,
	} {
		if err := plans[label].UsableForTOU(); text(err) != want {
			t.Errorf("%s: %v", label, err)
		}
	}
	for _, label := range []string{evLabel, touLabel, flatLabel} {
		if err := plans[label].Validate(); err != nil {
			t.Errorf("%s: %v", label, err)
		}
	}
}

// made is a plan with these rates in which every hour is period 0, but for what change
// does to the schedules.
func made(t *testing.T, rates string, change func(weekdays, weekends [][]int)) openei.Plan {
	t.Helper()
	var plan openei.Plan
	if err := json.Unmarshal(fmt.Appendf(nil, `{"name": "P", "energyratestructure": %s}`, rates), &plan); err != nil {
		t.Fatal(err)
	}
	for range 12 {
		plan.Weekdays = append(plan.Weekdays, make([]int, 24))
		plan.Weekends = append(plan.Weekends, make([]int, 24))
	}
	change(plan.Weekdays, plan.Weekends)
	return plan
}

func TestFaultsOfPlans(t *testing.T) {
	const two = `[[{"rate": 0.1}], [{"rate": 0.2}]]`
	for _, test := range []struct {
		name, rates string
		change      func(weekdays, weekends [][]int)
		whole       bool
		want        string // of UsableForTOU; without the plan's name
	}{
		{"good", two, func(d, _ [][]int) { d[6][16] = 1 }, true, ""},
		{"weekends differ", two, func(_, e [][]int) { copy(e[2], slices.Repeat([]int{1}, 24)) }, true, ""},
		{"seasons alone", two, func(d, e [][]int) { copy(d[2], slices.Repeat([]int{1}, 24)); copy(e[2], d[2]) }, true, "the price is the same at all hours of a week"},
		{"two periods of one price", `[[{"rate": 0.1}], [{"rate": 0.1}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, "the price is the same at all hours of a week"},
		{"the second tier differs", `[[{"rate": 0.1}], [{"rate": 0.1}, {"rate": 0.2}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, ""},
		{"the first tier differs", `[[{"rate": 0.1}, {"rate": 0.2}], [{"rate": 0.2}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, ""},
		{"an unused period has no price", `[[{"rate": 0.1}], [{"rate": 0.2}], []]`, func(d, _ [][]int) { d[6][16] = 1 }, true, ""},
		{"period too high", two, func(d, _ [][]int) { d[6][16] = 2 }, false, "energyweekdayschedule, July, 16:00: period 2 is not allowed: it takes 0 to 1"},
		{"period negative", two, func(_, e [][]int) { e[0][0] = -1 }, false, "energyweekendschedule, January, 0:00: period -1 is not allowed: it takes 0 to 1"},
		{"a short day", two, func(d, _ [][]int) { d[11] = d[11][:23] }, false, "energyweekdayschedule, December: 23 hours is not allowed: it takes 24"},
		{"no rates", `[]`, func(_, _ [][]int) {}, false, "energyweekdayschedule, January, 0:00: period 0 is not allowed: it takes no index, for energyratestructure has no period"},
		{"no tier", `[[]]`, func(_, _ [][]int) {}, false, "energyratestructure, period 0: an empty list is not allowed: it takes at least one tier"},
		{"no rate", `[[{"rate": 1}, {"adj": 1}]]`, func(_, _ [][]int) {}, false, "energyratestructure, period 0, tier 1: a tier without a rate is not allowed: it takes a rate in $/kWh"},
		{"endless", `[[{"rate": 1e308, "adj": 1e308}]]`, func(_, _ [][]int) {}, false, "energyratestructure, period 0, tier 0: a tier without a rate is not allowed: it takes a rate in $/kWh"},
		{"too dear", `[[{"rate": 0.1}], [{"rate": 10, "adj": 0.5}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, "energyratestructure, period 1: 10.5 to 10.5 $/kWh is not allowed: it takes 0 to 10 $/kWh"},
		{"below zero", `[[{"rate": -0.1}, {"rate": 1}], [{"rate": 10}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, "energyratestructure, period 0: -0.1 to 1 $/kWh is not allowed: it takes 0 to 10 $/kWh"},
		{"the limits", `[[{"rate": 0}], [{"rate": 10}]]`, func(d, _ [][]int) { d[6][16] = 1 }, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			plan := made(t, test.rates, test.change)
			invalid := plan.Validate()
			if (invalid == nil) != test.whole {
				t.Errorf("validate: %v", invalid)
			}
			if got := strings.TrimPrefix(text(plan.UsableForTOU()), `plan "P": `); got != test.want {
				t.Errorf("usable: %s", got)
			}
			var wrong *openei.RangeError
			if !test.whole && !errors.As(invalid, &wrong) {
				t.Errorf("no RangeError: %v", invalid)
			}
		})
	}
}
