package simulator

import (
	"container/heap"
	"log/slog"
	"sync"
	"time"
)

// fleet is all heaters of a simulator. One goroutine wakes them when something is
// to happen, answers requests and publishes; other goroutines look at heaters
// under mu, and what they cause to be published goes through it too, so that all
// is said in the order in which it happened.
type fleet struct {
	config   Config
	faults   *faults
	heaters  []*Heater
	byMAC    map[string]*Heater
	requests chan request
	woken    chan struct{} // something was done to a heater or to the clock from outside
	stop     chan struct{}
	stopped  chan struct{}
	once     sync.Once

	mu           sync.Mutex // guards what follows and every heater; nothing waits while it is held
	clock        clock
	progress     progress
	date         time.Time // up to here heaters may live, see advance
	queue        wakeQueue
	plans        agenda // by the heaters' clock
	chores       agenda // by the process's
	leaps        []*leap
	performances []*Performance // of scenarios, those that are over included
	quiet        bool           // heaters live through a past, and say nothing
	outbox       []message
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
		clock:    clock{config.Start, time.Now(), config.Speed, config.Paused},
		date:     config.Start,
		byMAC:    make(map[string]*Heater),
		requests: make(chan request, waiting),
		woken:    make(chan struct{}, 1),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
	}
}

// start lets the clock go from now on; publish must not block.
func (f *fleet) start(publish func(topic string, payload []byte)) {
	for _, h := range f.heaters {
		h.wake = h.wakeAt()
		heap.Push(&f.queue, h)
	}
	f.anchor()
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

// shift is the most that a turn spends on requests, and then on letting heaters
// live: so long a request may wait when there is much to do.
const shift = 10 * time.Millisecond

// turn answers requests and lets happen what is due, and says what is to be
// published and when to come again.
func (f *fleet) turn(asked *request) ([]message, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	began := time.Now()
	if asked != nil {
		f.serve(*asked)
	}
	for n := len(f.requests); n > 0 && time.Since(began) < shift; n-- {
		f.serve(<-f.requests)
	}
	began = time.Now()
	more := f.happen()
	for more && time.Since(began) < shift {
		more = f.happen()
	}
	said := f.outbox
	f.outbox = nil
	if more {
		f.yield()
		return said, 0
	}
	f.progress.note(f.date)
	return said, f.pause()
}

// serve gives a request to its heater.
func (f *fleet) serve(r request) { f.visit(r.heater, func() { r.heater.take(r) }) }

// slice is how far a heater may live ahead of the others.
const slice = 10 * time.Minute

// advance moves the heaters' date on as far as their clock has come, or a leap goes:
// not past a plan, nor far beyond the heater that has lived least. Whoever looks at a
// heater calls it first.
func (f *fleet) advance() {
	to := f.clock.now()
	if len(f.leaps) > 0 {
		to = f.leaps[0].to
	}
	earlier := func(t time.Time) {
		if t.Before(to) {
			to = t
		}
	}
	if at, any := f.plans.next(); any {
		earlier(at)
	}
	if len(f.queue) > 0 {
		earlier(f.queue[0].wake.Add(slice))
	}
	if to.After(f.date) {
		f.date = to
	}
}

// happen does one thing that is due, if there is any.
func (f *fleet) happen() bool {
	if do, any := f.chores.due(time.Now()); any {
		do()
		return true
	}
	f.advance()
	if len(f.queue) > 0 && !f.queue[0].wake.After(f.date) {
		f.visit(f.queue[0], func() {})
		return true
	}
	if do, any := f.plans.due(f.date); any {
		do()
		return true
	}
	if len(f.leaps) > 0 && !f.leaps[0].to.After(f.date) {
		f.land()
		return true
	}
	return false
}

// patience is how far, on the process's clock, the heaters may be behind theirs.
const patience = time.Second

// yield holds the clock back to what the heaters have lived, if it asks too much of
// the machine.
func (f *fleet) yield() {
	f.progress.note(f.date)
	most := f.date.Add(time.Duration(f.clock.speed) * patience)
	if f.clock.now().After(most) {
		f.clock.set(most)
	}
}

// pause is how long nothing will happen.
func (f *fleet) pause() time.Duration {
	next := rest
	if at, any := f.chores.next(); any {
		next = min(next, max(time.Until(at), 0))
	}
	if at, any := f.plans.next(); any {
		next = min(next, f.clock.until(at))
	}
	if len(f.queue) > 0 {
		next = min(next, f.clock.until(f.queue[0].wake))
	}
	return next
}

// plan has do called at a date of the heaters' clock, by the goroutine of the fleet:
// all heaters have lived up to then and none further. Plans of one date follow one
// another as they were made; one for the past is carried out next. mu is held, here
// and in do, which may plan, and get at heaters with visit.
func (f *fleet) plan(date time.Time, do func()) {
	f.plans.add(date, do)
	f.poke()
}

// now is the date of the heaters' clock.
func (f *fleet) now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	return f.date
}

// visit lets a heater live up to now and calls do. mu is held, and the date is as
// advance has left it.
func (f *fleet) visit(h *Heater, do func()) {
	h.live(f.date)
	do()
	h.watch()
	f.queue.fix(h)
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
