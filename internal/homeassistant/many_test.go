package homeassistant

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500/simulator"
)

// Many heaters at once are told of a few at a time, and the end is as near as with one.
func TestManyHeaters(t *testing.T) {
	inWorld(t, simulator.Config{Accounts: 2, Heaters: 30, AccountHeaters: 30}, nil, func(t *testing.T, w *world) {
		w.end()
		w.await("the fleet", 10*time.Minute, func() bool { return len(w.fleet.Heaters()) == 60 })
		pass(settling)
		var there, telling atomic.Bool
		network := w.withPeers(t, func(_ int, p peer) {
			p.connack(0)
			p.serve(func(packet packets.ControlPacket) bool {
				publish, ok := packet.(*packets.PublishPacket)
				switch {
				case !ok:
				case publish.TopicName == "nwp500/bridge/echo":
					p.send(publish)
				case publish.TopicName == "nwp500/bridge/availability":
					there.Store(string(publish.Payload) == online)
				default:
					telling.Store(true)
				}
				return false
			})
		})
		w.await("the bridge", time.Minute, there.Load)
		if got := w.bridge.Stats().Published; got < 60*300 {
			t.Errorf("%d messages", got)
		}
		network.Cut()
		telling.Store(false)
		w.await("the next connection", time.Minute, telling.Load)
		began := time.Now()
		if w.end(); time.Since(began) > 3*time.Second {
			t.Errorf("the end took %v", time.Since(began))
		}
	})
}
