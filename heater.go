package nwp500

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

const (
	// featuresLife is how long features are taken as they are: they change with a
	// new firmware.
	featuresLife = 30 * time.Minute
	// askAgainAfter is when a question without an answer is asked again: just after a
	// subscription the broker may not deliver yet.
	askAgainAfter = 5 * time.Second
)

// Heater is a handle of one heater of a session. Handles are cheap, and those of
// one heater share what the session knows of it. The methods may be called from
// several goroutines.
type Heater struct {
	session *Session
	device  Device
}

// Device returns the device that the handle was made of.
func (h *Heater) Device() Device { return h.device }

// Events yields what happens to this heater and its connection until the context
// ends. It ends with ErrClosed when the session is closed. Events are noticed from
// the call on and not from the first iteration; a reader that is too slow is told
// how many it Missed. The first iteration subscribes to the heater if nothing has;
// an error of that ends the events.
func (h *Heater) Events(ctx context.Context) iter.Seq2[Event, error] {
	return h.session.listeners.events(ctx, h.device, func() error {
		_, err := h.session.attach(ctx, h.device, true)
		return err
	})
}

// Status asks the heater for its status and waits for the answer
// (docs/protocol.md §3). It does not wait for a connection that is down:
// ErrDisconnected. A heater that does not answer in time is ErrNoAnswer.
func (h *Heater) Status(ctx context.Context) (*Status, error) {
	envelope, err := h.ask(ctx, statusQuestion(), false)
	if err != nil {
		return nil, err
	}
	message, _ := envelope.Status()
	return newStatus(message, h.device.MAC, time.Now()), nil
}

// Features returns what the heater is and can do (docs/protocol.md §4). They are
// kept for 30 minutes; older ones, or none, are asked for like a status.
func (h *Heater) Features(ctx context.Context) (*Features, error) {
	return h.knownFeatures(ctx, false)
}

// knownFeatures returns the features, and may wait for a connection that is down.
func (h *Heater) knownFeatures(ctx context.Context, wait bool) (*Features, error) {
	s := h.session
	if !wait { // whoever is before us may
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, s.client.config.AnswerTimeout, ErrNoAnswer)
		defer cancel()
	}
	state, err := s.attach(ctx, h.device, wait)
	if err != nil {
		return nil, unasked(ctx, err, wait)
	}
	if kept := s.keptFeatures(state); kept != nil {
		return kept, nil
	}
	if !wait && !state.connection.takesQuestions() {
		return nil, ErrDisconnected
	}
	select {
	case state.asking <- struct{}{}:
		defer func() { <-state.asking }()
	case <-ctx.Done():
		return nil, h.explain(ctx, ctx.Err())
	}
	if kept := s.keptFeatures(state); kept != nil {
		return kept, nil
	}
	ask := func(ctx context.Context, t transaction) (*wire.Envelope, error) { return h.ask(ctx, t, false) }
	if wait {
		ask = h.askWaiting
	}
	envelope, err := ask(ctx, featuresQuestion())
	if err != nil {
		return nil, err
	}
	message, _ := envelope.Features()
	return newFeatures(message, h.device.MAC, time.Now()), nil
}

// awaitFeatures returns the features, and waits for a connection that is down for as long
// as a command does.
func (h *Heater) awaitFeatures(ctx context.Context) (*Features, error) {
	waiting, end := h.session.patiently(ctx)
	features, err := h.knownFeatures(waiting, true)
	return features, end(err)
}

// keptFeatures returns the features that are known and not too old, or nil.
func (s *Session) keptFeatures(state *heaterState) *Features {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := state.features; kept != nil && time.Since(kept.Received) < featuresLife {
		return kept
	}
	return nil
}

func statusQuestion() transaction {
	return transaction{
		code: topic.StatusRequest, suffix: topic.SuffixStatus, wants: statusAnswering(topic.StatusRequest),
	}
}

func featuresQuestion() transaction {
	return transaction{
		code: topic.FeaturesRequest, suffix: topic.SuffixFeatures,
		wants: func(envelope *wire.Envelope) bool { _, ok := envelope.Features(); return ok },
	}
}

// explain adds to a time that ran out what the cloud knew of the heater.
func (h *Heater) explain(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	err = waitError(ctx)
	if errors.Is(err, ErrNoAnswer) && h.device.Connected.IsOff() {
		return fmt.Errorf("%w: the cloud lists it as not connected", err)
	}
	return err
}

// unasked is the error of a question that was not asked, as its filters could not be
// subscribed. That no heater has answered it says nothing of the heater. One that may
// wait for the connection goes on until its time has run out, which is no ErrDisconnected.
func unasked(ctx context.Context, err error, wait bool) error {
	switch cause := context.Cause(ctx); {
	case ctx.Err() == nil:
		return err
	case !wait && errors.Is(cause, ErrNoAnswer):
		return fmt.Errorf("%w: the broker did not confirm in time what was subscribed", ErrDisconnected)
	}
	return waitError(ctx)
}

// waitError is the end of a wait for a heater. A context that ran out of time is a
// heater that did not answer; one that was cancelled stays what it is.
func waitError(ctx context.Context) error {
	cause := context.Cause(ctx)
	if errors.Is(cause, context.DeadlineExceeded) {
		return fmt.Errorf("%w in time: %w", ErrNoAnswer, cause)
	}
	return cause
}
