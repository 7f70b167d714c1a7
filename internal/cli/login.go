package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) loginCommand() *cobra.Command {
	var noPassword bool
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Sign in and keep the login for later commands",
		Long: `Sign in and keep the login for later commands: e-mail, password and tokens go into the
system's keyring, or, where there is none, into a file that only you can read
(NWP500_KEYRING=off: always into the file). What --email, --password and the environment do
not say is asked for; where standard input is no terminal, it is read from there, a line each.

Logins are kept by REST address and e-mail. Without --email, commands use the latest one.`,
		Args:              arguments(0, 0, "no arguments; the e-mail is --email"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.login(cmd.Context(), noPassword)
		},
	}
	cmd.Flags().BoolVar(&noPassword, "no-password", false, "keep the tokens alone, which end within the hour")
	return cmd
}

func (p *program) login(ctx context.Context, noPassword bool) error {
	if p.options.simulated {
		return usagef("--sim needs no login")
	}
	config, err := p.config()
	if err != nil {
		return err
	}
	logins, err := p.openLogins()
	if err != nil {
		return err
	}
	email, password := p.given()
	questions := p.prompt()
	if email == "" {
		if email, err = answerTo(ctx, questions, "e-mail", false); err != nil {
			return err
		}
	}
	if password == "" {
		if password, err = answerTo(ctx, questions, "password", true); err != nil {
			return err
		}
	}
	ctx, cancel := p.bounded(ctx) // the user may take longer to answer
	defer cancel()
	tokens, err := signIn(ctx, config, email, password)
	if err != nil {
		return err
	}
	new := login{RESTURL: config.RESTURL, Email: email, At: time.Now()}
	kept := secrets{Password: password, Tokens: tokens}
	if noPassword {
		kept.Password = ""
	}
	inKeyring, err := logins.keep(ctx, new, kept)
	if err != nil {
		return fmt.Errorf("signed in, but the login could not be kept: %w", err)
	}
	return p.loggedIn(logins, inKeyring, noPassword)
}

// answerTo asks for what login cannot do without.
func answerTo(ctx context.Context, questions *prompt, what string, hidden bool) (string, error) {
	answer, err := questions.ask(ctx, what, hidden)
	switch {
	case errors.Is(err, io.EOF), err == nil && answer == "":
		return "", usagef("there is no %s: give --%s, or answer when asked", what, map[bool]string{false: "email", true: "password"}[hidden])
	case err != nil:
		return "", fmt.Errorf("the %s: %w", what, err)
	}
	return answer, nil
}

// signIn tries the credentials and returns the tokens that they gave, as they are kept.
func signIn(ctx context.Context, config nwp500.Config, email, password string) (tokens []byte, err error) {
	config.Tokens = nwp500.MemoryTokens()
	client := nwp500.New(config)
	defer func() { err = errors.Join(err, client.Close()) }()
	if err := client.SignIn(ctx, email, password); err != nil {
		return nil, err
	}
	given, err := config.Tokens.Load(ctx)
	if err != nil || given == nil {
		return nil, fmt.Errorf("the sign-in gave no tokens: %w", err)
	}
	return nwp500.MarshalTokens(given), nil
}

func (p *program) loggedIn(logins *logins, inKeyring, noPassword bool) error {
	where := "file"
	if inKeyring {
		where = "keyring"
	}
	if p.options.format.json {
		return p.document(struct {
			KeptIn   string `json:"kept_in"`
			Password bool   `json:"password_kept"`
		}{where, !noPassword})
	}
	place := logins.path + ", which only you can read"
	if inKeyring {
		place = "the system's keyring"
	}
	if noPassword {
		return p.say("Signed in. E-mail and tokens, without the password, are kept in %s. The tokens end within the hour: then sign in again.", place)
	}
	return p.say("Signed in. E-mail, password and tokens are kept in %s.", place)
}
