package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Mix is faults drawn by lot, as years with a cloud bring them: cases of the list,
// each in place for a while and healed, with quiet between them or one over the
// other. The zero Mix draws from the whole list.
//
// What a mix cannot heal takes no part in it: cases that are Alone. Neither do those
// that only notice what a client does wrong, with all their faults at StepOffence.
type Mix struct {
	// Seed decides what is drawn, when, and for how long. The same seed gives the
	// same sequence for the same list, whatever clients make of it.
	Seed uint64
	// Cases are drawn from. None comes again before all have come. If nil, they
	// are those of FaultCases.
	Cases []FaultCase
	// Every is the mean time from the beginning of one fault to that of the next,
	// which is drawn from nothing to twice as much. If zero, an hour.
	Every time.Duration
	// Lasting is the longest time for which a fault is in place; it is drawn for
	// each, down to nothing. If zero, ten minutes.
	Lasting time.Duration
	// Changed, unless nil, is told of each fault after it was put in place and
	// after it was healed. It is called from one goroutine and must neither block
	// nor call Heal.
	Changed func(fault DrawnFault, inPlace int)
}

// A DrawnFault is one that a [Mixture] has put in place.
type DrawnFault struct {
	ID, Name string        // of the case
	At       time.Duration // from InjectMix to when it was put in place
	Lasting  time.Duration // from then on until it is healed
	Healed   bool
	Fired    int // times so far
}

// String says when, which and how often: "26h3m10s half-open, for 4m2s, fired 3 times".
func (d DrawnFault) String() string {
	state := ""
	if !d.Healed {
		state = ", in place"
	}
	return fmt.Sprintf("%v %s, for %v, fired %d times%s", d.At, d.Name, d.Lasting, d.Fired, state)
}

// drawnKept is how many healed faults a mixture remembers.
const drawnKept = 100

// A Mixture is a [Mix] at work.
type Mixture struct {
	mix       Mix
	simulator *Simulator
	began     time.Time
	random    *rand.Rand
	deck      []FaultCase   // not drawn yet in this round
	next      time.Duration // when the next is drawn
	stop      chan struct{}
	stopped   chan struct{}
	once      sync.Once

	mu      sync.Mutex
	inPlace []*drawn     // by when they are to be healed
	past    []DrawnFault // healed, the latest last
}

// drawn is a fault in place.
type drawn struct {
	DrawnFault
	injected *Injected
}

func (d *drawn) until() time.Duration { return d.At + d.Lasting }

func (d *drawn) seen() DrawnFault {
	fault := d.DrawnFault
	fault.Fired = d.injected.Fired()
	return fault
}

// InjectMix puts faults in place and heals them, by lot, until Heal or Close. The
// first comes after a pause. A fault that only a dialling client can meet would
// mostly wait in vain: when one is put in place, all connections are ended.
//
// A client that has lost its way in a mix of a seed loses it again in the next run as
// far as that depends on the faults and their times. What the client draws itself, and
// which of two goroutines is faster, is not in the seed.
func (s *Simulator) InjectMix(mix Mix) *Mixture {
	if mix.Cases == nil {
		mix.Cases = FaultCases()
	}
	mix.Cases = slices.DeleteFunc(slices.Clone(mix.Cases), func(c FaultCase) bool { return !c.mixes() })
	or(&mix.Every, time.Hour)
	or(&mix.Lasting, 10*time.Minute)
	m := &Mixture{
		mix: mix, simulator: s, began: time.Now(), random: rand.New(rand.NewPCG(mix.Seed, 0x6d6978)),
		stop: make(chan struct{}), stopped: make(chan struct{}),
	}
	m.next = m.pause()
	s.mixtures.add(m)
	go m.run()
	return m
}

// mixes tells whether a case takes part in a mix.
func (c FaultCase) mixes() bool {
	return !c.Alone && slices.ContainsFunc(c.Faults, func(f Fault) bool { return f.Step != StepOffence })
}

// onDialling tells whether a client that is connected, and asks for no further
// filters, cannot meet the case.
func (c FaultCase) onDialling() bool {
	return !slices.ContainsFunc(c.Faults, func(f Fault) bool {
		return f.Step == StepPacket || f.Step > StepSuback && f.Step != StepOffence
	})
}

// Heal heals what is in place and ends the mix. Healing twice does nothing.
func (m *Mixture) Heal() {
	m.end()
	<-m.stopped
	m.simulator.mixtures.remove(m)
}

// end does not wait.
func (m *Mixture) end() { m.once.Do(func() { close(m.stop) }) }

