// Several shows all heaters of an account at once, a line whenever one of them says something new. It runs until it is
// interrupted.
//
//	NAVIEN_EMAIL=… NAVIEN_PASSWORD=… go run ./examples/several
//	go run ./examples/several -sim -units us
//
// One session serves them all, whatever their number, and each has a goroutine of its own here, so that one that is slow
// or silent delays no other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

func main() {
	simulated := flag.Bool("sim", false, "use three simulated heaters, without an account")
	email := flag.String("email", "", "e-mail of the account; if empty, NAVIEN_EMAIL (the password is NAVIEN_PASSWORD)")
	units := flag.String("units", "auto", "auto (as each heater shows), metric or us")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := start(ctx, *simulated, *email, *units); err != nil {
		fmt.Fprintln(os.Stderr, "several:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context, simulated bool, email, units string) (err error) {
	chosen, err := nwp500.ParseUnits(units)
	if err != nil {
		return err
	}
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
	return run(ctx, client, os.Stdout, chosen)
}

// simulate starts a cloud in this process, and returns how to reach it and what ends it.
func simulate() (config nwp500.Config, end func() error, err error) {
	cloud, err := simulator.New(simulator.Config{Heaters: 3})
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

// run shows the account's heaters until the context ends, which is no error.
func run(ctx context.Context, client *nwp500.Client, out io.Writer, units nwp500.Units) (err error) {
	devices, err := client.Devices(ctx)
	if err != nil {
		return err
	}
	if len(devices) == 0 {
		return nwp500.ErrNoDevice
	}
	session, err := client.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()

	lines := log.New(out, "", log.Ltime) // whole lines, from whichever goroutine
	errs := make([]error, len(devices))
	var watching sync.WaitGroup
	for i, device := range devices {
		watching.Go(func() { errs[i] = watch(ctx, session.Heater(device), lines, units) })
	}
	watching.Wait()
	return errors.Join(errs...)
}

// watch shows one heater until the context ends.
func watch(ctx context.Context, heater *nwp500.Heater, lines *log.Logger, units nwp500.Units) error {
	name := heater.Device().Name
	events := heater.Events(ctx) // before the first request, so that its answer is seen
	if _, err := heater.Status(ctx); err != nil && ctx.Err() == nil {
		lines.Printf("[%s] %v", name, err) // it is asked again below
	}
	heater.Poll(nwp500.PollStatus, 0)
	last := ""
	for event, err := range events {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		received, ok := event.(nwp500.StatusReceived)
		if !ok {
			continue
		}
		if now := summary(received.Status, units); now != last {
			lines.Printf("[%s] %s", name, now)
			last = now
		}
	}
	return nil
}

// summary says in a line what a heater does. What it does not say is unknown, and never 0 or off.
func summary(s *nwp500.Status, units nwp500.Units) string {
	water, power := "unknown", "unknown"
	if s.Temperature.Known() {
		unit, _ := s.Unit("dhw_temperature", units)
		degrees := s.Temperature.Celsius()
		if unit == "°F" {
			degrees = s.Temperature.Fahrenheit()
		}
		water = fmt.Sprintf("%.1f %s", degrees, unit)
	}
	if watts, known := s.Power.Get(); known {
		power = fmt.Sprintf("%.0f W", watts)
	}
	return fmt.Sprintf("water %s, power %s, %v", water, power, s.Mode)
}
