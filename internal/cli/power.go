package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) powerCommand() *cobra.Command {
	cmd := p.command("power on|off", "Turn a heater on or off", arguments(1, 1, "on or off"), func(ctx context.Context, args []string) error {
		on := args[0] == "on"
		if !on && args[0] != "off" {
			return usagef("power is on or off, not %q", args[0])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SetPower(ctx, on); err != nil {
				return err
			}
			return p.done(heater, "power", args[0], "is "+args[0])
		})
	})
	cmd.Long = "Turn a heater on or off. Turned on, it goes back to the mode from before."
	cmd.ValidArgs = []string{"on\tto the mode from before", "off\twithout hot water"}
	cmd.ValidArgsFunction = nil
	return cmd
}
