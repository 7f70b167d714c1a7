package nwp500

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDays(t *testing.T) {
	for text, want := range map[string]Days{
		"mon,tue":                Monday | Tuesday,
		"mon-fri":                Weekdays,
		"weekdays":               124,
		"WEEKEND":                130,
		"all":                    254,
		"daily":                  EveryDay,
		"MO TU WE TH FR":         Weekdays,
		"Sunday":                 128,
		"Thurs":                  Thursday,
		"0":                      Sunday,
		"6":                      Saturday,
		"1-5":                    Weekdays,
		"fri-mon":                Friday | Weekend | Monday,
		"sat-sat":                Saturday,
		"sun, tue ; thu\tfri\n":  Sunday | Tuesday | Thursday | Friday,
		"tue,tue,weekend,monday": Monday | Tuesday | Weekend,
	} {
		if got, err := ParseDays(text); err != nil || got != want {
			t.Errorf("%q: got %v (%d), %v, want %v", text, got, got, err, want)
		}
	}
	for _, text := range []string{"", " , ", "7", "-1", "t", "x", "mon-", "-mon", "mon-fri-sun", "mondays", "funday", "mon-13", "weekdays-sun"} {
		got, err := ParseDays(text)
		var wrong *RangeError
		if got != 0 || !errors.As(err, &wrong) || wrong.Field != "days" || !strings.Contains(err.Error(), "mon-fri") {
			t.Errorf("%q: got %v, %v, want a *RangeError that says what is allowed", text, got, err)
		}
	}
}

// A schedule that ran on other days was an order of bits that was wrong.
func TestDaysAreTheWires(t *testing.T) {
	for bit, day := range map[Days]time.Weekday{
		128: time.Sunday, 64: time.Monday, 32: time.Tuesday, 16: time.Wednesday, 8: time.Thursday, 4: time.Friday, 2: time.Saturday,
	} {
		if !bit.Has(day) || bit.Has((day+1)%7) || !EveryDay.Has(day) {
			t.Errorf("bit %d: does not stand for %v alone", bit, day)
		}
		if want := strings.ToLower(day.String()[:3]); bit.String() != want {
			t.Errorf("bit %d: got %q, want %q", bit, bit, want)
		}
	}
	if got := (Weekend | Monday | 1).String(); got != "mon sat sun" {
		t.Errorf("got %q, want Monday first", got)
	}
	if got := Days(1).String(); got != "no day" {
		t.Errorf("the bit without a meaning: got %q", got)
	}
}

func TestDaysSurviveTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := Days(rapid.IntRange(1, 127).Draw(t, "days") << 1)
		if got, err := ParseDays(days.String()); err != nil || got != days {
			t.Errorf("%v: got %v, %v", days, got, err)
		}
		for day := range time.Weekday(7) {
			if days.Has(day) != days.next().Has((day+1)%7) {
				t.Errorf("after %v come %v", days, days.next())
			}
		}
	})
}
