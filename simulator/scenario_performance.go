package simulator

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"
)

// A Performance is a [Scenario] that is being played. Its methods may be called from
// any goroutine.
type Performance struct {
	scenario  *Scenario
	simulator *Simulator

	// Guarded by the fleet's mutex.
	parts  []*part
	meters []Meter // at the start

	done chan struct{}

	mu   sync.Mutex
	log  []Happening
	more chan struct{} // closed when the log grows
}

// A Happening is something that happened in a performance: what was done by a line
// of the scenario, what ended, or what was found of what is expected.
type Happening struct {
	At   time.Time // on the heaters' clock, in the scenario's time zone
	Line int
	Text string // of the line, without its date
	// Expected says that it is a finding.
	Expected bool
	// Met says that what is expected was so or, of what was done, that all heaters
	// concerned obeyed: a command may be for what a heater has not, or out of its
	// range.
	Met bool
	// Seen says what was found: of several heaters on the one that was least as
	// expected, and over a time at the worst moment.
	Seen string
}

func newPerformance(s *Simulator, scenario *Scenario) *Performance {
	p := &Performance{scenario: scenario, simulator: s, done: make(chan struct{}), more: make(chan struct{})}
	for _, c := range scenario.cues {
		a := &part{cue: c}
		a.next, _ = c.when.next(scenario.Start)
		p.parts = append(p.parts, a)
	}
	return p
}

// Done is closed when the scenario has ended. Its heaters live on; all faults of the
// cloud that it brought have been healed. It stays open when the simulator is closed
// before.
func (p *Performance) Done() <-chan struct{} { return p.done }

// Results returns what was found so far of what is expected, and what heaters did not
// obey, in the order in which it happened.
func (p *Performance) Results() []Happening {
	p.mu.Lock()
	defer p.mu.Unlock()
	var results []Happening
	for _, o := range p.log {
		if o.Expected || !o.Met {
			results = append(results, o)
		}
	}
	return results
}

// Met says whether everything so far was as expected.
func (p *Performance) Met() bool {
	return !slices.ContainsFunc(p.Results(), func(o Happening) bool { return !o.Met })
}

// Follow returns what happens, from the beginning on, waits for more, and ends with the
// scenario or ctx: with one that is over already, all that has happened so far.
func (p *Performance) Follow(ctx context.Context) iter.Seq[Happening] {
	return func(yield func(Happening) bool) {
		for n := 0; ; n++ {
			o, ok := p.happening(ctx, n)
			if !ok || !yield(o) {
				return
			}
		}
	}
}

// happening waits for number n; ok is false when there will be none.
func (p *Performance) happening(ctx context.Context, n int) (o Happening, ok bool) {
	for {
		p.mu.Lock()
		more := p.more
		if ok = n < len(p.log); ok {
			o = p.log[n]
		}
		p.mu.Unlock()
		if ok {
			return o, true
		}
		select {
		case <-more:
			continue
		default:
		}
		select {
		case <-more:
		case <-p.done:
			if p.length() <= n {
				return o, false
			}
		case <-ctx.Done():
			return o, false
		}
	}
}

func (p *Performance) length() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.log)
}

// tell notes what happened by a cue.
func (p *Performance) tell(c *cue, o Happening) {
	o.At, o.Line = p.simulator.fleet.date.In(p.scenario.Location()), c.line
	o.Text = c.who() + o.Text
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log = append(p.log, o)
	close(p.more)
	p.more = make(chan struct{})
}

// over ends the performance.
func (p *Performance) over() { close(p.done) }

// of names the heater that something was found of, unless the cue is about one alone.
func (p *Performance) of(c *cue, h *Heater) string {
	if len(p.simulator.fleet.heaters) == 1 || len(c.heaters) == 1 {
		return ""
	}
	return fmt.Sprintf(" (heater %d)", 1+slices.Index(p.simulator.fleet.heaters, h))
}
