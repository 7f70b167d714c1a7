package simulator

import (
	"iter"
	"time"
)

// weekly is an entry of a schedule that acts at a minute, on days of the week.
type weekly struct {
	week, minute, mode, param int
}

// weekly are the entries that are on, of reservations or of recirculation; none when
// the schedule is off.
func (s *schedule) weekly() iter.Seq[weekly] {
	return func(yield func(weekly) bool) {
		if s.Use != on {
			return
		}
		for _, e := range s.Entries {
			if e[0] == on && !yield(weekly{e[1], 60*e[2] + e[3], e[4], e[5]}) {
				return
			}
		}
	}
}

// next is when the clock shows the minute of one of the entries.
func (s *schedule) next(wall time.Time) (next time.Time) {
	for e := range s.weekly() {
		if t := nextShowing(wall, e.week, e.minute); next.IsZero() || t.Before(next) {
			next = t
		}
	}
	return next
}

// begins says whether its minute begins at this very moment.
func (e weekly) begins(wall time.Time) bool {
	return e.week&dayBit(wall.Weekday()) != 0 && e.minute == 60*wall.Hour()+wall.Minute() &&
		wall.Second() == 0 && wall.Nanosecond() == 0
}
