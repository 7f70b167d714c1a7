// Package cli is the program nwp500: its commands, one file each, and what they share.
//
// [Main] is the whole of it, for cmd/nwp500 and for tests. It takes the arguments and the three streams, and returns
// the exit status: 0 done, 1 failed, 2 wrong usage, 3 credentials refused, 4 not reachable, 5 refused, 6 sent with an
// unknown outcome (exit.go decides). The environment is read with the operating system's functions: options.go has
// the names, and a flag is stronger than a variable, a variable stronger than what `nwp500 login` kept.
//
// # Shape
//
// A command opens a cloud (cloud.go): the real one with the credentials that account.go finds, or with --sim one in
// the process, whose heater lives on in the state directory (simulated.go, state.go). It picks heaters (heaters.go),
// asks or commands them, and prints: tables for people, a JSON document a line for programs.
//
// # Concurrency
//
// One Main is one run of the program. It keeps nothing outside of itself, so several may run at once; they meet in the
// state directory alone, which is locked.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/lmittmann/tint"
	"github.com/spf13/cobra"
)

// program is one run of nwp500.
type program struct {
	stdin   io.Reader
	stdout  *output
	stderr  io.Writer
	options options
	began   bool // the command line was understood and a command runs
}

// Main runs the program with these arguments, without the program's own name, until it is done or ctx ends, and
// returns its exit status. The end of ctx is how a signal arrives: it is how monitor and sim are meant to end.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{stdin: stdin, stdout: &output{writer: stdout}, stderr: stderr}
	root := p.rootCommand()
	root.SetArgs(append([]string{}, translated(root, args)...)) // nil would stand for os.Args
	root.SetIn(stdin)
	root.SetOut(p.stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !p.began {
		err = usageError{err}
	}
	if err == nil {
		err = p.stdout.err // what could not be written was not done
	}
	return p.exit(err)
}

func (p *program) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "nwp500",
		Short: "Show and control Navien NWP500 heat pump water heaters",
		Long: `nwp500 shows and controls Navien NWP500 heat pump water heaters.

Try it without an account:   nwp500 --sim status
Use your own heater:         nwp500 login, then nwp500 status

An option comes from its flag, else from its environment variable, else from what
nwp500 login kept. NWP500_STATE_DIR is where the program keeps its files;
NWP500_KEYRING=off makes login keep secrets there and not in the system's keyring.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 credentials
refused, 4 not reachable, 5 refused, 6 sent but the outcome is unknown.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.Args = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		problem := fmt.Sprintf("there is no command %q", args[0])
		if similar := root.SuggestionsFor(args[0]); len(similar) > 0 {
			return fmt.Errorf("%s; did you mean %s?", problem, strings.Join(similar, " or "))
		}
		return errors.New(problem + "; nwp500 help lists them")
	}
	root.RunE = func(*cobra.Command, []string) error { return root.Help() }
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := p.options.fromEnvironment(cmd.Flags()); err != nil {
			return err
		}
		p.began = true
		return nil
	}
	root.SetFlagErrorFunc(explainFlag)
	root.SuggestionsMinimumDistance = 2
	p.options.register(root.PersistentFlags())
	p.completeOptions(root)
	root.AddCommand(
		p.statusCommand(), p.infoCommand(), p.devicesCommand(), p.monitorCommand(), p.topCommand(),
		p.powerCommand(), p.modeCommand(), p.tempCommand(), p.vacationCommand(),
		p.reservationsCommand(), p.recirculationCommand(), p.touCommand(), p.waterProgramCommand(),
		p.energyCommand(), p.antiLegionellaCommand(), p.demandResponseCommand(), p.intelligentCommand(),
		p.freezeProtectionCommand(), p.filterCommand(), p.condenserCommand(), p.firmwareCommand(),
		p.smartDiagnosticCommand(), p.diagnosticsCommand(), p.wifiCommand(), p.appConnectionCommand(),
		p.loginCommand(), p.logoutCommand(),
		p.serveCommand(), p.configCommand(), p.historyCommand(),
		p.decodeCommand(), p.simCommand(), p.versionCommand(), p.completionCommand(),
	)
	root.SetHelpCommand(helpCommand())
	return root
}

// helpCommand is cobra's own but for a topic that does not exist, which is an error here.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || about == nil || len(rest) > 0 {
				return usageError{errors.New("there is no such command; nwp500 help lists them")}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// command is a cobra command whose time the option --timeout bounds.
func (p *program) command(use, short string, args cobra.PositionalArgs, run func(context.Context, []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: args,
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := p.bounded(cmd.Context())
			defer cancel()
			return run(ctx, args)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

// bounded returns a context that ends with the time limit of a command.
func (p *program) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	limit := p.options.timeout.limit
	return context.WithTimeoutCause(ctx, limit, timeLimit{limit})
}

// logger writes what the library does by itself to standard error, when -v asks for it.
func (p *program) logger() *slog.Logger {
	if !p.options.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(tint.NewTextHandler(p.stderr, &tint.Options{
		Level: slog.LevelDebug, TimeFormat: "15:04:05.000", NoColor: !isTerminal(p.stderr),
	}))
}

// note tells the user something that is no error, in one line.
func (p *program) note(format string, args ...any) {
	fmt.Fprint(p.stderr, noteLine(fmt.Sprintf(format, args...)))
}

// noteLine is a note as standard error has it.
func noteLine(text string) string { return errorLine("note: " + text) }

// arguments takes so many arguments, called what says. The error does not repeat them: one may be a password.
func arguments(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && len(args) <= most {
			return nil
		}
		return fmt.Errorf("%s takes %s", cmd.CommandPath(), what)
	}
}

// output is standard output. It remembers the first write that failed, so that no command has to ask after each line.
type output struct {
	writer io.Writer
	err    error
}

// Write writes unless a write has failed before.
func (o *output) Write(data []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.writer.Write(data)
	if err != nil {
		o.err = fmt.Errorf("standard output: %w", err)
	}
	return n, o.err
}
