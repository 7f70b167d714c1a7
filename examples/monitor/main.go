// Monitor shows what one heater does, a line for each change: the temperature of the hot water and the setpoint, the power
// drawn, and what heats. It runs until it is interrupted.
//
//	NAVIEN_EMAIL=… NAVIEN_PASSWORD=… go run ./examples/monitor
//	go run ./examples/monitor -sim -units us
//
// Nothing here asks for the status every few seconds: the heater tells by itself what changes. A request every five minutes
// finds out when it has gone quiet, which the log then says, and one after each gap of the connection what the gap hid.
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
	"strings"
	"syscall"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

func main() {
	simulated := flag.Bool("sim", false, "use a simulated heater, without an account")
	email := flag.String("email", "", "e-mail of the account; if empty, NAVIEN_EMAIL (the password is NAVIEN_PASSWORD)")
	units := flag.String("units", "auto", "auto (as the heater shows), metric or us")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := start(ctx, *simulated, *email, *units); err != nil {
		fmt.Fprintln(os.Stderr, "monitor:", err)
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

// run shows the account's first heater until the context ends, which is no error.
func run(ctx context.Context, client *nwp500.Client, out io.Writer, units nwp500.Units) (err error) {
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
	events := heater.Events(ctx) // before the first request, so that its answer is seen
	heater.Poll(nwp500.PollStatus, 0)
	shown := display{out: out, units: units}
	for event, err := range events {
		if err != nil {
			return err
		}
		shown.event(event)
		if _, resumed := event.(nwp500.ConnectionResumed); resumed {
			if _, err := heater.Status(ctx); err != nil && ctx.Err() == nil { // the answer is an event
				shown.line(event, "No status: %v", err)
			}
		}
	}
	return nil
}

// display is what was shown last, so that the same is not shown again.
type display struct {
	out                  io.Writer
	units                nwp500.Units
	water, power, source string
}

func (d *display) event(event nwp500.Event) {
	switch e := event.(type) {
	case nwp500.StatusReceived:
		d.status(e)
	case nwp500.FaultDetected:
		d.line(e, "Fault: %v", e.Code)
	case nwp500.FaultCleared:
		d.line(e, "Fault is over: %v", e.Code)
	case nwp500.ConnectionLost:
		d.line(e, "Connection lost; what follows is not heard until it is back")
	case nwp500.ConnectionResumed:
		d.line(e, "Connection is back")
	case nwp500.SignInNeeded:
		d.line(e, "The account has to be signed in again: %v", e.Err)
	}
}

func (d *display) status(e nwp500.StatusReceived) {
	s := e.Status
	unit, _ := s.Unit("dhw_temperature", d.units)
	water := fmt.Sprintf("%s (target: %s)", degrees(s.Temperature, unit), degrees(s.Setpoint, unit))
	power := "unknown"
	if watts, known := s.Power.Get(); known {
		power = fmt.Sprintf("%.0f W", watts)
	}
	for _, what := range []struct {
		name string
		last *string
		now  string
	}{
		{"Temperature", &d.water, water},
		{"Power", &d.power, power},
		{"Heating", &d.source, heating(s)},
	} {
		if *what.last != what.now {
			d.line(e, "%s: %s", what.name, what.now)
			*what.last = what.now
		}
	}
}

// line writes one line, with the time at which the event was noticed.
func (d *display) line(event nwp500.Event, format string, args ...any) {
	at := event.Origin().Time.Format(time.TimeOnly)
	fmt.Fprintf(d.out, "[%s] %s\n", at, fmt.Sprintf(format, args...))
}

// degrees formats a temperature in the unit that the caller shows. Unknown is a word; 0 is a temperature.
func degrees(t nwp500.Temperature, unit string) string {
	switch {
	case !t.Known():
		return "unknown"
	case unit == "°F":
		return fmt.Sprintf("%.1f °F", t.Fahrenheit())
	default:
		return fmt.Sprintf("%.1f °C", t.Celsius())
	}
}

// heating names what heats. What the heater leaves open is not taken for off.
func heating(s *nwp500.Status) string {
	var sources []string
	said := false
	for _, source := range []struct {
		name  string
		state nwp500.OnOff
	}{
		{"heat pump", s.Compressor}, {"upper element", s.UpperElement}, {"lower element", s.LowerElement},
	} {
		said = said || source.state.IsOn() || source.state.IsOff()
		if source.state.IsOn() {
			sources = append(sources, source.name)
		}
	}
	switch {
	case len(sources) > 0:
		return strings.Join(sources, ", ")
	case said:
		return "nothing"
	default:
		return "unknown"
	}
}
