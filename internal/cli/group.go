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
