// Autotemp gives more hot water when it is needed: while water is drawn and the hot water is below 130 °F (54.4 °C) it
// changes the heater from energy saver to high demand, and back after two hours without use. It runs until it is
// interrupted.
//
//	NAVIEN_EMAIL=… NAVIEN_PASSWORD=… go run ./examples/autotemp
//	go run ./examples/autotemp -sim
//
// Each write of a mode can start the compressor, also one of the mode that is set already. So a decision is written once,
// and only to a heater that is in the other of these two modes: heat pump, electric, vacation and off are somebody's own
// choice and stay. A command whose outcome is unknown is not sent again: the heater may have it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

func main() {
	simulated := flag.Bool("sim", false, "use a simulated heater, without an account")
	email := flag.String("email", "", "e-mail of the account; if empty, NAVIEN_EMAIL (the password is NAVIEN_PASSWORD)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := start(ctx, *simulated, *email); err != nil {
		fmt.Fprintln(os.Stderr, "autotemp:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, simulated bool, email string) (err error) {
	if email == "" {
		email = os.Getenv("NAVIEN_EMAIL")
	}
	config := nwp500.Config{Email: email, Password: nwp500.NewSecret(os.Getenv("NAVIEN_PASSWORD"))}
	if simulated {
		var end func() error
		if config, end, err = simulate(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	config.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	client := nwp500.New(config)
	defer func() { err = errors.Join(err, client.Close()) }()
	return run(ctx, client, os.Stdout)
}

// simulate starts a cloud in this process, and returns how to reach it and what ends it.
func simulate() (config nwp500.Config, end func() error, err error) {
	cloud, err := simulator.New(simulator.Config{})
	if err != nil {
		return config, nil, err
	}
	server, err := cloud.Memory()
	if err != nil {
		return config, nil, errors.Join(err, cloud.Close())
	}
	account := cloud.Accounts()[0]
	config = nwp500.Config{
		Email: account.Email, Password: nwp500.NewSecret(account.Password),
		RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
	}
	return config, func() error { return errors.Join(server.Close(), cloud.Close()) }, nil
}

// run controls the account's first heater until the context ends, which is no error.
func run(ctx context.Context, client *nwp500.Client, out io.Writer) (err error) {
	device, err := client.FirstDevice(ctx)
	if err != nil {
		return err
	}
	session, err := client.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()

	heater := session.Heater(device)
	events := heater.Events(ctx)      // before the first request, so that its answer is seen
	heater.Poll(nwp500.PollStatus, 0) // a use is told by itself; that two hours passed is not
	var c control
	for event, err := range events {
		if err != nil {
			return err
		}
		received, ok := event.(nwp500.StatusReceived)
		if !ok {
			continue
		}
		mode, due := c.decide(received.Status)
		if !due {
			continue
		}
		result := "done"
		if err := heater.SetMode(ctx, mode); err != nil {
			result = err.Error()
			c.failed(err)
		}
		fmt.Fprintf(out, "[%s] water %v, to %v: %s\n", received.Time.Format(time.DateTime), received.Status.Temperature, mode, result)
	}
	return nil
}
