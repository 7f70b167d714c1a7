package history

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// recorderOf is a recorder that a test turns by hand, with what it logs.
func recorderOf(t *testing.T, config Config) (*recorder, *clock, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	config.Logger = slog.New(slog.NewTextHandler(log, nil))
	s, clock := open(t, config)
	return newRecorder(s, clock.now), clock, log
}

// hear lets the recorder take a status and an event of the clock's time, and turns it when they are due.
func (r *recorder) hear(t *testing.T, clock *clock, values some) {
	t.Helper()
	w := &writer{t: t, store: r.store}
	if !r.waiting() {
		r.since = clock.at
	}
	r.noteClock(clock.at)
	r.statuses = append(r.statuses, status{Heater{ID: heaterID}, clock.at.Unix(), w.values(values)})
	r.events = append(r.events, told{Heater{ID: heaterID}, api.Event{At: clock.at, Heater: heaterID, Class: api.ModeEvent, Text: "the mode was changed"}})
	r.lose()
	clock.at = clock.at.Add(flushEvery)
	r.turn(t.Context())
}

// failing is a way in which a database cannot be written for a while.
type failing struct {
	name string
	// begin lets it fail and returns what mends it.
	begin func(t *testing.T, s *Store) (mend func())
}

var waysToFail = []failing{
	{"full", func(t *testing.T, s *Store) func() {
		setPages := func(pages int) {
			if _, err := s.write.ExecContext(t.Context(), fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
				t.Fatal(err)
			}
		}
		setPages(1) // which is raised to what there is
		return func() { setPages(1 << 30) }
	}},
	{"moved away", func(t *testing.T, s *Store) func() {
		path := pathOf(t, s)
		move := func(from, to string) {
			if err := os.Rename(from, to); err != nil {
				t.Fatal(err)
			}
		}
		move(path, path+".away")
		return func() { move(path+".away", path) }
	}},
	{"replaced", func(t *testing.T, s *Store) func() {
		path := pathOf(t, s)
		if err := os.Rename(path, path+".away"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := os.Rename(path+".away", path); err != nil {
				t.Fatal(err)
			}
		}
	}},
	{"locked", func(t *testing.T, s *Store) func() {
		other, err := sql.Open("sqlite", address(pathOf(t, s), []string{"busy_timeout(0)"}))
		if err != nil {
			t.Fatal(err)
		}
		tx, err := other.BeginTx(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := tx.Rollback(); err != nil {
				t.Error(err)
			}
			if err := other.Close(); err != nil {
				t.Error(err)
			}
		}
	}},
}

// pathOf is where a store's database is.
func pathOf(t *testing.T, s *Store) (path string) {
	t.Helper()
	var number int
	var name string
	if err := s.read.QueryRowContext(t.Context(), "PRAGMA database_list").Scan(&number, &name, &path); err != nil {
		t.Fatal(err)
	}
	return path
}

// A database that cannot be written for a while costs nothing: it is said once, Health tells, and all is written then.
func TestADatabaseThatFailsForAWhile(t *testing.T) {
	for _, way := range waysToFail {
		t.Run(way.name, func(t *testing.T) {
			r, clock, log := recorderOf(t, Config{Path: filepath.Join(t.TempDir(), "history.db")})
			if _, err := r.store.write.ExecContext(t.Context(), "PRAGMA busy_timeout = 1"); err != nil {
				t.Fatal(err)
			}
			clock.at = base
			r.hear(t, clock, some{upper: 50})
			if err := r.store.Health(); err != nil || r.waiting() {
				t.Fatalf("before: %v", err)
			}
			mend := way.begin(t, r.store)
			const failures = 20
			for i := range failures {
				clock.at = clock.at.Add(time.Minute)
				// More than fits into the page at hand.
				r.statuses = append(r.statuses, status{Heater{ID: heaterID}, clock.at.Unix() - 30, r.every(float64(100 + i))})
				r.hear(t, clock, some{upper: 51})
			}
			if r.store.Health() == nil || !r.waiting() {
				t.Fatal("Health tells nothing")
			}
			mend()
			clock.at = clock.at.Add(time.Minute)
			r.hear(t, clock, some{upper: 52})
			if err := r.store.Health(); err != nil || r.waiting() {
				t.Fatalf("mended: %v", err)
			}
			if got := strings.Count(log.String(), "nothing can be written"); got != 1 || strings.Count(log.String(), "writing again") != 1 {
				t.Errorf("it was said %d times:\n%s", got, log)
			}
			events, err := r.store.Events(t.Context(), api.EventQuery{})
			if err != nil || len(events.Events) != failures+2 {
				t.Errorf("%d events, %v; want %d", len(events.Events), err, failures+2)
			}
			got, _ := curve(t, r.store, upper, 0, int64(clock.at.Sub(base)/time.Second), 0)
			if means := points(got); means[0] != 50 || means[len(means)-1] != 52 || len(means) != 2*failures+2 {
				t.Errorf("%v", means)
			}
			undamaged(t, r.store)
		})
	}
}

// every is a status in which every field has a value.
func (r *recorder) every(value float64) []int64 {
	values := r.store.values(nil)
	for place := range values {
		values[place] = hundredths(value)
	}
	return values
}

// undamaged fails the test if the database is damaged.
func undamaged(t testing.TB, s *Store) {
	t.Helper()
	var verdict string
	if err := s.read.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity: %s, %v", verdict, err)
	}
}

