package simulator

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// number reads a decimal number.
func (l *scenarioLine) number(what string) float64 {
	if l.over() {
		l.fail("%s is missing", what)
		return 0
	}
	word := l.next()
	v, err := strconv.ParseFloat(word.lower, 64)
	if err != nil || leadingNumber(word.lower) != len(word.lower) {
		l.fail("%s is not %q: it is a number", what, word.written)
		return 0
	}
	return v
}

// isNumber tells whether a number comes next.
func (l *scenarioLine) isNumber() bool {
	return !l.over() && leadingNumber(l.peek()) == len(l.peek())
}

// between reads a number that has its limits.
func (l *scenarioLine) between(what string, low, high float64) float64 {
	v := l.number(what)
	if l.problem == "" && (v < low || v > high) {
		l.fail("%s is %s, not %s to %s", what, decimal(v), decimal(low), decimal(high))
	}
	return v
}

// whole reads a whole number.
func (l *scenarioLine) whole(what string, low, high int) int {
	v := l.between(what, float64(low), float64(high))
	if l.problem == "" && v != math.Trunc(v) {
		l.fail("%s is %s, not a whole number", what, decimal(v))
		return low
	}
	if l.problem != "" {
		return low
	}
	return int(v)
}

// decimal prints a number as people write it.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 2, 64)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}

// unit is one of the units of a quantity: base = factor × value + zero.
type unit struct {
	names        []string // the first is shown
	factor, zero float64
}

var (
	celsius          = unit{[]string{"C", "°c", "c"}, 1, 0}
	temperatureUnits = []unit{celsius, {[]string{"F", "°f", "f"}, 5.0 / 9, -160.0 / 9}}
	differenceUnits  = []unit{{[]string{"C", "°c", "c", "k"}, 1, 0}, {[]string{"F", "°f", "f"}, 5.0 / 9, 0}}
	volumeUnits      = []unit{
		{[]string{"l", "litre", "litres", "liter", "liters"}, 1, 0},
		{[]string{"gal", "gallon", "gallons"}, 1 / gallonsPerLitre, 0},
	}
	flowUnits = []unit{
		{[]string{"l/min"}, 1, 0},
		{[]string{"l/h"}, 1.0 / 60, 0},
		{[]string{"gpm", "gal/min"}, 1 / gallonsPerLitre, 0},
		{[]string{"gal/h"}, 1 / gallonsPerLitre / 60, 0},
	}
	energyUnits  = []unit{{[]string{"kWh", "kwh"}, 1000, 0}, {[]string{"Wh", "wh"}, 1, 0}}
	powerUnits   = []unit{{[]string{"W", "w"}, 1, 0}, {[]string{"kW", "kw"}, 1000, 0}}
	hourUnits    = []unit{{[]string{"h", "hour", "hours"}, 1, 0}}
	percentUnits = []unit{{[]string{"%", "percent"}, 1, 0}}
	noUnits      = []unit{{[]string{""}, 1, 0}}
)

const gallonsPerLitre = 0.264172 // docs/protocol.md §4

// in turns what the unit measures into its own numbers.
func (u unit) in(base float64) float64 { return (base - u.zero) / u.factor }

// show prints a value with the unit.
func (u unit) show(base float64) string {
	return strings.TrimSpace(decimal(u.in(base)) + " " + u.names[0])
}

// measure reads a number with its unit and returns what it comes to in the first unit,
// or in what its factors are of, within limits; these are told in the unit written.
func (l *scenarioLine) measure(what string, units []unit, low, high float64) (float64, unit) {
	v := l.number(what)
	u := l.unit(what, units)
	base := u.factor*v + u.zero
	if l.problem == "" && (base < low-1e-9 || base > high+1e-9) {
		l.fail("%s is %s, not %s to %s", what, u.show(base), u.show(low), u.show(high))
	}
	return base, u
}

func (l *scenarioLine) unit(what string, units []unit) unit {
	if len(units[0].names[0]) == 0 {
		return units[0]
	}
	var first []string
	for _, u := range units {
		for _, name := range u.names {
			if l.accept(name) {
				return u
			}
		}
		first = append(first, u.names[0])
	}
	if l.problem == "" {
		l.fail("%s needs a unit, %s, to follow%s", what, strings.Join(first, " or "), l.instead())
	}
	return units[0]
}

// celsius reads a temperature.
func (l *scenarioLine) celsius(what string, low, high float64) float64 {
	v, _ := l.measure(what, temperatureUnits, low, high)
	return v
}

// halfCelsius reads a temperature that a heater keeps, in half °C
// (docs/protocol.md §4).
func (l *scenarioLine) halfCelsius(what string, low, high int) int {
	v, u := l.measure(what, temperatureUnits, -100, 300)
	half := int(math.Round(2 * v))
	if l.problem == "" && (half < low || half > high) {
		l.fail("%s is %s, not %s to %s", what, u.show(v), u.show(float64(low)/2), u.show(float64(high)/2))
	}
	return half
}

// span is a length of time: days of a calendar, and what is more.
type span struct {
	days int
	rest time.Duration
}

func (s span) after(t time.Time) time.Time { return t.AddDate(0, 0, s.days).Add(s.rest) }

func (s span) zero() bool { return s == span{} }

// longestSpan is what a scenario and anything in it lasts at most, in days.
const longestSpan = 366

var durationUnits = []unit{
	{[]string{"s", "sec", "second", "seconds"}, 1, 0},
	{[]string{"min", "minute", "minutes"}, 60, 0},
	{[]string{"h", "hour", "hours"}, 3600, 0},
	{[]string{"days", "day", "d"}, 24 * 3600, 0},
	{[]string{"weeks", "week"}, 7 * 24 * 3600, 0},
}

// duration reads one or several numbers of seconds to weeks, more than nothing.
func (l *scenarioLine) duration(what string) span {
	var s span
	for first := true; first || l.isNumber(); first = false {
		v, u := l.measure(what, durationUnits, 0, longestSpan*24*3600)
		whole := v / (24 * 3600)
		if u.factor >= 24*3600 && whole == math.Trunc(whole) {
			s.days += int(whole)
		} else {
			s.rest += time.Duration(v * float64(time.Second))
		}
	}
	switch {
	case l.problem != "":
		return span{}
	case s.zero():
		l.fail("%s is nothing", what)
	case s.days+int(s.rest/(24*time.Hour)) > longestSpan:
		l.fail("%s is more than %d days", what, longestSpan)
	}
	return s
}

// litres reads a volume.
func (l *scenarioLine) litres(what string, most float64) float64 {
	v, _ := l.measure(what, volumeUnits, 0.1, most)
	return v
}

// clock reads a time of day, such as 06:30, in minutes since midnight.
func (l *scenarioLine) clock(what string) int {
	word := l.next()
	minute, ok := parseClock(word.lower)
	if !ok && l.problem == "" {
		if word.written == "" {
			l.fail("%s is missing, such as 06:30", what)
		} else {
			l.fail("%s is not %q: it is 00:00 to 23:59", what, word.written)
		}
	}
	return minute
}

func parseClock(text string) (minute int, ok bool) {
	hours, minutes, colon := strings.Cut(text, ":")
	if !colon || len(hours) > 2 || len(minutes) != 2 {
		return 0, false
	}
	h, err := strconv.ParseUint(hours, 10, 8)
	m, errMinutes := strconv.ParseUint(minutes, 10, 8)
	if err != nil || errMinutes != nil || h > 23 || m > 59 {
		return 0, false
	}
	return int(60*h + m), true
}

func showClock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
