package cli

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/internal/httpapi"
	"github.com/nwp500/nwp500/internal/memnet"
)

// insideAddress is where the server is found that a process has for itself.
const insideAddress = "127.0.0.1:80"

// topInside draws what a server in this process knows of the account, or of the simulated heater.
func (p *program) topInside(ctx context.Context) (err error) {
	accounts, closed, err := p.topAccounts(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closed()) }()
	log := p.logger()
	if isTerminal(p.stderr) {
		log = slog.New(slog.DiscardHandler) // it would be written across the screen
	}
	heaters, err := fleet.New(fleet.Config{Accounts: accounts, Logger: log})
	if err != nil {
		return err
	}
	past, err := history.Open(ctx, history.Config{Path: ":memory:", Logger: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, past.Close()) }()
	network := memnet.New()
	listener, err := network.Listen(insideAddress)
	if err != nil {
		return err
	}
	transport := &http.Transport{DialContext: network.Dial}
	client := api.New("http://"+insideAddress, "")
	client.HTTP = &http.Client{Transport: transport}

	inside, end := context.WithCancel(ctx)
	var parts errgroup.Group
	parts.Go(func() error { return heaters.Run(inside) })
	parts.Go(func() error { return past.Record(inside, history.Hear(heaters)) })
	parts.Go(func() error {
		handler := httpapi.New(httpapi.Config{Fleet: heaters, History: past, Loopback: true, Version: programVersion(), Logger: log})
		return httpapi.Serve(inside, listener, handler, time.Second, log)
	})
	err = p.draw(ctx, client, 1) // the past begins now
	end()
	transport.CloseIdleConnections()
	return errors.Join(err, parts.Wait())
}

// topAccounts are the accounts that top connects to by itself; closed gives back what they need.
func (p *program) topAccounts(ctx context.Context) (accounts []fleet.Account, closed func() error, err error) {
	if !p.options.simulated {
		accounts, err = p.ownAccount(ctx)
		return accounts, func() error { return nil }, err
	}
	simulation, err := p.openSimulation(ctx)
	if err != nil {
		return nil, nil, err
	}
	return []fleet.Account{{Name: "simulated", Cloud: simulation.account}}, simulation.close, nil
}
