package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

func (p *program) reservationsCommand() *cobra.Command {
	cmd := commandGroup("reservations", "Show and change the weekly program of a heater",
		p.reservationsListCommand(), p.reservationsAddCommand(), p.reservationsEditCommand(), p.reservationsRemoveCommand(),
		p.reservationsSetCommand(), p.reservationsSwitchCommand(true), p.reservationsSwitchCommand(false))
	cmd.Long = `Show and change the weekly program of a heater: at these times of the week it goes to a
mode and a setpoint. The program runs in the heater, by its own clock.

A heater takes a program only as a whole. Each change reads the program, writes it anew
and waits until the heater confirms it; one that got lost is exit status 6.`
	cmd.Example = `  nwp500 reservations list
  nwp500 reservations add --days mon-fri --time 06:30 --mode energy-saver --temp 55C
  nwp500 reservations list --device basement -o json > program.json
  nwp500 reservations set --device basement program.json`
	return cmd
}

// weeklyProgram is a heater's program and the units of its panel.
type weeklyProgram struct {
	*nwp500.Reservations
	in scale
}

// readProgram asks a heater for its program.
func (p *program) readProgram(ctx context.Context, heater *nwp500.Heater) (w weeklyProgram, err error) {
	if w.Reservations, err = heater.Reservations(ctx); err != nil {
		return w, err
	}
	features, err := heater.Features(ctx) // known since it was asked for the program
	if err != nil {
		return w, err
	}
	w.in = scaleOf(p.options.units.units, features.Shows)
	return w, nil
}

func (p *program) reservationsListCommand() *cobra.Command {
	cmd := p.command("list", "Show the weekly program", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return list(ctx, p, listing[weeklyProgram]{
			question: p.readProgram,
			document: func(_ nwp500.Device, w weeklyProgram) ([]byte, error) {
				return w.AppendJSON(nil, p.options.units.units), nil
			},
			header:  []string{"program_enabled", "number", "enabled", "days", "time", "mode", "temperature", "units"},
			records: reservationRecords,
			table:   p.reservationTable,
		})
	})
	cmd.Long = `Show the weekly program of the heaters. Numbers and times name the entries for edit and
remove. With -o json it is what reservations set takes back.`
	cmd.Example = "  nwp500 reservations list\n  nwp500 reservations list --device basement -o json > program.json"
	return cmd
}

// reservationTable shows a program to a person.
func (p *program) reservationTable(device nwp500.Device, w weeklyProgram) error {
	if err := p.say("%s: reservations are %s", title(device), onOff(w.Enabled)); err != nil {
		return err
	}
	if len(w.Entries) == 0 {
		return p.say("  There are none.")
	}
	rows := [][]string{{"  #", "STATE", "DAYS", "TIME", "MODE", "SETPOINT"}}
	for i, entry := range w.Entries {
		rows = append(rows, []string{
			"  " + strconv.Itoa(i+1), onOff(entry.Enabled), schedule.DaysText(entry.Days), timeOf(entry).String(), entry.Mode.String(), setpoint(w.in, entry),
		})
	}
	return p.rows(rows)
}

// setpoint is the temperature of an entry that sets one.
func setpoint(in scale, entry nwp500.Reservation) string {
	if !schedule.Heats(entry.Mode) {
		return "-"
	}
	return in.temperature(entry.Temperature)
}

func timeOf(entry nwp500.Reservation) schedule.TimeOfDay {
	return schedule.TimeOfDay{Hour: entry.Hour, Minute: entry.Minute}
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// reservationRecords is a program in CSV.
func reservationRecords(w weeklyProgram) (records [][]string) {
	for i, entry := range w.Entries {
		records = append(records, []string{
			cell(w.Enabled), cell(i + 1), cell(entry.Enabled), entry.Days.String(), timeOf(entry).String(),
			cell(entry.Mode), cell(rounded(w.in.degrees(entry.Temperature))), w.in.units().String(),
		})
	}
	return records
}

func (p *program) reservationsSwitchCommand(on bool) *cobra.Command {
	cmd := p.command(onOff(on), "Let the weekly program run", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.EnableReservations(ctx, on); err != nil {
				return err
			}
			return p.done(heater, "reservations", onOff(on), "has its reservations "+onOff(on))
		})
	})
	if !on {
		cmd.Short = "Keep the weekly program and do not run it"
	}
	cmd.Long = cmd.Short + ". Its entries stay as they are."
	cmd.Example = "  nwp500 reservations " + onOff(on)
	return cmd
}

func (p *program) reservationsSetCommand() *cobra.Command {
	cmd := p.command("set FILE|-", "Write a whole weekly program", arguments(1, 1, "a file, or - for standard input"),
		func(ctx context.Context, args []string) error {
			var file schedule.Reservations
			if err := p.readDocument(ctx, args[0], &file); err != nil {
				return err
			}
			enabled, drafts, err := file.Drafts()
			if err != nil {
				return err
			}
			return p.withHeater(ctx, func(heater *nwp500.Heater) error {
				wanted := nwp500.Reservations{Enabled: enabled}
				for i, draft := range drafts {
					entry, err := p.reservation(ctx, heater, draft)
					if err != nil {
						return fmt.Errorf("reservation %d: %w", i+1, err)
					}
					wanted.Entries = append(wanted.Entries, entry)
				}
				if err := heater.SetReservations(ctx, wanted); err != nil {
					return err
				}
				return p.done(heater, "reservations set", len(wanted.Entries),
					fmt.Sprintf("has %s, and they are %s", plural(len(wanted.Entries), "reservation"), onOff(enabled)))
			})
		})
	cmd.Long = `Write a whole weekly program in place of the heater's own: what reservations list -o json
printed, or a file of your own:

  {"reservation_use": true, "reservation": [
    {"days": "mon-fri", "time": "06:30", "mode": "energy-saver", "temperature": "55C"}]}

A temperature without a unit is in the file's "units", else in --units.`
	cmd.Example = "  nwp500 reservations set program.json\n  nwp500 reservations set - < program.json"
	cmd.ValidArgsFunction = nil // files
	return cmd
}
