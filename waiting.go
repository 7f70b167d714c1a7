package nwp500

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
)

// A command waits twice for a connection that is down: to learn what the heater can do,
// unless that is known, and to be sent. The link sees to the second wait, and to its
// order; what is here sees to the first, and that the order is the same.

// commandPatience is how long a command waits to learn what the heater can do: as long as
// the link has it wait to be sent.
const commandPatience = 2 * time.Minute

// patiently bounds a command's wait, by both clocks: a command of yesterday must not be
// sent because the machine slept. end is called with what the wait came to.
func (s *Session) patiently(ctx context.Context) (waiting context.Context, end func(error) error) {
	waiting, cancel := context.WithTimeoutCause(ctx, commandPatience, awsiot.ErrExpired)
	began := s.client.now()
	return waiting, func(err error) error {
		defer cancel()
		if errors.Is(context.Cause(waiting), awsiot.ErrExpired) || s.client.now().Sub(began) >= commandPatience {
			return awsiot.ErrExpired
		}
		return err
	}
}

// waitingKey is a kind of command to a heater.
type waitingKey struct {
	mac  MAC
	kind string
}

// waitingCommand is a command that waits to learn what the heater can do.
type waitingCommand struct{ supersede context.CancelCauseFunc }

// turn waits until the commands given to the heater before have their place with the link.
// pass lets the next one have its turn, and may be called again.
func (s *Session) turn(ctx context.Context, mac MAC) (pass func(), err error) {
	s.mu.Lock()
	turn := s.turns[mac]
	if turn == nil {
		turn = make(chan struct{}, 1)
		s.turns[mac] = turn
	}
	s.mu.Unlock()
	select {
	case turn <- struct{}{}: // who waits for room in a channel gets it in the order of coming
		return sync.OnceFunc(func() { <-turn }), nil
	case <-ctx.Done():
		return func() {}, waitError(ctx)
	}
}

// featuresFor returns the features that a command of a kind is checked with. It may
// wait for a connection that is down, and a newer command of the kind then takes its
// place: ErrSuperseded. Commands that come later wait until pass is called, which is due
// whatever the error.
func (h *Heater) featuresFor(ctx context.Context, kind string) (features *Features, pass func(), err error) {
	s, key := h.session, waitingKey{h.device.MAC, kind}
	patient, end := s.patiently(ctx)
	waiting, supersede := context.WithCancelCause(patient)
	defer supersede(nil)
	command := &waitingCommand{supersede}
	s.mu.Lock()
	if older := s.waiting[key]; older != nil {
		older.supersede(ErrSuperseded)
	}
	s.waiting[key] = command
	s.mu.Unlock()

	if pass, err = s.turn(waiting, h.device.MAC); err == nil {
		features, err = h.knownFeatures(waiting, true)
	}
	err = end(err)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting[key] != command {
		if ctx.Err() != nil {
			return nil, pass, waitError(ctx)
		}
		return nil, pass, ErrSuperseded
	}
	delete(s.waiting, key)
	return features, pass, err
}
