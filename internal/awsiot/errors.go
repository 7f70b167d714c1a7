package awsiot

import (
	"errors"
	"fmt"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// ErrRejected is wrapped by an error of Config.Credentials that no further attempt can mend, such as a wrong password. The link
// stops dialling until [Link.Retry]. [Dial] returns such an error as it is.
var ErrRejected = errors.New("credentials rejected for good")

// A NotYetError of Config.Credentials says that there is no use in asking for any before a time. The link does not take it for a failure: it
// dials shortly after that time.
type NotYetError struct {
	Until time.Time
	Err   error // why
}

func (e *NotYetError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *NotYetError) Unwrap() error { return e.Err }

// Reasons why a publication was not sent; see [PublishError].
var (
	ErrClosed       = errors.New("link closed")
	ErrDown         = errors.New("link down")
	ErrSuperseded   = errors.New("superseded by a newer publication")
	ErrExpired      = errors.New("waited too long for the link")
	ErrQueueFull    = errors.New("too many publications waiting")
	ErrTopic        = errors.New("invalid topic")
	ErrTooLarge     = errors.New("payload too large")
	ErrTopicBlocked = errors.New("publishing to this topic has repeatedly cost the connection")
)

// Reasons why the outcome of a publication is unknown, and why a link is down.
var (
	// ErrNoAcknowledgement says that the broker did not acknowledge a packet in time.
	ErrNoAcknowledgement = errors.New("no acknowledgement from the broker")
	// ErrLost says that the connection ended.
	ErrLost = errors.New("connection lost")
	// ErrDuplicateClientID says that the broker ended several connections in a row soon after they were made, as it does when another
	// client uses the same client id. MQTT 3.1.1 gives no reason, so it may have another one.
	ErrDuplicateClientID = errors.New("the broker ends each connection soon: possibly another client uses the same client id")
	// ErrUnwelcome says that the connection ended within moments of a publication or a subscription, as AWS IoT ends those of who may not
	// use a topic. It may have another reason, too.
	ErrUnwelcome = errors.New("ended over a message")
)

// Reasons why Subscribe fails before anything is sent.
var (
	ErrFilter               = errors.New("invalid topic filter")
	ErrTooManySubscriptions = errors.New("too many subscriptions for one connection")
)

// A PublishError says what became of a publication that was not acknowledged.
type PublishError struct {
	Sent bool  // false: it certainly did not leave; true: it may have arrived or not
	Err  error // why
}

func (e *PublishError) Error() string {
	if e.Sent {
		return "publish: outcome unknown: " + e.Err.Error()
	}
	return "publish: not sent: " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *PublishError) Unwrap() error { return e.Err }

// A SubscribeError says that the broker refused some filters. They stay wanted and are asked for again, after a minute, then
// ever more seldom, down to once an hour.
type SubscribeError struct {
	Filters []string // the refused ones; they are not part of the text and not to be logged
}

func (e *SubscribeError) Error() string {
	return fmt.Sprintf("subscribe: the broker refused %d of the filters", len(e.Filters))
}

// A HandshakeError is an HTTP answer other than the upgrade to WebSocket.
type HandshakeError struct {
	Status     int           // HTTP status
	Type       string        // of the error in AWS's terms, such as ForbiddenException; may be empty
	Message    string        // AWS's words, cut to one short line; may be empty
	Date       time.Time     // the server's clock; zero if it did not say
	RetryAfter time.Duration // how long the server asks to wait; zero if it did not say
}

func (e *HandshakeError) Error() string {
	text := fmt.Sprintf("websocket handshake: HTTP status %d", e.Status)
	if e.Message != "" {
		text += ": " + e.Message
	}
	return text
}

// A ConnackError is the broker's refusal of the MQTT session.
type ConnackError struct {
	Code byte // MQTT 3.1.1 section 3.2.2.3; AWS also used 7 for "not authorised"
}

func (e *ConnackError) Error() string {
	return fmt.Sprintf("the broker refused the session: %s (%d)", e.Reason(), e.Code)
}

// Reason returns what the code stands for.
func (e *ConnackError) Reason() string {
	return mqtt.Reason(e.Code)
}
