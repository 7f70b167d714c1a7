package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/internal/daemon"
	"github.com/nwp500/nwp500/internal/fleet"
)

func (p *program) serveCommand() *cobra.Command {
	var file string
	var check bool
	keys := &serveKeys{}
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Stay up: a page, Home Assistant, history, metrics and an HTTP interface",
		Long: `Stay up and keep the heaters connected: show them on a page, hand them to Home Assistant
and to Prometheus, remember what happened, and let programs in over HTTP.

Without a file it serves the account that nwp500 login has kept, or with --sim a simulated
heater, at http://127.0.0.1:8500. nwp500 config prints a file with every key explained, and
each is a flag, too. A flag is stronger than its variable, a variable stronger than the file.

SIGHUP has the configuration read again; one with something wrong in it changes nothing.
SIGTERM ends it within 5 seconds. docs/serve.md tells how to run it at home.`,
		Example:           "  nwp500 serve --sim\n  nwp500 serve --home-assistant-broker mqtt://homeassistant.lan\n  nwp500 serve --config /etc/nwp500/nwp500.yaml --check",
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("config") {
				file = os.Getenv("NWP500_CONFIG")
			}
			given := keys.given(p.options.verbose)
			if check {
				return p.checkConfig(cmd.Context(), file, given)
			}
			return p.serveUntil(cmd.Context(), file, given)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&file, "config", "", "the configuration, a YAML `FILE` (NWP500_CONFIG)")
	flags.BoolVar(&check, "check", false, "say whether the configuration is understood, and do nothing else")
	keys.register(flags)
	if err := cmd.MarkFlagFilename("config", "yaml", "yml"); err != nil {
		panic(err) // a flag that is not there
	}
	return cmd
}

// serveUntil runs the process until ctx ends.
func (p *program) serveUntil(ctx context.Context, file string, given []daemon.Given) (err error) {
	directory, err := stateDirectory()
	if err != nil {
		return fmt.Errorf("there is no place where the history is kept: %w", err)
	}
	from, err := p.serveFrom(ctx, directory)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.close()) }()
	options := daemon.Options{StateDir: directory, Database: from.database, Version: programVersion(), Log: p.stderr}
	options.Read = func(ctx context.Context) (daemon.Settings, error) {
		config, err := daemon.Read(file, given)
		if err != nil {
			return daemon.Settings{}, err
		}
		found, err := from.accounts(ctx, config)
		return daemon.Settings{Config: config, Accounts: found}, err
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	options.Reload = again
	return p.tellProblems(daemon.Run(ctx, options))
}

// serveFrom is where the heaters of a process are, and their past.
type serveFrom struct {
	accounts func(context.Context, daemon.Config) ([]fleet.Account, error)
	database string // its file in the state directory
	close    func() error
}

// handOver is how long serve waits for the end of the one before it.
const handOver = 6 * time.Second

// serveFrom returns the simulated heater, whose past is a file of its own, or the cloud. Each has a lock on the state
// directory: two processes that keep one history would write everything twice.
func (p *program) serveFrom(ctx context.Context, directory string) (*serveFrom, error) {
	if p.options.simulated {
		waiting, cancel := context.WithTimeout(ctx, handOver)
		defer cancel()
		simulation, err := p.openSimulation(waiting)
		if err != nil {
			return nil, err
		}
		stop := simulation.keepEvery(keepEvery)
		return &serveFrom{simulation.accounts, simulatedHistory, func() error {
			return errors.Join(stop(), simulation.close())
		}}, nil
	}
	err := os.MkdirAll(directory, 0o700)
	var held io.Closer
	if err == nil {
		waiting, cancel := context.WithTimeout(ctx, min(handOver, p.options.timeout.limit))
		defer cancel()
		held, err = lock(waiting, filepath.Join(directory, "serve.lock"), func() {
			p.note("waiting for another nwp500 serve, which uses the state directory %s", directory)
		})
	}
	switch {
	case err == nil:
		return &serveFrom{p.serveAccounts, daemon.DefaultDatabase, held.Close}, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, errTaken):
		return nil, fmt.Errorf("another nwp500 serve uses the state directory %s; NWP500_STATE_DIR names another", directory)
	}
	return nil, fmt.Errorf("the state directory %s: %w", directory, reason(err))
}

// checkConfig says what is wrong with a configuration, or what it means.
func (p *program) checkConfig(ctx context.Context, file string, given []daemon.Given) error {
	config, err := daemon.Read(file, given)
	if err != nil {
		return p.tellProblems(err)
	}
	if directory, err := stateDirectory(); err == nil { // without one serve says so itself
		if err := daemon.CheckToken(config, directory); err != nil {
			return err
		}
	}
	if !p.options.simulated {
		if _, err := p.serveAccounts(ctx, config); err != nil {
			return err
		}
	}
	return p.say("The configuration is understood.")
}

// tellProblems tells each of what is wrong with a configuration in a line of its own, and returns other errors.
func (p *program) tellProblems(err error) error {
	var problems daemon.Problems
	if !errors.As(err, &problems) {
		return err
	}
	for _, problem := range problems {
		p.tell(problem)
	}
	return toldError{exitUsage}
}
