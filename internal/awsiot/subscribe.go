package awsiot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	maxSubscriptions = 50 // of one connection
	maxFilters       = 8  // of one SUBSCRIBE or UNSUBSCRIBE
	subackTimeout    = 30 * time.Second
)

// Subscribe wants the filters and returns when the broker has answered for each, which may be after a reconnection. If it refused some, the
// error is a [*SubscribeError]. A filter stays wanted whatever the error, except one of [ErrFilter] and [ErrTooManySubscriptions] (there may be
// 50), which change nothing. Wanting a filter twice is wanting it once.
func (l *Link) Subscribe(ctx context.Context, filters ...string) error {
	for _, filter := range filters {
		if err := checkFilter(filter); err != nil {
			return fmt.Errorf("subscribe: %w", err)
		}
	}
	w := &waiter{done: make(chan error, 1)}
	if !l.ask(func() { l.want(w, filters) }) {
		return fmt.Errorf("subscribe: %w", ErrClosed)
	}
	select {
	case err := <-w.done:
		return err
	case <-ctx.Done():
		l.ask(func() { l.subscriptions.abandon(w) })
		return fmt.Errorf("subscribe: %w", ctx.Err())
	}
}

// Unsubscribe wants the filters no more and returns when the broker has answered, at once while the link is down. Unknown filters
// are ignored. A Subscribe that still waits for one of them fails.
func (l *Link) Unsubscribe(ctx context.Context, filters ...string) error {
	outcomes := make(chan error, maxSubscriptions/maxFilters+1)
	var requests int
	if !l.ask(func() { requests = l.unwant(filters, outcomes) }) {
		return fmt.Errorf("unsubscribe: %w", ErrClosed)
	}
	var errs []error
	for range requests {
		select {
		case err := <-outcomes:
			errs = append(errs, err)
		case <-ctx.Done():
			return fmt.Errorf("unsubscribe: %w", ctx.Err())
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("unsubscribe: %w", err)
	}
	return nil
}

// want adds filters, and asks anew for those that were refused before.
func (l *Link) want(w *waiter, filters []string) {
	s := &l.subscriptions
	if l.closed {
		w.done <- fmt.Errorf("subscribe: %w", ErrClosed)
		return
	}
	var added []*subscription
	for _, filter := range filters {
		have := slices.Concat(s.wanted, added)
		if i := slices.IndexFunc(have, func(h *subscription) bool { return h.filter == filter }); i >= 0 {
			w.subscriptions = append(w.subscriptions, have[i])
			continue
		}
		added = append(added, &subscription{filter: filter})
	}
	if len(s.wanted)+len(added) > maxSubscriptions {
		w.done <- fmt.Errorf("subscribe: %w: more than %d", ErrTooManySubscriptions, maxSubscriptions)
		return
	}
	for _, old := range w.subscriptions {
		if old.state == declined && (old.strikes <= maxStrikes || l.now.Sub(old.declinedAt) >= costlyPause) {
			old.state = unasked
		}
	}
	w.subscriptions = append(w.subscriptions, added...)
	s.wanted = append(s.wanted, added...)
	s.waiters = append(s.waiters, w)
	s.settle()
}

// unwant takes filters away and returns the number of outcomes to wait for.
func (l *Link) unwant(filters []string, outcomes chan<- error) int {
	s := &l.subscriptions
	if l.closed {
		outcomes <- ErrClosed
		return 1
	}
	var known []*subscription
	s.wanted = slices.DeleteFunc(s.wanted, func(old *subscription) bool {
		if !slices.Contains(filters, old.filter) {
			return false
		}
		old.unwanted = true
		if old.state == asked || old.state == accepted {
			known = append(known, old)
		}
		return true
	})
	s.settle()
	requests := 0
	for batch := range slices.Chunk(known, maxFilters) { // none is known to the broker while the link is down
		id := l.nextID()
		r := &request{id: id, packet: mqtt.AppendUnsubscribe(nil, id, names(batch)...), sent: l.now, outcomes: outcomes}
		s.leaving = append(s.leaving, r)
		l.push(frame{websocket.BinaryMessage, r.packet})
		requests++
	}
	return requests
}

// subscribe asks the broker for the filters that are wanted, in batches, and sees to answers that do not come.
func (l *Link) subscribe() error {
	s := &l.subscriptions
	for len(s.leaving) > 0 && l.due(s.leaving[0].sent.Add(subackTimeout)) {
		s.leaving[0].outcomes <- ErrNoAcknowledgement
		s.leaving = s.leaving[1:]
	}
	if r := s.request; r != nil {
		if !l.due(r.sent.Add(subackTimeout)) {
			return nil
		}
		unwanted := slices.ContainsFunc(r.subscriptions, func(old *subscription) bool { return old.unwanted })
		if r.repeated || unwanted { // to repeat it would subscribe to what was taken away
			return fmt.Errorf("SUBACK: %w", ErrNoAcknowledgement)
		}
		r.repeated, r.sent = true, l.now
		l.push(frame{websocket.BinaryMessage, r.packet})
		return nil
	}
	for _, old := range s.wanted {
		if old.state == declined && l.due(old.retryAt) {
			old.state = unasked
		}
	}
	batch := s.batch(l.due(l.conn.since.Add(poisonTime)))
	if len(batch) == 0 {
		return nil
	}
	for _, next := range batch {
		next.state = asked
	}
	id := l.nextID()
	s.request = &request{id: id, packet: mqtt.AppendSubscribe(nil, id, 1, names(batch)...), sent: l.now, subscriptions: batch}
	l.push(frame{websocket.BinaryMessage, s.request.packet})
	return nil
}
