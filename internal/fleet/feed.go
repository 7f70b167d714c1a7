package fleet

import (
	"context"
	"sync"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// feedLength is how many notices wait for a reader before the oldest are dropped: more
// than a thousand heaters have to say when their connections go down together.
const feedLength = 2048

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

// Feed is a bounded queue of notices, for one reader. Of one heater they come in the
// order in which they happened.
type Feed struct {
	feeds *feeds
	wake  chan struct{} // holds a token when there is something to look at

	mu      sync.Mutex
	notices []Notice
	missed  int
	ended   bool
}

// Next returns the notices that wait, at least one, and how many were lost before them.
// It waits until there is one; its error is that of ctx, or nwp500.ErrClosed when the
// feed was closed, or the fleet has ended and all was read.
func (f *Feed) Next(ctx context.Context) (notices []Notice, missed int, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		notices, missed, ended := f.take()
		if len(notices) > 0 {
			return notices, missed, nil
		}
		if ended {
			return nil, 0, nwp500.ErrClosed
		}
		select {
		case <-f.wake:
		case <-ctx.Done():
		}
	}
}

// Close ends the feed. Closing again does nothing.
func (f *Feed) Close() {
	f.feeds.remove(f)
	f.mu.Lock()
	f.notices, f.missed = nil, 0
	f.mu.Unlock()
	f.end()
}

func (f *Feed) take() (notices []Notice, missed int, ended bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	notices, missed = f.notices, f.missed
	f.notices, f.missed = nil, 0
	return notices, missed, f.ended
}

func (f *Feed) put(notice Notice) {
	f.mu.Lock()
	if len(f.notices) == feedLength {
		f.notices = append(f.notices[:0], f.notices[1:]...)
		f.missed++
	}
	f.notices = append(f.notices, notice)
	f.mu.Unlock()
	f.signal()
}

func (f *Feed) end() {
	f.mu.Lock()
	f.ended = true
	f.mu.Unlock()
	f.signal()
}

func (f *Feed) signal() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// feeds are the open feeds of a fleet.
type feeds struct {
	mu    sync.Mutex
	open  map[*Feed]struct{}
	ended bool
}

func (l *feeds) add() *Feed {
	f := &Feed{feeds: l, wake: make(chan struct{}, 1)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		f.end()
		return f
	}
	if l.open == nil {
		l.open = make(map[*Feed]struct{})
	}
	l.open[f] = struct{}{}
	return f
}

func (l *feeds) remove(f *Feed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, f)
}

func (l *feeds) tell(notice Notice) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for f := range l.open {
		f.put(notice)
	}
}

// end tells every reader that nothing comes any more.
func (l *feeds) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	for f := range l.open {
		f.end()
	}
}
