package cli

import (
	"context"
	"fmt"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/daemon"
	"github.com/nwp500/nwp500/internal/fleet"
)

// serveAccounts are the accounts of a configuration, or the one of the options and of nwp500 login.
func (p *program) serveAccounts(ctx context.Context, config daemon.Config) ([]fleet.Account, error) {
	if len(config.Accounts) == 0 {
		return p.ownAccount(ctx)
	}
	for _, name := range []string{"email", "password", "rest-url", "mqtt-endpoint", "ca", "device"} {
		if p.options.given[name] == fromFlag {
			return nil, usagef("--%s is for an account without a configuration: it has accounts", name)
		}
	}
	var all []fleet.Account
	for _, account := range config.Accounts {
		cloud, err := p.accountConfig(ctx, account)
		if err != nil {
			return nil, fmt.Errorf("account %s: %w", account.Name, err)
		}
		one := fleet.Account{Name: account.Name, Cloud: cloud}
		for _, heater := range account.Heaters {
			one.Heaters = append(one.Heaters, fleet.Choice{Match: heater.Match, Name: heater.Name})
		}
		all = append(all, one)
	}
	return all, nil
}

func (p *program) ownAccount(ctx context.Context) ([]fleet.Account, error) {
	cloud, err := p.config()
	if err == nil {
		err = p.credentials(ctx, &cloud)
	}
	if err != nil {
		return nil, err
	}
	cloud.Logger = nil // the process has one, and lends it
	account := fleet.Account{Name: "home", Cloud: cloud}
	if p.options.device != "" {
		account.Heaters = []fleet.Choice{{Match: nwp500.NewSecret(p.options.device)}}
	}
	return []fleet.Account{account}, nil
}

// accountConfig says how an account is reached and who signs in: with its password, else with the login that is kept.
func (p *program) accountConfig(ctx context.Context, account daemon.Account) (nwp500.Config, error) {
	pool, err := account.CA.Pool()
	cloud := nwp500.Config{
		Email: account.Email.Reveal(), Password: account.Password,
		RESTURL: account.RESTURL, MQTTEndpoint: account.MQTTEndpoint, RootCAs: pool,
	}
	if cloud.RESTURL == "" {
		cloud.RESTURL = nwp500.DefaultRESTURL
	}
	if err == nil && account.Password.IsEmpty() {
		err = p.keptLogin(ctx, &cloud, cloud.Email)
	}
	return cloud, err
}
