package simulator

import (
	"fmt"
	"slices"
	"strings"
)

// mostProblems is how many problems of a file are told.
const mostProblems = 20

// A ScenarioProblem is one thing that is wrong with the text of a scenario.
type ScenarioProblem struct {
	Line int // from 1; 0: the whole
	Text string
}

// A ScenarioError is all that is wrong with the text of a scenario.
type ScenarioError struct {
	Name     string // of the scenario, or of its file
	Problems []ScenarioProblem
	More     int // how many further ones there are: twenty are kept
}

// Error has a line for each problem: name, number of the line, what is wrong.
func (e *ScenarioError) Error() string {
	lines := make([]string, 0, len(e.Problems)+1)
	for _, p := range e.Problems {
		place := e.Name
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d", e.Name, p.Line)
		}
		lines = append(lines, place+": "+p.Text)
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more", e.Name, e.More))
	}
	return strings.Join(lines, "\n")
}

// newScenarioError puts problems into the order of their lines, or returns nil when
// there is none.
func newScenarioError(name string, problems []ScenarioProblem) error {
	if len(problems) == 0 {
		return nil
	}
	slices.SortStableFunc(problems, func(a, b ScenarioProblem) int { return a.Line - b.Line })
	e := &ScenarioError{Name: name, Problems: problems}
	if len(problems) > mostProblems {
		e.Problems, e.More = problems[:mostProblems], len(problems)-mostProblems
	}
	return e
}
