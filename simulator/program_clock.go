package simulator

import "time"

// location is the time zone of heater number n of an account.
func (c *Config) location(n int) *time.Location {
	if len(c.Locations) == 0 {
		return c.Start.Location()
	}
	return c.Locations[n%len(c.Locations)]
}

// SetLocation moves the heater's clock, and those who draw its water, to another time
// zone. A nil location changes nothing. A snapshot does not hold it: a restored heater
// has that of Config.Locations.
func (h *Heater) SetLocation(location *time.Location) {
	if location == nil {
		return
	}
	h.change(func() {
		h.location, h.hour = location, hourOfWeather{}
		h.At, h.Lived = h.At.In(location), h.Lived.In(location)
		h.nextDraw = h.drawAfter(h.At)
		h.reschedule()
	})
}

// SetClock sets how far the heater's own clock is ahead of the true time, or behind
// it if negative, by 24 hours at most: the programs and the hours of the energy
// history go by it. The captured heater's was 4 s ahead (docs/protocol.md §5).
func (h *Heater) SetClock(ahead time.Duration) {
	h.change(func() { h.setClock(ahead) })
}

func (h *Heater) setClock(ahead time.Duration) {
	h.ClockOffset = int64(min(max(ahead, -24*time.Hour), 24*time.Hour))
	h.reschedule()
}

// showings are the instants at which a clock in a time zone shows a minute of a day:
// one, none on the day on which summer time skips it, two on the day that has it
// twice. What has no second instant has a zero one.
func showings(year int, month time.Month, day, minute int, zone *time.Location) (first, again time.Time) {
	reads := time.Date(year, month, day, 0, minute, 0, 0, time.UTC)
	before, after := offset(reads.AddDate(0, 0, -1), zone), offset(reads.AddDate(0, 0, 1), zone)
	shows := func(offset time.Duration) (time.Time, bool) {
		t := reads.Add(-offset).In(zone)
		_, is := t.Zone()
		return t, time.Duration(is)*time.Second == offset
	}
	first, once := shows(before)
	again, late := shows(after)
	switch {
	case once && late && before != after:
		return first, again
	case once:
		return first, time.Time{}
	case late:
		return again, time.Time{}
	}
	return time.Time{}, time.Time{}
}

// offset is how far a zone is ahead of UTC.
func offset(at time.Time, zone *time.Location) time.Duration {
	_, seconds := at.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// Bits of the byte that says on which days (docs/protocol.md §4).
func dayBit(day time.Weekday) int { return 128 >> day }

// fortnight is how many days are searched for a minute: it is one of each week's, and
// that of one week may be skipped.
const fortnight = 15

// nextShowing is when a clock that shows wall shows a minute on one of these days
// next, lastShowing when it did last, now included.
func nextShowing(wall time.Time, week, minute int) time.Time {
	for days := range fortnight {
		first, again := showing(wall, days, week, minute)
		if first.After(wall) {
			return first
		}
		if again.After(wall) {
			return again
		}
	}
	return time.Time{}
}

func lastShowing(wall time.Time, week, minute int) time.Time {
	for days := range fortnight {
		first, again := showing(wall, -days, week, minute)
		if !again.IsZero() && !again.After(wall) {
			return again
		}
		if !first.IsZero() && !first.After(wall) {
			return first
		}
	}
	return time.Time{}
}

// showing is showings so many days from wall, if that is one of the days of the week.
func showing(wall time.Time, days, week, minute int) (first, again time.Time) {
	year, month, day := wall.Date()
	if weekday := time.Date(year, month, day+days, 0, 0, 0, 0, time.UTC).Weekday(); week&dayBit(weekday) == 0 {
		return first, again
	}
	return showings(year, month, day+days, minute, wall.Location())
}
