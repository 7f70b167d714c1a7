package nwp500

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// ErrUnchanged is a schedule that was written, was not confirmed, and was then found
// to be what it had been before: the write was lost, as some are (docs/protocol.md
// §4). It may still take effect, so the outcome is unknown.
var ErrUnchanged = errors.New("the heater did not confirm it, and still has the list from before")

// rewrite is a command that changes a schedule. A heater takes a schedule only as a
// whole, so it is read, changed and written; two commands at once on one heater take
// turns, or the second would undo the first.
type rewrite struct {
	name string
	kind *scheduleKind
	// check says why the heater cannot take the command.
	check func(*Features) error
	// change returns what to write in place of what was read, or why there is nothing
	// to write. It leaves its argument as it is.
	change func(have schedule) (schedule, error)
}

// rewrite carries a rewrite out. Every error is a *CommandError.
func (h *Heater) rewrite(ctx context.Context, r rewrite) error {
	features, err := h.awaitFeatures(ctx)
	if err != nil {
		return failed(r.name, NotSent, err)
	}
	if err := r.check(features); err != nil {
		return failed(r.name, Refused, err)
	}
	state, err := h.session.attach(ctx, h.device, true)
	if err != nil {
		return failed(r.name, NotSent, err)
	}
	writing := h.session.client.turns(h.device.MAC)
	select {
	case writing <- struct{}{}:
		defer func() { <-writing }()
	case <-ctx.Done():
		return failed(r.name, NotSent, waitError(ctx))
	}
	for {
		err := h.rewriteOnce(ctx, state, r)
		var end *CommandError
		if !errors.As(err, &end) || end.Outcome != NotSent || !errors.Is(err, ErrDisconnected) {
			return err
		}
		// The connection went between reading and writing: what was read is old.
	}
}

// turns returns what is held by whoever rewrites a schedule of the heater, in whichever
// of the client's sessions.
func (c *Client) turns(mac MAC) chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	turns := c.rewriting[mac]
	if turns == nil {
		turns = make(chan struct{}, 1)
		c.rewriting[mac] = turns
	}
	return turns
}

// rewriteOnce reads, writes, and reads again unless the answer confirms what was
// written.
func (h *Heater) rewriteOnce(ctx context.Context, state *heaterState, r rewrite) error {
	unbroken := h.session.unbroken(state.connection)
	have, _, err := h.readSchedule(ctx, r.kind, true)
	if err != nil {
		return failed(r.name, NotSent, fmt.Errorf("what the heater has could not be read, and nothing is written over it unread: %w", err))
	}
	want, err := r.change(have)
	if err != nil {
		return failed(r.name, Refused, err)
	}
	if err := r.kind.checkCount(len(want.entries)); err != nil {
		return failed(r.name, Refused, err)
	}
	err = h.writeSchedule(ctx, r.name, want, want.body(), unbroken)
	var unknown *CommandError
	if !errors.As(err, &unknown) || unknown.Outcome != OutcomeUnknown {
		return err
	}
	unknown.Hint = "read the " + r.kind.name + " before sending it again"
	if ctx.Err() != nil || errors.Is(err, ErrClosed) {
		return err // there is no time to read it back
	}
	found, _, err := h.readSchedule(ctx, r.kind, true)
	switch {
	case err != nil:
		unknown.Err = fmt.Errorf("%w; what it has now could not be read: %w", unknown.Err, err)
	case found.equal(want):
		return nil
	case found.equal(have):
		unknown.Err = fmt.Errorf("%w (%w)", ErrUnchanged, unknown.Err)
	default:
		unknown.Err = fmt.Errorf("%w; it has another list now, neither the one from before nor the one written", unknown.Err)
	}
	return unknown
}

// unbroken returns a function that tells whether the connection has held since.
func (s *Session) unbroken(c *connection) func() bool {
	drops := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return c.drops
	}
	before := drops()
	return func() bool { return drops() == before }
}

// readSchedule asks for a schedule.
func (h *Heater) readSchedule(ctx context.Context, kind *scheduleKind, wait bool) (schedule, *wire.Envelope, error) {
	ask := func(ctx context.Context, t transaction) (*wire.Envelope, error) { return h.ask(ctx, t, false) }
	if wait {
		ask = h.askWaiting
	}
	earlier := h.earlier()
	envelope, err := ask(ctx, transaction{
		code: kind.readCode, suffix: kind.readSuffix, place: onClientTopic(kind.answer),
		wants: func(envelope *wire.Envelope) bool {
			_, ok := envelope.Response()
			return ok && !earlier(envelope)
		},
	})
	if err != nil {
		return schedule{}, nil, err
	}
	body, _ := envelope.Response()
	read, incomplete, err := kind.readFrom(body)
	read.from = envelope
	if incomplete {
		h.session.client.log.Warn("the last entry of a schedule is incomplete and left out", "schedule", kind.name)
	}
	return read, envelope, err
}

// writeSchedule writes a schedule and waits for the answer with the same entries. Every
// error is a *CommandError.
func (h *Heater) writeSchedule(ctx context.Context, name string, want schedule, body wire.Object, holds func() bool) error {
	earlier := h.earlier()
	_, err := h.tell(ctx, name, want.kind.name, transaction{
		code: want.kind.writeCode, suffix: want.kind.writeSuffix, place: onClientTopic(want.kind.answer), extra: body, holds: holds,
		wants: func(envelope *wire.Envelope) bool {
			answer, ok := envelope.Response()
			if !ok || earlier(envelope) {
				return false
			}
			got, _, err := want.kind.readFrom(answer)
			return err == nil && got.equal(want)
		},
	})
	return err
}

// ownCounter is more than any number that heaters put on messages of their own, and
// less than any id of a request, which is a time in milliseconds.
const ownCounter = 1 << 32

// earlier returns a function that knows an answer to a request from before the call: a
// list that came late is not what the heater has now. Whether these answers repeat the
// id of the request is unconfirmed (docs/protocol.md §4); one without passes.
func (h *Heater) earlier() func(*wire.Envelope) bool {
	last := h.session.lastID.Load()
	return func(envelope *wire.Envelope) bool {
		id, err := strconv.ParseInt(envelope.SessionID(), 10, 64)
		return err == nil && id > ownCounter && id <= last
	}
}

// writeOnControl writes a list with a command of the topic that acknowledges with a
// status.
func (h *Heater) writeOnControl(ctx context.Context, name string, code topic.Code, body wire.Object) error {
	_, err := h.tell(ctx, name, name, transaction{
		code: code, suffix: topic.SuffixControl, extra: body, wants: statusAnswering(code),
	})
	return err
}
