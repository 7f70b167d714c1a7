package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Config says where the history is kept, and for how long.
type Config struct {
	// Path is the file of an SQLite database, which is made when it is not there, for its
	// owner alone. ":memory:" keeps nothing beyond Close.
	Path string
	// DSN is a PostgreSQL database, as a URL or in words; it goes before Path.
	DSN string
	// Keep says for how long.
	Keep Keep
	// Gap is how long a heater may say nothing while its values count as known; if zero, 15
	// minutes. It is fleet.Config.FreshFor.
	Gap time.Duration
	// Logger receives what goes wrong; if nil, it is not logged.
	Logger *slog.Logger
}

// Keep is for how long each class is kept. If zero, each has its default; if negative, it is
// kept for ever. Minutes are kept at least as long as changes, and hours as minutes. Energy
// is always kept for ever.
type Keep struct {
	Raw     time.Duration // every change; if zero, 90 days
	Minutes time.Duration // roll-ups by the minute; if zero, two years
	Hours   time.Duration // roll-ups by the hour; if zero, for ever
	Events  time.Duration // if zero, five years
}

// The defaults of Config.
const (
	day          = 24 * time.Hour
	year         = 365 * day
	defaultGap   = 15 * time.Minute
	forEver      = time.Duration(-1)
	keepRaw      = 90 * day
	keepMinutes  = 2 * year
	keepHours    = forEver
	keepEvents   = 5 * year
	shortestKeep = day // of changes, so that an hour is rolled up before they go
)

// withDefaults fills in what is zero. What is kept in a finer form is kept in each coarser
// one as long, because the finer rests on the coarser.
func (k Keep) withDefaults() Keep {
	or := func(d, fallback time.Duration) time.Duration {
		if d == 0 {
			return fallback
		}
		return d
	}
	k = Keep{or(k.Raw, keepRaw), or(k.Minutes, keepMinutes), or(k.Hours, keepHours), or(k.Events, keepEvents)}
	if k.Raw > 0 {
		k.Raw = max(k.Raw, shortestKeep)
	}
	k.Minutes = longer(k.Minutes, k.Raw)
	k.Hours = longer(k.Hours, k.Minutes)
	return k
}

// longer is the longer of two times, of which a negative one is for ever.
func longer(a, b time.Duration) time.Duration {
	if a < 0 || b < 0 {
		return forEver
	}
	return max(a, b)
}

// Store is a history.
type Store struct {
	write, read *sql.DB // one and the same for a database in memory
	postgres    bool
	path        string      // of a file
	file        os.FileInfo // as it was opened, nil if there is none
	gap         int64       // seconds
	keep        Keep
	log         *slog.Logger
	now         func() time.Time

	fields   []field        // by their place
	places   map[string]int // of a field, by its name
	numbers  map[int64]int  // its place by its number in the database
	numberOf sync.Map       // of a heater in the database, by its ID
	failing  atomic.Pointer[failure]
}

// Open opens a history. A database that a newer version wrote is an error, and so is a file
// that is none.
func Open(ctx context.Context, config Config) (*Store, error) {
	s := &Store{
		postgres: config.DSN != "",
		gap:      int64(config.Gap / time.Second), keep: config.Keep.withDefaults(),
		log: config.Logger, now: time.Now,
	}
	if s.gap <= 0 {
		s.gap = int64(defaultGap / time.Second)
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var err error
	if s.postgres {
		err = s.openPostgres(ctx, config.DSN)
	} else {
		err = s.openSQLite(ctx, config.Path)
	}
	if err == nil {
		err = s.migrate(ctx)
	}
	if err == nil {
		err = s.loadFields(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("history: %w", err), s.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

// failure is why the last attempt to write failed.
type failure struct{ err error }

// Health returns why nothing can be written at present, nil when all is well.
func (s *Store) Health() error {
	if f := s.failing.Load(); f != nil {
		return f.err
	}
	return nil
}

// tried notes how an attempt to write ended. The log is told when that changes.
func (s *Store) tried(err error) {
	if err == nil {
		if s.failing.Swap(nil) != nil {
			s.log.Info("history: writing again")
		}
		return
	}
	err = fmt.Errorf("history: nothing can be written: %w", err)
	if s.failing.Swap(&failure{err}) == nil {
		s.log.Error("history: nothing can be written; it is kept in memory and tried again", "err", errors.Unwrap(err))
	}
}
