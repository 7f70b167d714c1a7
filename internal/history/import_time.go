package history

import (
	"strings"
	"time"
)

// readTime reads a time with a zone or, as older Python clients wrote it, without. What a clock without one showed twice, because
// it was put back, is the second if the first lies before the line before it.
func readTime(text string, location *time.Location, before, now time.Time) (time.Time, error) {
	trimmed := strings.Replace(strings.TrimSpace(text), " ", "T", 1)
	at, err := time.Parse(time.RFC3339, trimmed)
	if err != nil {
		if at, err = time.ParseInLocation("2006-01-02T15:04:05", trimmed, location); err == nil {
			first, second := shown(at)
			if at = first; before.Sub(first) > jitter*time.Second {
				at = second
			}
		}
	}
	switch {
	case err != nil || at.Unix() < 0:
		return at, lineError{quoted(text) + " is no time"}
	case at.After(now):
		return at, lineError{quoted(text) + " is in the future"}
	}
	return at, nil
}

// shown returns when a clock showed a time first and last.
func shown(at time.Time) (first, last time.Time) {
	begin, end := at.ZoneBounds()
	if !end.IsZero() {
		if again := at.Add(offset(at) - offset(end)); again.After(at) && !again.Before(end) {
			return at, again
		}
	}
	if !begin.IsZero() {
		if earlier := at.Add(offset(at) - offset(begin.Add(-1))); earlier.Before(begin) {
			return earlier, at
		}
	}
	return at, at
}

// offset is how far the clocks were ahead of UTC.
func offset(at time.Time) time.Duration {
	_, seconds := at.Zone()
	return time.Duration(seconds) * time.Second
}
