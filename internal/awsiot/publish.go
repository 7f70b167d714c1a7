package awsiot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/time/rate"
)

const (
	maxWaiting = 100               // publications that wait to be sent
	maxWait    = 120 * time.Second // for how long one waits
	maxFlying  = 100               // publications without acknowledgement; AWS IoT takes no more
	ackTimeout = 15 * time.Second  // for a PUBACK, unless a publication has less patience

	// AWS IoT silently discards what exceeds 100 messages a second, in and out together. Whoever asks hears two
	// messages for one: the request itself, if the filter matches it, and the answer. So a third of that, with a burst that leaves room.
	defaultPublishRate = 25 // a second
	publishBurst       = 8
)

// A Publication is one message to the broker, at QoS 1 and not retained (docs/protocol.md §3).
type Publication struct {
	Topic   string // at most 256 bytes and 7 slashes, no wildcard
	Payload []byte // at most 128 KiB; not to be changed until Publish returns

	// Supersede is a key: a publication that still waits and has the same key ends with [ErrSuperseded]. If empty, none.
	Supersede string

	// Patience is how long Publish waits for the acknowledgement once the publication is sent, at most 15 s. If zero, so long.
	Patience time.Duration

	// Queued is called when the publication has its place in the order of sending: one that is published from then on is sent later. It
	// must not block. If nil, nobody is told.
	Queued func()

	// NoWait makes Publish fail with [ErrDown] when the link is down, instead of waiting; it waits while the link renews its connection.
	NoWait bool
}

// check holds the publication against the limits of the broker.
func (p Publication) check() error {
	if len(p.Payload) > maxPayload {
		return fmt.Errorf("%w: %d bytes, more than %d", ErrTooLarge, len(p.Payload), maxPayload)
	}
	return checkTopic(p.Topic)
}

// Publish sends p and returns nil when the broker has acknowledged it. Every error is a [*PublishError].
//
// While the link is down, p waits: in order, at most 120 s, among at most 100; not at all when the link has stopped dialling because of
// [ErrRejected]. Once p has been written to a connection it is never
// written again: without acknowledgement within 15 s, or when the connection ends before, or ctx, the outcome is unknown.
func (l *Link) Publish(ctx context.Context, p Publication) error {
	if err := p.check(); err != nil {
		return &PublishError{Err: err}
	}
	if err := ctx.Err(); err != nil {
		return &PublishError{Err: err}
	}
	o := &outgoing{Publication: p, done: make(chan error, 1)}
	if !l.ask(func() { l.enqueue(o) }) {
		return &PublishError{Err: ErrClosed}
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		l.ask(func() { l.publications.withdraw(o, ctx.Err()) })
		return <-o.done // the owner has ended it, now or when it closed the link
	}
}

// An outgoing is a publication on its way.
type outgoing struct {
	Publication
	id    uint16
	since time.Time  // when it began to wait or, in flight, when it was sent
	sent  bool       // it was given to the writer
	ended bool       // its caller knows the outcome
	done  chan error // takes the outcome
}

func (o *outgoing) patience() time.Duration {
	if o.Patience <= 0 {
		return ackTimeout
	}
	return min(o.Patience, ackTimeout)
}

// end tells the caller the outcome; the first one counts.
func (o *outgoing) end(err error) {
	if o.ended {
		return
	}
	o.ended = true
	if err != nil {
		err = &PublishError{Sent: o.sent, Err: err}
	}
	o.done <- err
}

// publications are the outgoing ones, each in one of two lists, and what is known of their topics.
type publications struct {
	waiting  []*outgoing // oldest first
	inFlight []*outgoing // not acknowledged on this connection, in the order of sending; those whose callers have gone too
	bucket   *rate.Limiter
	strikes  map[string]strike // by topic
	last     time.Time         // when one was last sent
}

func newPublications(perSecond int) publications {
	limit := rate.Limit(perSecond)
	switch {
	case perSecond == 0:
		limit = defaultPublishRate
	case perSecond < 0:
		limit = rate.Inf
	}
	return publications{bucket: rate.NewLimiter(limit, publishBurst), strikes: make(map[string]strike)}
}

