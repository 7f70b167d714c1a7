package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

// reservationFlags are the parts of a reservation on a command line.
type reservationFlags struct{ days, time, mode, temp, state string }

func (f *reservationFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.days, "days", "", "`DAYS` of the week: mon-fri, sat,sun, weekdays, weekend or daily")
	flags.StringVar(&f.time, "time", "", "`TIME` of the heater's clock, 06:30")
	flags.StringVar(&f.mode, "mode", "", "`MODE`: "+strings.Join(reservationModes(), ", "))
	flags.StringVar(&f.temp, "temp", "", "setpoint, `55C`, 131F, or a number in --units")
	flags.StringVar(&f.state, "state", "", "`on|off`: whether the entry is carried out; a new one is")
	complete(cmd, "days", completeDays)
	complete(cmd, "time", cobra.NoFileCompletions)
	complete(cmd, "mode", cobra.FixedCompletions(reservationModes(), cobra.ShellCompDirectiveNoFileComp))
	complete(cmd, "temp", cobra.NoFileCompletions)
	complete(cmd, "state", cobra.FixedCompletions([]string{"on", "off"}, cobra.ShellCompDirectiveNoFileComp))
}

func reservationModes() []string { return append(nwp500.ModeNames(), "power-off") }

// completeDays completes the last of some days.
func completeDays(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := begun[:strings.LastIndexAny(begun, ",-")+1]
	var days []cobra.Completion
	for _, name := range nwp500.EveryDay.Names() {
		days = append(days, before+name)
	}
	if before == "" {
		days = append(days, "mon-fri", "sat,sun", "daily")
	}
	return days, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// apply changes what the flags name.
func (f *reservationFlags) apply(cmd *cobra.Command, d *schedule.Draft) (err error) {
	given := cmd.Flags().Changed
	if given("days") {
		if d.Days, err = schedule.ParseDays(f.days); err != nil {
			return err
		}
	}
	if given("time") {
		at, err := schedule.ParseTime(f.time)
		if err != nil {
			return err
		}
		d.Hour, d.Minute = at.Hour, at.Minute
	}
	if given("mode") {
		if d.Mode, err = nwp500.ParseMode(f.mode); err != nil {
			return usagef("%w, power-off", err)
		}
	}
	if given("temp") {
		wanted, err := schedule.ParseDegrees(f.temp)
		if err != nil {
			return err
		}
		d.Wanted = &wanted
	}
	if given("state") {
		if f.state != "on" && f.state != "off" {
			return usagef("--state is on or off, not %q", f.state)
		}
		d.Enabled = f.state == "on"
	}
	return nil
}

// reservation completes a draft for a heater. An entry that heats nothing needs no temperature: the setpoint of now
// stands in its place, which does no harm if a heater should take it for one.
func (p *program) reservation(ctx context.Context, heater *nwp500.Heater, d schedule.Draft) (nwp500.Reservation, error) {
	switch {
	case d.Wanted != nil:
		in, err := p.scaleFor(ctx, heater, *d.Wanted)
		if err == nil {
			d.Temperature, err = d.TemperatureIn(in.units())
		}
		return d.Reservation, err
	case d.Param != nil:
		var err error
		d.Temperature, err = d.TemperatureIn(nwp500.Metric)
		return d.Reservation, err
	case d.Temperature.Known():
	case schedule.Heats(d.Mode):
		return d.Reservation, usagef("a temperature is missing: mode %v has a setpoint", d.Mode)
	default:
		status, err := heater.Status(ctx)
		if err != nil {
			return d.Reservation, err
		}
		d.Temperature = status.Setpoint
	}
	return d.Reservation, nil
}

func (p *program) reservationsAddCommand() *cobra.Command {
	var flags reservationFlags
	cmd := p.command("add", "Add an entry to the weekly program", arguments(0, 0, "options alone"), nil)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, cancel := p.bounded(cmd.Context())
		defer cancel()
		added := schedule.Draft{Reservation: nwp500.Reservation{Enabled: true}}
		if err := needFlags(cmd, "days", "time", "mode"); err != nil {
			return err
		}
		if err := flags.apply(cmd, &added); err != nil {
			return err
		}
		if added.Wanted == nil && schedule.Heats(added.Mode) {
			return usagef("%s needs --temp: mode %v has a setpoint", cmd.CommandPath(), added.Mode)
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			program, err := heater.Reservations(ctx)
			if err != nil {
				return err
			}
			entry, err := p.reservation(ctx, heater, added)
			if err != nil {
				return err
			}
			if err := heater.AddReservation(ctx, entry); err != nil {
				return err
			}
			if !program.Enabled {
				p.note("the heater's reservations are off, this one with them: nwp500 reservations on")
			}
			return p.doneReservation(ctx, heater, "reservations add", "has a new reservation", entry)
		})
	}
	cmd.Long = `Add an entry to the weekly program: on these days, at this time, the heater goes to a mode
and a setpoint. Power-off and vacation need no setpoint.`
	cmd.Example = `  nwp500 reservations add --days mon-fri --time 06:30 --mode energy-saver --temp 55C
  nwp500 reservations add --days daily --time 23:00 --mode power-off`
	flags.register(cmd)
	return cmd
}

