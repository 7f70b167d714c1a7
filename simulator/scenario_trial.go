package simulator

import "strings"

// A trial is what was found so far of what a cue expects.
type trial struct {
	meters   []Meter // at the beginning, by heater
	findings []finding
	told     bool // that it is not as expected
}

// A finding is the value that was least as expected.
type finding struct {
	value  float64
	heater *Heater // nil: nothing was looked at yet
}

func newTrial(c *cue, meters []Meter) *trial {
	return &trial{meters: meters, findings: make([]finding, len(c.expect))}
}

// judge looks at the heaters of a cue. What is counted is judged in the end alone. That
// something is not as expected is told at once, that all was in the end.
func (p *Performance) judge(c *cue, t *trial, final bool) {
	for n, h := range p.simulator.fleet.heaters {
		if !c.concerns(n) {
			continue
		}
		p.simulator.fleet.visit(h, func() {
			for i, e := range c.expect {
				f := &t.findings[i]
				if e.count != nil && !final {
					continue
				}
				if v := e.value(h, t.meters[n]); f.heater == nil || e.worse(v, f.value) {
					*f = finding{v, h}
				}
			}
		})
	}
	met := true
	var seen []string
	for i, e := range c.expect {
		if f := t.findings[i]; f.heater != nil {
			met = met && e.met(f.value)
			seen = append(seen, e.show(f.value)+p.of(c, f.heater))
		}
	}
	if t.told || met && !final {
		return
	}
	t.told = !met
	p.tell(c, Happening{Text: c.text, Expected: true, Met: met, Seen: strings.Join(seen, "; ")})
}

// value reads the quantity, or what was added to it.
func (e *expectation) value(h *Heater, since Meter) float64 {
	if e.count != nil {
		return e.count(h.Ledger.meter().Since(since))
	}
	return e.read(h)
}

// worse says whether a value is less as expected than another one.
func (e *expectation) worse(v, than float64) bool {
	switch e.sign {
	case "<", "<=":
		return v > than
	case ">", ">=":
		return v < than
	}
	return e.met(than) && !e.met(v)
}
