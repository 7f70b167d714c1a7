package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) modeCommand() *cobra.Command {
	cmd := p.command("mode NAME", "Set how a heater makes hot water", arguments(1, 2, "the name of a mode"), func(ctx context.Context, args []string) error {
		mode, err := parseMode(strings.Join(args, " "))
		if err != nil {
			return err
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SetMode(ctx, mode); err != nil {
				return err
			}
			return p.done(heater, "mode", mode, "is in mode "+mode.String())
		})
	})
	cmd.Long = `Set how a heater makes hot water:

  heat-pump     the heat pump alone: the least energy, the slowest
  energy-saver  the heat pump, and the elements when it falls behind
  high-demand   both, early: the fastest
  electric      the elements alone: the most energy

Names take - and _ alike. A vacation has a length: nwp500 vacation DAYS. Off is nwp500 power off.`
	cmd.Example = "  nwp500 mode heat-pump"
	cmd.ValidArgs = []string{
		"heat-pump\tthe least energy", "energy-saver\tthe elements when the heat pump falls behind",
		"high-demand\tthe fastest", "electric\tthe most energy",
	}
	cmd.ValidArgsFunction = nil
	return cmd
}

// parseMode takes the name of a mode that can be set by its name alone.
func parseMode(text string) (nwp500.Mode, error) {
	mode, err := nwp500.ParseMode(text)
	switch {
	case err != nil:
		return 0, usageError{err}
	case mode == nwp500.Vacation:
		return 0, usagef("a vacation has a length: nwp500 vacation DAYS")
	case mode == nwp500.PowerOff:
		return 0, usagef("power off is no mode to set: nwp500 power off")
	}
	return mode, nil
}
