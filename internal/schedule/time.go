package schedule

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nwp500/nwp500"
)

// TimeOfDay is a time on a heater's clock.
type TimeOfDay struct{ Hour, Minute int }

var timeOfDayForm = regexp.MustCompile(`^([0-9]{1,2}):([0-9]{2})$`)

// ParseTime takes 06:30. A time that no clock shows is out of range.
func ParseTime(text string) (TimeOfDay, error) {
	parts := timeOfDayForm.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		return TimeOfDay{}, mistakef("%q is no time of day: it looks like 06:30", text)
	}
	hour, _ := strconv.Atoi(parts[1]) // two digits at the most
	minute, _ := strconv.Atoi(parts[2])
	return TimeOfDay{hour, minute}, TimeOfDay{hour, minute}.check()
}

func (t TimeOfDay) check() error {
	if t.Hour < 0 || t.Hour > 23 {
		return &nwp500.RangeError{Field: "hour", Value: strconv.Itoa(t.Hour), Allowed: "0 to 23"}
	}
	if t.Minute < 0 || t.Minute > 59 {
		return &nwp500.RangeError{Field: "minute", Value: strconv.Itoa(t.Minute), Allowed: "0 to 59"}
	}
	return nil
}

func (t TimeOfDay) String() string { return fmt.Sprintf("%02d:%02d", t.Hour, t.Minute) }

// ParseDays takes mon-fri and the like.
func ParseDays(text string) (nwp500.Days, error) {
	days, err := nwp500.ParseDays(text)
	return days, misread(text, err)
}

// ParseMonths takes jun-sep and the like.
func ParseMonths(text string) (nwp500.Months, error) {
	months, err := nwp500.ParseMonths(text)
	return months, misread(text, err)
}

// misread makes wrong usage of an error about a text that holds more than numbers: a number, or no text at all, is out
// of range, and anything else has not been understood.
func misread(text string, err error) error {
	if err != nil && strings.Trim(text, "0123456789,- ") != "" {
		return &Mistake{err}
	}
	return err
}

// DaysText writes days as ParseDays takes them: "mon-fri", "sat,sun", "daily".
func DaysText(days nwp500.Days) string {
	if days&nwp500.EveryDay == nwp500.EveryDay {
		return "daily"
	}
	names := make([]string, 7)
	in := make([]bool, 7)
	for i := range names { // Monday first
		day := time.Weekday((i + 1) % 7)
		names[i], in[i] = strings.ToLower(day.String()[:3]), days.Has(day)
	}
	return spans(names, in, ",")
}

// MonthsText writes months with the names of seasons: "Jun-Sep", "Oct-May", "all year".
func MonthsText(months nwp500.Months) string {
	if months&nwp500.AllMonths == nwp500.AllMonths {
		return "all year"
	}
	names := make([]string, 12)
	in := make([]bool, 12)
	for i := range names {
		month := time.January + time.Month(i)
		names[i], in[i] = month.String()[:3], months.Has(month)
	}
	return spans(names, in, ", ")
}

// spans writes which of some names, after the last of which comes the first again, are in a set: three and more in a
// row as a span.
func spans(names []string, in []bool, separator string) string {
	if !slices.Contains(in, true) {
		return "none"
	}
	at := func(i int) int { return i % len(names) }
	var parts []string
	for first := range names {
		if !in[first] || in[at(first+len(names)-1)] {
			continue // not where a span begins
		}
		length := 1
		for in[at(first+length)] {
			length++
		}
		last := names[at(first+length-1)]
		switch length {
		case 1:
			parts = append(parts, last)
		case 2:
			parts = append(parts, names[first], last)
		default:
			parts = append(parts, names[first]+"-"+last)
		}
	}
	return strings.Join(parts, separator)
}
