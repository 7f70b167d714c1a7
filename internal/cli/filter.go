package cli

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) filterCommand() *cobra.Command {
	cmd := commandGroup("filter", "Show, reset and set the reminder to clean the air filter",
		p.filterStatusCommand(), p.filterResetCommand(), p.filterLifeCommand())
	cmd.Example = "  nwp500 filter status\n  nwp500 filter reset"
	return cmd
}

func (p *program) filterStatusCommand() *cobra.Command {
	cmd := p.command("status", "Show when the air filter is to be cleaned", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return showHeaters(ctx, p, askStatus, view[*nwp500.Status]{
			table: func(device nwp500.Device, s *nwp500.Status) error {
				return p.say("%s  air filter: %s", title(device), filterText(s))
			},
			document: func(device nwp500.Device, s *nwp500.Status) ([]byte, error) {
				return json.Marshal(struct {
					whose
					Reminder nwp500.OnOff      `json:"reminder"`
					Elapsed  nwp500.Value[int] `json:"elapsed_hours"`
					Life     nwp500.Value[int] `json:"life_hours"`
				}{of(device), s.AirFilterAlarm, s.AirFilterElapsed, s.AirFilterPeriod})
			},
			header: []string{"name", "mac_address", "reminder", "elapsed_hours", "life_hours"},
			records: func(device nwp500.Device, s *nwp500.Status) [][]string {
				return [][]string{of(device).record(cell(s.AirFilterAlarm), cell(s.AirFilterElapsed), cell(s.AirFilterPeriod))}
			},
		})
	})
	cmd.Example = "  nwp500 filter status"
	return cmd
}

func filterText(s *nwp500.Status) string {
	elapsed, known := s.AirFilterElapsed.Get()
	life, both := s.AirFilterPeriod.Get()
	switch {
	case s.AirFilterAlarm.IsOff():
		return "the reminder is off"
	case !known || !both:
		return unknown
	case elapsed >= life:
		return "clean it now: " + airFilter(s)
	}
	return airFilter(s) + ", " + plural(life-elapsed, "hour") + " left"
}

func (p *program) filterResetCommand() *cobra.Command {
	cmd := p.command("reset", "Say that the air filter was cleaned", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.ResetAirFilter(ctx); err != nil {
				return err
			}
			return p.acknowledged(heater, "filter reset", nil, "its air filter was cleaned")
		})
	})
	cmd.Long = "Say that the air filter was cleaned: its hours begin at 0."
	cmd.Example = "  nwp500 filter reset"
	return cmd
}

func (p *program) filterLifeCommand() *cobra.Command {
	cmd := p.command("life HOURS", "Set after how many hours the air filter is to be cleaned", arguments(1, 1, "a number of hours"), func(ctx context.Context, args []string) error {
		hours, err := strconv.Atoi(args[0])
		if err != nil {
			return usagef("%q is no number of hours", args[0])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SetAirFilterLife(ctx, hours); err != nil {
				return err
			}
			what := "an air filter's life of " + plural(hours, "hour")
			if hours == 0 {
				what = "no reminder of its air filter"
			}
			return p.acknowledged(heater, "filter life", hours, what)
		})
	})
	cmd.Long = `Set after how many hours of the fan the heater asks for its air filter to be cleaned: 1000 to
10000 in steps of 500, or 0 for never.`
	cmd.Example = "  nwp500 filter life 2000"
	cmd.ValidArgs = []string{"0\tnever", "1000", "2000", "4000", "10000"}
	cmd.ValidArgsFunction = nil
	return cmd
}
