package nwp500

import (
	"context"
	"iter"
	"sync"
	"time"
)

// streamLength is how many items wait for a reader of a stream before the oldest are
// dropped.
const streamLength = 256

// stream is a bounded queue from a session to one reader. The session never waits
// for a reader; a reader that is too slow loses the oldest items and learns how many.
type stream[T any] struct {
	wake chan struct{} // holds a token when there is something to look at

	mu     sync.Mutex
	items  []T
	missed int
	err    error // set when nothing comes any more
}

func newStream[T any]() *stream[T] {
	return &stream[T]{wake: make(chan struct{}, 1)}
}

func (s *stream[T]) put(items ...T) {
	s.mu.Lock()
	s.items = append(s.items, items...)
	if over := len(s.items) - streamLength; over > 0 {
		s.items = append(s.items[:0:0], s.items[over:]...)
		s.missed += over
	}
	s.mu.Unlock()
	s.signal()
}

// end tells the reader why nothing comes any more, after what still waits.
func (s *stream[T]) end(err error) {
	s.mu.Lock()
	if s.err == nil {
		s.err = err
	}
	s.mu.Unlock()
	s.signal()
}

func (s *stream[T]) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// take returns what waits, how many items were lost before it, and whether the
// stream has ended.
func (s *stream[T]) take() (items []T, missed int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, missed = s.items, s.missed
	s.items, s.missed = nil, 0
	return items, missed, s.err
}

// all yields the items until the context ends, the stream ends or the reader stops.
// gap makes the item that stands for lost ones.
func (s *stream[T]) all(ctx context.Context, gap func(missed int) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			items, missed, err := s.take()
			if missed > 0 && !yield(gap(missed), nil) {
				return
			}
			for _, item := range items {
				if ctx.Err() != nil || !yield(item, nil) {
					return
				}
			}
			if ctx.Err() != nil {
				return // that may be why the stream has ended
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			select {
			case <-s.wake:
			case <-ctx.Done():
				return
			}
		}
	}
}

// listeners are the streams of events of a session.
type listeners struct {
	mu      sync.Mutex
	streams map[*stream[Event]]MAC // the zero MAC listens to every heater
	ended   error
}

// add opens a stream of one heater's events, or of all when mac is zero.
func (l *listeners) add(mac MAC) *stream[Event] {
	s := newStream[Event]()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended != nil {
		s.end(l.ended)
		return s
	}
	if l.streams == nil {
		l.streams = make(map[*stream[Event]]MAC)
	}
	l.streams[s] = mac
	return s
}

func (l *listeners) remove(s *stream[Event]) {
	l.mu.Lock()
	delete(l.streams, s)
	l.mu.Unlock()
	s.end(ErrClosed)
}

// tell gives events to every stream that listens to their heater.
func (l *listeners) tell(events ...Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, event := range events {
		of := event.Origin().Device.MAC
		for s, mac := range l.streams {
			if mac.IsZero() || of.IsZero() || mac == of {
				s.put(event)
			}
		}
	}
}

func (l *listeners) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = err
	for s := range l.streams {
		s.end(err)
	}
}

// events opens a stream, of one heater's events or of all when there is no device, and
// yields from it once begin, unless it is nil, has succeeded. The stream is closed when the
// context ends or the reader stops.
func (l *listeners) events(ctx context.Context, device Device, begin func() error) iter.Seq2[Event, error] {
	s := l.add(device.MAC)
	forget := context.AfterFunc(ctx, func() { l.remove(s) })
	return func(yield func(Event, error) bool) {
		defer l.remove(s)
		defer forget()
		if begin != nil {
			if err := begin(); err != nil {
				yield(nil, err)
				return
			}
		}
		s.all(ctx, func(missed int) Event {
			return Missed{Source{device, time.Now()}, missed}
		})(yield)
	}
}
