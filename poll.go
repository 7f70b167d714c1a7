package nwp500

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// PollKind is what a Poll asks for.
type PollKind int

const (
	// PollStatus asks for the status.
	PollStatus PollKind = iota
	// PollFeatures asks for what the heater is and can do.
	PollFeatures
)

var pollKindNames = map[PollKind]string{PollStatus: "status", PollFeatures: "features"}

// String returns "status" or "features".
func (k PollKind) String() string { return name(pollKindNames, k, "poll") }

const (
	defaultPollEvery = 5 * time.Minute
	minPollEvery     = 10 * time.Second
	// firstPollWithin is the time over which first requests are spread.
	firstPollWithin = 30 * time.Second
)

// Poll asks a heater for the same thing again and again. What comes is told by
// Events, as StatusReceived or FeaturesReceived; Last tells how the last request ended.
//
// State arrives without being asked for, too, so a poll is for finding out that a heater
// has gone quiet, or what it does not tell by itself.
type Poll struct {
	heater *Heater
	kind   PollKind
	every  time.Duration
	cancel context.CancelFunc
	done   chan struct{}

	mu    sync.Mutex
	asked time.Time
	err   error
}

// Poll begins to ask the heater: within 30 seconds of the call, and then again about
// every so long after it has answered; zero is 5 minutes and the least is 10 seconds. The
// moments are spread at random, so that many heaters are not asked in the same second. While the connection is down
// nothing is asked, and what was left out is not made up for. It ends with Close,
// StopPolls or the session.
func (h *Heater) Poll(kind PollKind, every time.Duration) *Poll {
	if every <= 0 {
		every = defaultPollEvery
	}
	s := h.session
	ctx, cancel := context.WithCancel(s.lifetime)
	p := &Poll{heater: h, kind: kind, every: max(every, minPollEvery), cancel: cancel, done: make(chan struct{})}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		cancel()
		close(p.done)
		p.err = ErrClosed
		return p
	}
	s.polls[p] = struct{}{}
	go p.run(ctx)
	return p
}

// Close ends the poll and waits for it. Calling it again does nothing.
func (p *Poll) Close() {
	p.cancel()
	<-p.done
}

// StopPolls ends all polls of this heater, whichever handle began them, and waits for
// them.
func (h *Heater) StopPolls() {
	h.session.endPolls(func(p *Poll) bool { return p.heater.device.MAC == h.device.MAC })
}

// endPolls ends polls and waits for them.
func (s *Session) endPolls(which func(*Poll) bool) {
	var polls []*Poll
	s.mu.Lock()
	for p := range s.polls {
		if which(p) {
			polls = append(polls, p)
		}
	}
	s.mu.Unlock()
	for _, p := range polls {
		p.cancel()
	}
	for _, p := range polls {
		<-p.done
	}
}

// Last returns when the poll asked last, zero when it has not yet, and how that ended:
// nil, ErrNoAnswer, ErrDisconnected. A poll that finds the connection down does not
// ask, and leaves the time as it is.
func (p *Poll) Last() (asked time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked, p.err
}

func (p *Poll) run(ctx context.Context) {
	s := p.heater.session
	defer close(p.done)
	defer func() {
		p.cancel()
		s.mu.Lock()
		delete(s.polls, p)
		s.mu.Unlock()
	}()
	timer := time.NewTimer(rand.N(min(p.every, firstPollWithin)))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		p.ask(ctx)
		// Times drift apart by up to a tenth, whatever made heaters begin together.
		timer.Reset(p.every*9/10 + rand.N(p.every/5))
	}
}

// ask asks once, unless the connection is down.
func (p *Poll) ask(ctx context.Context) {
	asked, err := time.Now(), ErrDisconnected
	up := p.heater.connected()
	if up {
		_, err = p.heater.ask(ctx, p.kind.question(), false)
	}
	if ctx.Err() != nil {
		return // the poll was ended, and not the heater silent
	}
	p.mu.Lock()
	if p.err = err; up {
		p.asked = asked
	}
	p.mu.Unlock()
	if err != nil && !errors.Is(err, ErrDisconnected) {
		p.heater.session.client.log.Warn("a periodic request failed", "for", p.kind.String(), "err", err)
	}
}

func (k PollKind) question() transaction {
	if k == PollFeatures {
		return featuresQuestion()
	}
	return statusQuestion()
}
