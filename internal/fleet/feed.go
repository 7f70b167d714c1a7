package fleet

import (
	"context"

	"github.com/nwp500/nwp500/api"
)

// Notice is something that happened.
type Notice struct {
	Heater *Heater
	// State is the heater's after it.
	State *State
	// Status tells that State.Status is new: another status came, equal or not.
	Status bool
	// Event is what happened, nil when only the state changed.
	Event *api.Event
	// Added and Removed tell that an account lists the heater now, or no more.
	Added, Removed bool
}

// Feed is a bounded queue of notices.
type Feed struct{}

// Next returns the notices that wait, at least one, and how many were lost before them.
// It waits until there is one; its error is that of ctx, or nwp500.ErrClosed.
func (f *Feed) Next(ctx context.Context) (notices []Notice, missed int, err error) {
	<-ctx.Done()
	return nil, 0, ctx.Err()
}

// Close ends the feed.
func (f *Feed) Close() {}
