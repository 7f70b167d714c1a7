package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nwp500/nwp500"
)

// credentials says who signs in: a password that was given, else a login that was kept. A password that was given is
// tried: tokens from before do not stand in for it.
func (p *program) credentials(ctx context.Context, config *nwp500.Config) error {
	email, password := p.given()
	switch {
	case password != "" && email == "":
		return usagef("a password needs an e-mail: give --email, too")
	case password != "":
		config.Email, config.Password = email, nwp500.NewSecret(password)
		return nil
	}
	return p.keptLogin(ctx, config, email)
}

// keptLogin signs in with the login of the cloud that was kept for an e-mail, or without one with the latest.
func (p *program) keptLogin(ctx context.Context, config *nwp500.Config, email string) error {
	kept, err := p.openLogins()
	if err != nil {
		return err
	}
	found, err := kept.latest(config.RESTURL, email)
	switch {
	case errors.Is(err, errNoLogin) && email != "":
		return usagef("there is no password for this e-mail: give --password, set NAVIEN_PASSWORD or run nwp500 login")
	case errors.Is(err, errNoLogin):
		return usagef("no account is known: run nwp500 login, or set NAVIEN_EMAIL and NAVIEN_PASSWORD; nwp500 --sim needs none")
	case err != nil:
		return err
	}
	secrets, err := kept.secrets(ctx, found)
	if err != nil {
		return err
	}
	config.Email, config.Password = found.Email, nwp500.NewSecret(secrets.Password)
	config.Tokens = &loginTokens{logins: kept, login: found, first: secrets}
	return nil
}

// given returns the e-mail and the password of the flags and the environment. The environment's password belongs to
// the environment's e-mail and is not tried for another one.
func (p *program) given() (email, password string) {
	o := &p.options
	email, password = o.email.secret.Reveal(), o.password.secret.Reveal()
	if o.given["email"] == fromFlag && o.given["password"] == fromEnvironment {
		if theirs := environmentEmail(); theirs != "" && !strings.EqualFold(theirs, email) {
			password = ""
		}
	}
	return email, password
}

// loginTokens keeps the tokens of a login where its other secrets are.
type loginTokens struct {
	logins *logins
	login  login
	first  secrets // what was found when the login was
}

// Load returns the tokens that were kept, or nil.
func (t *loginTokens) Load(context.Context) (*nwp500.Tokens, error) {
	if len(t.first.Tokens) == 0 {
		return nil, nil
	}
	return nwp500.UnmarshalTokens(t.first.Tokens)
}

// Save keeps the tokens. A login that was forgotten in the meantime stays forgotten.
func (t *loginTokens) Save(ctx context.Context, tokens *nwp500.Tokens) error {
	err := t.logins.change(ctx, t.login, func(s *secrets) {
		s.Tokens = nil
		if tokens != nil {
			s.Tokens = nwp500.MarshalTokens(tokens)
		}
	})
	if errors.Is(err, errNoLogin) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the login's tokens: %w", err)
	}
	return nil
}
