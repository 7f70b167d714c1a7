package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
)

func TestExitStatus(t *testing.T) {
	command := func(outcome nwp500.Outcome, err error) error {
		return &nwp500.CommandError{Command: "set mode", Outcome: outcome, Err: err}
	}
	for _, c := range []struct {
		err  error
		want int
	}{
		{usagef("what?"), exitUsage},
		{nwp500.ErrCredentials, exitCredentials},
		{nwp500.ErrNotSignedIn, exitCredentials},
		{nwp500.ErrPasswordNeeded, exitCredentials},
		{noHeaterError{"none"}, exitUnreachable},
		{nwp500.ErrUnreachable, exitUnreachable},
		{nwp500.ErrNoAnswer, exitUnreachable},
		{nwp500.ErrDisconnected, exitUnreachable},
		{&nwp500.HandshakeError{Status: 403}, exitUnreachable},
		{timeLimit{1}, exitUnreachable},
		{context.DeadlineExceeded, exitUnreachable},
		{&nwp500.APIError{Status: 503}, exitUnreachable},
		{&nwp500.APIError{Status: 429}, exitUnreachable},
		{&nwp500.APIError{Status: 401}, exitUnreachable},
		{&nwp500.APIError{Status: 200, Code: 502}, exitUnreachable},
		{&nwp500.APIError{Status: 404}, exitRefused},
		{&nwp500.RangeError{}, exitRefused},
		{&nwp500.UnsupportedError{}, exitRefused},
		{&nwp500.ControlFailure{Code: 2}, exitRefused},
		{command(nwp500.Refused, &nwp500.RangeError{}), exitRefused},
		{command(nwp500.NotSent, nwp500.ErrNoAnswer), exitUnreachable},
		{command(nwp500.NotSent, nwp500.ErrCredentials), exitCredentials},
		{command(nwp500.NotSent, context.Canceled), exitFailed},
		{command(nwp500.OutcomeUnknown, nwp500.ErrNoAnswer), exitUnknown},
		{command(nwp500.OutcomeUnknown, nwp500.ErrCredentials), exitUnknown},
		{command(nwp500.OutcomeUnknown, context.Canceled), exitUnknown},
		{context.Canceled, exitFailed},
		{errors.New("anything else"), exitFailed},
	} {
		for _, err := range []error{c.err, fmt.Errorf("wrapped: %w", c.err), errors.Join(c.err, errors.New("and another"))} {
			if got := exitStatus(err); got != c.want {
				t.Errorf("%v: exit status %d, want %d", err, got, c.want)
			}
		}
	}
}

// TestErrorsTakeOneLine shows that nothing in an error steers the terminal or takes another line.
func TestErrorsTakeOneLine(t *testing.T) {
	var stderr strings.Builder
	p := &program{stdout: &output{}, stderr: &stderr}
	p.exit(errors.New("first\nsecond\x1b[31m\tthird\r"))
	if got, want := stderr.String(), "nwp500: first second [31m third\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
