package reliability

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500/simulator"
)

// proofName is how a test is named after a case.
var proofName = regexp.MustCompile(`^TestFault_([A-G][0-9]+)_[A-Z]`)

// isOf tells whether a fault is of a case.
func (f fault) isOf(id string) bool {
	return slices.ContainsFunc(simulator.FaultCases(), func(c simulator.FaultCase) bool {
		return c.ID == id && (c.Name == f.name || c.ID == f.name)
	})
}

// check holds the seven invariants of docs/reliability.md; the fourth, that every call ends in time, is held by cloud.try. It ends the client.
func (c *cloud) check() {
	t := c.t
	t.Helper()
	c.heal()
	if c.session != nil && !c.over {
		c.await("all subscriptions live again", healing, c.live)
		c.call("a status in the end", 30*time.Second, c.status)
	}
	for _, f := range c.faults {
		if f.injected.Fired() == 0 {
			t.Errorf("the fault %q has not fired", f.name)
		}
	}
	if match := proofName.FindStringSubmatch(t.Name()); match != nil && !slices.ContainsFunc(c.faults, func(f fault) bool { return f.isOf(match[1]) }) {
		t.Errorf("named after case %s, and none of its faults was committed", match[1])
	}
	if c.network.most() > c.links {
		t.Errorf("%d live connections at the same time, for %d client ids", c.network.most(), c.links)
	}
	if c.session != nil && c.network.most() == 0 {
		t.Error("no connection to the broker was noticed")
	}
	// Among the offences is a CONNECT that comes less than a second after another.
	for offence, times := range c.Counters().Offences {
		if !slices.Contains(c.offences, offence) {
			t.Errorf("%d times an offence against the broker: %s", times, offence)
		}
	}
	if c.events != nil {
		if err := c.events.alternate(); err != nil {
			t.Error(err)
		}
	}
	c.end(t)
	c.log.leaks(t)
}

// end closes the client, which takes less than a second and leaves nothing behind: in two days nothing is dialled, sent or logged. That
// no goroutine is left the bubble sees by itself.
func (c *cloud) end(t *testing.T) {
	t.Helper()
	began := time.Now()
	if err := c.client.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if took := time.Since(began); took >= time.Second {
		t.Errorf("Close took %v", took)
	}
	if open := c.network.open(); open > 0 {
		t.Errorf("%d connections left open", open)
	}
	dials, logged := c.network.count(), c.log.len()
	pass(48 * time.Hour)
	if c.network.count() != dials {
		t.Error("the client dialled after Close")
	}
	if c.log.len() != logged {
		t.Errorf("the client logged after Close:\n%s", c.log.tail())
	}
}
