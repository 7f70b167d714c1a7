package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) waterProgramCommand() *cobra.Command {
	cmd := p.command("water-program", "Let a heater follow its weekly program", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SetWaterProgram(ctx); err != nil {
				return err
			}
			return p.done(heater, "water-program", "on", "has taken the water program")
		})
	})
	cmd.Long = `Switch a heater to its water program, the mode in which its reservations run. The heater
acknowledges it; its answer does not show whether anything changed.`
	cmd.Example = "  nwp500 water-program\n  nwp500 water-program --device basement"
	return cmd
}
