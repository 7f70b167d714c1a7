package api

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"net/http"
	"time"
)

// Update is one thing that a stream tells: exactly one of its members is set.
type Update struct {
	// Heater is a heater as it is now. It is told of all heaters first, also after an
	// interruption, and then of each that changes, at most about twice a second.
	Heater *Heater
	// Event is something that happened. After an interruption those of the time in
	// between follow, as far as the server keeps a history.
	Event *Event
	// Removed is the ID of a heater that is there no more.
	Removed string
	// Ready tells that all heaters have been told.
	Ready bool
	// Interrupted is why the stream ended that the server sent. It is made anew by itself;
	// until Ready what was told before may be old.
	Interrupted error
}

const (
	// silence is how long a server may say nothing: it sends a comment every 15 s.
	silence = 45 * time.Second
	// firstWait and longestWait bound the time until the next attempt, which doubles.
	firstWait   = 500 * time.Millisecond
	longestWait = 30 * time.Second
	// settled is how long a stream must have lasted until the next wait is the first again.
	settled = 30 * time.Second
)

// Stream tells all heaters and then what changes, until ctx ends or the loop is left.
// Whatever interrupts it is an [Update], and it connects anew, after half a second at first and
// half a minute at last. Only an answer that no other attempt will change ends it: status 400, 401, 403, 404 or
// 421. The iteration then ends with that error, or with that of ctx.
func (c *Client) Stream(ctx context.Context) iter.Seq2[Update, error] {
	return func(yield func(Update, error) bool) {
		s := &stream{client: c, yield: func(u Update) bool { return yield(u, nil) }}
		if err := s.run(ctx); !errors.Is(err, errLeft) {
			yield(Update{}, err)
		}
	}
}

// errLeft is the end of a stream whose reader has left the loop.
var errLeft = errors.New("the loop was left")

// stream is a stream over several connections.
type stream struct {
	client *Client
	yield  func(Update) bool
	last   string          // what the server named last, to go on from
	known  map[string]bool // heaters that the reader has been told of
}

// run connects again and again. Its error is final.
func (s *stream) run(ctx context.Context) error {
	s.known = make(map[string]bool)
	wait := firstWait
	for {
		begun := time.Now()
		err := s.connect(ctx)
		switch {
		case errors.Is(err, errLeft):
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case final(err):
			return err
		}
		if !s.yield(Update{Interrupted: err}) {
			return errLeft
		}
		if time.Since(begun) >= settled {
			wait = firstWait
		}
		// Some time of each wait is left to chance, so that the readers of a server that was
		// started again do not come all at once.
		timer := time.NewTimer(wait/2 + rand.N(wait/2))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
		wait = min(2*wait, longestWait)
	}
}

// final tells whether another attempt would get the same answer.
func final(err error) bool {
	var answer *Error
	if !errors.As(err, &answer) {
		return false
	}
	switch answer.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMisdirectedRequest:
		return true
	}
	return false
}

// errSilence is why a connection was given up on which nothing came.
var errSilence = errors.New("the server has not been heard for 45 seconds")

// connect reads one stream to its end.
func (s *stream) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(silence, func() { cancel(errSilence) })
	defer watch.Stop()

	request, err := s.client.request(ctx, http.MethodGet, "/events/stream", nil, nil)
	if err != nil {
		return &Error{Status: http.StatusBadRequest, Text: err.Error()}
	}
	request.Header.Set("Accept", "text/event-stream")
	if s.last != "" {
		request.Header.Set("Last-Event-ID", s.last)
	}
	answer, err := s.client.send(request)
	if err == nil {
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return readError(answer)
		}
		err = s.read(answer.Body, watch)
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, errLeft) {
		return cause
	}
	return err
}
