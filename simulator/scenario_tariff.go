package simulator

import (
	"math"
	"strings"

	"github.com/nwp500/nwp500/internal/topic"
)

// tariffLines are the periods of a TOU schedule, as far as they were read.
type tariffLines struct {
	line    int // of the first
	text    string
	periods [][]int // in the columns of touTable
}

// mostPrice is what a kWh costs at most.
const mostPrice = 10

// read reads one period: months, days, times, the price of a kWh.
func (t *tariffLines) read(l *scenarioLine) {
	season, days := l.calendar(&monthNames), week(l.calendar(&weekNames))
	from, to := l.timeRange()
	price := l.between("the price of a kWh", 0, mostPrice)
	units := int(math.Round(price * math.Pow10(pricePlaces)))
	period := []int{season, days, from / 60, from % 60, (to - 1) / 60, (to - 1) % 60, units, units, pricePlaces}
	switch before := t.overlapping(period); {
	case l.problem != "":
		return
	case len(t.periods) == mostPeriods:
		l.fail("a tariff has at most %d periods", mostPeriods)
	case before != nil:
		l.fail("it overlaps with the period from %s", showClock(60*before[2]+before[3]))
	}
	if len(t.periods) == 0 {
		t.line, t.text = l.line, "tariff"
	}
	t.periods = append(t.periods, period)
}

// timeRange reads a part of a day, such as 16:00-21:00; the end does not belong to it.
func (l *scenarioLine) timeRange() (from, to int) {
	word := l.next()
	a, b, _ := strings.Cut(word.lower, "-")
	from, ok := parseClock(a)
	to, okTo := parseClock(b)
	if b == "24:00" {
		to, okTo = 24*60, true
	}
	switch {
	case word.written == "":
		l.fail("the time is missing, such as 16:00-21:00")
	case !ok || !okTo:
		l.fail("the time is not %q: it is such as 16:00-21:00, with 24:00 for the end of the day", word.written)
	case to <= from:
		l.fail("%q ends before it begins: what goes on after midnight takes two lines", word.written)
	}
	return from, max(to, 1)
}

func (t *tariffLines) overlapping(period []int) []int {
	begin, end := func(p []int) int { return 60*p[2] + p[3] }, func(p []int) int { return 60*p[4] + p[5] }
	for _, other := range t.periods {
		if other[0]&period[0] != 0 && other[1]&period[1] != 0 && begin(period) <= end(other) && begin(other) <= end(period) {
			return other
		}
	}
	return nil
}

// cue writes the tariff to all heaters and switches TOU on.
func (t *tariffLines) cue() *cue {
	if len(t.periods) == 0 {
		return nil
	}
	list := touTable.written(schedule{Entries: t.periods})
	return &cue{line: t.line, text: t.text, begin: func(h *Heater) outcome {
		return h.putDown(topic.SuffixTOUWrite, &asked{
			Command: topic.TOUWrite, ControllerSerialNumber: h.serial, ReservationUse: on, Reservation: list,
		})
	}}
}
