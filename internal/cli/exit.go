package cli

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

// Exit statuses, the same for every command.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2 // the command line cannot be understood, or a name in it
	exitCredentials = 3 // refused by sign-in, or too old to go on without it
	exitUnreachable = 4 // no such heater, no network, no answer
	exitRefused     = 5 // out of range, not fitted, or refused by the cloud
	exitUnknown     = 6 // a command was sent, and how it ended is not known
)

// exit tells the user what went wrong, in one line, and returns the exit status.
func (p *program) exit(err error) int {
	var told toldError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &told):
		return told.status
	case errors.Is(err, syscall.EPIPE) && p.stdout.err != nil:
		return exitFailed // who reads has gone away, so nobody asks why
	}
	status := exitStatus(err)
	if status == exitFailed && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	p.tell(err)
	return status
}

// tell prints an error in one line, with what the user can do about it.
func (p *program) tell(err error) {
	text := err.Error()
	if hint := hintFor(err); hint != "" {
		text += "; " + hint
	}
	_, _ = io.WriteString(p.stderr, errorLine(text)) // there is nobody left to tell
}

// errorLine is a text as standard error has it.
func errorLine(text string) string { return "nwp500: " + oneLine(text) + "\n" }

// toldError is what remains of errors that the user was told of already.
type toldError struct{ status int }

func (e toldError) Error() string { return "failed" }

// usageError is a command line that cannot be understood.
type usageError struct{ reason error }

func (e usageError) Error() string { return e.reason.Error() }
func (e usageError) Unwrap() error { return e.reason }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// noHeaterError is an account without the heater that was asked for.
type noHeaterError struct{ reason string }

func (e noHeaterError) Error() string { return e.reason }

// timeLimit is the end of the time that --timeout allows.
type timeLimit struct{ limit time.Duration }

func (e timeLimit) Error() string { return fmt.Sprintf("not done within %s", e.limit) }

// Is makes the time limit what a context's deadline is.
func (e timeLimit) Is(target error) bool { return target == context.DeadlineExceeded }

// exitStatus returns the exit status that an error stands for. What is certain about a command goes before why: one
// that was sent has an unknown outcome whatever ended the wait.
func exitStatus(err error) int {
	var (
		command   *nwp500.CommandError
		api       *nwp500.APIError
		handshake *nwp500.HandshakeError
	)
	isCommand := errors.As(err, &command)
	tariff, isTariff := tariffStatus(err)
	switch {
	case isAny[usageError](err), isAny[*schedule.Mistake](err):
		return exitUsage
	case isCommand && command.Outcome == nwp500.OutcomeUnknown:
		return exitUnknown
	case errors.Is(err, nwp500.ErrCredentials), errors.Is(err, nwp500.ErrNotSignedIn), errors.Is(err, nwp500.ErrPasswordNeeded), isAny[refusedError](err):
		return exitCredentials
	case isCommand && command.Outcome == nwp500.Refused,
		isAny[*nwp500.RangeError](err), isAny[*nwp500.UnsupportedError](err), isAny[*nwp500.ControlFailure](err):
		return exitRefused
	case errors.As(err, &api):
		return apiStatus(api)
	case errors.Is(err, context.Canceled): // a signal
		return exitFailed
	case isTariff:
		return tariff
	case isCommand, isAny[noHeaterError](err), errors.As(err, &handshake),
		errors.Is(err, nwp500.ErrUnreachable), errors.Is(err, nwp500.ErrNoAnswer), errors.Is(err, nwp500.ErrDisconnected),
		errors.Is(err, context.DeadlineExceeded):
		return exitUnreachable
	}
	return exitFailed
}

// apiStatus tells an outage and a closed door from a call that the cloud refuses.
func apiStatus(api *nwp500.APIError) int {
	switch {
	case api.Temporary(), api.Status == http.StatusUnauthorized, api.Status == http.StatusForbidden:
		return exitUnreachable
	}
	return exitRefused
}

func isAny[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// hintFor returns what the user can do about an error, or nothing.
func hintFor(err error) string {
	var (
		command   *nwp500.CommandError
		handshake *nwp500.HandshakeError
		authority x509.UnknownAuthorityError
	)
	isCommand := errors.As(err, &command)
	switch {
	case isCommand && command.Outcome == nwp500.OutcomeUnknown:
		return "it may have been carried out: " + command.Hint
	case isCommand && command.Hint != "":
		return command.Hint
	case errors.Is(err, nwp500.ErrCredentials):
		return "check --email and --password, NAVIEN_EMAIL and NAVIEN_PASSWORD, or run nwp500 login"
	case errors.Is(err, nwp500.ErrPasswordNeeded), errors.Is(err, nwp500.ErrNotSignedIn):
		return "run nwp500 login"
	case errors.As(err, &authority):
		return "name a certificate authority of your own with --ca"
	case errors.As(err, &handshake) && handshake.Status == http.StatusForbidden:
		return "check this computer's clock and the message broker's address"
	case errors.Is(err, nwp500.ErrNoAnswer):
		return "nwp500 devices shows whether the cloud has a connection to it"
	}
	return ""
}

// oneLine keeps a text from taking more than a line or steering the terminal.
func oneLine(text string) string {
	return strings.Join(strings.Fields(printable(text)), " ")
}
