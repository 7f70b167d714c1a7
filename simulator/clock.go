package simulator

import (
	"math"
	"time"
)

// fastest is the greatest speed of the heaters' clock.
const fastest = 100_000

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

// The heaters' clock shows dates of these years. Two of them are as far apart as a
// time.Duration can say.
const (
	firstClockYear = 1900
	lastClockYear  = 2190
)

// lastDate is where the clock stops by itself.
var lastDate = time.Date(lastClockYear, 1, 1, 0, 0, 0, 0, time.UTC)

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
