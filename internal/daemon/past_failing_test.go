package daemon

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/simulator"
)

// openDatabase opens a history's database beside the process.
func openDatabase(t *testing.T, path string) *sql.DB {
	t.Helper()
	database, err := sql.Open("sqlite", "file:"+filepath.ToSlash(path)+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	return database
}

// undamaged fails the test if a database is not whole.
func undamaged(t *testing.T, path string) {
	t.Helper()
	database := openDatabase(t, path)
	defer database.Close()
	var verdict string
	if err := database.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("the database is damaged: %s, %v", verdict, err)
	}
}

// A witness of the past is a history or, in its place, an interface that shows it.
type witness struct {
	series func(context.Context, api.SeriesQuery) (api.Series, error)
	events func(context.Context, api.EventQuery) ([]api.Event, error)
}

func ofStore(store *history.Store) witness {
	return witness{store.Series, func(ctx context.Context, query api.EventQuery) ([]api.Event, error) {
		events, err := store.Events(ctx, query)
		return events.Events, err
	}}
}

func (h *house) past() witness {
	client := api.New("http://127.0.0.1:8500", "")
	client.HTTP = h.http
	return witness{client.Series, client.Events}
}

// setpoints returns the last setpoint of the last hour, and how many commands ended done.
func (w witness) setpoints(t *testing.T, id string) (last float64, done int) {
	t.Helper()
	now := time.Now()
	series, err := w.series(t.Context(), api.SeriesQuery{
		Heater: id, From: now.Add(-time.Hour), To: now.Add(time.Second), Fields: []string{"dhw_temperature_setting"}, Points: 10000,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range series.Fields[0].Max {
		if value != nil {
			last = *value
		}
	}
	events, err := w.events(t.Context(), api.EventQuery{Classes: []api.EventClass{api.CommandEvent}})
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if event.Result.End == api.Done {
			done++
		}
	}
	return last, done
}

// waysToFail are ways in which a database cannot be written for a while; each begins with it, and returns what ends it.
// One without space is one that refuses what would be added to it: how SQLite itself says so is for the history's tests.
var waysToFail = map[string]struct {
	lasts time.Duration
	begin func(t *testing.T, database *sql.DB) (end func() error)
}{
	"full": {30 * time.Minute, func(t *testing.T, database *sql.DB) func() error {
		tables := []string{"span", "change", "event", "stale", "energy"}
		for _, table := range tables {
			order := fmt.Sprintf("CREATE TRIGGER full_%s BEFORE INSERT ON %[1]s BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END", table)
			if _, err := database.ExecContext(t.Context(), order); err != nil {
				t.Fatal(err)
			}
		}
		return func() error {
			var errs []error
			for _, table := range tables {
				_, err := database.ExecContext(t.Context(), "DROP TRIGGER full_"+table)
				errs = append(errs, err)
			}
			return errors.Join(errs...)
		}
	}},
	// SQLite waits by the real clock, a second each time.
	"locked": {5 * time.Second, func(t *testing.T, database *sql.DB) func() error {
		tx, err := database.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return tx.Rollback
	}},
}

// While the history cannot be written everything else goes on, what it has is shown, and what it lacks it gets afterwards.
func TestTheHistoryCannotBeWritten(t *testing.T) {
	for name, way := range waysToFail {
		t.Run(name, func(t *testing.T) {
			inHouse(t, simulator.Config{}, nil, func(h *house) {
				time.Sleep(settle)
				id, database := h.id(), openDatabase(h.T, filepath.Join(h.state, "history.db"))
				defer database.Close()
				celsius := 50.0
				written := func(when string, want int) {
					t.Helper()
					last, done := h.past().setpoints(h.T, id)
					if done != want || last != 50+float64(want) {
						t.Errorf("%s: %d commands and a setpoint of %v, want %d", when, done, last, want)
					}
				}
				done := func() {
					t.Helper()
					if celsius++; h.set(id, celsius).End != api.Done {
						t.Error("a command is not done")
					}
					time.Sleep(time.Second)
				}
				done()
				written("before", 1)

				end := way.begin(h.T, database)
				done()
				time.Sleep(way.lasts)
				h.shows("/metrics", "nwp500_history_writable 0")
				h.answers("/readyz", http.StatusOK)
				done()
				written("meanwhile", 1)
				if err := end(); err != nil {
					h.Fatal(err)
				}
				time.Sleep(settle)
				h.shows("/metrics", "nwp500_history_writable 1")
				written("afterwards", 3)
				done()
				written("later", 4)
				h.told("history: nothing can be written", "history: writing again")
				h.end()
				undamaged(h.T, filepath.Join(h.state, "history.db"))
			})
		})
	}
}

// The files of the history are at any moment such that a process that was killed has lost the last second at most: here they
// are copied as they stand, and opened elsewhere.
func TestTheFilesAtAnyMoment(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 6)) //nolint:gosec // the same moments each time
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		id := h.id()
		for round := range 40 {
			celsius := 45 + float64(round%10)
			if result := h.set(id, celsius); result.End != api.Done {
				t.Fatalf("%+v", result)
			}
			wait := time.Duration(random.Int64N(int64(1500 * time.Millisecond)))
			time.Sleep(wait)
			synctest.Wait() // the clock stands still until all is read
			path := h.copied(fmt.Sprint(round))
			undamaged(h.T, path)
			store, err := history.Open(h.Context(), history.Config{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			last, done := ofStore(store).setpoints(h.T, id)
			if err := store.Close(); err != nil {
				t.Error(err)
			}
			if done < round || wait >= time.Second && (done != round+1 || last != celsius) {
				t.Errorf("%s after %d commands %d are known, and a setpoint of %v; want %v", wait, round+1, done, last, celsius)
			}
			time.Sleep(max(0, time.Second-wait))
		}
	})
}

// copied copies the history's files as they are and returns where its database is then.
func (h *house) copied(to string) string {
	h.Helper()
	directory := filepath.Join(h.state, to)
	if err := os.Mkdir(directory, 0o700); err != nil {
		h.Fatal(err)
	}
	for _, name := range []string{"history.db", "history.db-wal"} {
		content, err := os.ReadFile(filepath.Join(h.state, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(directory, name), content, 0o600)
		}
		if err != nil {
			h.Fatal(err)
		}
	}
	return filepath.Join(directory, "history.db")
}
