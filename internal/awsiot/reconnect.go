package awsiot

import (
	"errors"
	"fmt"
	"time"

	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500/internal/mqtt"
)

const (
	// The broker ends a connection after 24 hours, when the next message is sent, which is then lost. A link renews its own before that, at
	// a moment between these that no other link shares.
	renewAfterMin = 22*time.Hour + 30*time.Minute
	renewAfterMax = 23*time.Hour + 30*time.Minute

	// answerTime is how long after a publication no connection is renewed: whoever published may wait for an answer, of which the link
	// knows nothing, and which would be lost.
	answerTime = 5 * time.Second

	// manyKicks is the number of connections ended by the broker before they were stable, one after the other, that makes a second
	// client with the same id likely.
	manyKicks = 3

	// manyUnheard is the number of attempts that the broker ended in place of a CONNACK after which the credentials come under suspicion.
	manyUnheard = 3
)

// attempt starts an attempt to connect. The phases go round from here: dialling, subscribing, up, ending, waiting.
func (l *Link) attempt() {
	l.phase = dialling
	l.gen++
	l.attempts++
	l.retry = false
	a := &attempt{refused: l.refused, offset: l.offset, last: l.backoff.last}
	gen := l.gen
	go func() {
		a.run(l.lifetime, l)
		l.events <- event{gen: gen, kind: attempted, attempt: a} // the owner listens until it has this
	}()
}

// handle takes in what an attempt or a connection tells. What an earlier one tells is stale.
func (l *Link) handle(e event) {
	switch {
	case e.gen != l.gen:
	case e.kind == attempted:
		l.attempted(e.attempt)
	case e.kind == gone:
		l.conn = nil
		l.phase = waiting
	case l.phase == ending: // the last words of what is being taken down
	case e.kind == received:
		l.receive(e.packet)
	case e.kind == pinged:
		l.push(frame{websocket.PongMessage, e.ping})
	case e.kind == written:
		l.conn.idle = true
	case e.kind == failed && errors.Is(e.err, mqtt.ErrProtocol):
		l.fail(e.err)
	case e.kind == failed:
		l.fail(lost(e.err))
	}
}

// attempted takes in the outcome of an attempt.
func (l *Link) attempted(a *attempt) {
	l.refused, l.offset, l.backoff.last = a.refused, a.offset, a.last
	l.unheard++
	if !errors.Is(a.err, errUnanswered) {
		l.unheard = 0
	} else if l.unheard >= manyUnheard {
		l.unheard, l.refused = 0, true
	}
	switch {
	case a.err != nil:
		l.phase = waiting
		l.attemptFailed(a.err)
	case l.closed:
		l.phase = waiting
		_ = a.socket.raw.Close()
	default:
		l.phase = subscribing
		l.connections++
		l.conn = newConnection(a, l.gen, l.events)
	}
}

func (l *Link) attemptFailed(err error) {
	l.lastErr = err
	l.nextDial = l.backoff.afterFailure(l.now, err)
	l.endRenewal()
	switch {
	case l.first != nil:
		l.first <- err
		l.first, l.halted = nil, true
		return
	case l.retry:
		l.nextDial = l.backoff.earliest(l.now)
	case errors.Is(err, ErrRejected):
		l.halted = true
		l.publications.drop(err)
	}
	if l.lifetime.Err() == nil {
		switch wait := l.nextDial.Sub(l.now).Round(time.Millisecond); {
		case l.halted:
			l.cfg.Logger.Warn("the cloud cannot be reached with these credentials; it is not tried again until they change", "err", err)
		case l.attempts == 1: // an outage is told once, however long it lasts
			l.cfg.Logger.Warn("the cloud cannot be reached; it is tried until it can", "err", err)
		default:
			l.cfg.Logger.Debug("the cloud cannot be reached yet", "err", err, "attempts", l.attempts, "wait", wait)
		}
	}
}