func (p *program) reservationsEditCommand() *cobra.Command {
	var flags reservationFlags
	cmd := p.command("edit NUMBER|DAYS TIME", "Change an entry of the weekly program", arguments(1, 2, entryArguments), nil)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx, cancel := p.bounded(cmd.Context())
		defer cancel()
		name, err := parseEntryName(args)
		if err != nil {
			return err
		}
		if err := flags.apply(cmd, new(schedule.Draft)); err != nil { // before anything is asked
			return err
		}
		if !slices.ContainsFunc([]string{"days", "time", "mode", "temp", "state"}, cmd.Flags().Changed) {
			return usagef("there is nothing to change: name it with --days, --time, --mode, --temp or --state")
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			old, err := p.namedReservation(ctx, heater, name)
			if err != nil {
				return err
			}
			changed := schedule.Draft{Reservation: old}
			if err := flags.apply(cmd, &changed); err != nil {
				return err
			}
			entry, err := p.reservation(ctx, heater, changed)
			if err != nil {
				return err
			}
			if err := heater.ChangeReservation(ctx, old, entry); err != nil {
				return err
			}
			return p.doneReservation(ctx, heater, "reservations edit", "has a changed reservation", entry)
		})
	}
	cmd.Long = `Change an entry of the weekly program. It is named by its number in reservations list, or
by its days and time. What no option names stays as it is.`
	cmd.Example = `  nwp500 reservations edit 2 --time 07:00
  nwp500 reservations edit mon-fri 06:30 --temp 50C --state off`
	flags.register(cmd)
	return cmd
}

func (p *program) reservationsRemoveCommand() *cobra.Command {
	cmd := p.command("remove NUMBER|DAYS TIME", "Remove an entry of the weekly program", arguments(1, 2, entryArguments),
		func(ctx context.Context, args []string) error {
			name, err := parseEntryName(args)
			if err != nil {
				return err
			}
			return p.withHeater(ctx, func(heater *nwp500.Heater) error {
				entry, err := p.namedReservation(ctx, heater, name)
				if err != nil {
					return err
				}
				if err := heater.RemoveReservation(ctx, entry); err != nil {
					return err
				}
				return p.doneReservation(ctx, heater, "reservations remove", "no longer has the reservation", entry)
			})
		})
	cmd.Long = `Remove an entry of the weekly program. It is named by its number in reservations list, or
by its days and time; what fits several entries removes none.`
	cmd.Example = "  nwp500 reservations remove 2\n  nwp500 reservations remove mon-fri 06:30"
	return cmd
}

const entryArguments = "the number of an entry, or its days and its time"

// entryName names an entry of the weekly program: by its number from 1 on, or by its days and time.
type entryName struct {
	number int // 0: by days and time
	days   nwp500.Days
	time   schedule.TimeOfDay
}

func parseEntryName(args []string) (name entryName, err error) {
	words := strings.Fields(strings.Join(args, " "))
	if len(words) == 1 {
		if name.number, err = strconv.Atoi(words[0]); err != nil {
			return name, usagef("%q names no entry: an entry has a number, or days and a time like mon-fri 06:30", words[0])
		}
		if name.number < 1 {
			return name, &nwp500.RangeError{Field: "entry", Value: words[0], Allowed: "numbers from 1 on"}
		}
		return name, nil
	}
	if len(words) == 0 {
		return name, usagef("an entry has a number, or days and a time like mon-fri 06:30")
	}
	last := len(words) - 1
	if name.days, err = schedule.ParseDays(strings.Join(words[:last], " ")); err == nil {
		name.time, err = schedule.ParseTime(words[last])
	}
	return name, err
}

// namedReservation reads the program and returns the one entry of that name.
func (p *program) namedReservation(ctx context.Context, heater *nwp500.Heater, name entryName) (nwp500.Reservation, error) {
	read, err := heater.Reservations(ctx)
	if err != nil {
		return nwp500.Reservation{}, err
	}
	i, err := name.find(read.Entries)
	if err != nil {
		return nwp500.Reservation{}, err
	}
	return read.Entries[i], nil
}

func (n entryName) find(entries []nwp500.Reservation) (int, error) {
	if n.number > len(entries) {
		return 0, &nwp500.RangeError{Field: "entry", Value: strconv.Itoa(n.number), Allowed: entryNumbers(len(entries))}
	}
	if n.number > 0 {
		return n.number - 1, nil
	}
	var found []string
	index := 0
	for i, entry := range entries {
		if entry.Days&nwp500.EveryDay == n.days && timeOf(entry) == n.time {
			index = i
			found = append(found, strconv.Itoa(i+1))
		}
	}
	wanted := schedule.DaysText(n.days) + " " + n.time.String()
	switch len(found) {
	case 0:
		return 0, &nwp500.RangeError{Field: "entry", Value: wanted, Allowed: "the days and the time of one that nwp500 reservations list shows"}
	case 1:
		return index, nil
	}
	return 0, usagef("several entries are at %s: name one by its number: %s", wanted, strings.Join(found, ", "))
}

func entryNumbers(count int) string {
	if count == 0 {
		return "none, for there are no reservations"
	}
	return fmt.Sprintf("1 to %d, as nwp500 reservations list shows", count)
}

// doneReservation says what became of an entry.
func (p *program) doneReservation(ctx context.Context, heater *nwp500.Heater, command, says string, entry nwp500.Reservation) error {
	features, err := heater.Features(ctx) // known since the command was checked
	if err != nil {
		return err
	}
	in := scaleOf(p.options.units.units, features.Shows)
	text := fmt.Sprintf("%s: %s %v, %v", says, schedule.DaysText(entry.Days), timeOf(entry), entry.Mode)
	if schedule.Heats(entry.Mode) {
		text += ", " + in.temperature(entry.Temperature)
	}
	if !entry.Enabled {
		text += ", switched off"
	}
	return p.done(heater, command, reservationDocument{
		entry.Enabled, entry.Days.Names(), timeOf(entry).String(), entry.Mode, entry.Temperature,
	}, text)
}

// reservationDocument is an entry for programs.
type reservationDocument struct {
	Enable      bool               `json:"enable"`
	Days        []string           `json:"days"`
	Time        string             `json:"time"`
	Mode        nwp500.Mode        `json:"mode"`
	Temperature nwp500.Temperature `json:"temperature"`
}
