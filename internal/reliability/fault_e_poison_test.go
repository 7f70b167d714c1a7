package reliability

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A publication that costs the connection is sent twice at most, when the caller insists. Then it fails by itself for an hour, and
// everything else goes on.
func TestFault_E4_ForbiddenTopic(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		injected := c.suffer("publish-forbidden")[0]
		for range 2 {
			asked := make(chan error, 1)
			go func() { asked <- c.publish("note") }() // beside it
			lasted := took(func() { ends(t, c.set(55), nwp500.OutcomeUnknown, nwp500.ErrDisconnected) })
			if lasted != 150*time.Millisecond {
				t.Errorf("the connection ended after %v", lasted)
			}
			if err := <-asked; err != nil {
				t.Error(err)
			}
			c.await("the return", healing, c.live)
			c.call("a status", 16*time.Second, c.status)
		}
		for range 29 { // one every two minutes
			err := c.set(55)
			ends(t, err, nwp500.NotSent, nil)
			if !contains(err, "repeatedly cost the connection") {
				t.Errorf("the error does not say why: %v", err)
			}
			c.call("a status", 16*time.Second, c.status)
			pass(110 * time.Second)
		}
		if lost, fired := c.lost(), injected.Fired(); lost != 2 || fired != 2 {
			t.Errorf("the connection went down %d times for %d publications", lost, fired)
		}
		if drops := c.Counters().Drops; drops[simulator.DropAuthorisation] != 2 || len(drops) != 1 {
			t.Errorf("drops: %v", drops)
		}
		pass(10 * time.Minute) // it may have been allowed meanwhile: that costs one more at most
		ends(t, c.set(55), nwp500.OutcomeUnknown, nwp500.ErrDisconnected)
		c.await("the return", healing, c.live)
		ends(t, c.set(55), nwp500.NotSent, nil)
		c.heal()
		pass(time.Hour)
		if err := c.set(55); err != nil {
			t.Errorf("allowed again: %v", err)
		}
		if err := c.set(56); err != nil {
			t.Errorf("allowed again: %v", err)
		}
	})
}