// becomeUp is called when all filters have been answered.
func (l *Link) becomeUp() {
	l.phase, l.renewal = up, false
	l.changedAt, l.lastErr = l.now, nil
	change := Change{Up: true, At: l.now, Attempts: l.attempts, SessionPresent: l.conn.sessionPresent}
	if refused := l.subscriptions.refused(); len(refused) > 0 {
		change.Err = &SubscribeError{Filters: refused}
	}
	if change.Err != nil {
		l.cfg.Logger.Warn("connected to the cloud, which does not let everything be heard", "err", change.Err)
	} else {
		l.cfg.Logger.Info("connected to the cloud")
	}
	if l.first != nil {
		l.first <- nil
		l.first = nil
		return
	}
	l.inbox.change(change)
}

// fail takes the connection down because of err, which wraps ErrLost if the broker, or whatever is in between, ended it.
func (l *Link) fail(err error) {
	kicked := errors.Is(err, ErrLost) && !isTimeout(err) // a write that blocks is nobody's doing
	soon := l.now.Sub(l.conn.since) < stableAfter
	blamed := l.publications.blame(l.now, kicked)
	blamed = l.subscriptions.blame(l.now, kicked) || blamed
	switch {
	case !kicked || !soon:
		l.kicks = 0
	case !blamed:
		if l.now.Sub(l.conn.since) < poisonTime {
			l.subscriptions.acquit()
		}
		if l.kicks++; l.kicks >= manyKicks {
			err = fmt.Errorf("%w: %w", ErrDuplicateClientID, err)
		}
	}
	if blamed {
		err = fmt.Errorf("%w: %w", ErrUnwelcome, err)
	}
	l.nextDial = l.backoff.afterLoss(l.now, l.conn.stable)
	l.goDown(err, false)
	l.conn.end(false)
}

// RenewWithin makes a link that is up renew its connection as Reconnect does, at a moment within d that it shares with no other link.
func (l *Link) RenewWithin(d time.Duration) {
	l.ask(func() {
		if at := l.now.Add(between(0, d)); l.phase == up && at.Before(l.conn.renewAt) {
			l.conn.renewAt = at
		}
	})
}

// renew takes the connection down to make a new one soon. Break before make: two with one client id would end each other, hence also
// the pause, in which the broker learns of the end.
func (l *Link) renew() {
	l.nextDial = l.backoff.earliest(l.now.Add(connectFloor))
	l.goDown(nil, true)
	l.conn.end(true)
}

// endRenewal is called when a renewal has become an outage: what does not wait for one has waited long enough.
func (l *Link) endRenewal() {
	if l.renewal {
		l.renewal = false
		l.giveUpWaiting()
	}
}

// goDown enters phase ending.
func (l *Link) goDown(err error, planned bool) {
	wasUp := l.phase == up
	l.phase = ending
	l.renewal = planned
	l.lastErr = err
	if l.conn.stable {
		l.kicks = 0
	}
	l.disconnectPublications(err)
	l.subscriptions.disconnected()
	if planned {
		l.cfg.Logger.Info("the connection to the cloud is being renewed")
	} else {
		l.cfg.Logger.Warn("the connection to the cloud was lost; it is being made again", "err", err)
	}
	if wasUp {
		l.attempts = 0
		l.changedAt = l.now
		l.inbox.change(Change{Err: err, Planned: planned, At: l.now})
	}
}

// tend looks after a connection: what has come to its end, what is to be asked, what is to be sent.
func (l *Link) tend() {
	c := l.conn
	if err := l.expireInFlight(); err != nil {
		l.fail(err)
		return
	}
	if err := l.subscribe(); err != nil {
		l.fail(err)
		return
	}
	if err := l.ping(); err != nil {
		l.fail(err)
		return
	}
	if l.phase == subscribing && l.subscriptions.settled() {
		l.becomeUp()
	}
	if l.phase == up && l.subscriptions.live() && l.due(l.changedAt.Add(stableAfter)) {
		c.stable = true
		l.backoff.reset()
	}
	if l.renewing() && l.idle() {
		l.renew()
		return
	}
	l.feed()
}

// renewing reports whether the connection is old enough to be renewed; no publication is begun from then on.
func (l *Link) renewing() bool { return l.phase == up && l.due(l.conn.renewAt) }

// idle reports whether nothing is under way that a planned end would disturb.
func (l *Link) idle() bool {
	return l.conn.idle && len(l.conn.outbox) == 0 && !l.publications.awaited() && l.subscriptions.idle() &&
		l.due(l.publications.last.Add(answerTime))
}
