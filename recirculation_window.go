package nwp500

import (
	"cmp"
	"slices"
)

// The wire has entries and no windows. That a window is an entry that starts the pump
// and one that stops it is this library's choice (docs/protocol.md §4, Schedules).

const minutesADay = 24 * 60

// entries returns the entry that starts the pump and the one that stops it.
func (w RecirculationWindow) entries() (start, stop RecirculationEntry) {
	start = RecirculationEntry{w.Enabled, w.Days, w.StartHour, w.StartMinute, On}
	stop = RecirculationEntry{w.Enabled, w.Days, w.EndHour, w.EndMinute, Off}
	if stop.time() <= start.time() {
		stop.Days = w.Days.next()
	}
	return start, stop
}

// time returns the minutes since midnight.
func (e RecirculationEntry) time() int { return 60*e.Hour + e.Minute }

// runs returns for how many minutes the pump runs between an entry that starts it and
// one that stops it, when the two can be a window.
func runs(start, stop RecirculationEntry) (minutes int, ok bool) {
	if start.Pump != On || stop.Pump != Off || start.Enabled != stop.Enabled || start.check() != nil || stop.check() != nil {
		return 0, false
	}
	minutes = stop.time() - start.time()
	days := start.Days & EveryDay
	if minutes <= 0 {
		minutes, days = minutes+minutesADay, days.next()
	}
	return minutes, minutes < minutesADay && days == stop.Days&EveryDay
}

// pairEntries makes windows of entries: each start goes with a stop on the same days,
// the nearest pairs first. rest are the entries that are left.
func pairEntries(entries []RecirculationEntry) (windows []RecirculationWindow, rest []RecirculationEntry) {
	type pair struct{ start, stop, minutes int }
	var pairs []pair
	for i, start := range entries {
		for j, stop := range entries {
			if minutes, ok := runs(start, stop); ok {
				pairs = append(pairs, pair{i, j, minutes})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(a.minutes, b.minutes) })
	stopOf := make(map[int]int)
	taken := make(map[int]bool)
	for _, p := range pairs {
		if !taken[p.start] && !taken[p.stop] {
			taken[p.start], taken[p.stop] = true, true
			stopOf[p.start] = p.stop
		}
	}
	for i, start := range entries {
		if j, ok := stopOf[i]; ok {
			stop := entries[j]
			windows = append(windows, RecirculationWindow{start.Enabled, start.Days, start.Hour, start.Minute, stop.Hour, stop.Minute})
		}
		if !taken[i] {
			rest = append(rest, start)
		}
	}
	return windows, rest
}
