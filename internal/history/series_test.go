package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

const upper = "tank_upper_temperature"

// points are the means of a curve, -1 for a null.
func points(curve api.Curve) (means []float64) {
	for _, mean := range curve.Mean {
		if mean == nil {
			means = append(means, -1)
		} else {
			means = append(means, *mean)
		}
	}
	return means
}

// A short time is shown as it came: the value at its beginning, each change, a null where knowledge ends, and the end.
func TestChangesAreShownAsTheyCame(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		w := newWriter(t, s)
		for _, status := range []struct {
			at    int64
			value float64
		}{{0, 50}, {10, 50}, {20, 51.5}, {30, 51.5}, {600, 49}, {3600, 48}, {3610, 48}} {
			w.status(status.at, some{upper: status.value})
		}
		clock.at = base.Add(10 * time.Hour)
		got, step := curve(t, s, upper, 5, 7200, 0)
		if want := []int64{5, 20, 600, 601, 3600, 3610}; step != 0 || !slices.Equal(after(got.Times), want) {
			t.Errorf("step %d, times %v, want %v", step, after(got.Times), want)
		}
		if want := []float64{50, 51.5, 49, -1, 48, 48}; !slices.Equal(points(got), want) || got.Unit != "°C" {
			t.Errorf("%v %s, want %v °C", points(got), got.Unit, want)
		}
	})
}

// after are times in seconds after base.
func after(times []int64) (seconds []int64) {
	for _, at := range times {
		seconds = append(seconds, at-base.Unix())
	}
	return seconds
}

// What a heater said last counts until it has said nothing for too long.
func TestTheLastValueCountsUntilNow(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		w := newWriter(t, s)
		w.status(3590, some{upper: 50})
		for _, c := range []struct {
			now   int64
			known int64 // the last second
		}{{3595, 3595}, {3700, 3700}, {3590 + 900, 3590 + 900}, {3590 + 901, 3590}} {
			clock.at = base.Add(time.Duration(c.now) * time.Second)
			got, _ := curve(t, s, upper, 0, 7200, 0)
			if last := after(got.Times)[len(got.Times)-1]; last != c.known {
				t.Errorf("at second %d it is known until %d, want %d", c.now, last, c.known)
			}
			coarse, step := curve(t, s, upper, 0, 86400, 0)
			if step != 300 {
				t.Fatalf("step %d", step)
			}
			if known := coarse.Mean[len(coarse.Mean)-1] != nil; known != (c.now/300 <= c.known/300) {
				t.Errorf("at second %d the last point is known: %v", c.now, known)
			}
		}
	})
}

// The mean is over the time in which a value was known, and the extremes are of single changes.
func TestRollUpsWeighByTime(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		w := newWriter(t, s)
		w.status(0, some{upper: 10})
		w.status(450, some{upper: 10})
		w.status(900, some{upper: 20})
		w.status(1799, some{upper: 30})
		for at := int64(30000); at < 31000; at += 100 {
			w.status(at, some{upper: 40, "dhw_temperature": 1})
		}
		clock.at = base.Add(20 * time.Hour)
		for _, when := range []string{"stale", "rolled up"} {
			got, step := curve(t, s, upper, 0, 36000, 10)
			if step != 3600 || len(got.Mean) != 10 || got.Mean[1] != nil || *got.Mean[8] != 40 {
				t.Fatalf("%s: step %d, %v", when, step, points(got))
			}
			want := (10*900.0 + 20*899 + 30) / 1800
			if *got.Mean[0] != want || *got.Min[0] != 10 || *got.Max[0] != 30 {
				t.Errorf("%s: %v %v %v, want 10 %v 30", when, *got.Min[0], *got.Mean[0], *got.Max[0], want)
			}
			if rollUp(t, s) == 0 && when == "stale" {
				t.Error("nothing was rolled up")
			}
		}
	})
}