// Drawn returns the faults so far, in the order in which they were put in place: those
// in place and the last hundred that were healed.
func (m *Mixture) Drawn() []DrawnFault {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.Clone(m.past)
	for _, d := range m.inPlace {
		list = append(list, d.seen())
	}
	slices.SortStableFunc(list, func(a, b DrawnFault) int { return int(a.At - b.At) })
	return list
}

// String returns seed and record, a fault a line, for whoever wants to know what a
// client went through.
func (m *Mixture) String() string {
	lines := []string{fmt.Sprintf("seed %d, %v after its beginning", m.mix.Seed, time.Since(m.began).Round(time.Second))}
	for _, d := range m.Drawn() {
		lines = append(lines, d.String())
	}
	return strings.Join(lines, "\n")
}

func (m *Mixture) run() {
	defer close(m.stopped)
	defer m.heal(func(*drawn) bool { return true })
	if len(m.mix.Cases) == 0 {
		<-m.stop
		return
	}
	timer := time.NewTimer(m.wait())
	defer timer.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-timer.C:
			m.turn(time.Since(m.began))
			timer.Reset(m.wait())
		}
	}
}

// turn does what is due, in the order in which it was, so that a late timer changes
// nothing of the sequence.
func (m *Mixture) turn(now time.Duration) {
	for m.due() <= now {
		due := m.due()
		m.heal(func(d *drawn) bool { return d.until() <= due })
		if m.next <= due {
			m.draw()
		}
	}
}

// due is when something is to be done next.
func (m *Mixture) due() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.inPlace) > 0 {
		return min(m.next, m.inPlace[0].until())
	}
	return m.next
}

func (m *Mixture) wait() time.Duration { return m.due() - time.Since(m.began) }

// draw puts the next fault in place.
func (m *Mixture) draw() {
	if len(m.deck) == 0 {
		m.deck = slices.Clone(m.mix.Cases)
		m.random.Shuffle(len(m.deck), func(i, j int) { m.deck[i], m.deck[j] = m.deck[j], m.deck[i] })
	}
	c := m.deck[len(m.deck)-1]
	m.deck = m.deck[:len(m.deck)-1]
	d := &drawn{
		DrawnFault: DrawnFault{ID: c.ID, Name: c.Name, At: m.next, Lasting: m.upTo(m.mix.Lasting)},
		injected:   m.simulator.faults.injectCase(c),
	}
	m.next += m.pause()
	m.mu.Lock()
	m.inPlace = append(m.inPlace, d)
	slices.SortStableFunc(m.inPlace, func(a, b *drawn) int { return int(a.until() - b.until()) })
	inPlace := len(m.inPlace)
	m.mu.Unlock()
	if c.onDialling() {
		m.simulator.DropAll(DropServer)
	}
	m.tell(d, inPlace)
}

// heal takes faults away.
func (m *Mixture) heal(which func(*drawn) bool) {
	for {
		m.mu.Lock()
		i := slices.IndexFunc(m.inPlace, which)
		if i < 0 {
			m.mu.Unlock()
			return
		}
		d := m.inPlace[i]
		m.inPlace = slices.Delete(m.inPlace, i, i+1)
		inPlace := len(m.inPlace)
		d.injected.Heal()
		d.Healed = true
		if len(m.past) == drawnKept {
			m.past = slices.Delete(m.past, 0, 1)
		}
		m.past = append(m.past, d.seen())
		m.mu.Unlock()
		m.tell(d, inPlace)
	}
}

func (m *Mixture) tell(d *drawn, inPlace int) {
	if m.mix.Changed != nil {
		m.mix.Changed(d.seen(), inPlace)
	}
}

// pause returns the time to the next fault.
func (m *Mixture) pause() time.Duration { return m.upTo(2 * m.mix.Every) }

// upTo draws a time, in whole milliseconds, which people can read.
func (m *Mixture) upTo(most time.Duration) time.Duration {
	return time.Duration(m.random.Int64N(most.Milliseconds()+1)) * time.Millisecond
}

// mixtures are those at work. Safe for concurrent use.
type mixtures struct {
	mu   sync.Mutex
	list []*Mixture
}

func (ms *mixtures) add(m *Mixture) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	ms.list = append(ms.list, m)
}

func (ms *mixtures) remove(m *Mixture) {
	ms.mu.Lock()
	defer ms.mu.Unlock()
	ms.list = slices.DeleteFunc(ms.list, func(other *Mixture) bool { return other == m })
}

// heal ends all.
func (ms *mixtures) heal() {
	ms.mu.Lock()
	list := slices.Clone(ms.list)
	ms.mu.Unlock()
	for _, m := range list {
		m.Heal()
	}
}
