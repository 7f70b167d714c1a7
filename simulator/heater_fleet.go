package simulator

import (
	"container/heap"
	"log/slog"
	"sync"
	"time"
)

// clock is the heaters' own time: it starts at a date and goes on as fast as the
// process's.
type clock struct {
	begins time.Time // on the heaters' clock
	at     time.Time // on the process's
}

func (c clock) now() time.Time { return c.begins.Add(time.Since(c.at)) }

func (c clock) until(date time.Time) time.Duration { return date.Sub(c.now()) }

func (c clock) location() *time.Location { return c.begins.Location() }

// fleet is all heaters of a simulator. One goroutine wakes them when something is
// to happen, answers requests and publishes; other goroutines look at heaters
// under mu, and what they cause to be published goes through it too, so that all
// is said in the order in which it happened.
type fleet struct {
	config   Config
	faults   *faults
	clock    clock
	heaters  []*Heater
	byMAC    map[string]*Heater
	requests chan request
	woken    chan struct{} // something was done to a heater from outside
	stop     chan struct{}
	stopped  chan struct{}
	once     sync.Once

	mu     sync.Mutex // guards what follows and every heater; nothing waits while it is held
	queue  wakeQueue
	outbox []message
	quiet  bool // heaters live through a past, and say nothing
}

// message is something to publish.
type message struct {
	topic   string
	payload []byte
}

// waiting is how many requests may wait for the fleet: many times what clients
// that keep to 100 messages a second can fill while it does anything else.
const waiting = 4096

func newFleet(config Config) *fleet {
	return &fleet{
		config:   config,
		faults:   new(faults),
		clock:    clock{config.Start, time.Now()},
		byMAC:    make(map[string]*Heater),
		requests: make(chan request, waiting),
		woken:    make(chan struct{}, 1),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
	}
}

// start wakes the heaters from now on; publish must not block.
func (f *fleet) start(publish func(topic string, payload []byte)) {
	for _, h := range f.heaters {
		h.wake = h.wakeAt()
		heap.Push(&f.queue, h)
	}
	go f.run(publish)
}

// close stops the fleet and waits for it.
func (f *fleet) close() {
	f.once.Do(func() { close(f.stop) })
	<-f.stopped
}

// run owns the heaters' time.
func (f *fleet) run(publish func(topic string, payload []byte)) {
	defer close(f.stopped)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		var asked *request
		select {
		case <-f.stop:
			return
		case r := <-f.requests:
			asked = &r
		case <-f.woken:
		case <-timer.C:
		}
		said, pause := f.turn(asked)
		for _, m := range said {
			publish(m.topic, m.payload)
		}
		timer.Reset(pause)
	}
}

// turn lets everything happen that is due, and says what is to be published and
// when to come again.
func (f *fleet) turn(asked *request) ([]message, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.now()
	for len(f.queue) > 0 && !f.queue[0].wake.After(now) {
		f.queue[0].live(now)
		f.requeue(f.queue[0])
	}
	if asked != nil {
		asked.heater.live(now)
		asked.heater.take(*asked)
		f.requeue(asked.heater)
	}
	said := f.outbox
	f.outbox = nil
	if len(f.queue) == 0 {
		return said, time.Hour
	}
	return said, max(f.clock.until(f.queue[0].wake), 0)
}

// ask passes a request to its heater. It never waits: what does not fit is lost,
// as on a device that is asked too much.
func (f *fleet) ask(r request) {
	select {
	case f.requests <- r:
	default:
		f.mu.Lock()
		r.heater.counters.Lost++
		f.mu.Unlock()
		f.config.Logger.Warn("a heater is asked too much", slog.String("heater", r.heater.name))
	}
}

// poke has the fleet look again at what is due and what is to be published.
func (f *fleet) poke() {
	select {
	case f.woken <- struct{}{}:
	default:
	}
}

// requeue is called after a heater's next event may have changed.
func (f *fleet) requeue(h *Heater) {
	h.wake = h.wakeAt()
	if h.index < len(f.queue) && f.queue[h.index] == h {
		heap.Fix(&f.queue, h.index)
	}
}

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
