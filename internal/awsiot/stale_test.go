package awsiot

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/mqtt"
)

// Late news of an earlier connection must not touch the one that lives: in another client a stale "down" tore down a healthy connection.
func TestStaleNewsIsIgnored(t *testing.T) {
	for name, stale := range map[string]event{
		"failed":   {kind: failed, err: ErrLost},
		"received": {kind: received, packet: mqtt.Packet{Type: mqtt.TypeDisconnect}},
		"gone":     {kind: gone},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				c := b.start()
				if err := c.Subscribe(t.Context(), "cmd/1/#"); err != nil {
					t.Fatal(err)
				}
				b.drop()
				time.Sleep(2 * time.Minute)
				stale.gen = 1
				select {
				case c.events <- stale: // as the first connection would have told it
				case <-c.stopped:
					t.Fatal("the owner has ended")
				}
				time.Sleep(2 * time.Minute)
				if changes := c.changed(); len(changes) != 2 || !c.Stats().Up {
					t.Errorf("changes %+v", changes)
				}
			})
		})
	}
}
