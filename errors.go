package nwp500

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"

	"github.com/nwp500/nwp500/internal/awsiot"
)

var (
	// ErrCredentials is a sign-in that the cloud refused: the e-mail or the password
	// is wrong. It is final: nothing is tried again until SignIn is called
	// (docs/protocol.md §2).
	ErrCredentials = errors.New("e-mail or password refused by the cloud")

	// ErrNotSignedIn is a call that needs an account, made without one.
	ErrNotSignedIn = errors.New("not signed in")

	// ErrPasswordNeeded is a call that needs a new sign-in while no password is at
	// hand: tokens alone do not renew the keys of the live connection, which end
	// within the hour (docs/protocol.md §2).
	ErrPasswordNeeded = errors.New("the keys of the live connection have run out and only a new sign-in renews them")

	// ErrNoAnswer is a question that the heater did not answer in time. It may be
	// offline.
	ErrNoAnswer = errors.New("the heater did not answer")

	// ErrDisconnected is a question that could not be asked, or whose answer was
	// lost, because the live connection is down. The session reconnects by itself.
	ErrDisconnected = errors.New("the live connection is down")

	// ErrClientIDTaken is why a connection is down that the broker has ended soon after
	// it was made, several times in a row: possibly another client uses the same client
	// id, which is then thrown out in turn. The broker gives no reason
	// (docs/protocol.md §9.3), so there may be another one.
	ErrClientIDTaken = errors.New("the broker ends each connection soon: possibly another client uses the same client id")

	// ErrSuperseded is a command that waited for the connection until a newer one of
	// its kind, for the same heater, took its place.
	ErrSuperseded = errors.New("superseded by a newer command of its kind")

	// ErrClosed is a call on a session or a client that was closed.
	ErrClosed = errors.New("closed")
)

// Outcome is the end that a command came to when it is not done.
type Outcome int

const (
	// Refused is a command that changed nothing: it was refused before it was sent
	// (the heater lacks the function, the value is out of range) or by the cloud.
	Refused Outcome = iota + 1
	// NotSent is a command that never left.
	NotSent
	// OutcomeUnknown is a command that was sent and whose answer never came. It may
	// have been carried out or not: read the status and decide. It is never sent
	// again by itself.
	OutcomeUnknown
)

var outcomeNames = map[Outcome]string{
	Refused: "refused", NotSent: "not sent", OutcomeUnknown: "outcome unknown",
}

// String returns "refused", "not sent" or "outcome unknown".
func (o Outcome) String() string { return name(outcomeNames, o, "outcome") }

// CommandError is a command that is not known to be done. Errors of the functions
// that change a heater hold one, to errors.As, whatever else they say.
type CommandError struct {
	// Command is the command's name, "set temperature".
	Command string
	// Outcome is the end it came to.
	Outcome Outcome
	// Hint says what the user can do, or is empty.
	Hint string
	// Err is the reason.
	Err error
}

// Error returns the command, its end and the reason.
func (e *CommandError) Error() string {
	return fmt.Sprintf("%s: %s: %v", e.Command, e.Outcome, e.Err)
}

// Unwrap returns the reason.
func (e *CommandError) Unwrap() error { return e.Err }

// MayHaveSucceeded reports whether the heater may have carried the command out.
func (e *CommandError) MayHaveSucceeded() bool { return e.Outcome == OutcomeUnknown }

// RangeError is a value outside of what is allowed.
type RangeError struct {
	// Field is the value's name, "temperature".
	Field string
	// Value is what was asked for, with its unit.
	Value string
	// Allowed says what is allowed, with units.
	Allowed string
}

// Error names the field, the value and what is allowed.
func (e *RangeError) Error() string {
	return fmt.Sprintf("%s %s is not allowed: it takes %s", e.Field, e.Value, e.Allowed)
}

// UnsupportedError is a command for a function that the heater says it lacks.
type UnsupportedError struct {
	// Function is the function's name as the heater's features spell it, "dhwUse".
	Function string
}

// Error names the function.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("this heater has no such function (its features say that it lacks %s)", e.Function)
}

// ControlFailure is the cloud's own refusal of a command (the topic ctrl-fail,
// docs/protocol.md §3).
type ControlFailure struct {
	// Code is the cloud's number for the reason; 2 is a command too soon after
	// another.
	Code int
}

// tooClose is the ControlFailure.Code of a command too soon after another. By how much is
// not known (docs/protocol.md §5).
const tooClose = 2

// Error returns the reason.
func (e *ControlFailure) Error() string {
	if e.Code == tooClose {
		return "the cloud refused the command: too soon after another"
	}
	return fmt.Sprintf("the cloud refused the command: code %d", e.Code)
}

