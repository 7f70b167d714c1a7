package cli

import (
	"testing"

	"github.com/nwp500/nwp500"
)

func TestParseTimeOfDay(t *testing.T) {
	for text, want := range map[string]timeOfDay{
		"06:30": {6, 30}, "6:30": {6, 30}, " 00:00 ": {0, 0}, "23:59": {23, 59},
	} {
		if got, err := parseTimeOfDay(text); err != nil || got != want {
			t.Errorf("parseTimeOfDay(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for text, status := range map[string]int{
		"": exitUsage, "6": exitUsage, "noon": exitUsage, "6:3": exitUsage, "06:30:00": exitUsage, "-6:30": exitUsage, "6.30": exitUsage,
		"24:00": exitRefused, "25:00": exitRefused, "12:60": exitRefused, "99:99": exitRefused,
	} {
		if got, err := parseTimeOfDay(text); err == nil || exitStatus(err) != status {
			t.Errorf("parseTimeOfDay(%q) = %v, %v, want exit status %d", text, got, err, status)
		}
	}
}

func TestDaysText(t *testing.T) {
	for days, want := range map[nwp500.Days]string{
		nwp500.Weekdays: "mon-fri", nwp500.Weekend: "sat,sun", nwp500.EveryDay: "daily", nwp500.EveryDay | 1: "daily", 0: "none",
		nwp500.Sunday: "sun", nwp500.Monday | nwp500.Wednesday: "mon,wed", nwp500.Tuesday | nwp500.Weekend: "tue,sat,sun",
		nwp500.Weekend | nwp500.Monday:                                       "sat-mon",
		nwp500.EveryDay &^ nwp500.Wednesday:                                  "thu-tue",
		nwp500.Wednesday | nwp500.Saturday | nwp500.Sunday | nwp500.Thursday: "wed,thu,sat,sun",
	} {
		got := daysText(days)
		if got != want {
			t.Errorf("daysText(%v) = %q, want %q", days, got, want)
		}
	}
	for days := nwp500.Days(2); days != 0; days += 2 { // what is shown can be typed
		if back, err := parseDays(daysText(days)); err != nil || back != days {
			t.Errorf("%v is shown as %q, which is %v, %v", days, daysText(days), back, err)
		}
	}
}

func TestMonthsText(t *testing.T) {
	for months, want := range map[nwp500.Months]string{
		3615: "Oct-May", 480: "Jun-Sep", nwp500.AllMonths: "all year", 0: "none", nwp500.January: "Jan",
		nwp500.December | nwp500.January: "Dec, Jan", nwp500.March | nwp500.June | nwp500.July: "Mar, Jun, Jul",
	} {
		if got := monthsText(months); got != want {
			t.Errorf("monthsText(%d) = %q, want %q", uint16(months), got, want)
		}
	}
	for months := nwp500.January; months < nwp500.AllMonths; months++ {
		if back, err := parseMonths(monthsText(months)); err != nil || back != months {
			t.Errorf("%v is shown as %q, which is %v, %v", months, monthsText(months), back, err)
		}
	}
}

func TestNumbersOutOfRange(t *testing.T) {
	for text, status := range map[string]int{
		"": exitRefused, " ": exitRefused, "13": exitRefused, "0,13": exitRefused, "1-13": exitRefused, "x": exitUsage, "jan-x": exitUsage,
	} {
		if got, err := parseMonths(text); err == nil || exitStatus(err) != status {
			t.Errorf("parseMonths(%q) = %v, %v, want exit status %d", text, got, err, status)
		}
		if got, err := parseDays(text); err == nil || exitStatus(err) != status {
			t.Errorf("parseDays(%q) = %v, %v, want exit status %d", text, got, err, status)
		}
	}
}