// What waits for a database that fails for long is bounded, and what was lost is told.
func TestWhatWaitsIsBounded(t *testing.T) {
	r, clock, log := recorderOf(t, Config{Path: filepath.Join(t.TempDir(), "history.db")})
	values := r.every(1)
	for i := range mostWaiting + 100 {
		r.statuses = append(r.statuses, status{Heater{ID: heaterID}, base.Unix() + int64(i), values})
		r.lose()
	}
	if len(r.statuses) != mostWaiting || r.statuses[0].at != base.Unix()+100 {
		t.Fatalf("%d wait", len(r.statuses))
	}
	r.since, clock.at = base, base.Add(time.Hour)
	r.turn(t.Context())
	if r.waiting() || !strings.Contains(log.String(), "lost=100") {
		t.Errorf("the log says: %s", log)
	}
}

// What was heard at the moment of the end is written.
func TestWhatIsHeardAtTheEndIsWritten(t *testing.T) {
	r, clock, _ := recorderOf(t, Config{Path: memory})
	ctx, stop := context.WithCancel(t.Context())
	next := func(context.Context) ([]fleet.Notice, int, error) {
		if ctx.Err() != nil {
			return nil, 0, nwp500.ErrClosed
		}
		stop()
		event := &api.Event{At: clock.at, Heater: heaterID, Class: api.CommandEvent}
		return []fleet.Notice{{State: &fleet.State{ID: heaterID}, Event: event}}, 0, nil
	}
	if err := r.run(ctx, next, func(context.Context) {}); err != nil {
		t.Fatal(err)
	}
	if events, err := r.store.Events(t.Context(), api.EventQuery{}); err != nil || len(events.Events) != 1 {
		t.Errorf("%+v, %v; want the command", events, err)
	}
}

// Of two parts of a heater's record of energy that waited together the newer counts.
func TestTheNewestRecordOfEnergyCounts(t *testing.T) {
	r, clock, _ := recorderOf(t, Config{Path: memory})
	clock.at = base.Add(12 * time.Hour)
	for _, used := range []int{100, 200} {
		day := nwp500.EnergyItem{Year: 2026, Month: time.November, Day: 20, EnergyUsage: nwp500.EnergyUsage{HeatPump: nwp500.ValueOf(used)}}
		energy := &nwp500.Energy{Kind: nwp500.EnergyByDay, Items: []nwp500.EnergyItem{day}}
		r.records = append(r.records, record{Heater{ID: heaterID}, energy, clock.at})
	}
	if err := r.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, by := range []string{"day", "month"} {
		use, err := r.store.Energy(t.Context(), api.EnergyQuery{Heater: heaterID, By: by})
		if err != nil || len(use.Items) != 1 || *use.Items[0].HeatPumpWh != 200 {
			t.Errorf("by %s: %+v, %v; want 200 Wh", by, use, err)
		}
	}
}

// A clock that is set back is spoken of once. What it shows again is recorded anew, what it does not stays.
func TestAClockThatIsSetBack(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		r, clock, log := recorderOf(t, config)
		clock.at = base
		for range 360 {
			r.hear(t, clock, some{upper: 50})
			clock.at = clock.at.Add(10*time.Second - flushEvery)
		}
		clock.at = base.Add(20 * time.Minute)
		for range 60 {
			r.hear(t, clock, some{upper: 40})
			clock.at = clock.at.Add(10*time.Second - flushEvery)
		}
		if got := strings.Count(log.String(), "set back"); got != 1 || r.store.Health() != nil {
			t.Errorf("it was said %d times: %s", got, log)
		}
		clock.at = base.Add(10 * time.Hour)
		got, _ := curve(t, r.store, upper, 0, 7200, 0)
		if want := []float64{50, 40, 50, 50}; fmt.Sprint(points(got)) != fmt.Sprint(want) {
			t.Errorf("%v at %v, want %v", points(got), after(got.Times), want)
		}
	})
}

// The database, and what SQLite puts beside it, is its owner's alone.
func TestNobodyElseMayReadTheDatabase(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // permissions are of another kind there
	}
	path := filepath.Join(t.TempDir(), "a", "b", "history.db")
	s, _ := open(t, Config{Path: path})
	newWriter(t, s).status(0, some{upper: 1})
	files, err := filepath.Glob(path + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range append(files, filepath.Dir(path)) {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", filepath.Base(file), info.Mode(), err)
		}
	}
}

// What a newer version wrote is left alone, and a file of another kind, too.
func TestDatabasesThatAreNotOpened(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		if config.Path == memory {
			return // nobody else wrote it
		}
		s, err := Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, $1)`, true); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), config); err == nil || !strings.Contains(err.Error(), "newer nwp500") {
			t.Errorf("%v", err)
		}
	})
	for _, text := range []string{"short", strings.Repeat("this is no database. ", 1000)} {
		other := filepath.Join(t.TempDir(), "other")
		if err := os.WriteFile(other, []byte(text), 0o644); err != nil { //nolint:gosec // others may read it, and may afterwards
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), Config{Path: other}); err == nil || !strings.Contains(err.Error(), "no SQLite database") {
			t.Errorf("a file of another kind: %v", err)
		}
		if info, err := os.Stat(other); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o644 {
			t.Errorf("%v, %v: it was changed", info.Mode(), err)
		}
	}
	nowhere := "host='" + t.TempDir() + "' user=u dbname=x"
	if _, err := Open(t.Context(), Config{DSN: nowhere}); err == nil || !strings.Contains(err.Error(), "the database cannot be opened") {
		t.Errorf("a server that is not there: %v", err)
	}
	if _, err := Open(t.Context(), Config{}); err == nil {
		t.Error("no path was taken")
	}
}
