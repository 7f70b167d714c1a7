package nwp500

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// heaterState is what a session knows of a heater, shared by all its handles. Its
// fields are guarded by the session's lock.
type heaterState struct {
	device     Device
	connection *connection
	subscribed bool
	silent     bool // it did not answer, and that is not the connection's fault

	status    *Status   // the last, where it says nothing as it was before
	payload   []byte    // the message that the last came in
	features  *Features // the last
	described []byte    // the message that the last features came in

	exchanges []*exchange   // oldest first
	asking    chan struct{} // held by whoever asks for features
}

// exchange is a transaction whose answer is awaited. It is there before its request is
// sent.
type exchange struct {
	transaction
	control bool     // the cloud may refuse it on ctrl-fail
	ids     []string // of each time that the request was sent
	sent    bool     // the broker has it
	answer  chan answer

	// open ends when the answer repeats the id of a request, which therefore has arrived.
	open  context.Context
	close context.CancelFunc
}

type answer struct {
	envelope *wire.Envelope
	err      error
}

func newExchange(t transaction, control bool, ids ...string) *exchange {
	x := &exchange{transaction: t, control: control, ids: ids, answer: make(chan answer, 1)}
	x.open, x.close = context.WithCancel(context.Background())
	return x
}

// attach returns the state of a heater that the session listens to. Unless it may
// wait, it fails while the heater's connection is down.
func (s *Session) attach(ctx context.Context, device Device, wait bool) (*heaterState, error) {
	if device.MAC.IsZero() {
		return nil, errors.New("the device has no MAC address: take one that Devices lists")
	}
	s.mu.Lock()
	state, closed := s.heaters[device.MAC], s.closed
	if closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	if state != nil && state.subscribed {
		s.mu.Unlock()
		return state, nil
	}
	s.mu.Unlock()

	if state == nil {
		var err error
		if state, err = s.place(ctx, device); err != nil {
			return nil, err
		}
	}
	if !wait && !state.connection.takesQuestions() {
		return nil, ErrDisconnected
	}
	if err := state.connection.link.Subscribe(ctx, topic.Heater(device.Type, device.MAC.Reveal())); err != nil {
		return nil, fromTransport(err)
	}
	s.mu.Lock()
	state.subscribed = true
	s.mu.Unlock()
	return state, nil
}

// expect registers an exchange; forget ends it.
func (s *Session) expect(state *heaterState, t transaction, control bool) *exchange {
	x := newExchange(t, control)
	s.mu.Lock()
	defer s.mu.Unlock()
	state.exchanges = append(state.exchanges, x)
	return x
}

func (s *Session) forget(state *heaterState, x *exchange) {
	x.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	state.exchanges = slices.DeleteFunc(state.exchanges, func(other *exchange) bool { return other == x })
}

// send publishes the request of an exchange and returns when the broker has it. An answer
// shows that, too, when the broker does not acknowledge.
func (s *Session) send(ctx context.Context, state *heaterState, x *exchange, how awsiot.Publication) error {
	c := state.connection
	s.mu.Lock()
	id := strconv.FormatInt(s.nextID(), 10)
	x.ids = append(x.ids, id)
	losses := c.losses
	s.mu.Unlock()

	command := x.command(state.device, c.clientID, s.userSeq, id)
	how.Topic, how.Payload = command.RequestTopic, command.Append(nil)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(x.open, cancel)()
	err := c.link.Publish(ctx, how)
	var published *awsiot.PublishError
	if errors.As(err, &published) && (!published.Sent || len(x.answer) == 0) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x.sent = true
	if how.NoWait && c.losses != losses {
		x.end(answer{err: ErrDisconnected})
	}
	return nil
}

// end gives an exchange its answer, unless it has one.
func (x *exchange) end(a answer) {
	select {
	case x.answer <- a:
	default:
	}
}

// failSent ends the exchanges whose answers were lost with the connection.
func (h *heaterState) failSent(err error) {
	for _, x := range h.exchanges {
		if x.sent {
			x.end(answer{err: err})
		}
	}
}

// failAll ends all exchanges.
func (h *heaterState) failAll(err error) {
	for _, x := range h.exchanges {
		x.end(answer{err: err})
	}
}

// receive takes a message of the link. It runs on the link's own goroutine, in the
// order in which messages come, and never waits.
func (c *connection) receive(topicText string, payload []byte) {
	s := c.session
	c.heard.Add(1)
	s.messages.tell(Message{Topic: topicText, Payload: payload})
	about := topic.Parse(topicText)
	switch about.Kind {
	case topic.KindAcknowledgement, topic.KindControlFailure, topic.KindHeaterAnswer, topic.KindQueryAnswer, topic.KindAppAnswer:
	case topic.KindServiceNotice:
		c.announceService(payload)
		return
	default:
		return // among others the commands that applications publish
	}
	envelope, err := wire.ParseEnvelope(payload)
	if err != nil {
		s.client.log.Warn("a message of a heater cannot be read", "err", err)
		s.skip()
		return
	}
	mac := envelope.MAC()
	if mac == "" {
		mac = about.MAC
	} else if about.MAC != "" && mac != about.MAC {
		s.client.log.Warn("a message names another heater than its topic does")
		s.skip()
		return
	}
	events, answered, echoed := c.take(about, mac, envelope, payload)
	// Events first: whoever waits for the answer finds them told when it returns.
	s.listeners.tell(events...)
	if answered != nil {
		answered.end(answer{envelope: envelope})
	}
	if echoed {
		answered.close()
	}
}

