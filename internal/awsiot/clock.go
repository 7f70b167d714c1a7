package awsiot

import (
	"fmt"
	"time"
)

const (
	// clockCheck is how often a link looks at its clocks, at the least. It bounds how long after waking a sleep goes unnoticed.
	clockCheck = 15 * time.Second

	// sleepMin is the shortest sleep that ends a connection. A shorter one it may have outlived, and the next ping finds out.
	sleepMin = time.Minute
)

// ErrSlept says that the machine slept, or that its clock was set ahead, which looks the same: the connection is taken for dead.
var ErrSlept = fmt.Errorf("%w: the machine has slept", ErrLost)

// A clock notices that the machine slept. The monotonic clock, by which all timers go, stands still meanwhile on most systems, and the
// wall clock does not; where both go on, the owner was not called for longer than it asked for.
type clock struct {
	time    func() time.Time // the wall clock
	looked  time.Time        // when it was last looked at, by the monotonic clock
	showing time.Time        // what it showed then
}

func newClock(wall func() time.Time, now time.Time) clock {
	return clock{time: wall, looked: now, showing: wall().Round(0)}
}

// slept reports whether the machine has slept since the last call, and by how much the monotonic clock has fallen behind meanwhile. A
// wall clock that was set back is no sleep.
func (c *clock) slept(now time.Time) (behind time.Duration, slept bool) {
	showing := c.time().Round(0) // without the monotonic reading
	passed, shown := now.Sub(c.looked), showing.Sub(c.showing)
	c.looked, c.showing = now, showing
	return max(shown-passed, 0), max(shown, passed) >= clockCheck+sleepMin
}

// next returns when the clocks are to be looked at again.
func (c *clock) next() time.Time { return c.looked.Add(clockCheck) }

// awake is called when the machine has slept. What the link knows of the network is of another day: a connection is made anew at once, with
// no more than the shortest time between two, and what waited all the while has grown old.
func (l *Link) awake(behind time.Duration) {
	for _, o := range l.publications.waiting {
		o.since = o.since.Add(-behind)
	}
	l.backoff.reset()
	switch l.phase {
	case dialling:
		l.retry = true
	case waiting, ending:
		l.nextDial = l.backoff.earliest(l.now)
	case subscribing, up:
		l.nextDial = l.backoff.earliest(l.now.Add(connectFloor)) // the broker learns of the end, if it still listens
		l.goDown(ErrSlept, false)
		l.conn.end(false)
	}
}
