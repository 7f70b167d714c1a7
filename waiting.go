package nwp500

import "context"

// A command waits twice for a connection that is down: to learn what the heater can do,
// unless that is known, and to be sent. The link sees to the second wait, and to its
// order; what is here sees to the first.

// waitingKey is a kind of command to a heater.
type waitingKey struct {
	mac  MAC
	kind string
}

// waitingCommand is a command that waits to learn what the heater can do.
type waitingCommand struct{ supersede context.CancelCauseFunc }

// featuresFor returns the features that a command of a kind is checked with. It may
// wait for a connection that is down, and a newer command of the kind then takes its
// place: ErrSuperseded.
func (h *Heater) featuresFor(ctx context.Context, kind string) (*Features, error) {
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

	features, err := h.knownFeatures(waiting, true)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting[key] != command {
		if ctx.Err() != nil {
			return nil, waitError(ctx)
		}
		return nil, ErrSuperseded
	}
	delete(s.waiting, key)
	return features, err
}
