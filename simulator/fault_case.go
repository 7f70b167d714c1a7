package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// A FaultCase is a fault that has a name: one of those of docs/reliability.md,
// which says of each what a client is to do and what its user sees.
type FaultCase struct {
	ID     string // of the row in docs/reliability.md, such as "C3"; several cases may share one
	Name   string // such as "half-open"; no other case has it
	Text   string // what happens, in one line
	Faults []Fault
	// Alone keeps the case out of a [Mix], because its end takes more than healing:
	// somebody has to sign in again, say.
	Alone bool
}

// FaultCases returns all cases, in the order of docs/reliability.md.
func FaultCases() []FaultCase {
	return slices.Concat(casesA(), casesB(), casesC(), casesD(), casesE(), casesF(), casesG())
}

// InjectCase puts a case in place, by its name, or all cases of an id. Neither
// minds upper and lower case. It fails when there is none.
func (s *Simulator) InjectCase(nameOrID string) (*Injected, error) {
	all := &Injected{faults: s.faults}
	for _, c := range FaultCases() {
		if strings.EqualFold(c.ID, nameOrID) || strings.EqualFold(c.Name, nameOrID) {
			all.placed = append(all.placed, s.faults.injectCase(c).placed...)
		}
	}
	if all.placed == nil {
		return nil, fmt.Errorf("simulator: no fault is called %q", nameOrID)
	}
	return all, nil
}

// sparesPages tells whether the case lets those through who look at the control page:
// one that meets every connection could not be healed there.
func (c FaultCase) sparesPages() bool {
	return !slices.ContainsFunc(c.Faults, func(f Fault) bool { return f.Step < StepREST })
}