// APIError is a REST call that the cloud answered with a failure: an HTTP status
// that is not 2xx, or a code in the envelope that is not 200 (docs/protocol.md §2).
type APIError struct {
	// Call is the method and the path, without a query.
	Call string
	// Status is the HTTP status.
	Status int
	// Code is the envelope's code, 0 when there was no envelope.
	Code int
	// Message is the envelope's msg where it is safe to show.
	Message string

	speaksOfCredentials bool // the msg does, shown or not
}

// Error returns the call and the reason.
func (e *APIError) Error() string {
	if e.Message != "" {
		return fmt.Sprintf("%s: HTTP status %d, code %d: %s", e.Call, e.Status, e.Code, e.Message)
	}
	return fmt.Sprintf("%s: HTTP status %d, code %d", e.Call, e.Status, e.Code)
}

// Temporary reports whether the same call may go through later: an outage or a
// limit, and not something wrong with the call.
func (e *APIError) Temporary() bool {
	for _, status := range []int{e.Status, e.Code} { // an outage may come as HTTP 200, too
		if status == 429 || status >= 500 && status <= 599 {
			return true
		}
	}
	return false
}

// HandshakeError is the answer of the message broker that refused a connection.
// 403 after new keys were fetched is an account that may not connect, or a clock
// that is wrong.
type HandshakeError struct {
	// Status is the HTTP status; 101 when the broker refused later, in MQTT.
	Status int
	// Code is that of the broker's refusal in MQTT (docs/protocol.md §9.3): 1 to 5, or
	// 7. It is 0 when the refusal came before.
	Code int
	// Message is the reason that the broker gave, where it gave one.
	Message string
}

// Error returns the status or the code, and the reason.
func (e *HandshakeError) Error() string {
	answer := fmt.Sprintf("HTTP status %d", e.Status)
	if e.Code != 0 {
		answer = fmt.Sprintf("CONNACK code %d", e.Code)
	}
	switch {
	case e.Status >= 200 && e.Status < 400: // no broker says so
		return "something between here and the message broker answers in its place, perhaps the sign-in page of a network: " + answer
	case e.Message == "":
		return "the message broker refused the connection: " + answer
	}
	return fmt.Sprintf("the message broker refused the connection: %s: %s", answer, e.Message)
}

// fromTransport turns an error of the transport into one of this package, so that
// callers need no internal type.
func fromTransport(err error) error {
	var handshake *awsiot.HandshakeError
	var connack *awsiot.ConnackError
	switch {
	case errors.As(err, &handshake):
		return &HandshakeError{Status: handshake.Status, Message: publicText(handshake.Message)}
	case errors.As(err, &connack):
		return &HandshakeError{Status: http.StatusSwitchingProtocols, Code: int(connack.Code), Message: connack.Reason()}
	case errors.Is(err, awsiot.ErrDuplicateClientID):
		return fmt.Errorf("%w: %w", ErrDisconnected, ErrClientIDTaken)
	case errors.Is(err, awsiot.ErrClosed):
		return ErrClosed
	case errors.Is(err, awsiot.ErrDown):
		return ErrDisconnected
	case errors.Is(err, awsiot.ErrLost):
		return fmt.Errorf("%w: %w", ErrDisconnected, err)
	case errors.Is(err, awsiot.ErrSuperseded):
		return ErrSuperseded
	case errors.Is(err, awsiot.ErrNoAcknowledgement):
		return fmt.Errorf("the message broker: %w: %w", ErrUnreachable, err)
	}
	return err
}

// connectError turns an error of the transport's first attempt into one of this
// package. What is neither an answer of the cloud nor the account's is a network that
// does not reach.
func connectError(err error) error {
	if !errors.Is(err, awsiot.ErrLost) { // what was never up is not down
		err = fromTransport(err)
	}
	var handshake *HandshakeError
	var answer *APIError
	switch {
	case errors.As(err, &handshake), errors.As(err, &answer), errors.Is(err, awsiot.ErrRejected),
		errors.Is(err, ErrUnreachable), errors.Is(err, ErrClosed), errors.Is(err, context.Canceled):
		return err
	}
	return fmt.Errorf("the message broker: %w: %w", ErrUnreachable, err)
}

// digits finds what may be an address of a device or a token.
var digits = regexp.MustCompile(`[0-9A-Fa-f]{12,}`)

// notShown stands in place of a text that may not be shown.
const notShown = "(the text of the answer is not shown: it may hold a secret)"

// publicText returns a text from the cloud when nothing in it can be a secret: a
// server may repeat an e-mail, an address or a token in what it says.
func publicText(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 200 || strings.ContainsAny(text, "@/=") || digits.MatchString(text) {
		return notShown
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // nothing that a terminal obeys
			return ' '
		}
		return r
	}, text)
}
