package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) vacationCommand() *cobra.Command {
	var daysOnly bool
	cmd := p.command("vacation DAYS", "Let a heater rest for some days", arguments(1, 1, "a number of days"), func(ctx context.Context, args []string) error {
		days, err := strconv.Atoi(args[0])
		if err != nil {
			return usagef("%q is no number of days", args[0])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if daysOnly {
				if err := heater.SetVacationDays(ctx, days); err != nil {
					return err
				}
				return p.done(heater, "vacation days", days, "has vacations of "+plural(days, "day"))
			}
			if err := heater.SetVacation(ctx, days); err != nil {
				return err
			}
			return p.done(heater, "vacation", days, "is on vacation for "+plural(days, "day"))
		})
	})
	cmd.Long = `Let a heater rest for 1 to 30 days. It heats again nine hours before they end. Setting a
mode ends a vacation early.

With --days-only a vacation does not begin: the number of days changes, of the one that the
heater is on and of those that are begun at its panel.`
	cmd.Flags().BoolVar(&daysOnly, "days-only", false, "change the number of days, not the mode")
	cmd.Example = "  nwp500 vacation 14\n  nwp500 vacation 21 --days-only"
	cmd.ValidArgsFunction = completePeriod
	return cmd
}
