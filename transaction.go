package nwp500

import (
	"context"
	"errors"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// transaction is a request to a heater and how its answer is known
// (docs/protocol.md §3).
type transaction struct {
	code   topic.Code
	suffix string      // of the request's topic
	mode   string      // of a control command: it carries mode, param and paramStr
	param  []int       //
	extra  wire.Object // what else the request says
	// holds, unless nil, tells whether what a command was made from is still so. The
	// command does not wait for a connection that is down, for it would be stale then.
	holds func() bool
	// queued, unless nil, is called when the request has its place among those to be sent.
	queued func()

	place answerPlace
	// wants reports whether a message that came to the place is the answer.
	wants func(*wire.Envelope) bool
	// echoSuffices takes a message that repeats the id of the request for the answer,
	// whatever it says.
	echoSuffices bool
	// unknown tells that heaters may not know the question: one that does not answer it is
	// not silent for that.
	unknown bool
}

// command returns the request as it is sent.
func (t transaction) command(device Device, clientID string, userSeq int, id string) wire.Command {
	return wire.Command{
		ClientID: clientID, SessionID: id,
		RequestTopic:  topic.Request(device.Type, device.MAC.Reveal(), t.suffix),
		ResponseTopic: t.place.topic(device, clientID, userSeq),
		Code:          t.code, DeviceType: device.Type,
		MAC: device.MAC.Reveal(), AdditionalValue: device.AdditionalValue,
		Control: t.mode != "", Mode: t.mode, Param: t.param, Extra: t.extra,
	}
}

// answerPlace is where an answer comes. The zero place is the topic of
// acknowledgements, which statuses and features take, too.
type answerPlace struct {
	kind   topic.Kind
	suffix string
}

// onClientTopic is a topic of the client's own, in the app's form or not; on
// heaterTopic everybody hears the answer.
func onClientTopic(suffix string) answerPlace { return answerPlace{topic.KindQueryAnswer, suffix} }
func inAppForm(suffix string) answerPlace     { return answerPlace{topic.KindAppAnswer, suffix} }
func onHeaterTopic(suffix string) answerPlace { return answerPlace{topic.KindHeaterAnswer, suffix} }

// is reports whether a message came to the place.
func (p answerPlace) is(about topic.Topic) bool {
	if p.kind == topic.KindUnknown {
		return about.Kind == topic.KindAcknowledgement
	}
	return about.Kind == p.kind && about.Suffix == p.suffix
}

// echoes reports whether answers to the place repeat the id of the request.
func (p answerPlace) echoes() bool { return p.kind == topic.KindUnknown }

// topic returns the topic that a request names for its answer.
func (p answerPlace) topic(device Device, clientID string, userSeq int) string {
	switch p.kind {
	case topic.KindQueryAnswer:
		return topic.QueryResponse(device.Type, clientID, p.suffix)
	case topic.KindAppAnswer:
		return topic.AppResponse(device.Type, device.HomeSeq, userSeq, clientID, p.suffix)
	case topic.KindHeaterAnswer:
		return topic.HeaterResponse(device.Type, device.MAC.Reveal(), p.suffix)
	}
	return topic.Response(device.Type, device.MAC.Reveal(), clientID)
}

// listen subscribes to the place until release is called. The heater's own topics are
// subscribed already, and those of the client's form stay.
func (s *Session) listen(ctx context.Context, state *heaterState, p answerPlace) (release func(), err error) {
	c, device := state.connection, state.device
	switch p.kind {
	case topic.KindQueryAnswer:
		return func() {}, c.link.Subscribe(ctx, topic.Queries(device.Type, c.clientID))
	case topic.KindAppAnswer:
		leave, err := c.listenFor(ctx, p.topic(device, c.clientID, s.userSeq))
		return func() {
			if err := leave(); err != nil {
				s.client.log.Debug("a subscription was not ended", "err", err)
			}
		}, err
	}
	return func() {}, nil
}

// ask sends a question and waits for its answer, and asks again while none comes: a
// question changes nothing. Unless it may wait for a connection that is down, all of
// it has to end within the answer's time limit.
func (h *Heater) ask(ctx context.Context, t transaction, wait bool) (*wire.Envelope, error) {
	s, limit := h.session, h.session.client.config.AnswerTimeout
	if !wait {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, ErrNoAnswer)
		defer cancel()
	}
	state, err := s.attach(ctx, h.device, wait)
	if err != nil {
		return nil, unasked(ctx, err, wait)
	}
	if !wait && !state.connection.takesQuestions() {
		return nil, ErrDisconnected
	}
	release, err := s.listen(ctx, state, t.place)
	defer release()
	if err != nil {
		return nil, unasked(ctx, fromTransport(err), wait)
	}
	x := s.expect(state, t, false)
	defer s.forget(state, x)
	heard, began := state.connection.heard.Load(), time.Now()
	how := awsiot.Publication{NoWait: !wait, Patience: askAgainAfter}
	if err := s.send(ctx, state, x, how); err != nil && !errors.Is(err, awsiot.ErrNoAcknowledgement) {
		return nil, h.explain(ctx, fromTransport(err))
	}
	if wait {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, limit, ErrNoAnswer)
		defer cancel()
	}
	again := time.NewTicker(askAgainAfter)
	defer again.Stop()
	for {
		select {
		case answer := <-x.answer:
			return answer.envelope, answer.err
		case <-ctx.Done():
			err := h.explain(ctx, waitError(ctx))
			if time.Since(began) >= askAgainAfter && errors.Is(err, ErrNoAnswer) {
				s.unanswered(state, heard, began, t.unknown)
			}
			return nil, err
		case <-again.C:
			if err := s.send(ctx, state, x, how); err != nil && ctx.Err() == nil && !errors.Is(err, awsiot.ErrNoAcknowledgement) {
				return nil, fromTransport(err)
			}
		}
	}
}