// enqueue makes a publication wait for its turn.
func (l *Link) enqueue(o *outgoing) {
	p := &l.publications
	switch {
	case l.closed:
		o.end(ErrClosed)
		return
	case o.NoWait && l.phase != up && !l.renewal:
		o.end(ErrDown)
		return
	case l.halted: // nothing would become of waiting
		o.end(l.lastErr)
		return
	case p.blocked(o.Topic, l.now):
		o.end(ErrTopicBlocked)
		return
	}
	if o.Supersede != "" {
		p.waiting = slices.DeleteFunc(p.waiting, func(older *outgoing) bool {
			if older.Supersede != o.Supersede {
				return false
			}
			older.end(ErrSuperseded)
			return true
		})
	}
	if len(p.waiting) >= maxWaiting {
		o.end(ErrQueueFull)
		return
	}
	o.since = l.now
	p.waiting = append(p.waiting, o)
	if o.Queued != nil {
		o.Queued()
	}
}

// withdraw ends a publication whose caller wants to wait no more. In flight it keeps its packet id until that is free.
func (p *publications) withdraw(o *outgoing, err error) {
	if i := slices.Index(p.waiting, o); i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
	}
	o.end(err)
}

// expireWaiting ends publications that have waited too long.
func (l *Link) expireWaiting() {
	p := &l.publications
	for len(p.waiting) > 0 && l.due(p.waiting[0].since.Add(maxWait)) {
		p.waiting[0].end(ErrExpired)
		p.waiting = p.waiting[1:]
	}
}

// nextPublication takes the publication whose turn it is, if the limits allow one.
func (l *Link) nextPublication() (*outgoing, bool) {
	p := &l.publications
	if l.phase != up || l.renewing() || len(p.waiting) == 0 || len(p.inFlight) >= maxFlying {
		return nil, false
	}
	if turn := p.bucket.ReserveN(l.now, 1); turn.DelayFrom(l.now) > 0 {
		l.due(l.now.Add(turn.DelayFrom(l.now)))
		turn.CancelAt(l.now)
		return nil, false
	}
	o := p.waiting[0]
	p.waiting = p.waiting[1:]
	o.id, o.since, o.sent = l.nextID(), l.now, true
	p.last = l.now
	p.inFlight = append(p.inFlight, o)
	return o, true
}

// acknowledged takes in a PUBACK. One for nothing in flight is late or a duplicate.
func (p *publications) acknowledged(id uint16) {
	for i, o := range p.inFlight {
		if o.id == id {
			p.inFlight = slices.Delete(p.inFlight, i, i+1)
			delete(p.strikes, o.Topic)
			o.end(nil)
			return
		}
	}
}

// expireInFlight ends publications that the broker has not acknowledged in time. The connection may be dead, so it is tried. They stay
// in flight, for the broker counts them, and takes no more when there are too many: a connection with nothing but such is of no use.
func (l *Link) expireInFlight() error {
	p := &l.publications
	for _, o := range p.inFlight {
		if !o.ended && l.due(o.since.Add(o.patience())) {
			o.end(ErrNoAcknowledgement)
			l.probe()
		}
	}
	if n := len(p.inFlight); n >= maxFlying && l.due(p.inFlight[n-1].since.Add(ackTimeout)) {
		return fmt.Errorf("%d publications: %w", n, ErrNoAcknowledgement)
	}
	return nil
}

// awaited reports whether anybody waits for the acknowledgement of a publication.
func (p *publications) awaited() bool {
	return slices.ContainsFunc(p.inFlight, func(o *outgoing) bool { return !o.ended })
}

// disconnectPublications ends what depended on the connection.
func (l *Link) disconnectPublications(err error) {
	p := &l.publications
	for _, o := range p.inFlight {
		o.end(err)
	}
	p.inFlight = nil
	l.giveUpWaiting()
}

// giveUpWaiting ends what does not wait for a connection, and what may not be sent any more.
func (l *Link) giveUpWaiting() {
	p := &l.publications
	p.waiting = slices.DeleteFunc(p.waiting, func(o *outgoing) bool {
		switch {
		case o.NoWait && !l.renewal:
			o.end(ErrDown)
		case p.blocked(o.Topic, l.now):
			o.end(ErrTopicBlocked)
		}
		return o.ended
	})
}

// closePublications ends all of them.
func (l *Link) closePublications() {
	p := &l.publications
	for _, o := range slices.Concat(p.inFlight, p.waiting) {
		o.end(ErrClosed)
	}
	p.inFlight, p.waiting = nil, nil
}
