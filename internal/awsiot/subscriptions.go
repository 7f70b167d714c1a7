package awsiot

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	// A refused filter is asked for again after the first of these, doubled with each refusal up to the second.
	refusalMin = time.Minute
	refusalMax = time.Hour

	// costlyPause is the least time before one over which connections have ended is asked for again because a caller wants it: who wants it
	// again and again would keep the link down for all.
	costlyPause = 15 * time.Minute
)

// A subscription is a filter that is wanted.
type subscription struct {
	filter     string
	state      subscriptionState
	strikes    int       // connections that ended when it was asked for
	refusals   int       // in a row
	declinedAt time.Time // the last time
	retryAt    time.Time // when a refused one is asked for again
	unwanted   bool      // Unsubscribe took it away while somebody still held it
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
	s.state, s.declinedAt, s.retryAt = declined, now, now.Add(wait)
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

// batch returns the filters to ask for next. Those over which connections have ended come last and alone, and not before the connection has
// shown that it lasts without them.
func (s *subscriptions) batch(lasts bool) []*subscription {
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
	if len(batch) == 0 && len(suspects) > 0 && lasts {
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
		return mqtt.Violation("SUBACK with %d codes for %d filters", len(codes), len(r.subscriptions))
	}
	s.request = nil
	for i, old := range r.subscriptions {
		if codes[i] == mqtt.RefusedFilter {
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

// acquit is called when a connection ended at once although nothing was asked for: then it is not over the filters that others have ended. They
// would be left out for up to an hour, and the link be up and deaf.
func (s *subscriptions) acquit() {
	for _, old := range s.wanted {
		if old.strikes > maxStrikes {
			old.state, old.refusals = unasked, 0
		}
		old.strikes = 0
	}
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
