package cli

import (
	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) intelligentCommand() *cobra.Command {
	cmd := p.onOffCommand("intelligent", "Turn a heater's own learning schedule on or off", "intelligent scheduling",
		(*nwp500.Heater).EnableIntelligent)
	cmd.Long = `Turn a heater's own learning schedule on or off. No heater tells how this is set, nor
whether it has it.`
	return cmd
}
