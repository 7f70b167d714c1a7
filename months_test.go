package nwp500

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseMonths(t *testing.T) {
	for text, want := range map[string]Months{
		"jan": 1, "December": 2048, "1": January, "12": December, "all": 4095, "jun-sep": 480,
		"oct-may": 3615, "10-5": 3615, "jan,feb mar": January | February | March, "Sept": September, "may": May,
	} {
		if got, err := ParseMonths(text); err != nil || got != want {
			t.Errorf("%q: got %v (%d), %v, want %v", text, got, got, err, want)
		}
	}
	for _, text := range []string{"", "13", "0", "-1", "ju", "m", "jan-13", "summer"} {
		got, err := ParseMonths(text)
		var wrong *RangeError
		if got != 0 || !errors.As(err, &wrong) || wrong.Field != "months" || !strings.Contains(err.Error(), "12") {
			t.Errorf("%q: got %v, %v, want a *RangeError that says what is allowed", text, got, err)
		}
	}
	if got := Months(480).String(); got != "jun jul aug sep" {
		t.Errorf("got %q", got)
	}
	if !Months(480).Has(time.June) || Months(480).Has(time.October) || AllMonths.Has(0) || AllMonths.Has(13) {
		t.Error("a season has other months than its own")
	}
	rapid.Check(t, func(t *rapid.T) {
		months := Months(rapid.IntRange(1, 4095).Draw(t, "months"))
		if got, err := ParseMonths(months.String()); err != nil || got != months {
			t.Errorf("%v: got %v, %v", months, got, err)
		}
	})
}
