package httpapi

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

const (
	// mostStreams bounds how many streams are open at once.
	mostStreams = 256
	// pace is how far apart two states of a heater are told.
	pace = 500 * time.Millisecond
	// pulse is how long a stream is silent before it sends a comment.
	pulse = 15 * time.Second
	// patience is how long a reader may take for a piece of a stream.
	patience = 10 * time.Second
	// piece is about how much is written at once.
	piece = 64 << 10
)

// stream is one reader of what happens.
type stream struct {
	api     *API
	only    string // the ID of the heater that is wanted, "" for all
	writer  http.ResponseWriter
	control *http.ResponseController
	out     bytes.Buffer

	told    map[string]*fleet.State // as the reader knows the heaters
	toldAt  map[string]time.Time
	waiting map[string]*fleet.Heater // changed since, and too soon
	missed  resumption
}

// getStream tells a reader all heaters, and then what happens to them, until it goes or the server ends.
func (a *API) getStream(w http.ResponseWriter, r *http.Request) error {
	q := newQuery(r)
	only := q.text("heater")
	if err := q.end(); err != nil {
		return err
	}
	if _, ok := a.fleet.Heater(only); only != "" && !ok {
		return &api.Error{Status: http.StatusNotFound, Text: "there is no such heater", Field: "heater"}
	}
	after, err := lastHeard(r)
	if err != nil {
		return err
	}
	select {
	case a.streams <- struct{}{}:
		defer func() { <-a.streams }()
	default:
		return &api.Error{Status: http.StatusServiceUnavailable, Text: "too many streams are open"}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no") // a proxy that keeps back what comes would be a second behind for ever
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	s := &stream{
		api: a, only: only, writer: w, control: http.NewResponseController(w),
		told: make(map[string]*fleet.State), toldAt: make(map[string]time.Time), waiting: make(map[string]*fleet.Heater),
	}
	_ = s.run(r.Context(), after) // it ends when its reader does, or the server
	return nil
}

// run tells what happens until ctx ends, the fleet does, or the reader stalls.
func (s *stream) run(ctx context.Context, after time.Time) error {
	feed := s.api.fleet.Listen()
	defer feed.Close()
	if !after.IsZero() && s.api.history != nil {
		s.missed = resumption{after: after, until: time.Now(), heard: make(map[eventKey]bool)}
	}
	if err := s.begin(); err != nil {
		return err
	}
	written := time.Now()
	for {
		next := s.due(written.Add(pulse))
		wait, cancel := context.WithDeadline(ctx, next)
		notices, missed, err := feed.Next(wait)
		cancel()
		if err != nil && (ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded)) {
			return err
		}
		if err := s.take(notices, missed); err != nil {
			return err
		}
		now := time.Now()
		if s.missed.pending() && !now.Before(s.missed.due()) {
			if err := s.resume(ctx); err != nil {
				return err
			}
		}
		if s.out.Len() == 0 && now.Sub(written) >= pulse {
			s.comment(now)
		}
		if s.out.Len() > 0 {
			if err := s.flush(); err != nil {
				return err
			}
			written = now
		}
	}
}

// begin tells all heaters.
func (s *stream) begin() error {
	s.out.WriteString("retry: 2000\n\n")
	listed := api.Ready{Heaters: []string{}}
	for _, heater := range s.api.fleet.Heaters() {
		if s.wants(heater) {
			listed.Heaters = append(listed.Heaters, heater.ID())
			if err := s.tell(heater, time.Now()); err != nil {
				return err
			}
		}
	}
	if err := s.message("ready", listed); err != nil {
		return err
	}
	s.comment(time.Now())
	return s.flush()
}

func (s *stream) wants(heater *fleet.Heater) bool { return s.only == "" || s.only == heater.ID() }

// due returns when something is to be written next, end at the latest.
func (s *stream) due(end time.Time) time.Time {
	for id := range s.waiting {
		if at := s.toldAt[id].Add(pace); at.Before(end) {
			end = at
		}
	}
	if s.missed.pending() && s.missed.due().Before(end) {
		end = s.missed.due()
	}
	return end
}

// take tells notices, and what has waited long enough.
func (s *stream) take(notices []fleet.Notice, missed int) error {
	for _, notice := range notices {
		if !s.wants(notice.Heater) {
			continue
		}
		if notice.Event != nil {
			s.missed.note(notice.Event)
			s.id(notice.Event.At)
			if err := s.message("event", notice.Event); err != nil {
				return err
			}
		}
		if notice.Removed {
			if err := s.remove(notice.Heater.ID()); err != nil {
				return err
			}
			continue
		}
		s.waiting[notice.Heater.ID()] = notice.Heater
	}
	if missed > 0 {
		if err := s.catchUp(); err != nil {
			return err
		}
	}
	now := time.Now()
	for id, heater := range s.waiting {
		if now.Sub(s.toldAt[id]) < pace {
			continue
		}
		delete(s.waiting, id)
		if err := s.tell(heater, now); err != nil {
			return err
		}
	}
	return nil
}

// catchUp looks at all heaters after notices were lost.
func (s *stream) catchUp() error {
	there := make(map[string]bool)
	for _, heater := range s.api.fleet.Heaters() {
		if s.wants(heater) {
			there[heater.ID()] = true
			s.waiting[heater.ID()] = heater
		}
	}
	for id := range s.told {
		if !there[id] {
			if err := s.remove(id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *stream) remove(id string) error {
	delete(s.waiting, id)
	delete(s.told, id)
	delete(s.toldAt, id)
	s.api.documents.forget(id)
	return s.message("removed", api.Removed{ID: id})
}

// tell tells a heater as it is now, unless the reader knows that.
func (s *stream) tell(heater *fleet.Heater, now time.Time) error {
	state := heater.State()
	if s.told[state.ID] == state {
		return nil
	}
	text, err := s.api.documents.text(state)
	if err != nil {
		return err
	}
	s.told[state.ID], s.toldAt[state.ID] = state, now
	return s.data("heater", text)
}

func (s *stream) message(name string, document any) error {
	text, err := encode(document)
	if err != nil {
		return err
	}
	return s.data(name, text)
}

// data writes a message, whose text has no line feeds, since it is JSON without white space.
func (s *stream) data(name string, text []byte) error {
	s.out.WriteString("event: " + name + "\ndata: ")
	s.out.Write(text)
	s.out.WriteString("\n\n")
	if s.out.Len() >= piece {
		return s.flush()
	}
	return nil
}

// id names the moment up to which the reader has heard everything, for when it comes again.
func (s *stream) id(at time.Time) {
	if !s.missed.pending() {
		s.out.WriteString("id: " + strconv.FormatInt(at.UnixMilli(), 10) + "\n")
	}
}

// comment shows that the server is there.
func (s *stream) comment(now time.Time) {
	s.out.WriteString(": still here\n")
	s.id(now)
	s.out.WriteString("\n")
}

// flush writes what has been gathered. A reader that does not take it in time is given up.
func (s *stream) flush() error {
	if err := s.control.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := s.writer.Write(s.out.Bytes()); err != nil {
		return err
	}
	s.out.Reset()
	return s.control.Flush()
}
