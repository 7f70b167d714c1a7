package awsiot

import "time"

// Stats are numbers for diagnostics.
type Stats struct {
	ClientID      string
	Up            bool
	Since         time.Time     // when the link came up or went down
	Err           error         // why it is down: the last failure of the connection or of an attempt
	Halted        bool          // no more attempts until Retry
	Renewing      bool          // down on purpose, and soon up again unless an attempt fails
	Attempts      int           // of connecting since the link went down
	NextAttempt   time.Time     // zero when none is planned
	Connections   int           // made so far
	Waiting       int           // publications not yet sent
	InFlight      int           // publications not yet acknowledged
	Subscriptions int           // filters wanted
	Refused       int           // of them refused by the broker
	Received      uint64        // messages
	Dropped       uint64        // of them those that Receive was too slow for
	ClockOffset   time.Duration // by which the broker's clock is ahead, when that mattered
}

// Stats returns the numbers of this moment. They can be read after Close too.
func (l *Link) Stats() Stats {
	var s Stats
	if !l.ask(func() { s = l.stats() }) {
		s = l.stats() // nobody writes any more
	}
	return s
}

func (l *Link) stats() Stats {
	s := Stats{
		ClientID:      l.cfg.ClientID,
		Up:            l.phase == up,
		Since:         l.changedAt,
		Err:           l.lastErr,
		Halted:        l.halted,
		Renewing:      l.renewal,
		Attempts:      l.attempts,
		Connections:   l.connections,
		Waiting:       len(l.publications.waiting),
		InFlight:      len(l.publications.inFlight),
		Subscriptions: len(l.subscriptions.wanted),
		Refused:       len(l.subscriptions.refused()),
		Received:      l.inbox.received,
		Dropped:       l.inbox.dropped,
		ClockOffset:   l.offset,
	}
	if !l.closed && !l.halted && (l.phase == waiting || l.phase == ending) {
		s.NextAttempt = l.nextDial
	}
	return s
}