// askWaiting asks as part of a command: it waits for a connection that is down, and a
// question whose answer was lost with the connection is asked again.
func (h *Heater) askWaiting(ctx context.Context, t transaction) (*wire.Envelope, error) {
	waiting, end := h.session.patiently(ctx)
	for {
		envelope, err := h.ask(waiting, t, true)
		if !errors.Is(err, ErrDisconnected) {
			return envelope, end(err)
		}
	}
}

// tell sends a command once and waits for its answer. Every error is a *CommandError.
// A newer command of the same kind takes the place of one that waits.
func (h *Heater) tell(ctx context.Context, name, kind string, t transaction) (*wire.Envelope, error) {
	s := h.session
	waiting, end := s.patiently(ctx)
	state, err := s.attach(waiting, h.device, true)
	if err != nil {
		return nil, failed(name, NotSent, end(err))
	}
	release, err := s.listen(waiting, state, t.place)
	defer release()
	if err = end(err); err != nil {
		return nil, failed(name, NotSent, fromTransport(err))
	}
	if t.holds != nil && !t.holds() {
		return nil, failed(name, NotSent, ErrDisconnected)
	}
	x := s.expect(state, t, true)
	defer s.forget(state, x)
	err = s.send(ctx, state, x, awsiot.Publication{
		Supersede: h.device.MAC.Reveal() + "/" + kind, NoWait: t.holds != nil, Queued: t.queued,
	})
	var notAcknowledged *awsiot.PublishError
	if errors.As(err, &notAcknowledged) && !notAcknowledged.Sent {
		return nil, failed(name, NotSent, fromTransport(notAcknowledged.Err))
	}
	var given answer
	select {
	case given = <-x.answer: // it counts, whatever became of the broker's acknowledgement
	default:
		if err != nil {
			return nil, failed(name, OutcomeUnknown, fromTransport(err))
		}
		limit := time.NewTimer(s.client.config.AnswerTimeout)
		defer limit.Stop()
		select {
		case given = <-x.answer:
		case <-limit.C:
			given.err = ErrNoAnswer
		case <-ctx.Done():
			given.err = waitError(ctx)
		}
	}
	var refusal *ControlFailure
	switch {
	case errors.As(given.err, &refusal):
		return nil, failed(name, Refused, refusal)
	case given.err != nil:
		return nil, failed(name, OutcomeUnknown, given.err)
	}
	return given.envelope, nil
}

// failed is a command that came to another end than done.
func failed(name string, outcome Outcome, err error) *CommandError {
	e := &CommandError{Command: name, Outcome: outcome, Err: err}
	var refusal *ControlFailure
	switch {
	case outcome == OutcomeUnknown:
		e.Hint = "read the status before sending it again"
	case errors.As(err, &refusal) && refusal.Code == tooClose:
		e.Hint = "wait a while before sending it again"
	}
	return e
}