// What is held over midnight is there, and what is said no more after a gap is not, whatever it was the day before.
func TestMidnight(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		w := newWriter(t, s)
		for at := int64(secondsADay - 4*hour); at <= secondsADay-3*hour; at += 600 {
			w.status(at, some{upper: 50, "dhw_temperature": 55})
		}
		for at := int64(secondsADay + 600); at <= secondsADay+2*hour; at += 600 {
			w.status(at, some{"dhw_temperature": 55})
		}
		clock.at = base.Add(3 * day)
		rollUp(t, s)
		for field, want := range map[string]string{upper: "[50 50 -1 -1 -1 -1]", "dhw_temperature": "[55 55 -1 -1 55 55]"} {
			if got, _ := curve(t, s, field, secondsADay-4*hour, secondsADay+2*hour, 6); fmt.Sprint(points(got)) != want {
				t.Errorf("%s: %v, want %s", field, points(got), want)
			}
		}
	})
}

// An hour that was rolled up is so again when a status shows that its last value was held to its end.
func TestAnHourThatGoesOnAfterItsRollUp(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		clock.at = base.Add(day)
		w := newWriter(t, s)
		w.status(0, some{upper: 50})
		w.status(600, some{upper: 60})
		w.status(1200, some{upper: 60})
		w.status(1800, some{upper: 60})
		w.status(2400, some{upper: 60})
		w.status(3000, some{upper: 60})
		rollUp(t, s)
		w.status(3700, some{upper: 60})
		rollUp(t, s)
		if got, _ := curve(t, s, upper, 0, 3600, 1); len(got.Mean) != 1 || fmt.Sprintf("%.3f", *got.Mean[0]) != "58.333" {
			t.Errorf("%v", points(got))
		}
	})
}

func TestQueriesThatCannotBeAnswered(t *testing.T) {
	s, _ := open(t, Config{Path: memory})
	for field, query := range map[string]api.SeriesQuery{
		"fields": {Fields: []string{"no_such_field"}},
		"to":     {Fields: []string{upper}, From: base, To: base},
		"points": {Fields: []string{upper}, Points: -1},
		"from":   {Fields: []string{upper}, From: base.AddDate(-400, 0, 0), To: base},
	} {
		var wrong *QueryError
		if _, err := s.Series(t.Context(), query); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("%+v: %v, want one of %s", query, err, field)
		}
	}
	if got, err := s.Series(t.Context(), api.SeriesQuery{Heater: "0000000000", Fields: []string{upper}}); err != nil || len(got.Fields) != 1 || len(got.Fields[0].Times) != 0 {
		t.Errorf("%+v, %v; want a curve without points", got, err)
	}
}

// What a clock that was set back has left in the future is not shown before its time.
func TestWhatIsInTheFutureIsNotShown(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		s, clock := open(t, config)
		w := newWriter(t, s)
		for at := int64(0); at < 2*hour; at += 10 {
			w.status(at, some{upper: float64(at % 50)})
		}
		clock.at = base.Add(time.Hour)
		for points, step := range map[int]int{50: 120, 200: 30, 5000: 0} {
			got, gotStep := curve(t, s, upper, 1800, 7200, points)
			if n := len(got.Times); n == 0 || after(got.Times)[n-1] > hour || gotStep != step {
				t.Errorf("%d points: step %d, %d points up to %v", points, gotStep, n, after(got.Times)[max(n-1, 0):])
			}
		}
	})
}

// A chart that is asked for while an hour is rolled up shows it as before or as after that.
func TestAChartWhileAnHourIsRolledUp(t *testing.T) {
	s, clock := open(t, Config{Path: filepath.Join(t.TempDir(), "history.db")})
	clock.at = base.Add(day)
	w := newWriter(t, s)
	for at := int64(0); at <= 3*hour; at += 600 {
		w.status(at, some{upper: float64(at % 1800), "dhw_temperature": 55})
	}
	rollUp(t, s)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			err := s.transaction(t.Context(), func(tx *sql.Tx) error {
				_, err := tx.ExecContext(t.Context(), `DELETE FROM hour WHERE at = $1`, base.Unix()+hour)
				if err == nil {
					_, err = tx.ExecContext(t.Context(), `INSERT INTO stale (heater, at) VALUES ($1, $2)`, w.number, base.Unix()+hour)
				}
				return err
			})
			if err == nil {
				_, err = s.rollUpOnce(t.Context())
			}
			if err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	for range 500 {
		if got, _ := curve(t, s, upper, 0, 3*hour, 3); fmt.Sprint(points(got)) != "[600 600 600]" {
			t.Errorf("%v", points(got))
			break
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
