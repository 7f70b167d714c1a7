package history

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

const (
	// askEvery is how often a heater is asked about its past, shortestAsk how often any of many is.
	askEvery    = 10 * time.Second
	shortestAsk = time.Second
	// idleFor is when a heater is looked at again of which all is known, absentFor one that cannot be reached,
	// silentFor one that does not answer, and unableFor one that says that it cannot.
	idleFor   = time.Hour
	absentFor = time.Minute
	silentFor = 10 * time.Minute
	unableFor = day
	// oldestYear is the first that a heater can be asked for.
	oldestYear = 2000
)

// backfill asks the heaters for what they counted before they were listened to, the newest first: the months of each year
// back to the installation, then the days of each month and the hours of each day in which something was used. What is
// over and was answered is never asked again, so it goes on where it ended. It runs until ctx ends.
func (s *Store) backfill(ctx context.Context, f *fleet.Fleet) {
	pasts := make(map[string]*past)
	for {
		heaters := f.Heaters()
		pause := askEvery
		for _, heater := range heaters {
			p := pasts[heater.ID()]
			if p == nil {
				p = newPast(s)
				pasts[heater.ID()] = p
			}
			if s.now().Before(p.next) {
				continue
			}
			p.next = s.now().Add(p.step(ctx, heater, f.Calendar()))
			pause = max(shortestAsk, askEvery/time.Duration(len(heaters)))
			if !sleep(ctx, pause) {
				return
			}
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// past is how far the past of a heater is known.
type past struct {
	store   *Store
	next    time.Time         // when it is looked at again
	askedAt map[int]time.Time // when a year that is not over was asked for last
	noHours time.Time         // until when its hours are not asked for, because it did not answer
}

func newPast(s *Store) *past { return &past{store: s, askedAt: make(map[int]time.Time)} }

// question is what a heater is asked: the months of a year, the days of a month or the hours of a day.
type question struct {
	kind             int64
	year, month, day int
}

// period stands for the question among those that were answered.
func (q question) period() int64 {
	ofMonth, ofDay, _ := periodOf(q.year, time.Month(q.month), q.day, 0)
	return map[int64]int64{months: int64(q.year), days: ofMonth, hours: ofDay}[q.kind]
}

// over reports whether the heater's calendar has left what is asked about behind, by a day, because that calendar is
// known only about.
func (q question) over(today time.Time) bool {
	end := time.Date(q.year, time.Month(q.month), q.day+1, 0, 0, 0, 0, time.UTC)
	switch q.kind {
	case months:
		end = time.Date(q.year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	case days:
		end = time.Date(q.year, time.Month(q.month)+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return !dateOf(today).Before(end.AddDate(0, 0, 1))
}

func dateOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// step asks one question, if there is one, and returns when to go on.
func (p *past) step(ctx context.Context, heater *fleet.Heater, today time.Time) time.Duration {
	state := heater.State()
	if state.Connection.State != api.Up {
		return absentFor
	}
	number, err := p.store.numbered(ctx, Heater{ID: state.ID, Name: state.Name})
	if err != nil {
		return absentFor
	}
	q, some, err := p.question(ctx, number, today, installed(state, today))
	if err != nil {
		return absentFor
	}
	if !some {
		return idleFor
	}
	energy, err := q.ask(ctx, heater)
	if err == nil {
		err = p.keep(ctx, number, q, energy, today)
	}
	unsupported := new(nwp500.UnsupportedError)
	switch {
	case err == nil:
		return askEvery
	case errors.As(err, &unsupported):
		return unableFor
	case q.kind == hours && errors.Is(err, nwp500.ErrNoAnswer):
		// Unconfirmed: the heater that was tried never answered (docs/protocol.md §3).
		p.noHours = today.Add(unableFor)
		return askEvery
	case errors.Is(err, nwp500.ErrNoAnswer):
		return silentFor
	}
	return absentFor
}

// installed is the year in which a heater was installed, 0 while it is unknown.
func installed(state *fleet.State, today time.Time) int {
	if state.Lifetime == nil {
		return 0
	}
	if days, known := state.Lifetime.Totals.Days.Get(); known && days >= 0 && days < 100*366 {
		return today.AddDate(0, 0, -days-1).Year()
	}
	return 0
}

func (q question) ask(ctx context.Context, heater *fleet.Heater) (*nwp500.Energy, error) {
	switch q.kind {
	case months:
		return heater.EnergyMonthly(ctx, q.year)
	case days:
		return heater.EnergyDaily(ctx, q.year, q.month)
	}
	return heater.EnergyHourly(ctx, q.year, q.month, q.day)
}

// keep writes an answer, and that it was given.
func (p *past) keep(ctx context.Context, heater int64, q question, energy *nwp500.Energy, today time.Time) error {
	if q.kind == months && !q.over(today) {
		p.askedAt[q.year] = today
	}
	energies := newEnergyRows()
	energies.add(heater, energy, today)
	return p.store.transaction(ctx, func(tx *sql.Tx) error {
		if err := p.store.insert(ctx, tx, &energies.rows); err != nil || !q.over(today) {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO energy_read (heater, kind, period) VALUES ($1, $2, $3) ON CONFLICT (heater, kind, period) DO NOTHING`,
			heater, q.kind, q.period())
		return err
	})
}

// question returns what is to be asked next. first is the year of the installation, 0 while that is unknown: then the first
// year without any use is where the past begins.
func (p *past) question(ctx context.Context, heater int64, today time.Time, first int) (question, bool, error) {
	read, used, err := p.store.knownEnergy(ctx, heater)
	if err != nil {
		return question{}, false, err
	}
	for year := today.Year(); year >= max(first, oldestYear); year-- {
		q := question{kind: months, year: year}
		known := read[[2]int64{months, q.period()}]
		if asked, some := p.askedAt[year]; some && !q.over(today) { // once a day
			known = today.Sub(asked) < day && !today.Before(asked)
		}
		if !known {
			return q, true, nil
		}
		if first == 0 && year < today.Year() && !usedIn(used[months], int64(year)*100, int64(year)*100+99) {
			break
		}
	}
	for _, kind := range []int64{days, hours} {
		if kind == hours && today.Before(p.noHours) {
			continue
		}
		for _, period := range used[kind-1] { // the days of months, the hours of days
			q := question{kind: kind, year: int(period / 100), month: int(period % 100), day: 1}
			if kind == hours {
				q = question{kind: kind, year: int(period / 1e4), month: int(period / 100 % 100), day: int(period % 100)}
			}
			if q.over(today) && !read[[2]int64{kind, q.period()}] {
				return q, true, nil
			}
		}
	}
	return question{}, false, nil
}

func usedIn(periods []int64, from, to int64) bool {
	for _, period := range periods {
		if period >= from && period <= to {
			return true
		}
	}
	return false
}

// knownEnergy returns which questions were answered, and the periods in which something was used, the newest first.
func (s *Store) knownEnergy(ctx context.Context, heater int64) (read map[[2]int64]bool, used map[int64][]int64, err error) {
	read, used = make(map[[2]int64]bool), make(map[int64][]int64)
	err = each(ctx, s.read, `SELECT kind, period FROM energy_read WHERE heater = $1`, []any{heater}, func(rows *sql.Rows) error {
		var key [2]int64
		err := rows.Scan(&key[0], &key[1])
		read[key] = true
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return read, used, each(ctx, s.read, `SELECT kind, period FROM energy
		WHERE heater = $1 AND kind <= $2 AND coalesce(heat_pump, 0) + coalesce(elements, 0) > 0 ORDER BY period DESC`,
		[]any{heater, days}, func(rows *sql.Rows) error {
			var kind, period int64
			err := rows.Scan(&kind, &period)
			used[kind] = append(used[kind], period)
			return err
		})
}
