package reliability

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// soakCounts say what a soak went through, so that one that went through nothing shows. Safe for concurrent use.
type soakCounts struct {
	mu sync.Mutex

	faults, fired int
	skewed        int             // of the faults those that set the cloud's clock
	cases         map[string]bool // by name: whether it fired
	healings      int
	slowest       time.Duration // from healing to all being live
	losses        int           // told for each heater
	missed        int           // events

	statuses, failures           int
	quietStatuses, quietFailures int // of these, when all should be well
	commands                     int
	outcomes                     map[nwp500.Outcome]int // of commands that were not done
}

func (c *soakCounts) changed(f simulator.DrawnFault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !f.Healed {
		c.faults++
		if setsClock(f.Name) {
			c.skewed++
		}
		return
	}
	if f.Fired > 0 {
		c.fired++
	}
	c.cases[f.Name] = c.cases[f.Name] || f.Fired > 0
}

// setsClock tells whether a case sets the cloud's clock.
func setsClock(name string) bool {
	return slices.ContainsFunc(simulator.FaultCases(), func(c simulator.FaultCase) bool {
		return c.Name == name && slices.ContainsFunc(c.Faults, func(f simulator.Fault) bool { return f.Skew != 0 })
	})
}

func (c *soakCounts) healed(in time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.healings++
	c.slowest = max(c.slowest, in)
}

func (c *soakCounts) lost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.losses++
}

func (c *soakCounts) miss(events int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missed += events
}

func (c *soakCounts) asked(err error, quiet bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statuses++
	if err != nil {
		c.failures++
	}
	if quiet {
		c.quietStatuses++
		if err != nil {
			c.quietFailures++
		}
	}
}

func (c *soakCounts) commanded(err *nwp500.CommandError) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.commands++
	if err != nil {
		c.outcomes[err.Outcome]++
	}
}

func (c *soakCounts) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var silent []string
	for _, name := range slices.Sorted(maps.Keys(c.cases)) {
		if !c.cases[name] {
			silent = append(silent, name)
		}
	}
	return fmt.Sprintf(`%d faults, of which %d fired; %d of %d cases did, and not %q
%d losses of the connection, %d events missed in bursts; after %d healings all was live within %v
%d statuses, %d of them failed; of %d in quiet %d
%d commands, of which not done: %v`,
		c.faults, c.fired, len(c.cases)-len(silent), len(c.cases), silent, c.losses/soakHeaters, c.missed, c.healings, c.slowest.Round(time.Second),
		c.statuses, c.failures, c.quietStatuses, c.quietFailures, c.commands, c.outcomes)
}

// checkOffences holds that the client does nothing that AWS does not let pass. One that has made up for a cloud's wrong clock signs once
// with the wrong time when the clock is right again.
func (s *soak) checkOffences() {
	s.counts.mu.Lock()
	excused := s.counts.skewed
	s.counts.mu.Unlock()
	for offence, times := range s.cloud.Counters().Offences {
		if (offence == simulator.OffenceSignature || offence == simulator.OffenceOldSignature) && times <= excused {
			continue
		}
		s.violated("%d times an offence against the broker: %s", times, offence)
	}
}

// check holds what can only be said in the end, and that the soak went through something. The rest was held while it lasted.
func (s *soak) check(m *memory, days int) {
	s.t.Logf("%v\n%d dials, %d sign-ins, %d lines of log\n%v", &s.counts, s.sockets.count(), s.cloud.Counters().SignIns, s.log.count(), m)
	s.checkOffences()
	if most := s.sockets.most(); most > 1 {
		s.violated("%d live connections at the same time, of one client id", most)
	}
	c := &s.counts
	for _, least := range []struct {
		what      string
		is, least int
	}{
		{"faults", c.faults, days * 50},
		{"faults that fired", c.fired, c.faults / 2},
		{"losses", c.losses, days * 20 * soakHeaters},
		{"healings", c.healings, days * 20},
		{"statuses", c.statuses, days * 2500},
		{"statuses in quiet", c.quietStatuses, days * 800},
		{"commands", c.commands, days * 40},
	} {
		if least.is < least.least && !s.failed() {
			s.violated("%d %s: at least %d were expected", least.is, least.what, least.least)
		}
	}
	if c.quietFailures*500 > c.quietStatuses { // a fault may come while a status is awaited, and some come long after they were healed
		s.violated("%d of %d statuses failed in quiet", c.quietFailures, c.quietStatuses)
	}
	m.check(s)
}

// leave closes the client, which takes less than a second and leaves nothing behind: in two days nothing is dialled or logged. That
// no goroutine is left the bubble sees by itself.
func (s *soak) leave() {
	began := time.Now()
	if err := s.client.Close(); err != nil {
		s.violated("close: %v", err)
	}
	if took := time.Since(began); took >= time.Second {
		s.violated("Close took %v", took)
	}
	dials, lines := s.sockets.count(), s.log.count()
	pass(48 * time.Hour)
	if open := s.sockets.open(); open > 0 {
		s.violated("%d connections left open", open)
	}
	if s.sockets.count() != dials || s.log.count() != lines {
		s.violated("the client dialled or logged after Close")
	}
}

// A memory is what was in use on each day, measured at moments of quiet.
type memory struct {
	days []day
}

type day struct{ heap, goroutines []uint64 }

// sample measures. What only waits to be collected is collected before, twice for what lies in pools.
func (m *memory) sample(of int) {
	for len(m.days) <= of {
		m.days = append(m.days, day{})
	}
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	d := &m.days[of]
	d.heap = append(d.heap, stats.HeapAlloc)
	d.goroutines = append(d.goroutines, uint64(runtime.NumGoroutine()))
}

func (m *memory) String() (text string) {
	for i, d := range m.days {
		text += fmt.Sprintf("day %d: heap %d KiB, %d to %d goroutines, measured %d times\n",
			i+1, median(d.heap)>>10, slices.Min(d.goroutines), slices.Max(d.goroutines), len(d.heap))
	}
	return text
}

// check holds that the goroutines are always the same, but for those of a REST connection that is kept for a while, and that the last day
// took no more than the second.
func (m *memory) check(s *soak) {
	first, last := m.days[0].goroutines, m.days[len(m.days)-1].goroutines
	if few, now := slices.Min(first), slices.Min(last[len(last)/2:]); now > few {
		s.violated("%d goroutines in the end, %d in the beginning", now, few)
	}
	if len(m.days) < 3 {
		return
	}
	early, late := median(m.days[1].heap), median(m.days[len(m.days)-1].heap)
	s.t.Logf("the heap grew by %.1f %% from day 2 to day %d", float64(late)*100/float64(early)-100, len(m.days))
	if late*10 > early*11 {
		s.violated("the heap grew from %d KiB on day 2 to %d KiB on day %d", early>>10, late>>10, len(m.days))
	}
}

func median(values []uint64) uint64 { return slices.Sorted(slices.Values(values))[len(values)/2] }
