package simulator

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// hooks counts REST calls and holds what tests have planned for them.
type hooks struct {
	closed chan struct{}
	close  func() // lets go of every call that is held

	mu     sync.Mutex
	counts map[string]int
	plans  []*plan
}

// plan makes the next calls of a path fail, or waits with them.
type plan struct {
	path   string
	left   int
	status int           // what they fail with, when held is nil
	held   chan struct{} // closed when they may go on
}

func newHooks() *hooks {
	closed := make(chan struct{})
	return &hooks{
		closed: closed,
		close:  sync.OnceFunc(func() { close(closed) }),
		counts: make(map[string]int),
	}
}

// RESTFail makes the next calls of a path, such as "/device/list"
// (docs/protocol.md §2), fail with an HTTP status that is 400 or more; 0 cuts the connection without an answer.
// Times is how many of them; 0 or less, and a status that is no failure, do
// nothing. Plans for one path are met in the order in which they were made.
func (s *Simulator) RESTFail(path string, status, times int) {
	if status != 0 && (status < http.StatusBadRequest || status > 999) {
		return
	}
	s.hooks.add(&plan{path: path, status: status, left: times})
}

// RESTHold makes the next calls of a path wait until release is called, their
// client gives up, or the simulator is closed; then they go on. Times is how
// many of them. Release also ends the plan for calls still to come, and may be
// called more than once.
func (s *Simulator) RESTHold(path string, times int) (release func()) {
	p := &plan{path: path, left: times, held: make(chan struct{})}
	s.hooks.add(p)
	return sync.OnceFunc(func() {
		s.hooks.mu.Lock()
		p.left = 0
		s.hooks.mu.Unlock()
		close(p.held)
	})
}

func (h *hooks) add(p *plan) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.plans = append(h.plans, p)
}

// meet counts a call and lets it meet its plan: a hit is to fail.
func (h *hooks) meet(ctx context.Context, to *route) (status int, hit bool) {
	p := h.next(to)
	if p == nil {
		return 0, false
	}
	if p.held == nil {
		return p.status, true
	}
	select {
	case <-p.held:
		return 0, false
	case <-ctx.Done():
	case <-h.closed:
	}
	return 0, true
}

func (h *hooks) next(to *route) *plan {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.counts[to.method+" "+to.path]++
	h.plans = slices.DeleteFunc(h.plans, func(p *plan) bool { return p.left <= 0 })
	for _, p := range h.plans {
		if p.path == to.path {
			p.left--
			return p
		}
	}
	return nil
}

func (h *hooks) counted() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.counts)
}
