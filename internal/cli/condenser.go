package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) condenserCommand() *cobra.Command {
	reset := p.command("reset", "Reset a fault of the condenser", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.ResetCondenserFault(ctx); err != nil {
				return err
			}
			return p.acknowledged(heater, "condenser reset", nil, "a reset of the condenser's fault")
		})
	})
	reset.Long = "Reset a fault of the condenser. Whether it is gone shows in nwp500 status a little later."
	reset.Example = "  nwp500 condenser reset"
	return commandGroup("condenser", "Reset a fault of the condenser", reset)
}
