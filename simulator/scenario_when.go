package simulator

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

// story reads a line that says when something happens, and to which heaters.
func (p *scenarioParser) story(l *scenarioLine) {
	c := &cue{line: l.line}
	if l.acceptOne("heater", "heaters") {
		c.heaters = p.which(l)
	}
	switch {
	case l.accept("at"):
		c.when.at = p.instant(l)
	case l.accept("every"):
		c.when = p.days(l)
	default:
		l.fail("at or every is to follow%s", l.instead())
	}
	if l.accept("for") {
		c.lasts = l.duration("how long it takes")
		if end := c.lasts.after(c.when.at); l.problem == "" && c.when.days == 0 && end.After(p.end) {
			l.fail("it would end on %s, after the end of the scenario, %s", p.show(end), p.show(p.end))
		}
	}
	c.text = l.saying()
	p.deed(l, c)
	if l.problem == "" {
		l.end()
	}
	if l.problem == "" {
		p.scenario.cues = append(p.scenario.cues, c)
	}
}

// which reads the heaters that a line is about, by number or name.
func (p *scenarioParser) which(l *scenarioLine) (heaters []int) {
	for {
		word := l.next()
		n, err := strconv.Atoi(word.lower)
		named, known := p.names[word.lower]
		switch {
		case err == nil && n >= 1 && n <= len(p.scenario.models):
			heaters = append(heaters, n-1)
		case err == nil:
			l.fail("there is no heater %d: they are 1 to %d", n, len(p.scenario.models))
		case known:
			heaters = append(heaters, named...)
		case word.lower == "all":
			return nil
		default:
			l.fail("no heater is called %q%s", word.written, meant(nearest(word.lower, slices.Sorted(maps.Keys(p.names)))))
		}
		if !l.accept(",") {
			slices.Sort(heaters)
			return slices.Compact(heaters)
		}
	}
}

// instant reads a moment of the run: its start, its end, a time on one of its days, or
// on a date.
func (p *scenarioParser) instant(l *scenarioLine) (at time.Time) {
	start := p.scenario.Start
	switch {
	case l.accept("start"):
		return start
	case l.accept("end"):
		return p.end
	case l.accept("day"):
		day := p.dayNumber(l)
		at = p.day(l, day, l.clock("the time"))
	case isDate(l.peek()):
		year, month, day := l.date("the date")
		at = l.moment(year, month, day, l.clock("the time"), p.location)
	default:
		l.fail("a time is to follow, such as day 2 06:30, 2026-01-13 06:30, start or end%s", l.instead())
	}
	switch {
	case l.problem != "":
	case at.Before(start):
		l.fail("%s is before the start, %s", p.show(at), p.show(start))
	case at.After(p.end):
		l.fail("%s is after the end, %s", p.show(at), p.show(p.end))
	}
	return at
}

// dayNumber reads the number of a day of the run, the first of which is 1.
func (p *scenarioParser) dayNumber(l *scenarioLine) int {
	days := 1
	for p.midnight(days + 1).Before(p.end) {
		days++
	}
	return l.whole("the day of the scenario", 1, days)
}

// midnight is the beginning of a day of the run.
func (p *scenarioParser) midnight(number int) time.Time {
	year, month, day := p.scenario.Start.Date()
	return time.Date(year, month, day+number-1, 0, 0, 0, 0, p.location)
}

// day is a time on a day of the run.
func (p *scenarioParser) day(l *scenarioLine, number, minute int) time.Time {
	year, month, day := p.scenario.Start.Date()
	return l.moment(year, month, day+number-1, minute, p.location)
}

// days reads the days of the week on which something happens, and the time.
func (p *scenarioParser) days(l *scenarioLine) occasion {
	o := occasion{days: l.calendar(&weekNames), from: p.scenario.Start, until: p.end, location: p.location}
	if l.accept("from") {
		l.want("day")
		o.from = p.midnight(p.dayNumber(l))
	}
	if l.accept("to") {
		l.want("day")
		o.until = p.midnight(p.dayNumber(l) + 1).Add(-time.Nanosecond)
	}
	l.want("at")
	o.minute = l.clock("the time")
	if o.from.Before(p.scenario.Start) {
		o.from = p.scenario.Start
	}
	if o.until.After(p.end) {
		o.until = p.end
	}
	if _, ever := o.next(o.from); l.problem == "" && !ever {
		l.fail("that is never during the scenario, from %s to %s", p.show(p.scenario.Start), p.show(p.end))
	}
	return o
}

// show prints a date as a scenario has it.
func (p *scenarioParser) show(t time.Time) string { return t.In(p.location).Format("2006-01-02 15:04") }
