package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

func (p *program) recirculationScheduleCommand() *cobra.Command {
	cmd := p.recirculationShowCommand("schedule [show|set]", "Show or write when the pump runs in mode schedule")
	cmd.Args = groupArguments
	cmd.Long = `Show the schedule of the recirculation pump, or write it: it holds in the mode schedule.`
	cmd.Example = `  nwp500 recirculation schedule
  nwp500 recirculation schedule show -o json > pump.json
  nwp500 recirculation schedule set pump.json`
	cmd.AddCommand(p.recirculationShowCommand("show", "Show when the pump runs in mode schedule"), p.recirculationSetCommand())
	return cmd
}

func (p *program) recirculationShowCommand(use, short string) *cobra.Command {
	cmd := p.command(use, short, arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return list(ctx, p, listing[*nwp500.RecirculationTimetable]{
			question: func(ctx context.Context, heater *nwp500.Heater) (*nwp500.RecirculationTimetable, error) {
				return heater.RecirculationSchedule(ctx)
			},
			document: func(_ nwp500.Device, t *nwp500.RecirculationTimetable) ([]byte, error) {
				return t.AppendJSON(nil, p.options.units.units), nil
			},
			header:  []string{"schedule_enabled", "enabled", "days", "start", "end"},
			records: pumpRecords,
			table:   p.pumpTable,
		})
	})
	cmd.Long = `Show when the recirculation pump runs in its mode schedule. With -o json it is what
recirculation schedule set takes back.`
	cmd.Example = "  nwp500 recirculation schedule show --device basement"
	return cmd
}

// pumpRun is a time in which the pump runs. A start without its end, or an end without its start, has the other empty.
type pumpRun struct {
	enabled    bool
	days       nwp500.Days
	start, end string
}

func pumpRuns(t *nwp500.RecirculationTimetable) (runs []pumpRun) {
	for _, w := range t.Windows {
		start, end := schedule.TimeOfDay{Hour: w.StartHour, Minute: w.StartMinute}, schedule.TimeOfDay{Hour: w.EndHour, Minute: w.EndMinute}
		runs = append(runs, pumpRun{w.Enabled, w.Days, start.String(), end.String()})
	}
	for _, e := range t.Entries {
		run, at := pumpRun{enabled: e.Enabled, days: e.Days}, schedule.TimeOfDay{Hour: e.Hour, Minute: e.Minute}.String()
		if e.Pump.IsOn() {
			run.start = at
		} else {
			run.end = at
		}
		runs = append(runs, run)
	}
	return runs
}

// pumpRecords is a schedule in CSV.
func pumpRecords(t *nwp500.RecirculationTimetable) (records [][]string) {
	for _, run := range pumpRuns(t) {
		records = append(records, []string{cell(t.Enabled), cell(run.enabled), run.days.String(), run.start, run.end})
	}
	return records
}

// pumpTable shows a schedule to a person.
func (p *program) pumpTable(device nwp500.Device, t *nwp500.RecirculationTimetable) error {
	if err := p.say("%s: the recirculation schedule is %s", title(device), onOff(t.Enabled)); err != nil {
		return err
	}
	runs := pumpRuns(t)
	if len(runs) == 0 {
		return p.say("  It is empty.")
	}
	rows := [][]string{{"  STATE", "DAYS", "FROM", "TO"}}
	for _, run := range runs {
		from, to := run.start, run.end
		switch {
		case from == "":
			from = "-"
		case to == "":
			to = "-"
		case to <= from:
			to += " the next day"
		}
		rows = append(rows, []string{"  " + onOff(run.enabled), schedule.DaysText(run.days), from, to})
	}
	return p.rows(rows)
}

func (p *program) recirculationSetCommand() *cobra.Command {
	cmd := p.command("set FILE|-", "Write a whole schedule for the pump", arguments(1, 1, "a file, or - for standard input"),
		func(ctx context.Context, args []string) error {
			var file schedule.Recirculation
			if err := p.readDocument(ctx, args[0], &file); err != nil {
				return err
			}
			timetable, err := file.Timetable()
			if err != nil {
				return err
			}
			return p.withHeater(ctx, func(heater *nwp500.Heater) error {
				if err := heater.SetRecirculationSchedule(ctx, timetable); err != nil {
					return err
				}
				entries := 2*len(timetable.Windows) + len(timetable.Entries)
				return p.done(heater, "recirculation schedule set", entries,
					fmt.Sprintf("has a recirculation schedule of %d entries, and it is %s", entries, onOff(timetable.Enabled)))
			})
		})
	cmd.Long = `Write a whole schedule in place of the pump's own: what recirculation schedule show -o json
printed, or a file of your own with windows. The heater keeps a window as two entries, a
start and an end; one that ends before it starts ends the next day.

  {"reservation_use": true, "schedule": [
    {"days": "mon-fri", "start": "06:00", "end": "08:00"}]}`
	cmd.Example = "  nwp500 recirculation schedule set pump.json\n  nwp500 recirculation schedule set - < pump.json"
	cmd.ValidArgsFunction = nil // files
	return cmd
}
