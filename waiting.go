package nwp500

import (
	"context"
	"sync"
)

// A command waits twice for a connection that is down: to learn what the heater can do,
// unless that is known, and to be sent. The link sees to the second wait, and to its
// order; what is here sees to the first, and that the order is the same.

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
	waiting, supersede := context.WithCancelCause(ctx)
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
