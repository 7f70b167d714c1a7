package history

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

// base is when the tests begin: the first hour of a day.
var base = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

// clock is what a store's clock shows.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// open opens a store, which the test closes, with a clock of its own.
func open(t testing.TB, config Config) (*Store, *clock) {
	t.Helper()
	s, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &clock{base}
	s.now = c.now
	return s, c
}

// onEach runs a test with each kind of database.
func onEach(t *testing.T, test func(t *testing.T, config Config)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, Config{Path: filepath.Join(t.TempDir(), "history.db")}) })
	t.Run("memory", func(t *testing.T) { test(t, Config{Path: memory}) })
	onPostgres(t, test)
}

const heaterID = "0a1b2c3d4e"

// writer writes statuses of one heater.
type writer struct {
	t      testing.TB
	store  *Store
	number int64
	tracks map[int64]*track
}

func newWriter(t testing.TB, s *Store) *writer {
	t.Helper()
	number, err := s.numbered(t.Context(), Heater{heaterID, "cellar"})
	if err != nil {
		t.Fatal(err)
	}
	return &writer{t: t, store: s, number: number}
}

// some are values of some fields by their names.
type some map[string]float64

// status writes a status that came so many seconds after base.
func (w *writer) status(after int64, values some) {
	w.t.Helper()
	w.write(true, observation{w.number, base.Unix() + after, w.values(values)})
}

func (w *writer) values(values some) []int64 {
	all := w.store.values(nil)
	for name, value := range values {
		all[w.store.places[name]] = hundredths(value)
	}
	return all
}

func (w *writer) write(replace bool, observations ...observation) {
	w.t.Helper()
	after, err := w.store.batch(w.t.Context(), w.tracks, replace, func(b *batch) error {
		for _, o := range observations {
			if _, err := b.observe(w.t.Context(), o); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.tracks = after
}

// rollUp rolls up all that can be.
func rollUp(t testing.TB, s *Store) (hours int) {
	t.Helper()
	for {
		done, err := s.rollUpOnce(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !done {
			return hours
		}
		hours++
	}
}

// curve asks for a field from so many seconds after base to so many.
func curve(t testing.TB, s *Store, field string, from, to int64, points int) (api.Curve, int) {
	t.Helper()
	series, err := s.Series(context.Background(), api.SeriesQuery{
		Heater: heaterID, Fields: []string{field}, Points: points,
		From: base.Add(time.Duration(from) * time.Second), To: base.Add(time.Duration(to) * time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	return series.Fields[0], series.StepSeconds
}