// take returns what a message of a heater is news of, the exchange that it answers, or nil,
// and whether it repeats the id of that.
func (c *connection) take(about topic.Topic, mac string, envelope *wire.Envelope, payload []byte) (events []Event, answered *exchange, echoed bool) {
	s := c.session
	s.mu.Lock()
	defer s.mu.Unlock() // also after a panic, which the link survives
	ours := about.ClientID == c.clientID
	state := s.heaters[NewMAC(mac)]
	switch {
	case state == nil, state.connection != c:
		if ours { // of a heater that is not ours
			s.late++
		}
		return nil, nil, false
	case about.Kind == topic.KindControlFailure:
		state.refuse(c.clientID, envelope)
		return nil, nil, false
	}
	events = append(state.speaks(), state.learn(envelope, payload)...)
	if ours || about.Kind == topic.KindHeaterAnswer {
		answered = state.match(about, envelope)
		if answered == nil && len(events) == 0 && !isSecondAnswer(about) {
			s.late++
		}
	}
	return events, answered, answered != nil && slices.Contains(answered.ids, envelope.SessionID())
}

// skip counts a message that is of no use.
func (s *Session) skip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unreadable++
}

// isSecondAnswer tells an answer in hex, which comes beside the one that is read
// (docs/protocol.md §3).
func isSecondAnswer(about topic.Topic) bool {
	switch about.Suffix {
	case topic.AnswerReservationHex, topic.AnswerRecirculationHex, topic.AnswerDiagnosticsHex:
		return true
	}
	return false
}

// learn keeps what a message says of the heater, whoever asked for it, and returns
// the events. The same message again is not news: it may arrive twice.
func (h *heaterState) learn(envelope *wire.Envelope, payload []byte) []Event {
	now := time.Now()
	source := Source{h.device, now}
	if message, ok := envelope.Features(); ok {
		again := bytes.Equal(payload, h.described)
		h.features, h.described = newFeatures(message, h.device.MAC, now), payload
		if again {
			return nil
		}
		return []Event{FeaturesReceived{source, h.features}}
	}
	message, ok := envelope.Status()
	if !ok || bytes.Equal(payload, h.payload) {
		return nil
	}
	status := newStatus(message, h.device.MAC, now)
	events := append([]Event{StatusReceived{source, status}}, changes(source, h.status, status)...)
	h.status, h.payload = status.over(h.status), payload
	return events
}

// match returns the exchange that a message answers, or nil. Heaters echo the id of the
// request; firmware that leaves it out is matched by what the answer says, as long as
// that leaves no doubt. Whether answers on topics of their own echo the id is
// unconfirmed (docs/protocol.md §4): there what the answer says is enough.
func (h *heaterState) match(about topic.Topic, envelope *wire.Envelope) *exchange {
	id := envelope.SessionID()
	var fitting []*exchange
	for _, x := range h.exchanges {
		echoed := slices.Contains(x.ids, id)
		if len(x.answer) > 0 || !x.place.is(about) {
			continue
		}
		if enough := echoed && x.echoSuffices; !enough && !x.wants(envelope) {
			continue
		}
		if echoed {
			return x
		}
		if id == "" || !x.place.echoes() {
			fitting = append(fitting, x)
		}
	}
	if len(fitting) == 0 || len(fitting) > 1 && fitting[0].place.echoes() {
		return nil
	}
	return fitting[0]
}

// refuse ends the control command that the cloud refused. The refusal names neither
// the command nor, as far as is known, the client (docs/protocol.md §3): without the id
// of a request it is taken for the oldest command under way, unless it names another
// client.
func (h *heaterState) refuse(clientID string, envelope *wire.Envelope) {
	code := 0
	if body, ok := envelope.Response(); ok {
		value, _ := body.Get("failCode")
		code = intOf(wire.Integer(value)).Or(0)
	}
	refusal := answer{err: &ControlFailure{Code: code}}
	if other := envelope.ClientID(); other != "" && other != clientID {
		return
	}
	var oldest *exchange
	for _, x := range h.exchanges {
		if !x.control {
			continue
		}
		if slices.Contains(x.ids, envelope.SessionID()) {
			x.end(refusal)
			x.close()
			return
		}
		if oldest == nil && len(x.answer) == 0 {
			oldest = x
		}
	}
	if id, err := strconv.ParseInt(envelope.SessionID(), 10, 64); err == nil && id > ownCounter {
		return // the request of another application, or one that nobody waits for any more
	}
	if oldest != nil {
		oldest.end(refusal)
	}
}
