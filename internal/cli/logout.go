package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func (p *program) logoutCommand() *cobra.Command {
	cmd := p.command("logout", "Forget a login", arguments(0, 0, "no arguments; the e-mail is --email"), func(ctx context.Context, _ []string) error {
		if p.options.simulated {
			return usagef("--sim has no login")
		}
		return p.logout(ctx)
	})
	cmd.Long = `Forget what login kept for the REST address: password and tokens. Without --email it is the
latest login. The tokens themselves end within the hour.`
	return cmd
}

func (p *program) logout(ctx context.Context) error {
	config, err := p.config()
	if err != nil {
		return err
	}
	logins, err := p.openLogins()
	if err != nil {
		return err
	}
	forgotten := true
	found, err := logins.latest(config.RESTURL, p.options.email.secret.Reveal())
	if err == nil {
		err = logins.forget(ctx, found)
	}
	if errors.Is(err, errNoLogin) {
		forgotten, err = false, nil
	}
	if err != nil {
		return err
	}
	if p.options.format.json {
		return p.document(struct {
			Forgotten bool `json:"forgotten"`
		}{forgotten})
	}
	if !forgotten {
		return p.say("No login was kept.")
	}
	return p.say("The login is forgotten.")
}
