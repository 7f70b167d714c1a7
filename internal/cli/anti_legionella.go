package cli

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) antiLegionellaCommand() *cobra.Command {
	cmd := commandGroup("anti-legionella", "Heat the tank against Legionella, every so many days",
		p.antiLegionellaOnCommand(), p.antiLegionellaOffCommand(), p.antiLegionellaStatusCommand(), p.antiLegionellaPeriodCommand())
	cmd.Long = `Heat the tank, every so many days, to a temperature at which Legionella die: the cycle takes
some hours and more energy than a usual recovery.`
	cmd.Example = "  nwp500 anti-legionella on 7\n  nwp500 anti-legionella status"
	return cmd
}

// usualPeriod is the period in days of a cycle that never had one.
const usualPeriod = 7

func (p *program) antiLegionellaOnCommand() *cobra.Command {
	cmd := p.command("on [DAYS]", "Turn the cycle on", arguments(0, 1, "a number of days, or nothing"), func(ctx context.Context, args []string) error {
		if len(args) == 1 {
			return p.antiLegionellaEvery(ctx, args[0])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			status, err := heater.Status(ctx)
			if err != nil {
				return err
			}
			days := status.AntiLegionellaPeriod.Or(0)
			if days < 1 {
				days = usualPeriod
			}
			return p.enableAntiLegionella(ctx, heater, days)
		})
	})
	cmd.Long = "Turn the cycle on, every 1 to 30 days: without DAYS as often as before, or every 7 days."
	cmd.Example = "  nwp500 anti-legionella on 7"
	cmd.ValidArgsFunction = completePeriod
	return cmd
}

func (p *program) antiLegionellaPeriodCommand() *cobra.Command {
	cmd := p.command("period DAYS", "Set how often the cycle runs", arguments(1, 1, "a number of days"), func(ctx context.Context, args []string) error {
		return p.antiLegionellaEvery(ctx, args[0])
	})
	cmd.Long = "Set how often the cycle runs, every 1 to 30 days. A cycle that is off is on then: the two are one command."
	cmd.Example = "  nwp500 anti-legionella period 14"
	cmd.ValidArgsFunction = completePeriod
	return cmd
}

func completePeriod(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return []cobra.Completion{"7", "14", "30"}, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

func (p *program) antiLegionellaEvery(ctx context.Context, text string) error {
	days, err := strconv.Atoi(text)
	if err != nil {
		return usagef("%q is no number of days", text)
	}
	return p.withHeater(ctx, func(heater *nwp500.Heater) error {
		return p.enableAntiLegionella(ctx, heater, days)
	})
}

func (p *program) enableAntiLegionella(ctx context.Context, heater *nwp500.Heater, days int) error {
	if err := heater.EnableAntiLegionella(ctx, days); err != nil {
		return err
	}
	return p.acknowledged(heater, "anti-legionella on", days, "anti-Legionella every "+plural(days, "day"))
}

func (p *program) antiLegionellaOffCommand() *cobra.Command {
	cmd := p.command("off", "Turn the cycle off", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.DisableAntiLegionella(ctx); err != nil {
				return err
			}
			return p.acknowledged(heater, "anti-legionella off", nil, "anti-Legionella off")
		})
	})
	cmd.Long = "Turn the cycle off. Water that is kept below 60 °C without it can make people ill."
	cmd.Example = "  nwp500 anti-legionella off"
	return cmd
}

func (p *program) antiLegionellaStatusCommand() *cobra.Command {
	cmd := p.command("status", "Show whether and how often the cycle runs", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return showHeaters(ctx, p, askStatus, view[*nwp500.Status]{
			table: func(device nwp500.Device, s *nwp500.Status) error {
				return p.say("%s  anti-Legionella %s", title(device), antiLegionella(s))
			},
			document: func(device nwp500.Device, s *nwp500.Status) ([]byte, error) {
				return json.Marshal(struct {
					whose
					Enabled nwp500.OnOff      `json:"enabled"`
					Period  nwp500.Value[int] `json:"period_days"`
					Running nwp500.OnOff      `json:"running"`
				}{of(device), s.AntiLegionella, s.AntiLegionellaPeriod, s.AntiLegionellaRunning})
			},
			header: []string{"name", "mac_address", "enabled", "period_days", "running"},
			records: func(device nwp500.Device, s *nwp500.Status) [][]string {
				return [][]string{of(device).record(cell(s.AntiLegionella), cell(s.AntiLegionellaPeriod), cell(s.AntiLegionellaRunning))}
			},
		})
	})
	cmd.Example = "  nwp500 anti-legionella status -o json"
	return cmd
}
