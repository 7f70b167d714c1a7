package reliability

import (
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Pings are due by what was sent. A client that hears something each second, and has nothing to say, pings all the same: else the broker
// ends the connection after 90 s.
func TestFault_C7_PingsWhileMuchIsHeard(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		light := c.suffer("at-most-once")[0]
		c.connect()
		pings := c.Inject(simulator.Fault{Step: simulator.StepPing, ClientID: c.session.ClientIDs()[0]})
		speaker := c.openRaw()
		speaker.connect("speaker")
		pass(time.Second)
		before := light.Fired()
		const minutes = 30
		for range 60 * minutes {
			speaker.send(publishPacket(c.topic("x"), ""))
			pass(time.Second)
		}
		if heard := light.Fired() - before; heard != 60*minutes {
			t.Errorf("%d messages", heard)
		}
		if n := pings.Fired(); n < minutes-1 || n > minutes {
			t.Errorf("%d pings in %d minutes", n, minutes)
		}
		if c.lost() != 0 {
			t.Error("the connection was lost")
		}
	})
}

func publishPacket(topic, payload string) packets.ControlPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload = topic, []byte(payload)
	return p
}

// AWS may leave pings unanswered that come sooner than 30 s after another. Whoever does that is found out; a client that is told to does not.
func TestFault_C8_KeepAliveOfTenSeconds(t *testing.T) {
	s := setup{
		simulator: simulator.Config{Broker: simulator.Broker{IgnoreFastPings: true}},
		client:    func(config *nwp500.Config) { config.KeepAlive = 10 * time.Second },
	}
	inFault(t, s, func(t *testing.T, c *cloud) {
		c.offences = []simulator.Offence{simulator.OffenceFastPing}
		guard := c.suffer("fast-ping")[0]
		c.connect()
		if keepAlive := c.Connections()[0].KeepAlive; keepAlive != 30*time.Second {
			t.Errorf("keep-alive of %v", keepAlive)
		}
		for range 20 { // what is sent moves the pings about
			pass(17 * time.Second)
			c.call("status", 16*time.Second, c.status)
			pass(95 * time.Second)
		}
		if guard.Fired() != 0 || c.lost() != 0 {
			t.Errorf("%d fast pings, lost %d times", guard.Fired(), c.lost())
		}
		impatient := c.openRaw()
		impatient.connect("impatient")
		if _, err := impatient.next(); err != nil { // CONNACK
			t.Fatal(err)
		}
		impatient.send(packets.NewControlPacket(packets.Pingreq))
		if _, err := impatient.next(); err != nil {
			t.Errorf("the first ping: %v", err)
		}
		impatient.send(packets.NewControlPacket(packets.Pingreq))
		if p, err := impatient.next(); err == nil {
			t.Errorf("the second ping was answered: %v", p)
		}
		if guard.Fired() != 1 {
			t.Errorf("%d fast pings", guard.Fired())
		}
	})
}

// Whatever the client's own network does, what the client wants goes on: on a dead path it finds that out by itself, and when its application
// knows better it need not wait.
func TestFault_C15_AddressChange(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.age()
		hole := c.suffer("address-change")[0]
		_ = c.try("status", 16*time.Second, c.status)
		if hole.Fired() != 1 {
			t.Error("the question was not lost")
		}
		c.await("the loss", foundWithin, func() bool { return c.lost() == 1 })
		c.await("the return", 6*time.Second, c.live)

		pass(110 * time.Second)
		c.call("status, the last that is answered", 16*time.Second, c.status)
		pass(20 * time.Second)
		time.AfterFunc(time.Second, c.session.Reconnect)
		c.call("status over the new path", 16*time.Second, c.status)
		if hole.Fired() != 2 || c.lost() != 2 {
			t.Errorf("the fault fired %d times, the connection was lost %d times", hole.Fired(), c.lost())
		}
	})
}

func TestFault_C15_NetworkChange(t *testing.T) {
	for name, tls := range map[string]bool{"without TLS": false, "with TLS": true} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{tls: tls}, func(t *testing.T, c *cloud) {
				c.age()
				c.suffer("network-change")
				began := time.Now()
				if err := c.try("status", 16*time.Second, c.status); err == nil {
					t.Error("the question was answered")
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("the call was told after %v", took)
				}
				c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
				c.await("the return", 6*time.Second, c.live)
			})
		})
	}
}
