package simulator

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// cloudFailure is what fails in the cloud for a while. Cases begin and end at their
// date on the heaters' clock, but what they do in between takes its time by the clock
// of the process, as everything of the cloud.
type cloudFailure struct {
	name  string
	cases []FaultCase
	mix   *Mix // in place of cases
}

// mixWord stands for faults that are drawn by lot. No fault is called so.
const mixWord = "mix"

// cloud reads the name or id of a fault, or that there is to be a mix.
func (p *scenarioParser) cloud(l *scenarioLine, c *cue) {
	if c.heaters != nil {
		l.fail("the cloud is that of all heaters")
	}
	if l.accept(mixWord) {
		c.cloud = &cloudFailure{name: mixWord, mix: p.mix(l)}
		return
	}
	all := FaultCases()
	var names []string
	for _, known := range all {
		names = append(names, known.Name, strings.ToLower(known.ID))
	}
	name, words := l.find(names)
	if words == 0 {
		written := l.next().written
		l.fail("no fault is called %q%s; nwp500 sim --faults lists them", written, meant(nearest(strings.ToLower(written), names)))
		return
	}
	l.rest = l.rest[words:]
	c.cloud = &cloudFailure{name: name}
	for _, known := range all {
		if name == known.Name || name == strings.ToLower(known.ID) {
			c.cloud.cases = append(c.cloud.cases, known)
		}
	}
}

// mix reads how often a mix brings a fault and how long it lasts, by the clock of the
// process.
func (p *scenarioParser) mix(l *scenarioLine) *Mix {
	mix := &Mix{Every: 2 * time.Minute, Lasting: time.Minute}
	for !l.over() && l.problem == "" {
		switch l.choose("how the mix goes", "every", "lasting", "seed") {
		case "every":
			mix.Every = l.elapsed("how often a fault comes")
		case "lasting":
			mix.Lasting = l.elapsed("how long a fault lasts")
		case "seed":
			mix.Seed = uint64(l.whole("the seed of the mix", 0, math.MaxInt32))
		}
	}
	return mix
}

// elapsed reads a length of time by a clock that knows no calendar.
func (l *scenarioLine) elapsed(what string) time.Duration {
	s := l.duration(what)
	return time.Duration(s.days)*24*time.Hour + s.rest
}

// put puts the faults in place, and returns what takes them away again without waiting.
// What only a client that dials would meet ends all connections.
func (f *cloudFailure) put(s *Simulator) (heal func()) {
	if f.mix != nil {
		return s.InjectMix(*f.mix).end
	}
	var faults []Fault
	for _, c := range f.cases {
		faults = append(faults, c.Faults...)
	}
	injected := s.Inject(faults...)
	if slices.ContainsFunc(f.cases, FaultCase.onDialling) {
		s.DropAll(DropServer)
	}
	return injected.Heal
}

// String names the fault.
func (f *cloudFailure) String() string { return fmt.Sprintf("cloud %s", f.name) }
