package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

const (
	// commandLimit is how long a command may take, the wait for a connection included.
	commandLimit = time.Minute
	// shownWithin is how long a command that is done waits for the state to show it: the
	// answer that ended it is on its way there.
	shownWithin = 200 * time.Millisecond
)

// errEnding is a fleet that does not run, or no more.
var errEnding = errors.New("the program is not connected, or about to end")

// Do carries a command out and returns its end, which is also told in the feed. by is who
// asks: "api", "page", "homeassistant", "top". It takes a minute at most, and less when
// ctx ends; what is under way then ends as nwp500.CommandError says. Nothing is ever sent
// twice. When it is done the heater's state shows it, as far as a status does.
func (h *Heater) Do(ctx context.Context, by string, command api.Command) api.Result {
	var result api.Result
	fleet := h.account.fleet
	switch order, err := parseCommand(command); {
	case err != nil:
		result = ended(command, err)
	case !fleet.begin():
		result = ended(command, notSent(errEnding))
	default:
		defer fleet.commands.Done() // when it is told, too
		result = h.carryOut(ctx, by, command, order)
	}
	result.Command, result.At = command.Name, time.Now()
	text := command.Name + ": " + string(result.End)
	if result.Error != "" {
		text += ": " + result.Error
	}
	told := h.event(api.CommandEvent, text)
	told.By, told.Result = by, &result
	h.tell(Notice{Event: told})
	return result
}

func (h *Heater) carryOut(ctx context.Context, by string, command api.Command, order order) api.Result {
	live, err := h.live()
	if err != nil {
		return ended(command, notSent(err))
	}
	ctx, cancel := context.WithTimeout(ctx, commandLimit)
	defer cancel()
	release := h.asks(by, order.changes)
	shown := h.nextStatus()
	err = order.run(ctx, h, live)
	release(mayHaveSucceeded(err))
	if err == nil {
		h.awaitShown(ctx, shown)
	}
	h.nudge(pollStatus, confirmAfter)
	for _, q := range order.reads {
		h.nudge(q, 0)
	}
	return ended(command, err)
}

// mayHaveSucceeded tells a command that can have changed something from one that did not.
func mayHaveSucceeded(err error) bool {
	var failed *nwp500.CommandError
	return err == nil || errors.As(err, &failed) && failed.Outcome == nwp500.OutcomeUnknown
}

// asks notes who asks for changes of a class until release is called, and, if there may be
// some, for a while after.
func (h *Heater) asks(by string, class api.EventClass) (release func(changes bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.askers == nil {
		h.askers = make(askers)
	}
	before := h.askers[class]
	h.askers[class] = asker{by: by}
	return func(changes bool) {
		h.mu.Lock()
		defer h.mu.Unlock()
		switch {
		case changes:
			h.askers[class] = asker{by: by, until: time.Now().Add(lagTime)}
		case before.until.IsZero(): // nobody, or another command that was under way
			delete(h.askers, class)
		default:
			h.askers[class] = before
		}
	}
}

// awaitShown waits for the status that a command was answered with.
func (h *Heater) awaitShown(ctx context.Context, shown <-chan struct{}) {
	limit := time.NewTimer(shownWithin)
	defer limit.Stop()
	select {
	case <-shown:
	case <-limit.C:
	case <-ctx.Done():
	}
}

// ended is the result of a command that came to this error.
func ended(command api.Command, err error) api.Result {
	var (
		field  *FieldError
		failed *nwp500.CommandError
		limits *nwp500.RangeError
		stale  *staleError
	)
	switch {
	case err == nil:
		return api.Result{End: api.Done}
	case errors.As(err, &field):
		return api.Result{End: api.Refusal, Error: field.Error(), Field: field.Field}
	case !errors.As(err, &failed):
		return api.Result{End: api.NotSent, Error: err.Error()}
	}
	result := api.Result{End: api.NotSent, Error: failed.Err.Error(), Stale: errors.As(err, &stale)}
	switch failed.Outcome {
	case nwp500.Refused:
		result.End = api.Refusal
	case nwp500.OutcomeUnknown:
		result.End = api.OutcomeUnknown
		result.Error += "; it may have been carried out"
	}
	if failed.Hint != "" {
		result.Error += "; " + failed.Hint
	}
	if errors.As(err, &limits) {
		result.Field = memberOf(command, limits.Field)
	}
	return result
}

// memberOf is the member of a command that a value of the library came from.
func memberOf(command api.Command, value string) string {
	switch {
	case command.Schedule != nil:
		return "schedule"
	case value == "temperature" && command.Fahrenheit != nil:
		return "fahrenheit"
	case value == "temperature":
		return "celsius"
	case value == "recirculation mode":
		return "mode"
	}
	return value
}

// notSent is a command that never left.
func notSent(err error) error { return &nwp500.CommandError{Outcome: nwp500.NotSent, Err: err} }

// refusal is a command that is refused here.
func refusal(err error) error { return &nwp500.CommandError{Outcome: nwp500.Refused, Err: err} }

// staleError is a schedule that is to replace another than the heater has.
type staleError struct{}

func (e *staleError) Error() string {
	return "the schedule was changed meanwhile: read it again, and change what is there now"
}
