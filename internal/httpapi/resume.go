package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/api"
)

// settling is how long after an event the history has it: it is written within a second.
const settling = 2 * time.Second

// resumption is what a reader missed that was here before.
type resumption struct {
	after time.Time // the moment up to which the reader has heard everything
	until time.Time // when the feed was opened that tells the rest; zero when nothing was missed
	heard map[eventKey]bool
}

// eventKey tells events apart. An event has its number only in the history.
type eventKey struct {
	heater string
	at     int64
	class  api.EventClass
	text   string
}

func keyOf(event *api.Event) eventKey {
	return eventKey{event.Heater, event.At.UnixMilli(), event.Class, event.Text}
}

// lastHeard returns the moment that a reader names who comes again, zero when it is here for the first time.
func lastHeard(r *http.Request) (time.Time, error) {
	name := r.Header.Get("Last-Event-ID")
	if name == "" {
		return time.Time{}, nil
	}
	at, err := strconv.ParseInt(name, 10, 64)
	if err != nil || at < 0 || at > 1<<53 {
		return time.Time{}, &api.Error{Status: http.StatusBadRequest, Text: "this is no ID of a message of ours", Field: "Last-Event-ID"}
	}
	return time.UnixMilli(at), nil
}

// pending tells whether what the reader missed is still to be told. Until then the stream names no moment: if it broke before,
// the reader would not ask for it again.
func (p *resumption) pending() bool { return !p.until.IsZero() }

// due returns when it is to be told.
func (p *resumption) due() time.Time { return p.until.Add(settling) }

// note notes that the feed has told an event, which the history has, too.
func (p *resumption) note(event *api.Event) {
	if p.pending() {
		p.heard[keyOf(event)] = true
	}
}

// wants tells whether the reader missed an event. What came after the feed was opened it was told, and some of what came in that moment.
func (p *resumption) wants(event *api.Event) bool {
	return event.At.UnixMilli() > p.after.UnixMilli() && !event.At.After(p.until) && !p.heard[keyOf(event)]
}

// resume tells the events that the reader missed, the oldest first. If they cannot be read, they are
// not told: what holds now was.
func (s *stream) resume(ctx context.Context) error {
	missed := s.missed
	s.missed = resumption{}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	past, err := s.api.history.Events(ctx, api.EventQuery{Heater: s.only, From: missed.after, Limit: mostEvents})
	if err != nil {
		s.api.log.WarnContext(ctx, "a page that came again cannot be told what it missed", "err", err)
		return nil
	}
	for _, event := range slices.Backward(past.Events) {
		if missed.wants(&event) {
			if err := s.message("event", event); err != nil {
				return err
			}
		}
	}
	s.comment(time.Now())
	return nil
}
