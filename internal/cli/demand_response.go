package cli

import (
	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) demandResponseCommand() *cobra.Command {
	cmd := p.onOffCommand("demand-response", "Let the utility ask a heater for less, or not", "demand response",
		(*nwp500.Heater).EnableDemandResponse)
	cmd.Long = `Let the utility ask a heater for less, or for more when there is plenty (CTA-2045), or not
any longer. No heater tells how this is set; nwp500 status shows what the utility asks for.`
	return cmd
}
