package simulator

import (
	"testing"
	"testing/synctest"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A client that says goodbye and goes is not lost because a message for it could not be written any more.
func TestGoodbyeAfterAFailedWrite(t *testing.T) {
	for _, goodbye := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, Broker{})
			c := r.connect("c")
			var connection *connection
			r.broker.mu.Lock()
			for connection = range r.broker.open {
			}
			r.broker.mu.Unlock()
			go connection.lose()
			synctest.Wait()
			if !goodbye {
				if took := c.ended(DropLost); took != closeGrace {
					t.Errorf("lost after %v", took)
				}
				return
			}
			c.send(packets.NewControlPacket(packets.Disconnect))
			c.ended(DropClient)
		})
	}
}
