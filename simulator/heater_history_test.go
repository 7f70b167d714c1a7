package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nwp500/nwp500/internal/topic"
)

// history is an energy answer.
type history struct {
	Response struct {
		TypeOfUsage int            `json:"typeOfUsage"`
		Total       map[string]int `json:"total"`
		Usage       []struct {
			Year  int              `json:"year"`
			Month *int             `json:"month"`
			Day   *int             `json:"day"`
			Data  []map[string]int `json:"data"`
		} `json:"usage"`
	} `json:"response"`
}

func (b *bench) energy(h *Heater, suffix string, code topic.Code, answer, rest string) (e history) {
	b.t.Helper()
	said := b.ask(h, suffix, code, answers(answer), rest)
	if len(said) != 1 {
		b.t.Fatalf("%s: %d answers", rest, len(said))
	}
	b.response(h, said[0], answers(answer), suffix)
	unmarshal(b.t, said[0].text, &e)
	return e
}

func (e *history) sum(name string) (sum int) {
	for _, u := range e.Response.Usage {
		for _, item := range u.Data {
			sum += item[name]
		}
	}
	return sum
}

var energyNames = []string{"heUsage", "hpUsage", "heTime", "hpTime"}

// Days, months, hours, lifetime and diagnostics are of one piece.
func TestEnergyAnswersAgree(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{
			Start:  time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC),
			Models: []Model{{HourlyEnergy: true}},
		})
		h := b.fleet.heaters[0]
		time.Sleep(40 * 24 * time.Hour)
		const daily, monthly, hourly = topic.SuffixEnergyDaily, topic.SuffixEnergyMonthly, topic.SuffixEnergyHourly

		months := b.energy(h, monthly, topic.EnergyMonthlyRead, topic.AnswerEnergyMonthly, `,"year":[2026,2025,2024]`)
		if r := months.Response; r.TypeOfUsage != 1 || len(r.Usage) != 3 || r.Usage[0].Year != 2026 || r.Usage[1].Year != 2025 {
			t.Fatalf("%+v", r)
		}
		for _, u := range months.Response.Usage {
			if len(u.Data) != 12 || u.Month != nil || u.Day != nil {
				t.Errorf("%d months in %d", len(u.Data), u.Year)
			}
		}
		for _, name := range energyNames {
			if got, want := months.sum(name), months.Response.Total[name]; got != want || got == 0 && name != "heTime" {
				t.Errorf("%s: months have %d, the lifetime %d", name, got, want)
			}
		}

		days := b.energy(h, daily, topic.EnergyDailyRead, topic.AnswerEnergyDaily, `,"year":2026,"month":[3,2,4]`)
		equal(t, "total", months.Response.Total, days.Response.Total)
		var lengths []int
		for i, u := range days.Response.Usage {
			lengths = append(lengths, len(u.Data))
			one := days
			one.Response.Usage = days.Response.Usage[i : i+1]
			month := months.Response.Usage[0].Data[*u.Month-1]
			for _, name := range energyNames {
				if one.sum(name) != month[name] {
					t.Errorf("%s of month %d: days have %d, the month %d", name, *u.Month, one.sum(name), month[name])
				}
			}
		}
		equal(t, "days", []int{31, 28, 30}, lengths)
		april := days.Response.Usage[2].Data
		if april[8]["hpUsage"] == 0 || april[10]["hpUsage"] != 0 {
			t.Error("the 9th of April was, and the 11th is to come")
		}
		if _, there := april[10]["hpTime"]; there {
			t.Error("a day without usage has a time")
		}

		for _, day := range []int{9, 1} { // of April, and of February: recorded, and made
			month := map[int]int{9: 4, 1: 2}[day]
			dayOf := slices.Index([]int{3, 2, 4}, month)
			rest := map[int]string{9: `,"year":2026,"month":4,"day":[9]`, 1: `,"year":2026,"month":2,"day":[1]`}[day]
			hours := b.energy(h, hourly, topic.EnergyHourlyRead, topic.AnswerEnergyHourly, rest)
			if u := hours.Response.Usage; len(u) != 1 || *u[0].Day != day || *u[0].Month != month || len(u[0].Data) != 24 {
				t.Fatalf("%+v", u)
			}
			for _, name := range energyNames {
				if got, want := hours.sum(name), days.Response.Usage[dayOf].Data[day-1][name]; got != want {
					t.Errorf("%s: hours have %d, the day %d", name, got, want)
				}
			}
		}

		figures := b.figures(h)
		for name, of := range map[string]string{"cumulatedPwrHp": "hpUsage", "cumulatedPwrHe": "heUsage", "cumulatedOpTimeComp": "hpTime"} {
			if figures[name] != months.Response.Total[of] {
				t.Errorf("%s is %d, %s %d", name, figures[name], of, months.Response.Total[of])
			}
		}
		if got := figures["cumulatedOpTimeUhe"] + figures["cumulatedOpTimeLhe"]; got != months.Response.Total["heTime"] {
			t.Errorf("%d hours of elements, not %d", got, months.Response.Total["heTime"])
		}
		if s := b.status(h); figures["cumulatedOpTimeEvaFan"] != s["cumulatedOpTimeEvaFan"] || figures["cumulatedOpTimeEvaFan"] <= figures["cumulatedOpTimeComp"] {
			t.Errorf("the fan ran %d hours, %d in the status", figures["cumulatedOpTimeEvaFan"], s["cumulatedOpTimeEvaFan"])
		}
		if days := figures["daysSinceInstallation"]; days < pastDays+40 || days > pastDays+pastDaysMore+40 {
			t.Errorf("installed %d days ago", days)
		}

		// An impossible day is not asked for.
		if said := b.ask(h, hourly, topic.EnergyHourlyRead, answers("x"), `,"year":2026,"month":2,"day":[29]`); len(said) != 0 {
			t.Error("the 29th of February 2026 was answered")
		}
	})
}

