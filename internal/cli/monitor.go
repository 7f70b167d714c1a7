package cli

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

// monitorOptions are what monitor takes.
type monitorOptions struct {
	csv    string
	every  time.Duration
	raw    bool
	redact bool
}

func (p *program) monitorCommand() *cobra.Command {
	var o monitorOptions
	cmd := &cobra.Command{
		Use:   "monitor",
		Short: "Show each change until interrupted",
		Long: `Show what changes with the heaters, a line for each change, until interrupted: the hot
water's temperature, setpoint, mode, power, heating, faults and the connection. Nothing is
shown while nothing changes. With -o json a document a line, with -o csv a record.

With --csv every status is appended to a file, too, in the columns of nwp500 status -o csv.
Heaters send a status when something happens; in between they are asked --every so often.

With --raw the messages of the heaters are printed as they come, a line each, which nwp500
decode reads; with -o json also when and where. A bug report needs them with --redact: what
identifies a heater, a home or a person is replaced, the same by the same.

--timeout bounds how long it may take to connect.`,
		Example: "  nwp500 monitor -o json\n  nwp500 monitor --csv heater.csv --units metric\n" +
			"  nwp500 monitor --raw --redact > for-the-bug-report.jsonl",
		Args:              arguments(0, 0, "no arguments"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			do := p.monitor
			if o.raw {
				do = p.monitorRaw
			}
			return p.endOfMonitor(cmd.Context(), do(cmd.Context(), o))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.csv, "csv", "", "append every status to this `FILE`")
	flags.DurationVar(&o.every, "every", 5*time.Minute, "with --csv: how often to ask for a status, `5m`")
	flags.BoolVar(&o.raw, "raw", false, "print the messages as they come")
	flags.BoolVar(&o.redact, "redact", false, "with --raw: replace what identifies somebody")
	return cmd
}

// shortestEvery is how often a heater may be asked.
const shortestEvery = 10 * time.Second

func (o *monitorOptions) check() error {
	switch {
	case o.raw && o.csv != "":
		return usagef("--raw and --csv are two things: choose one")
	case o.redact && !o.raw:
		return usagef("--redact goes with --raw")
	case o.every < shortestEvery:
		return usagef("--every is at least %s", shortestEvery)
	}
	return nil
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

func (p *program) monitor(ctx context.Context, o monitorOptions) (err error) {
	w := watcher{p: p, scales: make(map[nwp500.MAC]scale), room: make(chan struct{}, askAtOnce)}
	if o.csv != "" {
		if w.record, err = openStatusFile(o.csv, p.options.units.units); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, w.record.close()) }()
	}
	connecting, cancel := p.bounded(ctx)
	defer cancel()
	return p.withHeaters(connecting, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
		ctx, end := context.WithCancel(ctx)
		w.session = session
		defer w.asking.Wait()
		defer end()
		events := session.Events(ctx)
		for _, device := range devices {
			w.ask(ctx, device)
			if w.record != nil {
				session.Heater(device).Poll(nwp500.PollStatus, o.every) // the session ends it
			}
		}
		if p.options.format.csv {
			if err := p.csv(changeColumns, nil); err != nil {
				return err
			}
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
	record  *statusFile          // nil when there is none
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
		if w.record != nil {
			return w.record.append(source.Device, event.Status)
		}
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
	switch format := w.p.options.format; {
	case format.json:
		return w.p.document(change.document(source, in))
	case format.csv:
		return writeCSV(w.p.stdout, [][]string{change.record(source, in)})
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
	case nwp500.HeaterSilent:
		return change{kind: "heater_silent", text: "the heater does not answer"}
	case nwp500.HeaterHeard:
		return change{kind: "heater_heard", text: "the heater is heard again"}
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
	case errors.Is(event.Err, nwp500.ErrClientIDTaken):
		text += ": " + nwp500.ErrClientIDTaken.Error()
	case !errors.Is(event.Err, nwp500.ErrDisconnected): // which would say it twice
		text += ": " + oneLine(event.Err.Error())
	}
	return change{kind: "connection_lost", text: text}
}

// changeColumns are the columns of changes in CSV, which are those of their documents.
var changeColumns = []string{"time", "name", "mac_address", "event", "old", "new", "units"}

// record is a change in CSV.
func (c change) record(source nwp500.Source, in scale) []string {
	return []string{
		source.Time.Format(timeForm), source.Device.Name, source.Device.MAC.Reveal(), c.kind, cell(c.old), cell(c.new), in.units().String(),
	}
}

// timeForm is a time for programs.
const timeForm = "2006-01-02T15:04:05.000Z07:00"

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
		source.Time.Format(timeForm), source.Device.Name, source.Device.MAC.Reveal(),
		c.kind, c.old, c.new, in.units().String(),
	}
}
