package history

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
)

// count returns how many rows a table has.
func count(t *testing.T, s *Store, table string) (n int) {
	t.Helper()
	if err := s.read.QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// forgetAll forgets until there is nothing more to forget.
func forgetAll(t *testing.T, s *Store) {
	t.Helper()
	for {
		more, err := s.forget(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// Each class goes when its time is over, and what is coarser still answers: a value that was held all the time, too.
func TestEachClassIsKeptAsLongAsItShould(t *testing.T) {
	onEach(t, func(t *testing.T, config Config) {
		config.Keep = Keep{Raw: 2 * day, Minutes: 5 * day, Hours: 10 * day, Events: 3 * day}
		s, clock := open(t, config)
		w := newWriter(t, s)
		for at := int64(0); at < 3*hour; at += 600 { // and 14 days, hour by hour
			w.status(at, some{upper: float64(at % 1800), "dhw_temperature": 55})
		}
		const silent = 8*secondsADay + 10*hour
		for at := int64(3 * hour); at < 14*secondsADay; at += 900 {
			if at == silent+900 || at == silent+1800 {
				continue
			}
			w.status(at, some{upper: float64(at % 1800), "dhw_temperature": 55})
		}
		for hours := range 14 * 24 {
			events := eventRows()
			err := addEvent(&events, w.number, api.Event{At: base.Add(time.Duration(hours) * time.Hour), Class: api.ModeEvent})
			if err == nil {
				err = s.transaction(t.Context(), func(tx *sql.Tx) error { return s.insert(t.Context(), tx, &events) })
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		clock.at = base.Add(14*day + 2*time.Hour)
		rollUp(t, s)
		forgetAll(t, s)
		if got, want := count(t, s, "event"), 3*24-2; got != want {
			t.Errorf("%d events, want %d", got, want)
		}
		for _, c := range []struct {
			field    string
			from, to int64 // days
			points   int
			step     int
			want     string // of the first three
		}{
			{upper, 13, 14, 500, 300, "[0 0 0]"},
			{upper, 13, 14, 1440, 60, "[0 0 0]"},
			{upper, 8, 9, 1440, 3600, "[450 450 450]"}, // the minutes are gone
			{upper, 3, 5, 500, 3600, "[450 450 450]"},  // the hours begin in the middle
			{"dhw_temperature", 5, 6, 500, 3600, "[55 55 55]"},
			{"dhw_temperature", 10, 11, 500, 300, "[55 55 55]"},
		} {
			got, step := curve(t, s, c.field, c.from*secondsADay, c.to*secondsADay, c.points)
			means := points(got)
			for len(means) > 0 && means[0] == -1 {
				means = means[1:]
			}
			if step != c.step || len(means) < 3 || fmt.Sprint(means[:3]) != c.want {
				t.Errorf("%s from day %d in %d points: step %d, %v; want %d, %s", c.field, c.from, c.points, step, means[:min(len(means), 3)], c.step, c.want)
			}
		}
		// Within the time of which the changes are kept they are.
		if got, step := curve(t, s, upper, 14*secondsADay-4*hour, 14*secondsADay, 500); step != 0 || len(got.Times) != 16 {
			t.Errorf("step %d, %d points", step, len(got.Times))
		}
		// An export has what is left of each time, and an import does not touch an hour whose changes are gone.
		file := exported(t, s, ExportQuery{To: base.Add(8 * day)})
		if done := imported(t, s, file, ImportOptions{}); done.Statuses == 0 || done.Recorded != 0 {
			t.Errorf("%+v", done)
		}
		before, _ := curve(t, s, upper, silent, silent+hour, 1)
		file = "time,heater,tank_upper_temperature\n" + base.Add((silent+1200)*time.Second).Format(time.RFC3339) + "," + heaterID + ",1\n"
		if done := imported(t, s, file, ImportOptions{}); done.Statuses != 1 || done.Recorded != 0 {
			t.Errorf("%+v", done)
		}
		if got, _ := curve(t, s, upper, silent, silent+hour, 1); fmt.Sprint(points(got)) != fmt.Sprint(points(before)) {
			t.Errorf("%v, and %v before", points(got), points(before))
		}
	})
}

// For ever is for ever, and an hour's changes do not go before it is rolled up.
func TestNothingIsForgottenTooSoon(t *testing.T) {
	s, clock := open(t, Config{Path: memory, Keep: Keep{Raw: -1, Minutes: -1, Hours: -1, Events: -1}})
	w := newWriter(t, s)
	w.status(0, some{upper: 50})
	clock.at = base.Add(100 * year)
	rollUp(t, s)
	forgetAll(t, s)
	if count(t, s, "change") != 1 || count(t, s, "hour") != 1 || count(t, s, "span") != 1 {
		t.Error("something was forgotten")
	}
	s.keep.Raw = day
	w.status(hour, some{upper: 51})
	if _, err := s.forget(t.Context()); err != nil || count(t, s, "change") != 2 {
		t.Errorf("%d changes, %v; the second hour is not rolled up yet", count(t, s, "change"), err)
	}
	rollUp(t, s)
	forgetAll(t, s)
	if count(t, s, "change") != 0 {
		t.Error("changes stayed")
	}
}

// A class is kept as long as a finer one, which rests on it.
func TestAClassIsKeptAsLongAsAFinerOne(t *testing.T) {
	for _, c := range []struct{ given, want Keep }{
		{Keep{}, Keep{90 * day, 2 * year, -1, 5 * year}},
		{Keep{Raw: -1, Minutes: 3 * day, Hours: 2 * day, Events: day}, Keep{-1, -1, -1, day}},
		{Keep{Raw: 7 * day, Minutes: 3 * day, Hours: 2 * day}, Keep{7 * day, 7 * day, 7 * day, 5 * year}},
		{Keep{Raw: time.Hour, Minutes: -1, Hours: 2 * day}, Keep{day, -1, -1, 5 * year}},
	} {
		if got := c.given.withDefaults(); got != c.want {
			t.Errorf("%v becomes %v, want %v", c.given, got, c.want)
		}
	}
	s, clock := open(t, Config{Path: memory, Keep: Keep{Raw: 2 * day, Minutes: 10 * day, Hours: 5 * day}})
	w := newWriter(t, s)
	for at := int64(0); at < 3*hour; at += 600 {
		w.status(at, some{upper: 50})
	}
	clock.at = base.Add(8 * day)
	rollUp(t, s)
	forgetAll(t, s)
	if got, step := curve(t, s, upper, hour, 3*hour, 500); step != 60 || fmt.Sprint(points(got)[:3]) != "[50 50 50]" {
		t.Errorf("step %d, %v; the minutes are kept", step, points(got))
	}
}

// What is imported beside an hour whose changes are gone leaves what is known of that hour alone.
func TestAnImportBesideHoursWhoseChangesAreGone(t *testing.T) {
	const noon = 12 * hour
	for name, file := range map[string][]int64{
		"long before it":           {noon - 3*hour},
		"just before it":           {noon - 600, noon - 200},
		"into it":                  {noon - 600, noon - 200, noon + 100, noon + 500},
		"through it":               {noon - 600, noon - 1, noon + 700, noon + 1400, noon + 2100, noon + 2*hour},
		"just after it":            {noon + 2*hour + 300, noon + 2*hour + 900},
		"between it and the first": {noon - 9*hour - 300, noon - 9*hour + 300},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, config Config) {
				config.Keep = Keep{Raw: day}
				s, clock := open(t, config)
				w := newWriter(t, s)
				for _, at := range []int64{noon - 10*hour, noon - 10*hour + 600} {
					w.status(at, some{upper: 50, "dhw_temperature": 55})
				}
				for at := int64(noon + 300); at < noon+2*hour; at += 300 {
					w.status(at, some{upper: 50, "dhw_temperature": float64(at % 900)})
				}
				clock.at = base.Add(5 * day)
				rollUp(t, s)
				forgetAll(t, s)
				if left := count(t, s, "change"); left != 0 {
					t.Fatalf("%d changes are left", left)
				}
				look := func() (seen string) {
					for _, field := range []string{upper, "dhw_temperature", "wifi_rssi"} {
						minutes, _ := curve(t, s, field, noon+300, noon+2*hour-300, 500)
						hours, _ := curve(t, s, field, noon, noon+2*hour, 2)
						morning, _ := curve(t, s, field, noon-10*hour, noon-9*hour, 1)
						seen += fmt.Sprintln(field, points(minutes), points(hours), points(morning))
					}
					return seen
				}
				before := look()
				text := "time,heater,tank_upper_temperature,dhw_temperature,wifi_rssi\n"
				for _, at := range file {
					text += base.Add(time.Duration(at)*time.Second).Format(time.RFC3339) + "," + heaterID + ",40,41,60\n"
				}
				if done := imported(t, s, text, ImportOptions{}); done.Recorded == 0 || done.Unreadable != 0 {
					t.Errorf("%+v", done)
				}
				if after := look(); after != before {
					t.Errorf("before\n%sand after the import\n%s", before, after)
				}
			})
		})
	}
}
