package daemon

import (
	"context"
	"net/http"
	"sync/atomic"
)

// switchboard is a handler that can be exchanged while requests come in.
type switchboard struct {
	current atomic.Pointer[generation]
}

// generation is a handler and how long it is in place.
type generation struct {
	handler http.Handler
	end     context.CancelFunc
}

// put exchanges the handler for what make returns. The context tells it when another takes its place: streams end then, and
// their readers come again. Other requests that the one before is answering are answered by it.
func (s *switchboard) put(make func(place context.Context) http.Handler) {
	place, end := context.WithCancel(context.Background())
	if before := s.current.Swap(&generation{make(place), end}); before != nil {
		before.end()
	}
}

// ServeHTTP answers with the handler that is in place.
func (s *switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.current.Load().handler.ServeHTTP(w, r)
}

// until ends the requests of a handler with a context, too.
func until(place context.Context, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(place, cancel)()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}
