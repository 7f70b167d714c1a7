package awsiot

import (
	"context"
	"errors"
	"time"
)

// A Link is a session with the broker that reconnects by itself. Make one with [Dial].
type Link struct{}

// Dial makes one attempt to connect and returns the link, or why there is none: a [*HandshakeError], a [*ConnackError], an
// error that wraps [ErrRejected], the context's, or one of the network. Within the attempt refused credentials are fetched anew
// once, and a wrong clock is made up for once. ctx bounds Dial only.
func Dial(ctx context.Context, cfg Config) (*Link, error) {
	return nil, errors.ErrUnsupported
}

// Subscribe wants the filters and returns when the broker has answered for each, which may be after a reconnection. If it refused some, the
// error is a [*SubscribeError]. A filter stays wanted whatever the error, except one of [ErrFilter] and [ErrTooManySubscriptions] (there may be
// 50), which change nothing. Wanting a filter twice is wanting it once.
func (l *Link) Subscribe(ctx context.Context, filters ...string) error { return errors.ErrUnsupported }

// Unsubscribe wants the filters no more and returns when the broker has answered, at once while the link is down. Unknown filters
// are ignored.
func (l *Link) Unsubscribe(ctx context.Context, filters ...string) error {
	return errors.ErrUnsupported
}

// A Publication is one message to the broker, at QoS 1 and not retained.
type Publication struct {
	Topic   string // at most 256 bytes and 7 slashes, no wildcard
	Payload []byte // at most 128 KiB; not to be changed until Publish returns

	// Supersede is a key: a publication that still waits and has the same key ends with [ErrSuperseded]. If empty, none.
	Supersede string

	// NoWait makes Publish fail with [ErrDown] when the link is down, instead of waiting.
	NoWait bool
}

// Publish sends p and returns nil when the broker has acknowledged it. Every error is a [*PublishError].
func (l *Link) Publish(ctx context.Context, p Publication) error { return errors.ErrUnsupported }

// Retry makes a link that is down dial without waiting any longer, also one that had stopped because of [ErrRejected]. The shortest time
// between two dials is kept.
func (l *Link) Retry() {}

// Reconnect makes a link that is up renew its connection as soon as nothing is under way, as it does by itself each day.
func (l *Link) Reconnect() {}

// Stats are numbers for diagnostics.
type Stats struct {
	ClientID      string
	Up            bool
	Since         time.Time     // when the link came up or went down
	Err           error         // the last failure of a connection or an attempt; nil after the link came up
	Halted        bool          // no more attempts until Retry
	Attempts      int           // of connecting since the link went down
	NextAttempt   time.Time     // zero when none is planned
	Connections   int           // made so far
	Waiting       int           // publications not yet sent
	InFlight      int           // publications not yet acknowledged
	Subscriptions int           // filters wanted
	Refused       int           // of them refused by the broker
	Received      uint64        // messages
	Dropped       uint64        // messages that Receive was too slow for
	ClockOffset   time.Duration // by which the broker's clock is ahead, when that mattered
}

// Stats returns the numbers of this moment. They are readable after Close.
func (l *Link) Stats() Stats { return Stats{} }

// Close ends the link and waits for all that it started; it takes less than a second in any state. Publications under way fail with
// [ErrClosed]. The error is not nil only when a function of the Config had still not returned: Close called by such a
// function therefore fails, but the link is closed all the same. Close may be called again.
func (l *Link) Close() error { return nil }
