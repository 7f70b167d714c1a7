package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) energyCommand() *cobra.Command {
	cmd := commandGroup("energy", "Show what the heaters have used",
		p.energyDailyCommand(), p.energyMonthlyCommand(), p.energyHourlyCommand())
	cmd.Long = `Show how much electricity the heaters have used, the heat pump and the elements apart.

With -o csv energies are in watt-hours and times in hours.`
	cmd.Example = "  nwp500 energy daily\n  nwp500 energy monthly 2025 2026 -o csv"
	return cmd
}

// energyQuestion asks a heater for a part of its energy history.
type energyQuestion func(context.Context, *nwp500.Heater) (*nwp500.Energy, error)

func (p *program) energyDailyCommand() *cobra.Command {
	cmd := p.command("daily [YYYY-MM…]", "Show the days of a month", anyArguments, func(ctx context.Context, args []string) error {
		questions, err := dailyQuestions(args)
		if err != nil {
			return err
		}
		return p.energy(ctx, questions)
	})
	cmd.Long = "Show the days of one or more months: of this month unless you name others."
	cmd.Example = "  nwp500 energy daily\n  nwp500 energy daily 2026-09 2026-10 -o csv"
	cmd.ValidArgsFunction = completeDates("2006-01", 12, func(now time.Time, back int) time.Time {
		return time.Date(now.Year(), now.Month()-time.Month(back), 1, 0, 0, 0, 0, time.UTC)
	})
	return cmd
}

// dailyQuestions takes months. A question is about months of one year.
func dailyQuestions(args []string) ([]energyQuestion, error) {
	if len(args) == 0 {
		args = []string{time.Now().Format("2006-01")}
	}
	months := make(map[int][]int)
	var years []int
	for _, arg := range args {
		month, err := time.Parse("2006-01", arg)
		if err != nil {
			return nil, usagef("%q is no month: it looks like 2026-10", arg)
		}
		year := month.Year()
		if months[year] == nil {
			years = append(years, year)
		}
		months[year] = append(months[year], int(month.Month()))
	}
	slices.Sort(years)
	var questions []energyQuestion
	for _, year := range years {
		questions = append(questions, func(ctx context.Context, heater *nwp500.Heater) (*nwp500.Energy, error) {
			return heater.EnergyDaily(ctx, year, months[year]...)
		})
	}
	return questions, nil
}

func (p *program) energyMonthlyCommand() *cobra.Command {
	cmd := p.command("monthly [YYYY…]", "Show the months of a year", anyArguments, func(ctx context.Context, args []string) error {
		years := []int{time.Now().Year()}
		if len(args) > 0 {
			years = nil
		}
		for _, arg := range args {
			year, err := time.Parse("2006", arg)
			if err != nil {
				return usagef("%q is no year: it looks like 2026", arg)
			}
			years = append(years, year.Year())
		}
		return p.energy(ctx, []energyQuestion{func(ctx context.Context, heater *nwp500.Heater) (*nwp500.Energy, error) {
			return heater.EnergyMonthly(ctx, years...)
		}})
	})
	cmd.Long = "Show the months of one or more years: of this year unless you name others."
	cmd.Example = "  nwp500 energy monthly 2025 2026"
	cmd.ValidArgsFunction = completeDates("2006", 3, func(now time.Time, back int) time.Time { return now.AddDate(-back, 0, 0) })
	return cmd
}

func (p *program) energyHourlyCommand() *cobra.Command {
	cmd := p.command("hourly [YYYY-MM-DD]", "Show the hours of a day", arguments(0, 1, "a day, or nothing"), func(ctx context.Context, args []string) error {
		day := time.Now()
		if len(args) == 1 {
			var err error
			if day, err = time.Parse(time.DateOnly, args[0]); err != nil {
				return usagef("%q is no day: it looks like 2026-10-07", args[0])
			}
		}
		return p.energy(ctx, []energyQuestion{func(ctx context.Context, heater *nwp500.Heater) (*nwp500.Energy, error) {
			return heater.EnergyHourly(ctx, day.Year(), int(day.Month()), day.Day())
		}})
	})
	cmd.Long = `Show the hours of a day: of today unless you name another. The one heater that is known to
have been asked never answered.`
	cmd.Example = "  nwp500 energy hourly 2026-10-07"
	cmd.ValidArgsFunction = completeDates(time.DateOnly, 7, func(now time.Time, back int) time.Time { return now.AddDate(0, 0, -back) })
	return cmd
}

func anyArguments(*cobra.Command, []string) error { return nil }

// completeDates completes so many dates in a layout, the latest first; ago returns a date so many steps back.
func completeDates(layout string, count int, ago func(now time.Time, back int) time.Time) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var dates []cobra.Completion
		for back := range count {
			dates = append(dates, ago(time.Now(), back).Format(layout))
		}
		return dates, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// energy asks the heaters these questions and shows the answers of each together.
func (p *program) energy(ctx context.Context, questions []energyQuestion) error {
	question := func(ctx context.Context, heater *nwp500.Heater) (answers []*nwp500.Energy, err error) {
		for _, question := range questions {
			answer, err := question(ctx, heater)
			if err != nil {
				return nil, err
			}
			answers = append(answers, answer)
		}
		return answers, nil
	}
	return showHeaters(ctx, p, question, view[[]*nwp500.Energy]{
		table: p.energyTable,
		document: func(_ nwp500.Device, answers []*nwp500.Energy) ([]byte, error) {
			var documents []byte
			for i, answer := range answers {
				if i > 0 {
					documents = append(documents, '\n')
				}
				documents = answer.AppendJSON(documents, p.options.units.units)
			}
			return documents, nil
		},
		header: []string{
			"name", "mac_address", "date", "total_wh", "heat_pump_wh", "elements_wh", "heat_pump_hours", "elements_hours",
		},
		records: func(device nwp500.Device, answers []*nwp500.Energy) (records [][]string) {
			for _, item := range energyItems(answers) {
				records = append(records, of(device).record(item.Date(), cell(item.All()), cell(item.HeatPump), cell(item.Elements),
					cell(item.HeatPumpTime), cell(item.ElementsTime)))
			}
			return records
		},
	})
}

// energyItems are the items of all answers.
func energyItems(answers []*nwp500.Energy) []nwp500.EnergyItem {
	var items []nwp500.EnergyItem
	for _, answer := range answers {
		items = append(items, answer.Items...)
	}
	return items
}
