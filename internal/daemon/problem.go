package daemon

import "strings"

// Problem is something wrong with a configuration. It shows no secret.
type Problem struct {
	Place string // "nwp500.yaml:12", "--listen" or "NWP500_LISTEN"; "" when no place has it
	Text  string // the key, its value, and what is allowed
}

// Error returns both.
func (p Problem) Error() string {
	if p.Place == "" {
		return p.Text
	}
	return p.Place + ": " + p.Text
}

// Problems are all that is wrong with the keys and values of a configuration; or, when each is right for itself, with
// several of them together. There is at least one.
type Problems []Problem

// Error returns a line a problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}
