package history

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

const (
	// flushEvery is how long what came waits for what comes with it, and how long after a failure to write the next
	// attempt is made.
	flushEvery = 500 * time.Millisecond
	retryEvery = time.Second
	// longestWrite is how long a server that does not answer is waited for.
	longestWrite = 30 * time.Second
	// lookEvery is how often it is looked whether an hour is to be rolled up, or something to be forgotten.
	lookEvery = 30 * time.Second
	// mostWaiting is how many statuses and events wait in memory while nothing can be written.
	mostWaiting = 16 << 10
	// lastFlush bounds the writing at the end, drain what it waits for what is on its way.
	lastFlush = 3 * time.Second
	drain     = 10 * time.Millisecond
	// setBack is by how much the clock must have been set back to be spoken of.
	setBack = time.Minute
)

// Hearing is what happens in a fleet, from a moment on. What nobody records yet waits, as much as a feed holds.
type Hearing struct {
	fleet *fleet.Fleet
	feed  *fleet.Feed
	first []fleet.Notice // the statuses that there were
}

// Hear listens to a fleet for Record, which may begin later. Without it Close ends the hearing.
func Hear(f *fleet.Fleet) *Hearing {
	h := &Hearing{fleet: f, feed: f.Listen()}
	for _, heater := range f.Heaters() {
		if state := heater.State(); state.Status != nil {
			h.first = append(h.first, fleet.Notice{Heater: heater, State: state, Status: true})
		}
	}
	return h
}

// Close ends a hearing. Closing again does nothing.
func (h *Hearing) Close() { h.feed.Close() }

// Record writes what is heard of a fleet until ctx or the fleet ends, and closes the hearing: each status within a second. At its
// end it writes what is there, for three seconds at most. Its error is that the fleet was listened to no more, or that the last
// writing failed; while it runs failures are told by Health.
func (s *Store) Record(ctx context.Context, heard *Hearing) error {
	defer heard.Close()
	r := newRecorder(s, heard.fleet.Calendar)
	r.latest = s.latest(ctx)
	for _, notice := range heard.first {
		r.take(notice)
	}
	return r.run(ctx, heard.feed.Next, func(ctx context.Context) { s.backfill(ctx, heard.fleet) })
}

// latest returns until when something was recorded by an earlier run, zero when that is not known: it is only to tell that the
// clock was set back in between, as that of a computer whose clock stops with it.
func (s *Store) latest(ctx context.Context) time.Time {
	var until sql.NullInt64
	if err := s.read.QueryRowContext(ctx, `SELECT max(until) FROM span`).Scan(&until); err != nil || !until.Valid {
		return time.Time{}
	}
	return time.Unix(until.Int64, 0)
}

// status is a status that waits to be written.
type status struct {
	heater Heater
	at     int64
	values []int64
}

// record is a part of a heater's own record of energy that waits to be written.
type record struct {
	heater Heater
	energy *nwp500.Energy
	today  time.Time
}

// recorder is what Record knows.
type recorder struct {
	store    *Store
	calendar func() time.Time // of the heaters
	numbers  map[string]named
	tracks   map[int64]*track
	statuses []status
	events   []told
	records  []record
	readAt   map[string]time.Time // when the record of energy that was taken last was read, by heater
	since    time.Time            // when the first of what waits came, zero when nothing waits
	latest   time.Time            // of the statuses
	behind   bool                 // the clock was set back, and that was said
	lost     int
	forgot   time.Time // when it was looked last what may be forgotten
}

func newRecorder(s *Store, calendar func() time.Time) *recorder {
	return &recorder{store: s, calendar: calendar, numbers: make(map[string]named), readAt: make(map[string]time.Time)}
}

// run takes notices from next until it ends. fill runs beside it.
func (r *recorder) run(ctx context.Context, next func(context.Context) ([]fleet.Notice, int, error), fill func(context.Context)) (err error) {
	filling, stop := context.WithCancel(ctx)
	filled := make(chan struct{})
	go func() { defer close(filled); fill(filling) }()
	defer func() {
		stop()
		<-filled
		err = errors.Join(err, r.end(ctx, next))
	}()
	wake := r.store.now() // an hour may be waiting from before
	for {
		waiting, cancel := context.WithDeadline(ctx, wake)
		notices, missed, err := next(waiting)
		cancel()
		for _, notice := range notices {
			r.take(notice)
		}
		switch {
		case ctx.Err() != nil, errors.Is(err, nwp500.ErrClosed):
			return nil
		case err != nil && !errors.Is(err, context.DeadlineExceeded):
			return err
		case missed > 0:
			r.store.log.Warn("history: more happened than could wait for the database", "lost", missed)
		}
		wake = r.turn(ctx)
	}
}

// turn writes when it is time to, and returns when the next turn is due.
func (r *recorder) turn(ctx context.Context) time.Time {
	now := r.store.now()
	bounded, cancel := context.WithTimeout(ctx, longestWrite)
	defer cancel()
	if r.waiting() && now.Sub(r.since) >= flushEvery {
		if err := r.flush(bounded); ctx.Err() == nil {
			r.store.tried(err)
			if err != nil {
				r.since = now.Add(retryEvery - flushEvery)
			}
		}
	}
	wake := now.Add(lookEvery)
	if r.store.Health() == nil || !r.waiting() {
		more, err := r.tidy(bounded, now)
		if ctx.Err() == nil {
			r.store.tried(err)
		}
		if more {
			wake = now.Add(flushEvery)
		}
	}
	if r.waiting() {
		if flush := r.since.Add(flushEvery); flush.Before(wake) {
			wake = flush
		}
	}
	return wake
}

