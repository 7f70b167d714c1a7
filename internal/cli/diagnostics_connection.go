package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) diagnosticsConnectionCommand() *cobra.Command {
	var watch time.Duration
	cmd := p.command("connection", "Show how the live connection does, and why it went down", arguments(0, 0, "no arguments"), nil)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if watch < 0 || cmd.Flags().Changed("for") && watch == 0 {
			return usagef("--for takes a time, such as 10m")
		}
		ctx := cmd.Context()
		if watch == 0 {
			var cancel context.CancelFunc
			ctx, cancel = p.bounded(ctx)
			defer cancel()
		}
		return p.withHeaters(ctx, func(_ *nwp500.Client, session *nwp500.Session, devices []nwp500.Device) error {
			// A heater that does not answer is what the user may be looking for.
			silent := func(device nwp500.Device, err error) {
				if err != nil {
					p.tell(fmt.Errorf("%s: %w", title(device), err))
				}
			}
			if watch > 0 {
				if err := p.watchConnection(ctx, session, devices, watch, silent); err != nil {
					return err
				}
				return p.connectionDiagnostics(session.Diagnostics(), false)
			}
			for got := range ask(ctx, devices, func(ctx context.Context, device nwp500.Device) (*nwp500.Status, error) {
				return session.Heater(device).Status(ctx)
			}) {
				silent(got.device, got.err)
			}
			return p.connectionDiagnostics(session.Diagnostics(), true)
		})
	}
	cmd.Flags().DurationVar(&watch, "for", 0, "stay connected for so long, `10m` or 24h, and tell what happens")
	cmd.Long = `Connect, ask the heaters for their status, and show how the connection to the cloud's message
broker did, for a bug report. It names no heater and no account.

With --for it stays connected, asks the heaters each minute, tells at once when the connection
goes down or comes back, and what it takes for the reason; Ctrl-C ends it sooner.`
	cmd.Example = "  nwp500 diagnostics connection -o json\n  nwp500 diagnostics connection --for 24h"
	return cmd
}

// watchPoll is how often the heaters are asked, so that a connection that is dead shows itself.
const watchPoll = time.Minute

// watchConnection stays connected for a while or until it is interrupted, and tells people what happens. In the end it tells of heaters that
// do not answer.
func (p *program) watchConnection(
	ctx context.Context, session *nwp500.Session, devices []nwp500.Device, watch time.Duration, silent func(nwp500.Device, error),
) error {
	ctx, cancel := context.WithTimeout(ctx, watch)
	defer cancel()
	polls := make([]*nwp500.Poll, len(devices)) // they end with the session
	for i, device := range devices {
		polls[i] = session.Heater(device).Poll(nwp500.PollStatus, watchPoll)
	}
	look := time.NewTicker(time.Second)
	defer look.Stop()
	var told time.Time
	for {
		events := session.Diagnostics().Events
		for _, event := range events {
			if !event.Time.After(told) {
				continue
			}
			if err := p.tellEvent(event); err != nil {
				return err
			}
		}
		if len(events) > 0 {
			told = events[len(events)-1].Time
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			for i, poll := range polls {
				if _, err := poll.Last(); !errors.Is(err, nwp500.ErrDisconnected) { // which the rest is about
					silent(devices[i], err)
				}
			}
			if p.tables() {
				fmt.Fprintln(p.stdout)
			}
			return p.stdout.err
		}
	}
}

// tables reports whether the output is for people.
func (p *program) tables() bool { return !p.options.format.json && !p.options.format.csv }

// tellEvent tells people of an event at once.
func (p *program) tellEvent(event nwp500.DiagnosticEvent) error {
	if !p.tables() {
		return nil // the document in the end has it
	}
	for i, line := range eventLines(event) {
		at := event.Time.Local().Format(time.TimeOnly)
		if i > 0 {
			at = strings.Repeat(" ", len(at))
		}
		if err := p.say("%s  %s", at, line); err != nil {
			return err
		}
	}
	return nil
}

// eventLines are an event in words, and what is made of it.
func eventLines(event nwp500.DiagnosticEvent) []string {
	lines := []string{event.What}
	switch event.What {
	case "lost":
		lines[0] = fmt.Sprintf("lost after %s: %s", event.Lasted, event.Saw)
	case "reconnected":
		lines[0] = fmt.Sprintf("reconnected, with %s", plural(event.Attempts, "attempt"))
	case "sign-in needed":
		lines[0] = "stopped, a sign-in is needed: " + event.Cause
	case "service announced":
		lines[0] = "the cloud announced that it is about to be serviced"
	}
	return append(lines, diagnosisLines(event.Diagnosis)...)
}

func diagnosisLines(d nwp500.Diagnosis) []string {
	var lines []string
	if d.Guess != "" {
		lines = append(lines, "perhaps "+d.Guess)
	}
	if d.Advice != "" {
		lines = append(lines, "to do: "+d.Advice)
	}
	return lines
}

