package reliability

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Without the broker's acknowledgement the outcome of a publication is unknown, and the connection stays. A heater's answer makes up
// for it, and reading back decides.
func TestFault_E1_NoAcknowledgement(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("no-puback")
		lasted := took(func() { ends(t, c.publish("note"), nwp500.OutcomeUnknown, nwp500.ErrUnreachable) })
		if lasted != 15*time.Second {
			t.Errorf("it took %v", lasted)
		}
		lasted = took(func() {
			if err := c.set(55); err != nil {
				t.Error(err)
			}
			c.shows(55)
		})
		if lasted > time.Second {
			t.Errorf("with an answer of the heater it took %v", lasted)
		}
		before := c.commands()
		deaf := c.Inject(simulator.Fault{Step: simulator.StepDeliver, Action: simulator.Lose})
		ends(t, c.set(56), nwp500.OutcomeUnknown, nil)
		deaf.Heal()
		c.shows(56)
		pass(time.Hour)
		if sent := c.commands() - before; sent != 1 {
			t.Errorf("the heater got the command %d times", sent)
		}
		if c.lost() != 0 {
			t.Errorf("the connection went down %d times", c.lost())
		}
	})
}

// Acknowledgements are matched by their packet ids, whichever come besides and in whatever order.
func TestFault_E2_StrangeAcknowledgements(t *testing.T) {
	for _, name := range []string{"puback-twice", "puback-unknown", "puback-disorder"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Lose, Times: 1})
				c.suffer(name)
				before := c.Counters().Publishes
				const n = 9
				outcomes := make([]error, n)
				lasted := make([]time.Duration, n)
				var all sync.WaitGroup
				for i := range n {
					all.Go(func() { lasted[i] = took(func() { outcomes[i] = c.publish(fmt.Sprint("note/", i)) }) })
					pass(10 * time.Millisecond)
				}
				all.Wait()
				// Each waits for its own acknowledgement and takes no other: the first has none.
				ends(t, outcomes[0], nwp500.OutcomeUnknown, nil)
				for i := 1; i < n; i++ {
					late := name == "puback-disorder" && i%2 == 0
					if outcomes[i] != nil || (lasted[i] >= 2*time.Second) != late {
						t.Errorf("publication %d: %v after %v", i, outcomes[i], lasted[i])
					}
				}
				if err := c.set(55); err != nil {
					t.Error(err)
				}
				pass(time.Minute)
				if sent := c.Counters().Publishes - before; sent != n+1 {
					t.Errorf("%d publications, want %d", sent, n+1)
				}
				if of := c.session.Diagnostics().Connections[0]; of.InFlight != 1 || of.Made != 1 {
					t.Errorf("%+v", of)
				}
			})
		})
	}
}

// When the connection ends before the acknowledgement, nobody can know whether the heater got the command. It is never sent again by
// itself.
func TestFault_E3_CutBeforeAcknowledgement(t *testing.T) {
	for name, arrived := range map[string]int{"cut-before-puback": 1, "cut-before-publish": 0} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.suffer(name)
				if err := c.set(50); err != nil { // every second is met
					t.Error(err)
				}
				c.account.Heaters[0].SetDelay(time.Second) // its answer must not be faster than the end
				before := c.commands()
				ends(t, c.set(55), nwp500.OutcomeUnknown, nwp500.ErrDisconnected)
				c.await("the return", healing, c.live)
				pass(10 * time.Minute)
				if got := c.commands() - before; got != arrived {
					t.Errorf("the heater got the command %d times, want %d", got, arrived)
				}
				c.shows(50 + 5*float64(arrived))
				if c.lost() != 1 {
					t.Errorf("the connection went down %d times", c.lost())
				}
			})
		})
	}
}

// What is lost without a word is told as unknown when it was a command or a publication. A question is asked again.
func TestFault_E5_Discarded(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		injected := c.suffer("publish-discarded")[0]
		lost := 0
		for i := range 9 {
			err := c.publish(fmt.Sprint("note/", i))
			switch {
			case err == nil:
			case unknown(err):
				lost++
			default:
				t.Error(err)
			}
		}
		if lost != 3 || injected.Fired() != 3 {
			t.Errorf("%d unknown, %d lost", lost, injected.Fired())
		}
		for range 9 {
			c.call("a status", 11*time.Second, c.status)
		}
		before := c.commands()
		done := 0
		for i := range 6 {
			if c.set(50+float64(i)) == nil {
				done++
			}
		}
		pass(time.Hour)
		if got := c.commands() - before; got != done || done == 6 {
			t.Errorf("%d commands done, the heater got %d", done, got)
		}
		if c.lost() != 0 {
			t.Errorf("the connection went down %d times", c.lost())
		}
	})
}

// A broker that stops acknowledging holds publications back and nothing else: pings go on, each call ends, and there are never more
// than 100 without acknowledgement on one connection.
func TestFault_E6_AcknowledgingStops(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		guard := c.suffer("acknowledging-stops")[0]
		if _, err := c.InjectCase("in-flight"); err != nil { // whose offence would be reported in the end
			t.Fatal(err)
		}
		pings := c.Inject(simulator.Fault{Step: simulator.StepPing})
		const n = 180
		outcomes := make(chan error, n)
		for i := range n {
			go func() { outcomes <- c.publish(fmt.Sprint("note/", i)) }()
			pass(50 * time.Millisecond)
		}
		pass(5 * time.Second)
		if of := c.session.Diagnostics().Connections[0]; of.InFlight != 100 || of.Waiting == 0 || of.Waiting+of.InFlight > n-20+1 {
			t.Errorf("in flight %d, waiting %d", of.InFlight, of.Waiting)
		}
		done, unsure := 0, 0
		for range n {
			switch err := <-outcomes; {
			case err == nil:
				done++
			case unknown(err):
				unsure++
			default:
				t.Error(err)
			}
		}
		if done < 18 || unsure < 100 || done+unsure != n {
			t.Errorf("%d acknowledged, %d unknown", done, unsure)
		}
		pass(5 * time.Minute)
		if pings.Fired() == 0 || guard.Fired() < 100 {
			t.Errorf("%d pings, %d acknowledgements withheld", pings.Fired(), guard.Fired())
		}
		c.call("a publication", time.Minute, func(context.Context) error { return c.publish("note/after") })
		if drops := c.Counters().Drops[simulator.DropKeepAlive]; drops > 0 {
			t.Errorf("the broker missed pings %d times", drops)
		}
	})
}
