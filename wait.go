package nwp500

import (
	"context"
	"iter"
)

// WaitFor waits for an event of any heater, or of the connections, that wanted reports
// true for, and returns it. The error is the context's cause, or ErrClosed. Only events
// from the call on count: to wait for what a command brings, call it in a goroutine
// before the command, or take the events from Events, which are noticed from the call
// on, and read them after the command.
//
// wanted is called from this goroutine, one event at a time, with a Missed where it was
// too slow.
func (s *Session) WaitFor(ctx context.Context, wanted func(Event) bool) (Event, error) {
	return waitFor(ctx, s.Events(ctx), wanted)
}

// WaitFor waits for an event of this heater, or of its connection, like
// Session.WaitFor. It subscribes to the heater if nothing has.
func (h *Heater) WaitFor(ctx context.Context, wanted func(Event) bool) (Event, error) {
	return waitFor(ctx, h.Events(ctx), wanted)
}

func waitFor(ctx context.Context, events iter.Seq2[Event, error], wanted func(Event) bool) (Event, error) {
	for event, err := range events {
		if err != nil {
			return nil, err
		}
		if wanted(event) {
			return event, nil
		}
	}
	return nil, context.Cause(ctx) // nothing else ends the events without an error
}
