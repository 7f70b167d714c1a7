package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) monitorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "monitor",
		Short: "Show each change until interrupted",
		Long: `Show what changes with the heaters, a line for each change, until interrupted: the hot
water's temperature, setpoint, mode, power, heating, faults and the connection. Nothing is
shown while nothing changes. With -o json a document a line.

--timeout bounds how long it may take to connect.`,
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.endOfMonitor(cmd.Context(), p.monitor(cmd.Context()))
		},
	}
}

// endOfMonitor tells a failure from the ends that are meant: a signal, and a reader that has seen enough.
func (p *program) endOfMonitor(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		err = nil
	case errors.Is(err, syscall.EPIPE) && p.stdout.err != nil:
		p.stdout.err, err = nil, nil
	}
	return err
}

func (p *program) monitor(ctx context.Context) error {
	connecting, cancel := p.bounded(ctx)
	defer cancel()
	return p.withHeaters(connecting, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
		ctx, end := context.WithCancel(ctx)
		w := watcher{p: p, session: session, scales: make(map[nwp500.MAC]scale)}
		defer w.asking.Wait()
		defer end()
		events := session.Events(ctx)
		w.room = make(chan struct{}, askAtOnce)
		for _, device := range devices {
			w.ask(ctx, device)
		}
		if isTerminal(p.stdout.writer) {
			p.note("watching %s; Ctrl-C ends it", deviceNames(devices))
		}
		for event, err := range events {
			if err != nil {
				return err
			}
			if err := w.see(ctx, event); err != nil {
				return err
			}
		}
		return nil
	})
}

// watcher turns the events of a session into lines.
type watcher struct {
	p       *program
	session *nwp500.Session
	scales  map[nwp500.MAC]scale // what each heater's panel shows
	asking  sync.WaitGroup
	room    chan struct{} // bounds how many heaters are asked at once
}

// ask asks for a heater's status: it is what changes are seen against. It does not wait for the answer, which arrives
// as an event. A heater that does not answer now may do so later.
func (w *watcher) ask(ctx context.Context, device nwp500.Device) {
	w.asking.Go(func() {
		select {
		case w.room <- struct{}{}:
			defer func() { <-w.room }()
		case <-ctx.Done():
			return
		}
		if _, err := w.session.Heater(device).Status(ctx); err != nil && ctx.Err() == nil {
			w.p.tell(fmt.Errorf("%s: %w", title(device), err))
		}
	})
}

// see shows an event, when it is a change.
func (w *watcher) see(ctx context.Context, event nwp500.Event) error {
	source := event.Origin()
	switch event := event.(type) {
	case nwp500.StatusReceived:
		w.scales[source.Device.MAC] = scaleOf(w.p.options.units.units, event.Status.Shows)
		return nil
	case nwp500.SignInNeeded:
		return event.Err // nothing would come any more
	case nwp500.ConnectionResumed:
		if !source.Device.MAC.IsZero() {
			w.ask(ctx, source.Device) // what happened meanwhile was not heard
		}
	}
	in, known := w.scales[source.Device.MAC]
	if !known {
		in = scaleOf(w.p.options.units.units, nwp500.Value[nwp500.TemperatureType]{})
	}
	change := newChange(event, in)
	if change.kind == "" {
		return nil
	}
	if w.p.options.format.json {
		return w.p.document(change.document(source, in))
	}
	who := ""
	if !source.Device.MAC.IsZero() {
		who = title(source.Device) + "  "
	}
	return w.p.say("%s  %s%s", source.Time.Format("2006-01-02 15:04:05"), who, change.text)
}

// change is an event as it is shown.
type change struct {
	kind string // what programs call it
	text string // what people read
	old  any    // nil when there is none
	new  any
}

// newChange returns an event as it is shown, or no kind when it is no change.
func newChange(event nwp500.Event, in scale) change {
	switch event := event.(type) {
	case nwp500.TemperatureChanged:
		return temperatureChange("temperature_changed", "hot water", event.Old, event.New, in)
	case nwp500.SetpointChanged:
		return temperatureChange("setpoint_changed", "setpoint", event.Old, event.New, in)
	case nwp500.ModeChanged:
		return change{"mode_changed", fmt.Sprintf("mode %v, was %v", event.New, event.Old), event.Old, event.New}
	case nwp500.PowerChanged:
		text := fmt.Sprintf("power %s, was %s", quantity(event.New, "W"), quantity(event.Old, "W"))
		return change{"power_changed", text, event.Old, event.New}
	case nwp500.HeatingStarted:
		return change{kind: "heating_started", text: "heating started"}
	case nwp500.HeatingStopped:
		return change{kind: "heating_stopped", text: "heating stopped"}
	case nwp500.FaultDetected:
		text := faultText(nwp500.ValueOf(event.Code), nwp500.ValueOf(event.Sub))
		return change{"fault_detected", "fault " + text, nil, event.Code.String()}
	case nwp500.FaultCleared:
		return change{"fault_cleared", fmt.Sprintf("fault %v is over", event.Code), event.Code.String(), nil}
	case nwp500.ConnectionLost:
		return connectionLost(event)
	case nwp500.ConnectionResumed:
		return change{kind: "connection_resumed", text: "connection resumed"}
	case nwp500.Missed:
		return change{"events_missed", fmt.Sprintf("%s missed", plural(event.Count, "event")), nil, event.Count}
	}
	return change{}
}

func temperatureChange(kind, what string, before, now nwp500.Temperature, in scale) change {
	text := fmt.Sprintf("%s %s, was %s", what, in.temperature(now), in.temperature(before))
	return change{kind, text, rounded(in.degrees(before)), rounded(in.degrees(now))}
}

func connectionLost(event nwp500.ConnectionLost) change {
	text := "connection lost"
	switch {
	case event.Err == nil:
		text = "connection is being replaced"
	case !errors.Is(event.Err, nwp500.ErrDisconnected): // which would say it twice
		text += ": " + oneLine(event.Err.Error())
	}
	return change{kind: "connection_lost", text: text}
}

// document is a change for programs.
func (c change) document(source nwp500.Source, in scale) any {
	return struct {
		Time  string `json:"time"`
		Name  string `json:"name,omitempty"`
		MAC   string `json:"mac_address,omitempty"`
		Event string `json:"event"`
		Old   any    `json:"old,omitempty"`
		New   any    `json:"new,omitempty"`
		Units string `json:"units"`
	}{
		source.Time.Format("2006-01-02T15:04:05.000Z07:00"), source.Device.Name, source.Device.MAC.Reveal(),
		c.kind, c.old, c.new, in.units().String(),
	}
}
