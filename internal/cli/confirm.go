package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// unverified is what the user has to know of an unverified command (docs/protocol.md §3).
const unverified = "this command is unverified: the vendor's app never sends it, and no heater is known to act on it"

// asksFirst makes a command ask, after a warning, whether it should run, unless --yes was given. Where nobody can answer
// it refuses to.
func (p *program) asksFirst(cmd *cobra.Command, warning string) *cobra.Command {
	yes := cmd.Flags().Bool("yes", false, "do not ask before sending it")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error { // the time limit does not run yet
		if *yes {
			return nil
		}
		return p.confirm(cmd.Context(), warning)
	}
	return cmd
}

// errDeclined is a question that was not answered with yes.
var errDeclined = errors.New("nothing was sent")

func (p *program) confirm(ctx context.Context, warning string) error {
	asking := p.prompt()
	if asking.terminal == nil {
		return usagef("%s; give --yes to send it all the same", warning)
	}
	p.note("%s", warning)
	answer, err := asking.ask(ctx, "Send it? [y/N]", false)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errDeclined
}
