package fleet

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

func TestHundredsOfHeaters(t *testing.T) { comeUp(t, 5) }

// comeUp has accounts of 40 heaters come up, all be known within minutes with nothing lost
// to a limit of the broker's, and come back after a cut of everything.
func comeUp(t *testing.T, accounts int) {
	total := 40 * accounts
	inWorld(t, simulator.Config{TotalHeaters: total, Accounts: accounts}, nil, func(t *testing.T, w *world) {
		pass(30 * time.Second)
		count := func(is func(*State) bool) (n int) {
			for _, h := range w.fleet.Heaters() {
				if is(h.State()) {
					n++
				}
			}
			return n
		}
		up := func(s *State) bool { return s.Connection.State == api.Up && s.Connection.Fresh }
		if n := count(up); n != total {
			t.Errorf("%d heaters are up after 30 seconds", n)
		}
		pass(2 * time.Minute)
		whole := func(s *State) bool {
			return s.Features != nil && s.Reservations != nil && s.TOU != nil && s.Energy != nil && s.Lifetime != nil && s.Firmware != nil
		}
		if n := count(whole); n != total {
			t.Errorf("%d heaters are known in full after two and a half minutes", n)
		}
		w.heard()
		w.DropAll(simulator.DropServer)
		pass(30 * time.Second)
		if n := count(up); n != total {
			t.Errorf("%d heaters are up 30 seconds after a cut", n)
		}
		c := w.Counters()
		if c.Discarded != 0 || len(c.Offences) != 0 || c.Connects != 2*accounts {
			t.Errorf("%d messages were discarded, offences %v, %d connections", c.Discarded, c.Offences, c.Connects)
		}
	})
}
