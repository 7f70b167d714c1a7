package simulator

import (
	"math"
	"time"
)

// attendWindow puts a TOU window in force or ends it. What makes a window for a real
// heater is unconfirmed; here it is a period of the lowest price of a day that has
// more than one price.
func (h *Heater) attendWindow() {
	if in := !h.broken().has(brokenClock) && h.Settings.TOU.cheap(h.wall()); in != h.Window {
		h.setWindow(in)
	}
}

// cheap says whether the lowest price of the day is in force, and another is not.
func (s *schedule) cheap(wall time.Time) bool {
	lowest, highest := math.Inf(1), math.Inf(-1)
	now, minute := math.NaN(), 60*wall.Hour()+wall.Minute()
	for _, p := range s.periods(wall) {
		lowest, highest = min(lowest, p.price()), max(highest, p.price())
		if math.IsNaN(now) && 60*p.StartHour+p.StartMinute <= minute && minute <= 60*p.EndHour+p.EndMinute {
			now = p.price()
		}
	}
	return now == lowest && lowest < highest
}

// periods are those of the season and the day of the week, if TOU is on.
func (s *schedule) periods(wall time.Time) (today []touInterval) {
	if s.Use != on {
		return nil
	}
	for _, e := range s.Entries {
		if p := interval(e); e[0]&(1<<(wall.Month()-1)) != 0 && p.Week&dayBit(wall.Weekday()) != 0 {
			today = append(today, p)
		}
	}
	return today
}

// price is the lower one of the period, which of several tiers is the first.
func (i touInterval) price() float64 { return float64(i.PriceMin) / math.Pow10(i.DecimalPoint) }

// nextWindowEdge is when a period begins or is over, its last minute being part of it
// (docs/protocol.md §4), when a day is, or when summer time begins or ends: a clock
// that is put on may skip the edge.
func (h *Heater) nextWindowEdge(wall time.Time) (next time.Time) {
	if h.Settings.TOU.Use != on {
		return next
	}
	earlier := func(t time.Time) {
		if t.After(wall) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	year, month, day := wall.Date()
	earlier(time.Date(year, month, day+1, 0, 0, 0, 0, wall.Location()))
	_, change := wall.ZoneBounds()
	earlier(change)
	for _, p := range h.Settings.TOU.periods(wall) {
		for _, minute := range []int{60*p.StartHour + p.StartMinute, 60*p.EndHour + p.EndMinute + 1} {
			first, again := showings(year, month, day, minute, wall.Location())
			earlier(first)
			earlier(again)
		}
	}
	return next
}
