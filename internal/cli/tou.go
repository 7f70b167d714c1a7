package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

func (p *program) touCommand() *cobra.Command {
	cmd := commandGroup("tou", "Show and change the electricity tariff that a heater goes by",
		p.touShowCommand(), p.touSwitchCommand(true), p.touSwitchCommand(false), p.touSetCommand(),
		p.touUtilitiesCommand(), p.touPlansCommand(), p.touPlanCommand(), p.touApplyCommand())
	cmd.Long = `Show and change the time-of-use tariff that a heater goes by: it avoids heating when
electricity is dear. Tariffs of the United States come from OpenEI by ZIP code; the key
for it is free: https://openei.org/services/api/signup`
	cmd.Example = `  nwp500 tou show
  nwp500 tou utilities --zip 94102
  nwp500 tou plans --zip 94102 --utility "Pacific Gas & Electric Co"
  nwp500 tou apply --zip 94102 --utility "Pacific Gas & Electric Co" --plan E-TOU-C`
	return cmd
}

func (p *program) touSwitchCommand(on bool) *cobra.Command {
	cmd := p.command(onOff(on), "Let a heater go by its tariff", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.EnableTOU(ctx, on); err != nil {
				return err
			}
			return p.done(heater, "tou", onOff(on), "has time of use "+onOff(on))
		})
	})
	if !on {
		cmd.Short = "Keep the tariff and do not go by it"
	}
	cmd.Long = cmd.Short + ". The tariff stays as it is."
	cmd.Example = "  nwp500 tou " + onOff(on)
	return cmd
}

func (p *program) touSetCommand() *cobra.Command {
	cmd := p.command("set FILE|-", "Write a tariff from a file", arguments(1, 1, "a file, or - for standard input"),
		func(ctx context.Context, args []string) error {
			var file schedule.TOU
			if err := p.readDocument(ctx, args[0], &file); err != nil {
				return err
			}
			tariff, err := file.Schedule()
			if err != nil {
				return err
			}
			return p.withHeater(ctx, func(heater *nwp500.Heater) error {
				if file.Use == nil { // leave it on or off
					status, err := heater.Status(ctx)
					if err != nil {
						return err
					}
					tariff.Enabled = status.TOU.Or(0) != 0
				}
				if err := heater.SetTOU(ctx, tariff); err != nil {
					return err
				}
				return p.done(heater, "tou set", len(tariff.Periods),
					"has a tariff of "+plural(len(tariff.Periods), "period")+", and time of use is "+onOff(tariff.Enabled))
			})
		})
	cmd.Long = `Write a tariff to a heater in place of its own: what tou show -o json printed, or a file
of your own. The end belongs to a period; prices are those of a kilowatt-hour. Without
"reservation_use" time of use stays on or off. The tariff's name, which the cloud keeps,
does not change: tou apply changes it.

  {"reservation_use": true, "reservation": [
    {"months": "all", "days": "all", "start": "00:00", "end": "15:59", "price_min": 0.36, "price_max": 0.36},
    {"months": "all", "days": "all", "start": "16:00", "end": "23:59", "price_min": 0.51, "price_max": 0.51}]}`
	cmd.Example = "  nwp500 tou set tariff.json\n  nwp500 tou set - < tariff.json"
	cmd.ValidArgsFunction = nil // files
	return cmd
}
