package nwp500

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// A reader that ends its own context while it is at work is not told that the session
// was closed.
func TestEventsEndQuietlyWithTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l listeners
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		events := l.events(ctx, Device{}, nil)
		l.tell(ConnectionResumed{})
		for _, err := range events {
			if err != nil {
				t.Fatalf("got %v, want the end of the events", err)
			}
			cancel()
			synctest.Wait() // for the stream to be closed behind the reader's back
		}
	})
}

// all returns the streams that are open.
func (l *listeners) all() []*stream[Event] {
	l.mu.Lock()
	defer l.mu.Unlock()
	var open []*stream[Event]
	for s := range l.streams {
		open = append(open, s)
	}
	return open
}

// Events of a heater that cannot be listened to leave nothing behind.
func TestEventsThatFailLeaveNoStream(t *testing.T) {
	s := &Session{client: New(Config{}), closed: true}
	heater := s.Heater(Device{MAC: NewMAC("04786332fca0")})
	for _, err := range heater.Events(context.Background()) {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	if open := s.listeners.all(); len(open) > 0 {
		t.Errorf("%d streams are left", len(open))
	}
}
