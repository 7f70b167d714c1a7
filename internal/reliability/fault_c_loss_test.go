package reliability

import (
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

// Maintenance ends every connection: the client is back before long, with all that it had subscribed.
func TestHarness(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.cut()
		c.await("the loss", time.Second, func() bool { return count[nwp500.ConnectionLost](c.events) == 1 })
		c.await("the return", healing, c.live)
	})
}
