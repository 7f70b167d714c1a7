package reliability

import (
	"context"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Packet ids go round after 65535. Then one that the broker has never acknowledged is left out, and 0 is never used.
func TestFault_E9_PacketIDsGoRound(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		never := c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Lose, Times: 3})
		for range 3 {
			ends(t, c.publish("note"), nwp500.OutcomeUnknown, nil)
		}
		late := c.suffer("late-puback")[0]
		// The broker's, whose offence would be reported in the end.
		if _, err := c.InjectCase("packet-id"); err != nil {
			t.Fatal(err)
		}
		before := c.Counters().Publishes
		const n, side = 1<<16 + 100, 60
		work := make(chan struct{})
		ended := make(chan int)
		for range side {
			go func() {
				failed := 0
				for range work {
					if c.session.Publish(context.Background(), nowhere, nil) != nil {
						failed++
					}
				}
				ended <- failed
			}()
		}
		for range n {
			work <- struct{}{}
		}
		close(work)
		failed := 0
		for range side {
			failed += <-ended
		}
		// The session itself asks now and then, as it hears nothing.
		if sent := c.Counters().Publishes - before; sent < n || sent > n+10 || failed > 0 {
			t.Errorf("%d of %d sent, %d failed", sent, n, failed)
		}
		if never.Fired() != 3 || late.Fired() < n/10 {
			t.Errorf("%d never acknowledged, %d late", never.Fired(), late.Fired())
		}
		if of := c.session.Diagnostics().Connections[0]; of.Made != 1 || of.InFlight != 3 {
			t.Errorf("%+v", of)
		}
	})
}