// connectionDiagnostics shows how the connections did, with what happened to them unless that was told already.
func (p *program) connectionDiagnostics(d nwp500.Diagnostics, withEvents bool) error {
	switch {
	case p.options.format.json:
		return p.document(d)
	case p.options.format.csv:
		return p.connectionRecords(d)
	}
	sheet := &sheet{title: "Live connection"}
	for i, c := range d.Connections {
		sheet.group(fmt.Sprintf("Connection %d", i+1), connectionFacts(c, d.Time)...)
	}
	sheet.group("Session",
		fact{"heaters", fmt.Sprint(d.Heaters)},
		fact{"waiting", waitingText(d)},
		fact{"late answers", fmt.Sprint(d.LateAnswers)},
	)
	if withEvents {
		var facts []fact
		for _, event := range d.Events {
			at := event.Time.Local().Format(time.TimeOnly)
			for _, line := range eventLines(event) {
				facts = append(facts, fact{at, line})
				at = ""
			}
		}
		sheet.group("What happened", facts...)
	}
	return p.sheet(sheet)
}

func connectionFacts(c nwp500.ConnectionDiagnostics, now time.Time) []fact {
	facts := []fact{{"state", connectionState(c, now)}}
	if !c.Up {
		label := "why"
		for _, line := range append(whyDown(c), diagnosisLines(c.Diagnosis)...) {
			facts = append(facts, fact{label, line})
			label = ""
		}
	}
	return append(facts,
		fact{"client id", c.ClientID},
		fact{"made", plural(c.Made, "time")},
		fact{"went down", dropsText(c.Drops)},
		fact{"was up for", lengthsText(c)},
		fact{"heaters", fmt.Sprint(c.Heaters)},
		fact{"waiting", fmt.Sprintf("%s to be sent, %d to be acknowledged", plural(c.Waiting, "message"), c.InFlight)},
		fact{"subscriptions", fmt.Sprintf("%d, %d refused", c.Subscriptions, c.Refused)},
		fact{"messages", fmt.Sprintf("%d received, %d lost", c.Received, c.Lost)},
		fact{"the cloud's clock", clockText(c.ClockAhead)},
	)
}

func connectionState(c nwp500.ConnectionDiagnostics, now time.Time) string {
	since := fmt.Sprintf("for %s, since %s", c.For, c.Since.Local().Format(time.DateTime))
	switch {
	case c.Up:
		return "up " + since
	case c.Stopped:
		return "down " + since + "; not tried any more"
	case c.NextAttempt.IsZero():
		return fmt.Sprintf("down %s; attempt %d is under way", since, c.Attempts)
	}
	tried, next := "tried "+plural(c.Attempts, "time")+", the next in", max(c.NextAttempt.Sub(now), 0).Round(time.Second)
	if c.Attempts == 0 {
		tried = "to be tried in"
	}
	return fmt.Sprintf("down %s; %s %s", since, tried, next)
}

// whyDown is what was seen: of attempts to come back, or of the end.
func whyDown(c nwp500.ConnectionDiagnostics) []string {
	switch {
	case c.Saw != "":
		return []string{c.Saw}
	case c.Error != "":
		return []string{c.Error}
	}
	return nil
}

// waitingText says how much waits, and why.
func waitingText(d nwp500.Diagnostics) string {
	text := plural(d.Waiting, "request")
	down := slices.ContainsFunc(d.Connections, func(c nwp500.ConnectionDiagnostics) bool { return !c.Up })
	if d.Waiting > 0 && down {
		text += ", for the connection; two minutes at the most"
	}
	return text
}

// dropsText says how often a connection went down and why.
func dropsText(drops map[string]int) string {
	var causes []string
	for _, why := range slices.Sorted(maps.Keys(drops)) {
		causes = append(causes, fmt.Sprintf("%s: %s", why, plural(drops[why], "time")))
	}
	if len(causes) == 0 {
		return "never"
	}
	return strings.Join(causes, "; ")
}

// lengthsText says for how long a connection was up, each time.
func lengthsText(c nwp500.ConnectionDiagnostics) string {
	if len(c.Lengths) == 0 {
		return "no end yet"
	}
	const shown = 5
	var lengths []string
	for _, length := range c.Lengths[max(0, len(c.Lengths)-shown):] {
		lengths = append(lengths, length.String())
	}
	text := strings.Join(lengths, ", ")
	if len(c.Lengths) > 1 {
		text += fmt.Sprintf(" (shortest %s, longest %s)", c.Shortest, c.Longest)
	}
	return text
}

func clockText(ahead nwp500.Span) string {
	switch {
	case ahead > 0:
		return fmt.Sprintf("%s ahead of this machine's", ahead)
	case ahead < 0:
		return fmt.Sprintf("%s behind this machine's", -ahead)
	}
	return "agrees, or did not matter"
}

// connectionRecords writes a record of CSV for each connection.
func (p *program) connectionRecords(d nwp500.Diagnostics) error {
	header := []string{
		"client_id", "up", "since", "heaters", "made", "drops", "waiting", "in_flight",
		"subscriptions", "refused", "received", "lost", "error", "saw", "guess", "advice",
	}
	var records [][]string
	for _, c := range d.Connections {
		drops, err := json.Marshal(c.Drops)
		if err != nil {
			return err
		}
		records = append(records, []string{
			c.ClientID, cell(c.Up), c.Since.Format(time.RFC3339), cell(c.Heaters), cell(c.Made), string(drops), cell(c.Waiting), cell(c.InFlight),
			cell(c.Subscriptions), cell(c.Refused), cell(c.Received), cell(c.Lost), c.Error, c.Saw, c.Guess, c.Advice,
		})
	}
	return p.csv(header, records)
}
