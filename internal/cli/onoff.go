package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

// onOffCommand is a command that turns what of a heater on or off. That the heater has taken it is all that its answer
// shows.
func (p *program) onOffCommand(
	name, short, what string, set func(*nwp500.Heater, context.Context, bool) error,
) *cobra.Command {
	cmd := p.command(name+" on|off", short, arguments(1, 1, "on or off"), func(ctx context.Context, args []string) error {
		on := args[0] == "on"
		if !on && args[0] != "off" {
			return usagef("%s is on or off, not %q", what, args[0])
		}
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := set(heater, ctx, on); err != nil {
				return err
			}
			return p.acknowledged(heater, name, args[0], what+" "+args[0])
		})
	})
	cmd.Example = "  nwp500 " + name + " on"
	cmd.ValidArgs = []string{"on", "off"}
	cmd.ValidArgsFunction = nil
	return cmd
}
