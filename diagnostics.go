package nwp500

import (
	"errors"
	"slices"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
)

// Diagnostics is how the live connection of a session has been doing, for a person or a
// bug report. json.Marshal makes it readable: times in RFC 3339, durations as "3h2m5s".
// It holds nothing secret: no heater, no topic, no account.
type Diagnostics struct {
	// Time is when the numbers were taken.
	Time time.Time `json:"time"`
	// Heaters is how many heaters the session listens to, Polls how many periodic
	// requests run.
	Heaters int `json:"heaters"`
	Polls   int `json:"polls"`
	// Waiting is how many requests and commands wait to be sent.
	Waiting int `json:"waiting"`
	// LateAnswers counts answers that nobody waited for, any more or ever.
	LateAnswers int `json:"late_answers"`
	// Unreadable counts messages of heaters that were skipped: no JSON object, or about
	// another heater than their topic.
	Unreadable int `json:"unreadable"`
	// Connections are the connections to the broker, in the order in which they were
	// opened; one serves about 40 heaters.
	Connections []ConnectionDiagnostics `json:"connections"`
	// Events are the last 50 things that happened to them, the oldest first.
	Events []DiagnosticEvent `json:"events"`
}

// ConnectionDiagnostics is how one connection to the broker has been doing.
type ConnectionDiagnostics struct {
	// ClientID is the connection's name with the broker, made up at random.
	ClientID string `json:"client_id"`
	// Up tells whether it is up, and Since for how long it has been or not.
	Up    bool      `json:"up"`
	Since time.Time `json:"since"`
	For   Span      `json:"for"`
	// Error is why it is down, or empty, and Diagnosis what that is taken for: of the
	// last attempt to make it or, before the first, of its end.
	Error string `json:"error,omitempty"`
	Diagnosis
	// Stopped is a connection that is down and not tried any more until SignIn.
	Stopped bool `json:"stopped,omitempty"`
	// Attempts counts those to reconnect since it went down; NextAttempt is when the
	// next is due.
	Attempts    int       `json:"attempts,omitempty"`
	NextAttempt time.Time `json:"next_attempt,omitzero"`
	// Heaters is how many of the session's heaters it serves.
	Heaters int `json:"heaters"`
	// Made is how often it was made, the first time included.
	Made int `json:"made"`
	// Drops counts how often it went down, by cause.
	Drops map[string]int `json:"drops"`
	// Lengths are the times that it was up in the past, the last 20, oldest first.
	Lengths []Span `json:"lengths"`
	// Longest and Shortest are of all times that it was up in the past.
	Longest  Span `json:"longest,omitzero"`
	Shortest Span `json:"shortest,omitzero"`
	// Waiting is how many publications wait to be sent, InFlight how many for the
	// broker's acknowledgement.
	Waiting  int `json:"waiting"`
	InFlight int `json:"in_flight"`
	// Subscriptions counts topic filters, Refused those that the broker refused.
	Subscriptions int `json:"subscriptions"`
	Refused       int `json:"refused"`
	// Received counts messages, Lost those that came too fast to be read.
	Received uint64 `json:"received"`
	Lost     uint64 `json:"lost"`
	// ClockAhead is by how much the broker's clock is ahead of this machine's, when
	// that mattered for signing.
	ClockAhead Span `json:"clock_ahead,omitzero"`
}

// DiagnosticEvent is something that happened to a connection.
type DiagnosticEvent struct {
	Time     time.Time `json:"time"`
	ClientID string    `json:"client_id"`
	// What is "connected", "lost", "reconnected", "sign-in needed" or "service
	// announced".
	What string `json:"what"`
	// Cause is why it was lost, in the words of ConnectionDiagnostics.Drops, or why
	// a sign-in is needed.
	Cause string `json:"cause,omitempty"`
	// Diagnosis is what is made of a connection that was lost.
	Diagnosis
	// Lasted is how long a connection that was lost was up.
	Lasted Span `json:"lasted,omitzero"`
	// Attempts is how many a reconnection took.
	Attempts int `json:"attempts,omitempty"`
}

// Span is a duration that JSON shows as text in whole seconds, "3h2m5s".
type Span time.Duration

// String returns the duration in whole seconds, "3h2m5s".
func (s Span) String() string { return time.Duration(s).Round(time.Second).String() }

// MarshalText encodes the duration as String does.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

const (
	eventsKept  = 50
	lengthsKept = 20
)

// history is what is remembered of a connection. It is guarded by the session's lock.
type history struct {
	upSince           time.Time // zero while it is down
	drops             map[string]int
	lengths           []Span // the last ones
	longest, shortest Span
	end               error     // the last one
	diagnosis         Diagnosis // of it
}

