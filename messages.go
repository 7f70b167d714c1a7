package nwp500

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/topic"
)

// Message is a raw message of the broker. Its topic and its payload name a heater,
// so it prints as "[message]".
type Message struct {
	Topic   string
	Payload []byte
}

// Format writes "[message]", whatever the verb.
func (m Message) Format(state fmt.State, _ rune) { hide(state, "[message]") }

// MarshalText encodes "[message]".
func (m Message) MarshalText() ([]byte, error) { return []byte("[message]"), nil }

// Subscription is a raw subscription of a session: every message of a topic filter,
// also after the session has reconnected.
type Subscription struct {
	session *Session
	filter  Secret // a topic names a heater
	stream  *stream[Message]
	leave   func() error // ends the subscription with the broker, unless somebody else needs it
}

// ErrMissed is what Messages yields where a slow reader lost messages.
var ErrMissed = errors.New("the reader was too slow: messages were lost")

// Subscribe subscribes to a topic filter (docs/protocol.md §3), on the session's first
// connection, and returns when the broker has granted it. All messages of a heater are to
// be had from [Heater.Subscribe]. A filter that the account may not subscribe to can cost the
// connection, which then comes back.
func (s *Session) Subscribe(ctx context.Context, filter string) (*Subscription, error) {
	c, err := s.first()
	if err != nil {
		return nil, err
	}
	sub := &Subscription{session: s, filter: NewSecret(filter), stream: newStream[Message]()}
	s.messages.add(sub)
	if sub.leave, err = c.listenFor(ctx, filter); err != nil {
		return nil, errors.Join(fromTransport(err), sub.Close())
	}
	return sub, nil
}

// Subscribe subscribes to every message of the heater's own topics: what it says, to
// whomever, and what it is told (docs/protocol.md §3). It costs no subscription of the
// broker's, for the session listens there anyway.
func (h *Heater) Subscribe(ctx context.Context) (*Subscription, error) {
	s := h.session
	sub := &Subscription{
		session: s, filter: NewSecret(topic.Heater(h.device.Type, h.device.MAC.Reveal())), stream: newStream[Message](),
		leave: func() error { return nil },
	}
	s.messages.add(sub)
	if _, err := s.attach(ctx, h.device, true); err != nil {
		return nil, errors.Join(err, sub.Close())
	}
	return sub, nil
}

// Publish publishes a raw message and returns when the broker has it. Every error is
// a *CommandError that says whether it may have left.
func (s *Session) Publish(ctx context.Context, to string, payload []byte) error {
	c, err := s.first()
	if err != nil {
		return &CommandError{Command: "publish", Outcome: NotSent, Err: err}
	}
	err = c.link.Publish(ctx, awsiot.Publication{Topic: to, Payload: payload})
	if err == nil {
		return nil
	}
	outcome := OutcomeUnknown
	var published *awsiot.PublishError
	if errors.As(err, &published) {
		err = published.Err
		if !published.Sent {
			outcome = NotSent
		}
	}
	return &CommandError{Command: "publish", Outcome: outcome, Err: fromTransport(err)}
}

// first returns the connection that raw messages take.
func (s *Session) first() (*connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.connections) == 0 {
		return nil, ErrClosed
	}
	return s.connections[0], nil
}

// Messages yields the messages until the context ends. It ends with ErrClosed when
// the session or the subscription is closed. Where a reader that is too slow lost
// messages it yields ErrMissed and goes on.
func (sub *Subscription) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		gap := func(int) Message { return Message{} }
		for message, err := range sub.stream.all(ctx, gap) {
			if err == nil && message.Topic == "" {
				err = ErrMissed
			}
			if !yield(message, err) {
				return
			}
		}
	}
}

// Close ends the subscription. A filter that others of the session use stays.
func (sub *Subscription) Close() error {
	sub.stream.end(ErrClosed)
	if !sub.session.messages.remove(sub) {
		return nil
	}
	err := sub.leave()
	if errors.Is(err, awsiot.ErrClosed) {
		return nil // the session is closed, and with it the subscription
	}
	return fromTransport(err)
}

// unsubscribeTimeout bounds the end of a subscription, which takes no context.
const unsubscribeTimeout = 5 * time.Second

// keeps reports whether a filter is that of one of the connection's heaters, or of the
// answers to its questions: these stay as long as the session.
func (c *connection) keeps(filter string) bool {
	s := c.session
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, state := range s.heaters {
		device := state.device
		if state.connection == c && (filter == topic.Heater(device.Type, device.MAC.Reveal()) || filter == topic.Queries(device.Type, c.clientID)) {
			return true
		}
	}
	return false
}

// subscriptions are the raw subscriptions of a session.
type subscriptions struct {
	mu  sync.Mutex
	all map[*Subscription]struct{}
}

func (s *subscriptions) add(sub *Subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = make(map[*Subscription]struct{})
	}
	s.all[sub] = struct{}{}
}

// remove reports whether the subscription was there.
func (s *subscriptions) remove(sub *Subscription) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, there := s.all[sub]
	delete(s.all, sub)
	return there
}

// tell gives a message to every subscription whose filter it matches.
func (s *subscriptions) tell(message Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		if matches(sub.filter.Reveal(), message.Topic) {
			sub.stream.put(Message{message.Topic, bytes.Clone(message.Payload)})
		}
	}
}

func (s *subscriptions) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for sub := range s.all {
		sub.stream.end(err)
	}
}

// matches reports whether a topic matches a filter. As with AWS, a/# does not match
// a itself.
func matches(filter, name string) bool {
	for {
		want, filterRest, filterMore := strings.Cut(filter, "/")
		have, topicRest, topicMore := strings.Cut(name, "/")
		if want == "#" {
			return true
		}
		if want != "+" && want != have {
			return false
		}
		if !filterMore || !topicMore {
			return filterMore == topicMore
		}
		filter, name = filterRest, topicRest
	}
}
