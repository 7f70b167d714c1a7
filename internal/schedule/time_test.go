package schedule

import (
	"testing"

	"github.com/nwp500/nwp500"
)

func TestParseTimeOfDay(t *testing.T) {
	for text, want := range map[string]TimeOfDay{
		"06:30": {6, 30}, "6:30": {6, 30}, " 00:00 ": {0, 0}, "23:59": {23, 59},
	} {
		if got, err := ParseTime(text); err != nil || got != want {
			t.Errorf("ParseTime(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for text, mistake := range map[string]bool{
		"": true, "6": true, "noon": true, "6:3": true, "06:30:00": true, "-6:30": true, "6.30": true,
		"24:00": false, "25:00": false, "12:60": false, "99:99": false,
	} {
		if got, err := ParseTime(text); err == nil || mistaken(err) != mistake {
			t.Errorf("ParseTime(%q) = %v, %v, want a mistake: %v", text, got, err, mistake)
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
		got := DaysText(days)
		if got != want {
			t.Errorf("DaysText(%v) = %q, want %q", days, got, want)
		}
	}
	for days := nwp500.Days(2); days != 0; days += 2 { // what is shown can be typed
		if back, err := ParseDays(DaysText(days)); err != nil || back != days {
			t.Errorf("%v is shown as %q, which is %v, %v", days, DaysText(days), back, err)
		}
	}
}

func TestMonthsText(t *testing.T) {
	for months, want := range map[nwp500.Months]string{
		3615: "Oct-May", 480: "Jun-Sep", nwp500.AllMonths: "all year", 0: "none", nwp500.January: "Jan",
		nwp500.December | nwp500.January: "Dec, Jan", nwp500.March | nwp500.June | nwp500.July: "Mar, Jun, Jul",
	} {
		if got := MonthsText(months); got != want {
			t.Errorf("MonthsText(%d) = %q, want %q", uint16(months), got, want)
		}
	}
	for months := nwp500.January; months < nwp500.AllMonths; months++ {
		if back, err := ParseMonths(MonthsText(months)); err != nil || back != months {
			t.Errorf("%v is shown as %q, which is %v, %v", months, MonthsText(months), back, err)
		}
	}
}

func TestNumbersOutOfRange(t *testing.T) {
	for text, mistake := range map[string]bool{
		"": false, " ": false, "13": false, "0,13": false, "1-13": false, "x": true, "jan-x": true,
	} {
		if got, err := ParseMonths(text); err == nil || mistaken(err) != mistake {
			t.Errorf("ParseMonths(%q) = %v, %v, want a mistake: %v", text, got, err, mistake)
		}
		if got, err := ParseDays(text); err == nil || mistaken(err) != mistake {
			t.Errorf("ParseDays(%q) = %v, %v, want a mistake: %v", text, got, err, mistake)
		}
	}
}
