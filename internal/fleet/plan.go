package fleet

import (
	"context"
	"errors"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// question is something that a heater is asked by and by.
type question int

// The questions, in the order in which a heater that just came is asked.
const (
	pollStatus question = iota
	askFeatures
	readReservations
	readTOU
	readRecirculation
	readEnergy
	readFirmware
	readLifetime
	questions // how many there are
)

// questionTable says how often each is asked, and how. That of the status comes from the
// configuration: it is asked only when nothing was heard for so long.
var questionTable = [questions]struct {
	every time.Duration
	ask   func(h *Heater, ctx context.Context, live *nwp500.Heater) error
}{
	pollStatus:        {0, (*Heater).pollStatus},
	askFeatures:       {24 * time.Hour, (*Heater).askFeatures},
	readReservations:  {time.Hour, (*Heater).readReservations},
	readTOU:           {time.Hour, (*Heater).readTOU},
	readRecirculation: {time.Hour, (*Heater).readRecirculation},
	readEnergy:        {time.Hour, (*Heater).readEnergy}, // and when a day begins
	readFirmware:      {24 * time.Hour, (*Heater).readFirmware},
	readLifetime:      {24 * time.Hour, (*Heater).readLifetime},
}

const (
	// retryAfter is the first wait after a question that failed; it doubles.
	retryAfter = time.Minute
	// askAgain is when a status that was not answered is asked for once more, before the
	// heater counts as silent: one answer may be lost.
	askAgain = 10 * time.Second
	// unansweredLimit is how many statuses in a row may stay without an answer before it does.
	unansweredLimit = 2
	// renewalTime is what a connection that the session renews has to be back.
	renewalTime = 30 * time.Second
	// confirmAfter is when the status is asked for after a command: some of it lags
	// (docs/protocol.md §5).
	confirmAfter = 5 * time.Second
	// longestWait is how long the plan is not looked at, at most: a machine that sleeps
	// stops the timers with it.
	longestWait = time.Minute
)

// plan is when a heater is asked what. It is guarded by the heater's lock.
type plan struct {
	due    [questions]time.Time // zero: at once
	failed [questions]uint8     // times in a row
	missed int                  // statuses in a row that were not answered
	// confirm is when the status is to be asked for whatever is heard before; zero: never.
	confirm time.Time
}

// never is later than any question is due.
const never = 1 << 62

// begin takes a question off the plan that is about to be asked. What has it due meanwhile, such
// as a change that the answer may not show yet, holds for the next time.
func (p *plan) begin(q question, now time.Time) {
	p.due[q] = now.Add(never)
	if q == pollStatus {
		p.confirm = time.Time{}
	}
}

// end plans a question anew that was asked, unless it is due before.
func (p *plan) end(q question, next time.Time) {
	if next.Before(p.due[q]) {
		p.due[q] = next
	}
}

// heard moves the next poll: it only fills gaps.
func (p *plan) heard(now time.Time, pollEvery time.Duration) {
	p.missed, p.failed[pollStatus] = 0, 0
	p.due[pollStatus] = now.Add(jitter(pollEvery))
}

// noteSchedules has schedules read that a status shows to have been switched.
func (p *plan) noteSchedules(before, now *nwp500.Status, at time.Time) {
	if before == nil {
		return
	}
	if before.ReservationsEnabled != now.ReservationsEnabled {
		p.due[readReservations] = at
	}
	if before.TOU != now.TOU {
		p.due[readTOU] = at
	}
	if before.RecirculationSchedule != now.RecirculationSchedule {
		p.due[readRecirculation] = at
	}
}

// next returns the question that is due first, and when. A heater that is not heard is
// asked for its status alone.
func (p *plan) next(up bool) (question, time.Time) {
	first, when := pollStatus, p.due[pollStatus]
	if !p.confirm.IsZero() && p.confirm.Before(when) {
		when = p.confirm
	}
	if !up {
		return first, when
	}
	for q := askFeatures; q < questions; q++ {
		if p.due[q].Before(when) {
			first, when = q, p.due[q]
		}
	}
	return first, when
}

// attend asks the heater what is due until ctx ends.
func (h *Heater) attend(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		h.missRenewal()
		next, wait := h.next(time.Now())
		if wait <= 0 {
			if h.account.pace.Wait(ctx) != nil {
				return
			}
			h.ask(ctx, next)
			continue
		}
		timer.Reset(min(wait, longestWait))
		select {
		case <-timer.C:
		case <-h.wake:
		case <-ctx.Done():
			return
		}
		h.age()
	}
}

// next returns the question that is due first, and in how long.
func (h *Heater) next(now time.Time) (question, time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.linked {
		return pollStatus, renewalTime
	}
	next, due := h.plan.next(h.State().Connection.State == api.Up)
	return next, due.Sub(now)
}

// ask asks a question and plans the next time.
func (h *Heater) ask(ctx context.Context, q question) {
	h.mu.Lock()
	h.plan.begin(q, time.Now())
	h.mu.Unlock()
	live, err := h.live()
	if err == nil {
		err = questionTable[q].ask(h, ctx, live)
	}
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	p, now := &h.plan, time.Now()
	silent := false
	switch every := questionTable[q].every; {
	case errors.Is(err, nwp500.ErrDisconnected), errors.Is(err, nwp500.ErrClosed):
		p.end(q, now.Add(jitter(renewalTime))) // that it is down is told by the session
	case q == pollStatus && err == nil:
		p.end(q, now.Add(jitter(h.account.fleet.config.PollEvery)))
	case q == pollStatus:
		p.missed++
		silent = p.missed >= unansweredLimit
		wait := askAgain
		if silent {
			wait = h.account.fleet.config.PollEvery
		}
		p.end(q, now.Add(jitter(wait)))
	case err == nil && q == readEnergy:
		p.failed[q] = 0
		p.end(q, now.Add(min(jitter(every), h.account.fleet.untilMidnight())))
	case err == nil, unsupported(err):
		p.failed[q] = 0
		p.end(q, now.Add(jitter(every)))
	default:
		p.end(q, now.Add(jitter(min(every, retryAfter<<min(p.failed[q], 10)))))
		p.failed[q]++
	}
	h.mu.Unlock()
	switch {
	case silent:
		h.silent()
	case err != nil && !unsupported(err) && q != pollStatus:
		h.account.fleet.log.Debug("a question was not answered", "heater", h.id, "question", int(q), "err", err)
	}
}

// unsupported tells a question that this heater has no answer to.
func unsupported(err error) bool {
	var lacks *nwp500.UnsupportedError
	return errors.As(err, &lacks)
}

// nudge has a question asked after so long, if it is not due before.
func (h *Heater) nudge(q question, after time.Duration) {
	h.mu.Lock()
	when := time.Now().Add(after)
	switch {
	case q == pollStatus && (h.plan.confirm.IsZero() || when.Before(h.plan.confirm)):
		h.plan.confirm = when
	case q != pollStatus && when.Before(h.plan.due[q]):
		h.plan.due[q] = when
	}
	h.mu.Unlock()
	h.signal()
}

// postpone plans a question anew that was answered, whoever asked.
func (h *Heater) postpone(q question) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.plan.failed[q], h.plan.due[q] = 0, time.Now().Add(jitter(questionTable[q].every))
}

func (h *Heater) signal() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}
