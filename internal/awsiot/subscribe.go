package awsiot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSubscriptions = 50 // of one connection
	maxFilters       = 8  // of one SUBSCRIBE or UNSUBSCRIBE
	subackTimeout    = 30 * time.Second

	// A refused filter is asked for again after the first of these, doubled with each refusal up to the second.
	refusalMin = time.Minute
	refusalMax = time.Hour
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

// A subscription is a filter that is wanted.
type subscription struct {
	filter   string
	state    subscriptionState
	strikes  int       // connections that ended when it was asked for
	refusals int       // in a row
	retryAt  time.Time // when a refused one is asked for again
	unwanted bool      // Unsubscribe took it away while somebody still held it
}

type subscriptionState int

const (
	unasked  subscriptionState = iota
	asked                      // the broker has not answered
	accepted                   // messages arrive
	declined                   // SUBACK 0x80, or the connection ends over it
)

func (s *subscription) settled() bool {
	return s.state == accepted || s.state == declined || s.unwanted
}

func (s *subscription) accept() { s.state, s.strikes, s.refusals = accepted, 0, 0 }

func (s *subscription) decline(now time.Time) {
	wait := refusalMax
	if s.refusals < 6 { // a minute << 6 is above the maximum
		wait = refusalMin << s.refusals
	}
	s.state, s.retryAt = declined, now.Add(wait)
	s.refusals++
}

// A waiter is a call of Subscribe.
type waiter struct {
	subscriptions []*subscription
	done          chan error // takes the outcome
}

// A request is a SUBSCRIBE or UNSUBSCRIBE without answer.
type request struct {
	id            uint16
	packet        []byte
	sent          time.Time
	repeated      bool
	subscriptions []*subscription
	outcomes      chan<- error // of an UNSUBSCRIBE; never full
}

// subscriptions are the filters wanted. There is one SUBSCRIBE under way at a time, so that it is known over which one a connection ended.
type subscriptions struct {
	wanted  []*subscription // in the order of wanting
	request *request        // the SUBSCRIBE under way, or nil
	leaving []*request      // the UNSUBSCRIBEs
	waiters []*waiter
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
		if old.state == declined {
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
		r := &request{id: id, packet: unsubscribePacket(id, names(batch)), sent: l.now, outcomes: outcomes}
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
	batch := s.batch()
	if len(batch) == 0 {
		return nil
	}
	for _, next := range batch {
		next.state = asked
	}
	id := l.nextID()
	s.request = &request{id: id, packet: subscribePacket(id, names(batch)), sent: l.now, subscriptions: batch}
	l.push(frame{websocket.BinaryMessage, s.request.packet})
	return nil
}

// batch returns the filters to ask for next. Those over which connections have ended come last and alone.
func (s *subscriptions) batch() []*subscription {
	var batch, suspects []*subscription
	for _, old := range s.wanted {
		switch {
		case old.state != unasked:
		case old.strikes >= maxStrikes:
			suspects = append(suspects, old)
		case len(batch) < maxFilters:
			batch = append(batch, old)
		}
	}
	if len(batch) == 0 && len(suspects) > 0 {
		return suspects[:1]
	}
	return batch
}

// answered takes in a SUBACK. One for another request is late or a duplicate.
func (s *subscriptions) answered(id uint16, codes []byte, now time.Time) error {
	r := s.request
	if r == nil || r.id != id {
		return nil
	}
	if len(codes) != len(r.subscriptions) {
		return malformed("SUBACK with %d codes for %d filters", len(codes), len(r.subscriptions))
	}
	s.request = nil
	for i, old := range r.subscriptions {
		if codes[i] == refusedFilter {
			old.decline(now)
		} else {
			old.accept()
		}
	}
	s.settle()
	return nil
}

// unsubscribed takes in an UNSUBACK.
func (s *subscriptions) unsubscribed(id uint16) {
	s.leaving = slices.DeleteFunc(s.leaving, func(r *request) bool {
		if r.id == id {
			r.outcomes <- nil
		}
		return r.id == id
	})
}

// blame holds the end of a connection against the filters that were just asked for, if there are any: AWS IoT may end it over one that its
// policy does not allow. One that was asked for alone and has done so more than once counts as refused. It reports whether it found any.
func (s *subscriptions) blame(now time.Time, kicked bool) bool {
	if !kicked || s.request == nil || now.Sub(s.request.sent) >= poisonTime {
		return false
	}
	for _, old := range s.request.subscriptions {
		if old.strikes++; old.strikes > maxStrikes && len(s.request.subscriptions) == 1 {
			old.decline(now)
		}
	}
	return true
}

// disconnected makes all filters that are not refused to be asked for again.
func (s *subscriptions) disconnected() {
	for _, old := range s.wanted {
		if old.state != declined {
			old.state = unasked
		}
	}
	s.request = nil
	s.endLeaving(nil) // the session ended, and its subscriptions with it
	s.settle()
}

// close ends all calls that wait.
func (s *subscriptions) close() {
	for _, w := range s.waiters {
		w.done <- fmt.Errorf("subscribe: %w", ErrClosed)
	}
	s.waiters = nil
	s.endLeaving(ErrClosed)
}

func (s *subscriptions) endLeaving(err error) {
	for _, r := range s.leaving {
		r.outcomes <- err
	}
	s.leaving = nil
}

var errUnsubscribed = errors.New("subscribe: unsubscribed in the meantime")

// settle ends the calls of Subscribe whose filters have all been answered.
func (s *subscriptions) settle() {
	s.waiters = slices.DeleteFunc(s.waiters, func(w *waiter) bool {
		var err error
		for _, old := range w.subscriptions {
			if !old.settled() {
				return false
			}
			if old.unwanted {
				err = errUnsubscribed
			}
		}
		if refused := declinedOf(w.subscriptions); err == nil && len(refused) > 0 {
			err = &SubscribeError{Filters: refused}
		}
		w.done <- err
		return true
	})
}

// abandon forgets a waiter whose caller has gone.
func (s *subscriptions) abandon(w *waiter) {
	s.waiters = slices.DeleteFunc(s.waiters, func(other *waiter) bool { return other == w })
}

// settled reports whether all filters have been answered.
func (s *subscriptions) settled() bool {
	return !slices.ContainsFunc(s.wanted, func(old *subscription) bool { return !old.settled() })
}

// live reports whether all filters are accepted.
func (s *subscriptions) live() bool {
	return !slices.ContainsFunc(s.wanted, func(old *subscription) bool { return old.state != accepted })
}

// refused returns the filters that the broker has refused.
func (s *subscriptions) refused() []string { return declinedOf(s.wanted) }

// idle reports whether no request is under way.
func (s *subscriptions) idle() bool { return s.request == nil && len(s.leaving) == 0 }

// uses reports whether a packet id is that of a request under way.
func (s *subscriptions) uses(id uint16) bool {
	return s.request != nil && s.request.id == id ||
		slices.ContainsFunc(s.leaving, func(r *request) bool { return r.id == id })
}

func declinedOf(subscriptions []*subscription) []string {
	return names(slices.DeleteFunc(slices.Clone(subscriptions), func(s *subscription) bool { return s.state != declined }))
}

func names(subscriptions []*subscription) []string {
	filters := make([]string, len(subscriptions))
	for i, s := range subscriptions {
		filters[i] = s.filter
	}
	return filters
}
