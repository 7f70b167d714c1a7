package simulator

import (
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/nwp500/nwp500/internal/topic"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

func TestShowings(t *testing.T) {
	for _, test := range []struct {
		zone             string
		year, month, day int
		minute           int
		want             []string // in UTC
	}{
		{"America/Los_Angeles", 2026, 3, 7, 150, []string{"2026-03-07 10:30"}},
		{"America/Los_Angeles", 2026, 3, 8, 150, nil}, // summer time begins
		{"America/Los_Angeles", 2026, 3, 8, 180, []string{"2026-03-08 10:00"}},
		{"America/Los_Angeles", 2026, 11, 1, 90, []string{"2026-11-01 08:30", "2026-11-01 09:30"}}, // and ends
		{"America/Los_Angeles", 2026, 11, 1, 120, []string{"2026-11-01 10:00"}},
		{"Europe/London", 2026, 3, 29, 90, nil},
		{"Australia/Lord_Howe", 2026, 4, 5, 105, []string{"2026-04-04 14:45", "2026-04-04 15:15"}}, // half an hour
		{"America/Sao_Paulo", 2018, 11, 4, 0, nil},                                                 // at midnight
		{"Pacific/Apia", 2011, 12, 30, 720, nil},                                                   // a day left out
		{"UTC", 2026, 2, 28, 1440, []string{"2026-03-01 00:00"}},
	} {
		first, again := showings(test.year, time.Month(test.month), test.day, test.minute, zone(t, test.zone))
		var got []string
		for _, at := range []time.Time{first, again} {
			if !at.IsZero() {
				got = append(got, at.UTC().Format("2006-01-02 15:04"))
			}
		}
		equal(t, test.zone, test.want, got)
	}
}

// What is next, and what was last, is what a clock shows that is read at every minute.
func TestNextAndLastShowing(t *testing.T) {
	for _, name := range []string{"America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"} {
		location := zone(t, name)
		for _, start := range []time.Time{
			time.Date(2026, 3, 6, 0, 0, 0, 0, location), time.Date(2026, 4, 3, 0, 0, 0, 0, location),
			time.Date(2026, 10, 30, 0, 0, 0, 0, location),
		} {
			for _, e := range []weekly{{week: everyDay, minute: 90}, {week: everyDay, minute: 150}, {week: 128, minute: 30}, {week: weekdays, minute: 1439}} {
				var last time.Time
				expected := nextShowing(start.Add(-time.Second), e.week, e.minute)
				for at := start; at.Before(start.AddDate(0, 0, 9)); at = at.Add(time.Minute) {
					if e.begins(at) {
						if !at.Equal(expected) {
							t.Errorf("%s: %v shows %d, expected at %v", name, at, e.minute, expected)
						}
						last, expected = at, nextShowing(at, e.week, e.minute)
					} else if at.Equal(expected) {
						t.Errorf("%s: %v does not show %d", name, at, e.minute)
					}
					if got := lastShowing(at, e.week, e.minute); !last.IsZero() && !got.Equal(last) {
						t.Fatalf("%s: at %v the last was %v, not %v", name, at, last, got)
					}
				}
			}
		}
	}
}

// set writes reservations to a heater whose pushes are then heard.
func (b *bench) reserve(h *Heater, use, entries string) {
	b.t.Helper()
	if said := b.ask(h, topic.SuffixReservationWrite, topic.ReservationWrite, answers(topic.AnswerReservation),
		`,"reservationUse":`+use+`,"reservation":[`+entries+`]`); len(said) != 2 {
		b.t.Fatalf("%d answers to a list of reservations", len(said))
	}
}

// changesOf lets time pass and returns when, on the heaters' clock, a push had another
// value of a field than the one before.
func (b *bench) changesOf(h *Heater, field string, d time.Duration) (at []time.Time, values []int) {
	b.t.Helper()
	dates := time.Until(h.Date())
	value := b.status(h)[field]
	time.Sleep(d)
	for _, m := range b.heard() {
		if s := m.status(); len(s) > 0 && m.topic == topic.Response(deviceType, h.mac, benchClient) && s[field] != value {
			value = s[field]
			at, values = append(at, m.at.Add(dates)), append(values, value)
		}
	}
	return at, values
}

// A clock that is 4 s ahead fires 4 s early, one that is behind late; each heater goes
// by its own.
func TestEachHeaterHasItsOwnClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		west, east := zone(t, "America/Los_Angeles"), zone(t, "America/New_York")
		start := time.Date(2026, 6, 1, 0, 0, 0, 0, west)
		b := newBench(t, Config{Heaters: 3, Start: start, Locations: []*time.Location{west, east}})
		const entry = `{"enable":2,"week":254,"hour":6,"min":30,"mode":1,"param":110}`
		fires := func(i int, do func(*Heater), d time.Duration) time.Time {
			h := b.dry(i)
			b.reserve(h, "2", entry)
			do(h)
			b.command(h, topic.SetTemperature, "dhw-temperature", 100)
			at, _ := b.changesOf(h, "dhwTemperatureSetting", d)
			if len(at) != 1 {
				t.Fatalf("heater %d: %d changes", i, len(at))
			}
			return at[0]
		}
		ahead := func(h *Heater) { h.SetClock(4 * time.Second) }
		if at, want := fires(1, ahead, 4*time.Hour), time.Date(2026, 6, 1, 6, 29, 56, 0, east); !at.Equal(want) {
			t.Errorf("in New York at %v, not %v", at, want)
		}
		if at, want := fires(0, func(*Heater) {}, 4*time.Hour), time.Date(2026, 6, 1, 6, 30, 0, 0, west); !at.Equal(want) {
			t.Errorf("in California at %v, not %v", at, want)
		}
		b.fleet.heaters[2].SetClock(-90 * time.Second)
		moved := func(h *Heater) { // in California, at 8:00
			h.SetLocation(east)
			h.SetLocation(nil)
		}
		if at, want := fires(2, moved, 24*time.Hour), time.Date(2026, 6, 2, 6, 31, 30, 0, east); !at.Equal(want) {
			t.Errorf("moved to New York at %v, not %v", at, want)
		}
	})
}

func TestLocationsAreNotNil(t *testing.T) {
	if s, err := New(Config{Locations: []*time.Location{nil}}); err == nil {
		s.Close()
		t.Error("a nil location")
	}
}
