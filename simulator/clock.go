package simulator

import (
	"fmt"
	"math"
	"time"
)

// MostSpeed is the greatest speed of the heaters' clock.
const MostSpeed = 100_000

// clock is the heaters' own time. It goes so many times as fast as the process's, or
// stands.
type clock struct {
	date   time.Time // what it shows,
	at     time.Time // when the process's time was this
	speed  int
	paused bool
}

// now is what the clock shows. It ends with the dates that a snapshot can hold.
func (c *clock) now() time.Time {
	if c.paused {
		return c.date
	}
	speed := time.Duration(c.speed)
	date := c.date.Add(speed * min(time.Since(c.at), math.MaxInt64/speed))
	if date.After(lastDate) {
		return lastDate.In(c.date.Location())
	}
	return date
}

// set makes the clock show a date from now on.
func (c *clock) set(date time.Time) { c.date, c.at = date, time.Now() }

// until is how long the process waits until the clock shows a date; rest if it never
// will.
func (c *clock) until(date time.Time) time.Duration {
	if c.paused {
		return rest
	}
	speed := time.Duration(c.speed)
	return max((date.Sub(c.now())+speed-1)/speed, 0)
}

// rest is how long the fleet sleeps when nothing is to happen.
const rest = time.Hour

// The heaters' clock begins and stops by itself at these dates, which are about as far
// apart as a time.Duration can say.
var (
	firstDate = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	lastDate  = time.Date(2190, 1, 1, 0, 0, 0, 0, time.UTC)
)

// FirstDate returns the earliest date that the heaters' clock can show.
func FirstDate() time.Time { return firstDate }

// LastDate returns the date at which the heaters' clock stops by itself.
func LastDate() time.Time { return lastDate }

// checkDate refuses what the heaters' clock cannot show.
func checkDate(date time.Time) error {
	if date.Before(firstDate) || date.After(lastDate) {
		return fmt.Errorf("%s is not from %s to %s", shown(date), shown(firstDate), shown(lastDate))
	}
	return nil
}

// shown writes a date for an error.
func shown(date time.Time) string { return date.Format(time.RFC3339) }

// progress measures how fast the heaters' clock really goes: a machine that is too slow
// for its speed holds it back.
type progress struct {
	at, date time.Time // where the measurement began, on the process's clock and on the heaters'
	reached  float64
}

// stretch is how long a measurement takes at least.
const stretch = time.Second

// begin starts anew, from the speed that is asked for.
func (p *progress) begin(c *clock) { *p = progress{time.Now(), c.date, float64(c.speed)} }

// note takes down where the heaters are.
func (p *progress) note(date time.Time) {
	if passed := time.Since(p.at); passed >= stretch {
		p.reached = date.Sub(p.date).Seconds() / passed.Seconds()
		p.at, p.date = p.at.Add(passed), date
	}
}