// begin keeps that a connection was opened. The session's lock is held.
func (c *connection) begin(now time.Time) {
	if c.drops > 0 {
		return // it went down again meanwhile
	}
	c.history.upSince = now
	c.session.keep(DiagnosticEvent{Time: now, ClientID: c.clientID, What: "connected"})
}

// remember keeps what happened to a connection. The session's lock is held.
func (c *connection) remember(change awsiot.Change) {
	if change.Up {
		c.history.upSince = change.At
		c.session.keep(DiagnosticEvent{Time: change.At, ClientID: c.clientID, What: "reconnected", Attempts: change.Attempts})
		return
	}
	h := &c.history
	if h.upSince.IsZero() {
		h.upSince = change.At // it went down as soon as it was opened
	}
	lasted := Span(change.At.Sub(h.upSince))
	announced := c.session.announced
	why, diagnosis := drop{
		Change: change, lasted: time.Duration(lasted),
		announced: !announced.IsZero() && change.At.Sub(announced) < announcedFor,
		deaf:      change.Planned && c.deafness.renewed && change.At.Sub(c.deafness.on) < renewalTime,
	}.diagnose()
	h.end, h.diagnosis = change.Err, diagnosis
	if h.drops == nil {
		h.drops = make(map[string]int)
		h.shortest = lasted
	}
	h.drops[why]++
	h.longest, h.shortest = max(h.longest, lasted), min(h.shortest, lasted)
	h.lengths = lastOf(append(h.lengths, lasted), lengthsKept)
	h.upSince = time.Time{}
	c.session.keep(DiagnosticEvent{
		Time: change.At, ClientID: c.clientID, What: "lost", Cause: why, Diagnosis: diagnosis, Lasted: lasted,
	})
}

// keep keeps an event for Diagnostics. The session's lock is held.
func (s *Session) keep(event DiagnosticEvent) {
	s.recent = lastOf(append(s.recent, event), eventsKept)
}

func lastOf[T any](list []T, n int) []T { return slices.Clone(list[max(0, len(list)-n):]) }

// Diagnostics returns how the session's connections have been doing. It can be called
// after Close, too.
func (s *Session) Diagnostics() Diagnostics {
	s.mu.Lock()
	d := Diagnostics{
		Time: time.Now(), Heaters: len(s.heaters), Polls: len(s.polls), LateAnswers: s.late, Unreadable: s.unreadable,
		Connections: make([]ConnectionDiagnostics, len(s.connections)), Events: slices.Clone(s.recent),
	}
	connections, ends := slices.Clone(s.connections), make([]error, len(s.connections))
	for i, c := range connections {
		ends[i] = c.history.end
		of := &d.Connections[i]
		of.Heaters, of.Longest, of.Shortest = c.heaters, c.history.longest, c.history.shortest
		of.Lengths, of.Diagnosis = append([]Span{}, c.history.lengths...), c.history.diagnosis
		of.Drops = make(map[string]int)
		for why, n := range c.history.drops {
			of.Drops[why] = n
		}
	}
	s.mu.Unlock()
	for i, c := range connections {
		d.Connections[i].take(c.link.Stats(), ends[i], d.Time)
		d.Waiting += d.Connections[i].Waiting
	}
	return d
}

// take adds what the link itself knows, given how it last ended.
func (d *ConnectionDiagnostics) take(stats awsiot.Stats, end error, now time.Time) {
	d.ClientID, d.Up, d.Since, d.For = stats.ClientID, stats.Up, stats.Since, Span(now.Sub(stats.Since))
	d.Made, d.Waiting, d.InFlight = stats.Connections, stats.Waiting, stats.InFlight
	d.Subscriptions, d.Refused = stats.Subscriptions, stats.Refused
	d.Received, d.Lost, d.ClockAhead = stats.Received, stats.Dropped, Span(stats.ClockOffset)
	if stats.Up {
		d.Diagnosis = Diagnosis{}
		return
	}
	if stats.Err != end { //nolint:errorlint // the same error, or that of an attempt
		d.Diagnosis = diagnoseAttempt(stats.Err)
	}
	d.Stopped, d.Attempts, d.NextAttempt = stats.Halted, stats.Attempts, stats.NextAttempt
	if stats.Err == nil {
		return
	}
	err := fromTransport(stats.Err)
	var notYet *awsiot.NotYetError
	if errors.As(err, &notYet) {
		err = notYet.Err // without the time of the next try, which NextAttempt knows by now
	}
	d.Error = err.Error()
}
