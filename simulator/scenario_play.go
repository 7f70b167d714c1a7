package simulator

import (
	"fmt"
	"time"
)

// Play puts the heaters through a scenario and lets their clock go, if it was paused.
// What happens does so at its date on that clock, all heaters having lived up to it:
// the same scenario, seed and configuration give the same history at any speed, and
// with Step and Jump. That takes a simulator made with [Scenario.Config], whose clock
// waits for Play; with another one it fails if the heaters are fewer or their clock
// is past the start. Several scenarios may be played at once.
//
// At one date, what ends comes before what begins, and what is expected after both.
// Faults of the cloud begin and end by the same dates, but do in between what they do
// by the clock of the process: at a high speed, or in a Jump, there is little time for
// clients to meet them.
func (s *Simulator) Play(scenario *Scenario) (*Performance, error) {
	f := s.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	switch {
	case len(f.heaters) < len(scenario.models):
		return nil, fmt.Errorf("simulator: the scenario has %d heaters, the simulator %d", len(scenario.models), len(f.heaters))
	case f.date.After(scenario.Start):
		return nil, fmt.Errorf("simulator: the heaters' clock is at %s, after the start of the scenario, %s",
			f.date.In(scenario.Location()).Format(time.DateTime), scenario.Start.Format(time.DateTime))
	}
	p := newPerformance(s, scenario)
	f.plan(scenario.Start, p.turn)
	f.performances = append(f.performances, p)
	f.setClock(func(c *clock) { c.paused = false })
	return p, nil
}

// A part is a cue in a performance.
type part struct {
	*cue
	next time.Time // when it begins; zero: never again
	runs []*spell  // that have begun and not ended
}

// A spell is a part that has begun and is to end.
type spell struct {
	until time.Time
	heal  func() // of a failure of the cloud; nil: there is none
	trial *trial // of what is expected; nil: nothing is
}

// turn does what is due and plans the next turn. The fleet's mutex is held.
func (p *Performance) turn() {
	now := p.simulator.fleet.date
	if p.meters == nil {
		p.meters = p.read()
	}
	p.endRuns(now)
	var asked []*part
	for _, a := range p.parts {
		for !a.next.IsZero() && !a.next.After(now) {
			if p.begin(a); a.expect != nil && a.lasts.zero() {
				asked = append(asked, a)
			}
		}
	}
	for _, a := range asked {
		p.judge(a.cue, newTrial(a.cue, p.meters), true)
	}
	if now.Before(p.scenario.End()) {
		p.simulator.fleet.plan(p.nextTurn(now), p.turn)
		return
	}
	p.endRuns(now)
	p.over()
}

// endRuns looks whether what runs still is as expected, and ends what is over: at the
// end of the scenario, all that ends at all.
func (p *Performance) endRuns(now time.Time) {
	ends := func(r *spell) bool { return !r.until.After(now) || !now.Before(p.scenario.End()) }
	for _, a := range p.parts {
		for _, r := range a.runs {
			if r.trial != nil {
				p.judge(a.cue, r.trial, ends(r))
			}
		}
	}
	for _, a := range p.parts {
		kept := a.runs[:0]
		for _, r := range a.runs {
			if !ends(r) {
				kept = append(kept, r)
				continue
			}
			if r.heal != nil {
				r.heal()
			}
			if a.end != nil {
				p.each(a.cue, a.end)
			}
			if r.trial == nil {
				p.tell(a.cue, Happening{Text: "ends: " + a.text, Met: true})
			}
		}
		clear(a.runs[len(kept):])
		a.runs = kept
	}
}

// begin does what a part does, and notes when that ends and when it begins again.
func (p *Performance) begin(a *part) {
	at := a.next
	a.next = time.Time{}
	if next, again := a.when.next(at.Add(1)); again {
		a.next = next
	}
	r := &spell{until: p.scenario.End()}
	if !a.lasts.zero() {
		r.until = a.lasts.after(at)
	}
	switch {
	case a.cloud != nil:
		r.heal = a.cloud.put(p.simulator)
		p.tell(a.cue, Happening{Text: a.text, Met: true})
	case a.expect != nil && !a.lasts.zero():
		r.trial = newTrial(a.cue, p.read())
	case a.begin != nil:
		p.do(a.cue)
	}
	if r.heal != nil || !a.lasts.zero() {
		a.runs = append(a.runs, r)
	}
}

// do lets the heaters of a cue meet it, and tells whether all obeyed.
func (p *Performance) do(c *cue) {
	told := Happening{Text: c.text, Met: true}
	p.each(c, func(h *Heater) {
		if became := c.begin(h); became != obeyed && told.Met {
			told.Met = false
			told.Seen = became.String() + p.of(c, h)
		}
	})
	p.tell(c, told)
}

// nextTurn is when something is due after now: every minute while something is
// expected to hold.
func (p *Performance) nextTurn(now time.Time) time.Time {
	next := p.scenario.End()
	earlier := func(t time.Time) {
		if !t.IsZero() && t.After(now) && t.Before(next) {
			next = t
		}
	}
	for _, a := range p.parts {
		earlier(a.next)
		for _, r := range a.runs {
			earlier(r.until)
			if r.trial != nil {
				earlier(now.Truncate(time.Minute).Add(time.Minute))
			}
		}
	}
	return next
}

// each has something done to each heater of a cue.
func (p *Performance) each(c *cue, do func(*Heater)) {
	for n, h := range p.simulator.fleet.heaters {
		if c.concerns(n) {
			p.simulator.fleet.visit(h, func() {
				h.flow()
				do(h)
			})
		}
	}
}

// read reads all meters.
func (p *Performance) read() []Meter {
	all := make([]Meter, 0, len(p.simulator.fleet.heaters))
	for _, h := range p.simulator.fleet.heaters {
		p.simulator.fleet.visit(h, func() { all = append(all, h.Ledger.meter()) })
	}
	return all
}
