package fleet

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A reader that is too slow loses the oldest notices and learns how many; a heater's come
// in order.
func TestAFeedOverflows(t *testing.T) {
	var l feeds
	f := l.add()
	const over = 100
	states := make([]State, feedLength+over)
	for i := range states {
		l.tell(Notice{State: &states[i]})
	}
	notices, missed, err := f.Next(t.Context())
	if err != nil || missed != over || len(notices) != feedLength {
		t.Fatalf("%d notices, %d missed, %v", len(notices), missed, err)
	}
	for i, n := range notices {
		if n.State != &states[over+i] {
			t.Fatalf("notice %d is another", i)
		}
	}
	l.tell(Notice{State: &states[0]})
	if notices, missed, err = f.Next(t.Context()); err != nil || missed != 0 || len(notices) != 1 {
		t.Errorf("%d notices, %d missed, %v", len(notices), missed, err)
	}
}

// A feed ends with its context, with Close, and with the fleet once all is read.
func TestAFeedEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l feeds
		f := l.add()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, _, err := f.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.AfterFunc(time.Second, f.Close)
		if _, _, err := f.Next(t.Context()); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("got %v", err)
		}
		f.Close()
		second := l.add()
		l.tell(Notice{})
		l.end()
		if notices, _, err := second.Next(t.Context()); err != nil || len(notices) != 1 {
			t.Errorf("got %d, %v", len(notices), err)
		}
		if _, _, err := second.Next(t.Context()); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("got %v", err)
		}
		if _, _, err := l.add().Next(t.Context()); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

// Every status is a notice, in order, for every feed; the state of a notice is of that
// moment.
func TestNoticesOfStatuses(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		second := w.fleet.Listen()
		defer second.Close()
		w.heard()
		for range 20 {
			simulated.Draw(3)
			pass(30 * time.Second)
		}
		notices := w.heard()
		others, _, err := second.Next(t.Context())
		if err != nil || len(others) != len(notices) {
			t.Fatalf("%d and %d notices, %v", len(notices), len(others), err)
		}
		var last time.Time
		statuses := 0
		for _, n := range notices {
			if n.Heater != h {
				t.Fatal("another heater's")
			}
			if n.Status {
				statuses++
			}
			if n.State.StatusAt.Before(last) {
				t.Error("a state is older than the one before")
			}
			last = n.State.StatusAt
		}
		if statuses < 20 {
			t.Errorf("%d statuses", statuses)
		}
	})
}
