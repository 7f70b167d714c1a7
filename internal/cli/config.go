package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/internal/daemon"
)

func (p *program) configCommand() *cobra.Command {
	cmd := p.command("config", "Print a configuration for serve, with every key explained", arguments(0, 0, "no arguments"),
		func(context.Context, []string) error {
			_, err := fmt.Fprint(p.stdout, daemon.Example)
			return err
		})
	cmd.Example = "  nwp500 config >nwp500.yaml\n  nwp500 serve --config nwp500.yaml --check"
	return cmd
}
