package simulator

import (
	"container/heap"
	"time"
)

// agenda is what is to be done at certain dates: the earliest first, and of one date
// what was entered first.
type agenda struct {
	entries entries
	entered int
}

type entry struct {
	at     time.Time
	number int
	do     func()
}

func (a *agenda) add(at time.Time, do func()) {
	a.entered++
	heap.Push(&a.entries, entry{at, a.entered, do})
}

// next is when the next thing is to be done.
func (a *agenda) next() (at time.Time, any bool) {
	if len(a.entries) == 0 {
		return time.Time{}, false
	}
	return a.entries[0].at, true
}

// due takes out what is to be done next, if its date has come.
func (a *agenda) due(now time.Time) (do func(), any bool) {
	if at, any := a.next(); !any || at.After(now) {
		return nil, false
	}
	return heap.Pop(&a.entries).(entry).do, true //nolint:errcheck // nothing else is pushed
}

// entries are a heap.
type entries []entry

func (e entries) Len() int      { return len(e) }
func (e entries) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e entries) Less(i, j int) bool {
	return e[i].at.Before(e[j].at) || e[i].at.Equal(e[j].at) && e[i].number < e[j].number
}

func (e *entries) Push(x any) { *e = append(*e, x.(entry)) } //nolint:errcheck // nothing else is pushed

func (e *entries) Pop() any {
	last := len(*e) - 1
	popped := (*e)[last]
	(*e)[last] = entry{} // lets go of what it does
	*e = (*e)[:last]
	return popped
}