// The items of the vectors, from a heater that used just that.
func TestEnergyAnswersAsTheVectors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Start: time.Date(2026, 10, 20, 7, 0, 0, 0, time.UTC)})
		h := b.dry(0)
		used := func(year, month, day int, u usage) hourly {
			return newHourly(wallHour(calendarDay(year, month, day)), u)
		}
		for _, test := range []struct {
			vector       int
			suffix       string
			code         topic.Code
			answer, rest string
			use          []hourly
		}{
			{
				0, topic.SuffixEnergyDaily, topic.EnergyDailyRead, topic.AnswerEnergyDaily, `,"year":2026,"month":[10]`,
				[]hourly{
					used(2026, 9, 1, usage{1266585 - 2340, 146337, 3118 * 3600, 35 * 3600}),
					used(2026, 10, 1, usage{HeatPump: 2340, HeatPumpTime: 6 * 3600}),
				},
			},
			{
				2, topic.SuffixEnergyMonthly, topic.EnergyMonthlyRead, topic.AnswerEnergyMonthly, `,"year":[2026]`,
				[]hourly{used(2026, 1, 31, usage{163228, 34473, 412 * 3600, 9 * 3600})},
			},
		} {
			h.look(func() { h.Ledger = ledger{Use: test.use} })
			said := b.ask(h, test.suffix, test.code, answers(test.answer), test.rest)
			got := b.response(h, said[0], answers(test.answer), test.suffix)
			want := vector(t, "energy", test.vector)
			// The vectors are shortened to two items.
			usage := got["usage"].([]any)[0].(map[string]any)
			usage["data"] = usage["data"].([]any)[:2]
			for name, v := range want {
				equal(t, test.rest+" "+name, v, got[name])
			}
		}
	})
}

func TestAnHourlyReadIsNotAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		said := b.ask(b.fleet.heaters[0], topic.SuffixEnergyHourly, topic.EnergyHourlyRead,
			answers(topic.AnswerEnergyHourly), `,"year":2026,"month":2,"day":[1]`)
		if len(said) != 0 {
			t.Errorf("answered %s", said[0].text)
		}
	})
}

// A snapshot keeps the meter.
func TestTheLedgerIsRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := Config{Heaters: 2, Start: time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)}
		b := newBench(t, config)
		time.Sleep(50 * time.Hour)
		text, err := b.fleet.snapshot()
		if err != nil {
			t.Fatal(err)
		}
		config.Restore, config.Start = text, config.Start.Add(50*time.Hour)
		later := newBench(t, config)
		for i, h := range b.fleet.heaters {
			if diff := cmp.Diff(h.Ledger, later.fleet.heaters[i].Ledger, cmpopts.IgnoreUnexported(ledger{})); diff != "" {
				t.Errorf("heater %d (-before +after):\n%s", i, diff)
			}
		}
	})
}
