package tui

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/nwp500/nwp500/api"
)

// order is a command that was given.
type order struct {
	given
	name  string // the heater's
	begun time.Time
	end   api.End // empty while it is on its way
	why   string
}

func (o *order) over() bool { return o.end != "" }

// finished is the end of a command.
type finished struct {
	order  *order
	result api.Result
}

// longest is how long the end of a command is waited for; the server ends it within a minute.
const longest = 90 * time.Second

// give gives a command. One at a time is on its way.
func (m *model) give(h *heater, what given) {
	o := &order{given: what, name: h.Name, begun: m.now}
	m.order = o
	id := h.ID
	m.start(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, longest)
		defer cancel()
		result, err := m.client.Do(ctx, id, what.Command)
		var failed *api.CommandError
		switch {
		case errors.As(err, &failed) && failed.Err != nil:
			result.Error = explain(failed.Err)
		case err != nil && result.Error == "":
			result.Error = explain(err)
		}
		return finished{o, result}
	})
}

// finish shows the end of a command.
func (m *model) finish(message finished) {
	o := message.order
	o.end, o.why = message.result.End, sentence(message.result.Error)
	m.quits = false
	if o == m.order && o.Name == api.Refresh && o.end == api.Done {
		m.order = nil // what it brought is on the screen
	}
}

// line tells how a command is doing.
func (o *order) line(now time.Time) string {
	switch o.end {
	case "":
		return fmt.Sprintf("… %s for %s is on its way, %s", o.text, o.name, span(now.Sub(o.begun)))
	case api.Done:
		return fmt.Sprintf("✓ done: %s of %s", o.text, o.name)
	case api.OutcomeUnknown:
		why := o.why
		if why == "" {
			why = "no answer came"
		}
		return fmt.Sprintf("? outcome unknown: %s of %s was sent: %s. Look before you try again", o.text, o.name, why)
	}
	return fmt.Sprintf("✗ %s: %s of %s%s", shown(string(o.end)), o.text, o.name, because(o.why))
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + why
}

// explain is an error in a few words for the screen, without the address, which the user
// knows.
func explain(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	return sentence(err.Error())
}
