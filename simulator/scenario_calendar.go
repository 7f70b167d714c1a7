package simulator

import (
	"strconv"
	"strings"
	"time"
)

// calendarNames are days or months, in the order of the calendar.
type calendarNames struct {
	what  string
	short []string
	long  []string
	sets  map[string]int // names for several, as bits
}

var (
	weekNames = calendarNames{
		what:  "the day",
		short: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"},
		long:  []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"},
		sets:  map[string]int{"day": 0x7f, "weekdays": 0x3e, "weekday": 0x3e, "weekend": 0x41, "weekends": 0x41},
	}
	monthNames = calendarNames{
		what:  "the month",
		short: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"},
		long: []string{
			"january", "february", "march", "april", "may", "june",
			"july", "august", "september", "october", "november", "december",
		},
		sets: map[string]int{"year": 0xfff},
	}
)

// number returns which one a name is, from 0, or -1.
func (c *calendarNames) number(name string) int {
	for i := range c.short {
		if name == c.short[i] || name == c.long[i] {
			return i
		}
	}
	return -1
}

// bits returns what one word stands for: a name, a name for several, or a range,
// which may go round the end.
func (c *calendarNames) bits(word string) int {
	if set, ok := c.sets[word]; ok {
		return set
	}
	from, to, isRange := strings.Cut(word, "-")
	first, last := c.number(from), c.number(from)
	if isRange {
		last = c.number(to)
	}
	if first < 0 || last < 0 {
		return 0
	}
	set := 1 << first
	for i := first; i != last; {
		i = (i + 1) % len(c.short)
		set |= 1 << i
	}
	return set
}

// calendar reads days or months with commas between: bit 0 is Sunday, or January.
func (l *scenarioLine) calendar(c *calendarNames) int {
	set := c.bits(l.peek())
	if set == 0 {
		l.choose(c.what, c.all()...)
		return 0
	}
	l.next()
	for l.peek() == "," && c.bits(l.peekAt(1)) != 0 {
		l.next()
		set |= c.bits(l.next().lower)
	}
	return set
}

func (c *calendarNames) all() []string {
	names := append([]string(nil), c.short...)
	names = append(names, c.short[1]+"-"+c.short[5])
	for name := range c.sets {
		if c.sets[name] == 1<<len(c.short)-1 {
			names = append(names, name)
		}
	}
	return names
}

// week turns days, bit 0 Sunday, into the byte of a schedule (docs/protocol.md §4).
func week(days int) int {
	set := 0
	for day := range 7 {
		if days&(1<<day) != 0 {
			set |= 128 >> day
		}
	}
	return set
}

// date reads a date, such as 2026-01-12.
func (l *scenarioLine) date(what string) (year int, month time.Month, day int) {
	word := l.next()
	t, err := time.Parse(time.DateOnly, word.lower)
	switch {
	case word.written == "":
		l.fail("%s is missing, such as 2026-01-12", what)
	case err != nil:
		l.fail("%s is not %q: it is a date such as 2026-01-12", what, word.written)
	case t.Year() < 1970 || t.Year() > 2100:
		l.fail("%s is in the year %d, not 1970 to 2100", what, t.Year())
	default:
		return t.Date()
	}
	return 1970, time.January, 1
}

// isDate tells whether a word begins like a date.
func isDate(word string) bool {
	year, _, found := strings.Cut(word, "-")
	_, err := strconv.Atoi(year)
	return found && err == nil
}

// moment is a minute of a day by a clock on the wall. It fails when the clock skips it.
func (l *scenarioLine) moment(year int, month time.Month, day, minute int, location *time.Location) time.Time {
	t := time.Date(year, month, day, 0, minute, 0, 0, location)
	if l.problem == "" && 60*t.Hour()+t.Minute() != minute {
		l.fail("there is no %s on that day: the clocks go forward", showClock(minute))
	}
	return t
}