// hoursAtOnce is how many hours are rolled up before it is looked for what came meanwhile.
const hoursAtOnce = 4

// tidy rolls up some hours and, once an hour, forgets what is kept no longer. It reports whether there may be more to do.
func (r *recorder) tidy(ctx context.Context, now time.Time) (more bool, err error) {
	for range hoursAtOnce {
		done, err := r.store.rollUpOnce(ctx)
		if err != nil {
			return false, err
		}
		if !done {
			if since := now.Sub(r.forgot); since >= 0 && since < time.Hour {
				return false, nil
			}
			more, err := r.store.forget(ctx)
			if err == nil && !more {
				r.forgot = now
			}
			return more, err
		}
	}
	return true, nil
}

func (r *recorder) waiting() bool { return len(r.statuses)+len(r.events)+len(r.records) > 0 }

// take lets what a notice brings wait to be written.
func (r *recorder) take(notice fleet.Notice) {
	state := notice.State
	heater := Heater{ID: state.ID, Name: state.Name}
	if !r.waiting() {
		r.since = r.store.now()
	}
	if notice.Event != nil {
		r.events = append(r.events, told{heater, *notice.Event})
	}
	if state.Energy != nil && state.EnergyAt.After(r.readAt[heater.ID]) {
		r.readAt[heater.ID] = state.EnergyAt
		r.records = append(r.records, record{heater, state.Energy, r.calendar()})
	}
	if notice.Status && state.Status != nil {
		r.noteClock(state.StatusAt)
		r.statuses = append(r.statuses, status{heater, state.StatusAt.Unix(), r.store.values(state.StatusValues())})
	}
	r.lose()
}

// noteClock says once when the clock was set back, until it has passed again what it had shown.
func (r *recorder) noteClock(at time.Time) {
	switch back := r.latest.Sub(at); {
	case back < 0:
		r.latest, r.behind = at, false
	case back > setBack && !r.behind:
		r.behind = true
		r.store.log.Warn("history: the clock was set back; what comes now replaces what was recorded of the same time", "by", back.Round(time.Second))
	}
}

// lose drops the oldest of what waits when it is too much.
func (r *recorder) lose() {
	if drop := len(r.statuses) - mostWaiting; drop > 0 {
		r.statuses = append(r.statuses[:0], r.statuses[drop:]...)
		r.lost += drop
	}
	if drop := len(r.events) - mostWaiting; drop > 0 {
		r.events = append(r.events[:0], r.events[drop:]...)
		r.lost += drop
	}
	if drop := len(r.records) - mostWaiting; drop > 0 {
		r.records = append(r.records[:0], r.records[drop:]...) // the next one has it all again
	}
}

// named is a heater's number, and the name with which it was written.
type named struct {
	number int64
	name   string
}

// number returns the number of a heater, and writes its name when that is new.
func (r *recorder) number(ctx context.Context, heater Heater) (int64, error) {
	if known, ok := r.numbers[heater.ID]; ok && known.name == heater.Name {
		return known.number, nil
	}
	number, err := r.store.numbered(ctx, heater)
	if err == nil {
		r.numbers[heater.ID] = named{number, heater.Name}
	}
	return number, err
}

// flush writes what waits in one transaction. The heaters' numbers come before it.
func (r *recorder) flush(ctx context.Context) error {
	statuses, events := make([]observation, len(r.statuses)), eventRows()
	for i, status := range r.statuses {
		number, err := r.number(ctx, status.heater)
		if err != nil {
			return err
		}
		statuses[i] = observation{number, status.at, status.values}
	}
	for _, told := range r.events {
		number, err := r.number(ctx, told.heater)
		if err == nil {
			err = addEvent(&events, number, told.event)
		}
		if err != nil {
			return err
		}
	}
	energy := newEnergyRows()
	for _, record := range slices.Backward(r.records) { // the newest is what counts
		number, err := r.number(ctx, record.heater)
		if err != nil {
			return err
		}
		energy.add(number, record.energy, record.today)
	}
	after, err := r.store.batch(ctx, r.tracks, true, func(b *batch) error {
		for _, status := range statuses {
			if _, err := b.observe(ctx, status); err != nil {
				return err
			}
		}
		return errors.Join(r.store.insert(ctx, b.tx, &events), r.store.insert(ctx, b.tx, &energy.rows))
	})
	if err != nil {
		return err
	}
	r.tracks = after
	r.statuses, r.events, r.records = r.statuses[:0], r.events[:0], r.records[:0]
	if r.lost > 0 {
		r.store.log.Error("history: more came than could wait until it was written", "lost", r.lost)
		r.lost = 0
	}
	return nil
}

// end writes what is there when the recorder ends.
func (r *recorder) end(ctx context.Context, next func(context.Context) ([]fleet.Notice, int, error)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastFlush)
	defer cancel()
	last, done := context.WithTimeout(ctx, drain)
	defer done()
	if notices, _, err := next(last); err == nil {
		for _, notice := range notices {
			r.take(notice)
		}
	}
	if !r.waiting() {
		return nil
	}
	return r.flush(ctx)
}
