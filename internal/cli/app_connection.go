package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) appConnectionCommand() *cobra.Command {
	cmd := p.command("app-connection", "Tell a heater that an application has come", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.SignalAppConnection(ctx); err != nil {
				return err
			}
			return p.outcome(heater, "app-connection", nil, "sent", "was told that an application has come")
		})
	})
	cmd.Long = `Tell a heater that an application has come, as the vendor's app does when it starts. Nothing
answers. When the command ends it tells the heater that it has gone.`
	cmd.Example = "  nwp500 app-connection"
	return cmd
}
