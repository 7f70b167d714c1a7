package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/tui"
)

// topOptions are what top takes: where a server is that runs already.
type topOptions struct {
	url  string
	file string // with the server's token
}

func (p *program) topCommand() *cobra.Command {
	var o topOptions
	cmd := &cobra.Command{
		Use:   "top",
		Short: "Show a heater in the terminal, live, with keys for setpoint and mode",
		Long: `Show a heater in the terminal, live: the tank with its temperatures, what runs and why, how
much hot water there is, the power, and a chart of the last hours. Arrow keys choose a
setpoint, m a mode, p power; enter gives the command, and its end is shown. ? lists the keys.

With --url it shows the heaters of an nwp500 serve that runs, and its history. Without, it
connects to the account itself, or with --sim to a simulated heater; its chart then begins
when it does.

NO_COLOR is obeyed.`,
		Example: "  nwp500 --sim top\n  nwp500 top --url http://127.0.0.1:8500\n" +
			"  nwp500 top --url http://heater.lan:8500 --token-file ~/heater.token --device Garage",
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.fromEnvironment(cmd)
			return p.top(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.url, "url", "", "show what the nwp500 serve at this `URL` knows (NWP500_URL)")
	flags.StringVar(&o.file, "token-file", "", "with --url: the `FILE` with the server's token (NWP500_TOKEN_FILE)")
	return cmd
}

func (o *topOptions) fromEnvironment(cmd *cobra.Command) {
	if !cmd.Flags().Changed("url") {
		o.url = os.Getenv("NWP500_URL")
	}
	if o.url != "" && !cmd.Flags().Changed("token-file") {
		o.file = os.Getenv("NWP500_TOKEN_FILE")
	}
}

// check says what is wrong with the options.
func (o *topOptions) check(simulated bool) error {
	server, err := url.Parse(o.url)
	switch {
	case o.url == "" && o.file != "":
		return usagef("--token-file goes with --url")
	case o.url == "":
		return nil
	case simulated:
		return usagef("--url and --sim are two heaters: choose one")
	case err != nil || server.Scheme != "http" && server.Scheme != "https" || server.Host == "" || server.User != nil || server.RawQuery != "" || server.Fragment != "":
		return usagef("--url: not an address like http://127.0.0.1:8500")
	}
	return nil
}

// top draws until the user quits.
func (p *program) top(ctx context.Context, o topOptions) error {
	switch {
	case o.check(p.options.simulated) != nil:
		return o.check(p.options.simulated)
	case !isTerminal(p.stdin) || !isTerminal(p.stdout.writer):
		return usagef("top draws on a terminal, and this is none: nwp500 status and nwp500 monitor print")
	case os.Getenv("TERM") == "dumb":
		return usagef("top cannot draw on this terminal (TERM is dumb): nwp500 status and nwp500 monitor print")
	case o.url == "":
		return p.topInside(ctx)
	}
	token, err := readToken(o.file)
	if err != nil {
		return err
	}
	return p.draw(ctx, api.New(o.url, token.Reveal()), 0)
}

// readToken reads a server's token from a file; without a file there is none.
func readToken(path string) (nwp500.Secret, error) {
	if path == "" {
		return nwp500.Secret{}, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nwp500.Secret{}, usagef("--token-file: the file cannot be read: %w", reason(err))
	}
	return nwp500.NewSecret(strings.TrimSpace(string(text))), nil
}

// draw shows what a client's server knows, with a chart of so many hours.
func (p *program) draw(ctx context.Context, client *api.Client, hours int) error {
	client.By = "top"
	err := tui.Run(ctx, tui.Config{
		Client: client, Units: p.options.units.units, Heater: p.options.device, Hours: hours,
		Input: p.stdin, Output: p.stdout.writer, Environment: os.Environ(),
	})
	var answer *api.Error
	if errors.As(err, &answer) && (answer.Status == http.StatusUnauthorized || answer.Status == http.StatusForbidden) {
		return refusedError{fmt.Errorf("%w; the server's own file %q has its token: give a copy with --token-file", answer, "token")}
	}
	return err
}

// refusedError is a server that does not take what top shows for itself.
type refusedError struct{ reason error }

func (e refusedError) Error() string { return e.reason.Error() }
func (e refusedError) Unwrap() error { return e.reason }
