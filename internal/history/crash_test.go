package history

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// crashing tells the test binary that it is the process to be killed, and where its database is.
const crashing = "NWP500_HISTORY_TEST_CRASH"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashing); path != "" {
		if err := recordUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// crashStep is how far the statuses of the process to be killed are apart, in seconds.
const crashStep = 10

// recordUntilKilled records a status every ten seconds of a time that passes as fast as the database takes it, rolls up
// what it can, and prints the time of each that was written.
func recordUntilKilled(path string) error {
	ctx := context.Background()
	s, err := Open(ctx, Config{Path: path})
	if err != nil {
		return err
	}
	number, err := s.numbered(ctx, Heater{ID: heaterID})
	if err != nil {
		return err
	}
	var last int64
	if err := s.read.QueryRowContext(ctx, `SELECT coalesce(max(until), $1) FROM span`, base.Unix()).Scan(&last); err != nil {
		return err
	}
	var tracks map[int64]*track
	for at := last - last%crashStep + crashStep; ; at += crashStep {
		s.now = func() time.Time { return time.Unix(at, 0) }
		tracks, err = s.batch(ctx, tracks, true, func(b *batch) error {
			_, err := b.observe(ctx, observation{number, at, crashValues(s, at)})
			return err
		})
		if err == nil {
			_, err = s.rollUpOnce(ctx)
		}
		if err != nil {
			return err
		}
		if _, err := fmt.Println(at); err != nil {
			return err
		}
	}
}

// crashValues are what a time makes of the fields, so that it can be seen whether they are right.
func crashValues(s *Store, at int64) []int64 {
	values := s.values(nil)
	for place := range values {
		values[place] = at / crashStep % int64(place+2) * hundred
	}
	return values
}

// A process that is killed at any moment leaves a whole database with all that it said was written, and rolled up right.
func TestKilledAtAnyMoment(t *testing.T) {
	const kills = 12
	path := filepath.Join(t.TempDir(), "history.db")
	random := rand.New(rand.NewPCG(20, 6))
	var acknowledged int64
	for range kills {
		acknowledged = killAfter(t, path, 1+random.IntN(100))
	}
	s, clock := open(t, Config{Path: path})
	undamaged(t, s)
	clock.at = time.Unix(acknowledged, 0)
	number, err := s.number(t.Context(), heaterID)
	if err != nil {
		t.Fatal(err)
	}
	spans, err := spansOf(t.Context(), s.read, number, 0, acknowledged+hour)
	if err != nil || len(spans) != 1 || spans[0].until <= acknowledged {
		t.Fatalf("%v, %v; want one that ends after %d: each start goes on with it", spans, err, acknowledged)
	}
	rollUp(t, s)
	w := window{heater: number, from: spans[0].start, to: acknowledged - acknowledged%minute, points: int(acknowledged)}
	for place := range s.fields {
		w.places = append(w.places, place)
	}
	r, err := s.readRollUps(t.Context(), s.read, w, true)
	if err != nil {
		t.Fatal(err)
	}
	for place, field := range s.fields {
		err := r.walk(w.from, place, place, func(at int64, c cell) {
			if at < w.from || at >= w.to {
				return
			}
			want := cell{last: unknown}
			for i := int64(0); i < minute; i += crashStep {
				want.add(held(crashValues(s, at+i)[place], crashStep))
			}
			if c != want {
				t.Fatalf("%s at %d: %+v, want %+v", field.name, at, c, want)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter lets a process record, kills it after it has written so many statuses, and returns the last that it told of.
func killAfter(t *testing.T, path string, statuses int) (acknowledged int64) {
	t.Helper()
	process := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	process.Env = append(os.Environ(), crashing+"="+path)
	process.Stderr = os.Stderr
	output, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	for told := 0; ; told++ {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) { // what it had told before it was killed counts, but for a line that is cut off
			if told < statuses {
				t.Fatalf("the process ended by itself: %v", process.Wait())
			}
			_ = process.Wait()
			return acknowledged
		}
		if err == nil {
			acknowledged, err = strconv.ParseInt(strings.TrimSpace(line), 10, 64)
		}
		if err != nil {
			t.Fatal(err)
		}
		if told == statuses {
			if err := process.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
