package simulator

import "container/heap"

// wakeQueue is a heap of heaters, the one to wake first on top.
type wakeQueue []*Heater

func (q wakeQueue) Len() int           { return len(q) }
func (q wakeQueue) Less(i, j int) bool { return q[i].wake.Before(q[j].wake) }
func (q wakeQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *wakeQueue) Push(x any) {
	h := x.(*Heater) //nolint:errcheck // nothing else is pushed
	h.index = len(*q)
	*q = append(*q, h)
}

func (q *wakeQueue) Pop() any {
	last := len(*q) - 1
	h := (*q)[last]
	*q = (*q)[:last]
	return h
}

// fix is called after a heater's next event may have changed; one that does not
// queue yet is left alone.
func (q wakeQueue) fix(h *Heater) {
	h.wake = h.wakeAt()
	if h.index < len(q) && q[h.index] == h {
		heap.Fix(&q, h.index)
	}
}
