package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500/openei"
)

// tariffFlags say which tariffs of OpenEI are meant, and how to get at them.
type tariffFlags struct {
	zip, utility, plan string
	url                string
	key                secretFlag
}

// register adds the flags that every command takes which asks OpenEI.
func (f *tariffFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.zip, "zip", "", "`ZIP` code of the place, five digits")
	flags.Var(&f.key, "openei-key", "OpenEI's API `KEY`; others can see it here: prefer the variable ("+openei.KeyVariable+")")
	flags.StringVar(&f.url, "openei-url", openei.DefaultBaseURL, "OpenEI's `URL`")
	complete(cmd, "zip", cobra.NoFileCompletions)
	complete(cmd, "openei-key", cobra.NoFileCompletions)
	complete(cmd, "openei-url", cobra.NoFileCompletions)
}

// registerUtility adds --utility.
func (f *tariffFlags) registerUtility(p *program, cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.utility, "utility", "", "`NAME` of the utility, or a part of it that fits no other")
	complete(cmd, "utility", f.completion(p, func(ctx context.Context, client *openei.Client) ([]string, error) {
		return client.Utilities(ctx, f.zip)
	}))
}

// registerPlan adds --plan.
func (f *tariffFlags) registerPlan(p *program, cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.plan, "plan", "", "`NAME` of the plan, or a part of it that fits no other")
	complete(cmd, "plan", f.completion(p, func(ctx context.Context, client *openei.Client) (names []string, err error) {
		plans, err := client.Plans(ctx, f.zip, f.utility)
		for _, plan := range plans {
			names = append(names, plan.Name)
		}
		return names, err
	}))
}

// completion asks OpenEI for names, when the ZIP code is there already. A shell that completes shows no errors.
func (f *tariffFlags) completion(p *program, names func(context.Context, *openei.Client) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionLimit)
		defer cancel()
		if p.options.fromEnvironment(cmd.Flags()) != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		client, err := f.client(p)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		found, err := names(ctx, client)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

// client returns a client of OpenEI.
func (f *tariffFlags) client(p *program) (*openei.Client, error) {
	base, err := checkedRESTURL(f.url)
	if err != nil {
		return nil, fmt.Errorf("--openei-url: %w", err)
	}
	config := openei.Config{APIKey: openei.NewKey(f.key.secret.Reveal()), BaseURL: base, Logger: p.logger()}
	if config.APIKey.IsEmpty() {
		config.APIKey = openei.KeyFromEnvironment()
	}
	if config.APIKey.IsEmpty() {
		return nil, usagef("no OpenEI API key: get one for free at https://openei.org/services/api/signup and put it into %s, or give it with --openei-key", openei.KeyVariable)
	}
	if p.options.ca != "" {
		if config.RootCAs, err = authorities(p.options.ca); err != nil {
			return nil, err
		}
	}
	return openei.New(config), nil
}

// tariffStatus returns the exit status that an error of OpenEI stands for.
func tariffStatus(err error) (status int, ok bool) {
	var (
		name    *openei.NameError
		outside *openei.RangeError
		api     *openei.APIError
	)
	switch {
	case errors.As(err, &name):
		return exitUsage, true
	case errors.As(err, &outside), isAny[unusableError](err):
		return exitRefused, true
	case errors.Is(err, openei.ErrUnreachable):
		return exitUnreachable, true
	case errors.As(err, &api) && api.Temporary():
		return exitUnreachable, true
	case errors.As(err, &api) && (api.Status == http.StatusUnauthorized || api.Status == http.StatusForbidden):
		return exitCredentials, true
	case errors.As(err, &api):
		return exitRefused, true
	}
	return 0, false
}
