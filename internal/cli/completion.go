package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"
)

func (p *program) completionCommand() *cobra.Command {
	cmd := p.command("completion bash|zsh|fish|powershell", "Print a script that completes commands in a shell",
		arguments(1, 1, "the name of a shell"), nil)
	cmd.Long = `Print a script that makes a shell complete commands, options and their values.

  bash        source <(nwp500 completion bash)
  zsh         nwp500 completion zsh > "${fpath[1]}/_nwp500"
  fish        nwp500 completion fish > ~/.config/fish/completions/nwp500.fish
  powershell  nwp500 completion powershell | Out-String | Invoke-Expression`
	cmd.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	cmd.ValidArgsFunction = nil
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		root := cmd.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(p.stdout, true)
		case "zsh":
			return root.GenZshCompletion(p.stdout)
		case "fish":
			return root.GenFishCompletion(p.stdout, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(p.stdout)
		}
		return usagef("the shells are bash, zsh, fish and powershell")
	}
	return cmd
}

// completionLimit is how long a shell may wait for the names of heaters.
const completionLimit = 2 * time.Second

// completeOptions completes the values of the options that every command takes.
func (p *program) completeOptions(root *cobra.Command) {
	values := map[string]cobra.CompletionFunc{
		"units":         cobra.FixedCompletions([]string{"auto", "metric", "us"}, cobra.ShellCompDirectiveNoFileComp),
		"output":        cobra.FixedCompletions([]string{"table", "json", "csv"}, cobra.ShellCompDirectiveNoFileComp),
		"device":        p.completeDevice,
		"email":         cobra.NoFileCompletions,
		"password":      cobra.NoFileCompletions,
		"rest-url":      cobra.NoFileCompletions,
		"mqtt-endpoint": cobra.NoFileCompletions,
		"timeout":       cobra.NoFileCompletions,
	}
	for flag, complete := range values {
		if err := root.RegisterFlagCompletionFunc(flag, complete); err != nil {
			panic(err) // a name that register does not know
		}
	}
}

// completeDevice asks the cloud for the names of the heaters, when that takes no sign-in: with --sim, or a login that was
// kept. A shell that completes shows no errors.
func (p *program) completeDevice(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if p.options.fromEnvironment(cmd.Flags()) != nil || !p.options.password.secret.IsEmpty() && !p.options.simulated {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
	defer cancel()
	cloud, err := p.openCloud(ctx)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	devices, err := cloud.client.Devices(ctx)
	if closeErr := cloud.close(); err != nil || closeErr != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, device := range devices {
		names = append(names, title(device))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
