package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// commandGroup is a command that is made of others. By itself it shows them.
func commandGroup(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, ValidArgsFunction: cobra.NoFileCompletions}
	cmd.Args = groupArguments
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.SuggestionsMinimumDistance = 1 // the names are short
	cmd.AddCommand(commands...)
	return cmd
}

// needFlags refuses a command line without these flags.
func needFlags(cmd *cobra.Command, flags ...string) error {
	for _, flag := range flags {
		if !cmd.Flags().Changed(flag) {
			return usagef("%s needs --%s", cmd.CommandPath(), flag)
		}
	}
	return nil
}

// complete completes the value of a command's flag.
func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // a name that the command does not know
	}
}

// groupArguments refuses what is none of a command's own commands.
func groupArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	problem := fmt.Sprintf("%s has no command %q", cmd.CommandPath(), args[0])
	if similar := cmd.SuggestionsFor(args[0]); len(similar) > 0 {
		return fmt.Errorf("%s; did you mean %s?", problem, strings.Join(similar, " or "))
	}
	return errors.New(problem + ": it has " + strings.Join(names, ", "))
}
