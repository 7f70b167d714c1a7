package reliability

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// What waits for a connection that is down for ten minutes fails after two. What is younger goes out when it is up: in order, and of
// the commands of a kind the newest alone.
func TestFault_E10_TenMinutesDown(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("ten-minutes-down")
		c.connect()
		heard := c.echo()
		c.await("the loss", 2*time.Minute, func() bool { return c.lost() > 0 })
		down := time.Now()
		before := c.commands()
		type result struct {
			what string
			err  error
			at   time.Duration // since the loss
		}
		results := make(chan result, 10)
		later := func(what string, do func() error) {
			go func() {
				err := do()
				results <- result{what, err, time.Since(down)}
			}()
			pass(10 * time.Millisecond)
		}
		got := make(map[string]result)
		collect := func(n int) {
			for range n {
				r := <-results
				got[r.what] = r
			}
		}
		mode := func(mode nwp500.Mode) func() error {
			return func() error {
				return c.try("set mode", 150*time.Second, func(ctx context.Context) error { return c.heater.SetMode(ctx, mode) })
			}
		}
		later("stale note", func() error { return c.publish("note/stale") })
		later("stale setpoint", func() error { return c.set(45) })
		collect(2)
		for what, r := range got {
			ends(t, r.err, nwp500.NotSent, nil)
			if !contains(r.err, "waited too long") || r.at < 2*time.Minute || r.at > 121*time.Second {
				t.Errorf("%s: %v after %v", what, r.err, r.at)
			}
		}
		if err := c.try("a status", time.Second, c.status); err == nil {
			t.Error("a status while the connection is down")
		}
		pass(9*time.Minute + 50*time.Second - time.Since(down))
		clear(got)
		later("first note", func() error { return c.publish("note/1") })
		later("older mode", mode(nwp500.Electric))
		later("older setpoint", func() error { return c.set(50) })
		later("second note", func() error { return c.publish("note/2") })
		later("newer setpoint", func() error { return c.set(52) })
		later("third note", func() error { return c.publish("note/3") })
		later("newer mode", mode(nwp500.HeatPump))
		if c.session.Connected() {
			t.Fatal("the outage is over too soon")
		}
		pass(25 * time.Second)
		c.session.Reconnect()
		collect(7)
		for _, what := range []string{"older mode", "older setpoint"} {
			ends(t, got[what].err, nwp500.NotSent, nwp500.ErrSuperseded)
			delete(got, what)
		}
		for what, r := range got {
			if r.err != nil || r.at > 12*time.Minute {
				t.Errorf("%s: %v after %v", what, r.err, r.at)
			}
		}
		pass(time.Hour)
		if sent := c.commands() - before; sent != 2 {
			t.Errorf("the heater got %d commands, want the 2 newest", sent)
		}
		if notes := heard.of("note/"); !slices.Equal(notes, []string{"note/1", "note/2", "note/3"}) {
			t.Errorf("notes %q", notes)
		}
		order := slices.DeleteFunc(heard.of(""), func(s string) bool { return s != "ctrl" && s[:min(4, len(s))] != "note" })
		if !slices.Equal(order, []string{"note/1", "note/2", "ctrl", "note/3", "ctrl"}) {
			t.Errorf("order %q", order)
		}
		c.shows(52)
	})
}

// When the connection ends while what waited is being sent, what was not sent stays in order, and goes out on the next one. What may
// have arrived is not sent again.
func TestFault_E11_CutInFlush(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		cut := c.suffer("cut-in-flush")[0]
		c.connect()
		heard := c.echo()
		c.await("the loss", 2*time.Minute, func() bool { return c.lost() > 0 })
		const n = 30
		name := func(i int) string { return fmt.Sprintf("note/%02d", i) }
		arrived := make([]*simulator.Injected, n)
		outcomes := make([]error, n)
		done := make(chan int, n)
		for i := range n {
			arrived[i] = c.Inject(simulator.Fault{Step: simulator.StepPublish, Topic: name(i)})
			go func() {
				outcomes[i] = c.publish(name(i))
				done <- i
			}()
			pass(10 * time.Millisecond)
		}
		for ended := 0; ended < n; {
			select {
			case <-done:
				ended++
			case <-time.After(12 * time.Second): // not to wait in vain for longer than publications do
				if !c.session.Connected() {
					c.session.Reconnect()
				}
			}
		}
		if fired := cut.Fired(); fired < 3 {
			t.Fatalf("fired %d times: the flush was not cut", fired)
		}
		pass(time.Hour)
		unsure, last := 0, 0
		for i, err := range outcomes {
			times := arrived[i].Fired()
			switch {
			case err == nil && times != 1:
				t.Errorf("%s: done, and sent %d times", name(i), times)
			case err != nil && !unknown(err):
				t.Errorf("%s: %v", name(i), err)
			case err != nil && times > 1:
				t.Errorf("%s: unknown, and sent %d times", name(i), times)
			case err != nil:
				unsure++
				last = i
			}
		}
		const burst = 8 // may leave together, before the end of the connection is noticed
		if unsure == 0 || last >= burst {
			t.Errorf("%d unknown, the last %s", unsure, name(last))
		}
		got := heard.of("note/")
		if !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("order %q", got)
		}
		for i := burst; i < n; i++ {
			if !slices.Contains(got, name(i)) {
				t.Errorf("%s was not heard", name(i))
			}
		}
		if c.lost() != 2 {
			t.Errorf("the connection went down %d times", c.lost())
		}
	})
}
