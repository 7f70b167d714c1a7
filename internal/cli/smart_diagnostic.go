package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) smartDiagnosticCommand() *cobra.Command {
	cmd := p.command("smart-diagnostic", "Start a heater's diagnosis of itself", arguments(0, 0, "no arguments"), func(ctx context.Context, _ []string) error {
		return p.withHeater(ctx, func(heater *nwp500.Heater) error {
			if err := heater.RunSmartDiagnostic(ctx, nwp500.AcceptUnverified); err != nil {
				return err
			}
			return p.acknowledged(heater, "smart-diagnostic", nil, "a diagnosis of itself")
		})
	})
	cmd.Long = "Start a heater's diagnosis of itself. This command is unverified: no heater is known to act on it."
	cmd.Example = "  nwp500 smart-diagnostic --yes"
	return p.asksFirst(cmd, unverified)
}
