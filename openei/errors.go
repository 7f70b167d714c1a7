package openei

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

var (
	// ErrNoKey is a call without an API key. Nothing was sent.
	ErrNoKey = errors.New("no OpenEI API key: get one for free at https://openei.org/services/api/signup; KeyFromEnvironment takes it from " + KeyVariable)

	// ErrUnreachable is a call that got no answer from OpenEI: no network, a name
	// that does not resolve, a certificate that is not trusted, the time limit.
	ErrUnreachable = errors.New("OpenEI cannot be reached")
)

// APIError is a call that OpenEI refused: by the HTTP status, or with an error in an
// answer of status 200 (docs/protocol.md §8).
type APIError struct {
	// Status is the HTTP status.
	Status int
	// Message is what OpenEI says, at most 200 characters, without the key; it may
	// be empty.
	Message string
}

// Error returns the status and what OpenEI says.
func (e *APIError) Error() string {
	text := "OpenEI refused the call"
	if e.Status != http.StatusOK {
		text += fmt.Sprintf(": HTTP status %d", e.Status)
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// Temporary reports whether the same call may go through later: an outage, or more
// calls than the key allows in an hour.
func (e *APIError) Temporary() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests
}

// RangeError is a value outside of what is allowed: wrong input, or a plan that is
// not whole.
type RangeError struct {
	// Field is the value's name, "ZIP code", or its place in a plan.
	Field string
	// Value is what is there, with its unit.
	Value string
	// Allowed says what is allowed, with units.
	Allowed string
}

// Error names the field, the value and what is allowed.
func (e *RangeError) Error() string {
	return fmt.Sprintf("%s: %s is not allowed: it takes %s", e.Field, e.Value, e.Allowed)
}

// NameError is a name that fits no plan or utility, or several.
type NameError struct {
	// Kind is what was named, "plan" or "utility".
	Kind string
	// Name is the name that was given.
	Name string
	// Ambiguous tells a name that fits several from one that fits none.
	Ambiguous bool
	// Candidates are the names that fit or, when none does, all that there are, in
	// the order of the alphabet. A plan's has its utility behind it, in brackets,
	// when there is more than one utility among them.
	Candidates []string
}

// Error returns the name and what to choose from, of a long list the beginning.
func (e *NameError) Error() string {
	text := fmt.Sprintf("no %s is named %q", e.Kind, e.Name)
	if e.Ambiguous {
		text = fmt.Sprintf("more than one %s fits the name %q", e.Kind, e.Name)
	}
	const most = 10
	shown := e.Candidates[:min(most, len(e.Candidates))]
	if len(shown) == 0 {
		return text + ": there is none at all"
	}
	quoted := make([]string, len(shown))
	for i, name := range shown {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	text += ": there is " + strings.Join(quoted, ", ")
	if more := len(e.Candidates) - len(shown); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
