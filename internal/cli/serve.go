package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/internal/daemon"
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
	options := daemon.Options{StateDir: directory, Version: programVersion(), Log: p.stderr}
	accounts := p.serveAccounts
	if p.options.simulated {
		simulation, err := p.openSimulation(ctx)
		if err != nil {
			return err
		}
		stop := simulation.keepEvery(keepEvery)
		defer func() { err = errors.Join(err, stop(), simulation.close()) }()
		accounts = simulation.accounts
		options.Database = simulatedHistory
	}
	options.Read = func(ctx context.Context) (daemon.Settings, error) {
		config, err := daemon.Read(file, given)
		if err != nil {
			return daemon.Settings{}, err
		}
		found, err := accounts(ctx, config)
		return daemon.Settings{Config: config, Accounts: found}, err
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	options.Reload = again
	return p.tellProblems(daemon.Run(ctx, options))
}

// checkConfig says what is wrong with a configuration, or what it means.
func (p *program) checkConfig(ctx context.Context, file string, given []daemon.Given) error {
	config, err := daemon.Read(file, given)
	if err != nil {
		return p.tellProblems(err)
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
