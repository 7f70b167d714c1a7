package simulator

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

func TestKeepAliveIsClamped(t *testing.T) {
	for asked, want := range map[uint16]time.Duration{
		0: 1800 * time.Second, 1: 45 * time.Second, 29: 45 * time.Second, 30: 45 * time.Second,
		60: 90 * time.Second, 1200: 1800 * time.Second, 65535: 1800 * time.Second,
	} {
		t.Run(fmt.Sprint(asked), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				p := connectPacket("c")
				p.Keepalive = asked
				c := r.connectWith(p)
				if got := r.broker.connections()[0].KeepAlive * 3 / 2; got != want {
					t.Errorf("1.5 × keep-alive is %s, want %s", got, want)
				}
				if got := c.ended(DropKeepAlive); got != want {
					t.Errorf("dropped after %s, want %s", got, want)
				}
			})
		})
	}
}

// What the client sends keeps the connection alive; what it receives does not,
// nor does UNSUBSCRIBE.
func TestKeepAliveCountsFromWhatTheClientSends(t *testing.T) {
	unsubscribe := packets.NewControlPacket(packets.Unsubscribe).(*packets.UnsubscribePacket)
	unsubscribe.MessageID, unsubscribe.Topics = 1, []string{"x"}
	for name, test := range map[string]struct {
		packet packets.ControlPacket
		counts bool
	}{
		"PINGREQ":     {packets.NewControlPacket(packets.Pingreq), true},
		"PUBLISH":     {publishPacket("x", ""), true},
		"PUBACK":      {pubackPacket(99), true},
		"SUBSCRIBE":   {subscribePacket("x"), true},
		"UNSUBSCRIBE": {unsubscribe, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				p := connectPacket("c")
				p.Keepalive = 60
				c := r.connectWith(p)
				go func() {
					for range c.in { // the answers
					}
				}()
				start := time.Now()
				time.Sleep(80 * time.Second)
				c.send(test.packet)
				<-c.done
				want := 90 * time.Second
				if test.counts {
					want += 80 * time.Second
				}
				if got := time.Since(start); got != want {
					t.Errorf("dropped after %s, want %s", got, want)
				}
			})
		})
	}
}

func TestConnectTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := newRig(t, Broker{}).dial("AKA").ended(DropBeforeConnected); got != 30*time.Second {
			t.Errorf("dropped after %s", got)
		}
	})
}

// AWS closes an old connection only when a message is sent over it.
func TestTTLIsLazy(t *testing.T) {
	for name, send := range map[string]func(r *rig, c *testClient){
		"publish":  func(_ *rig, c *testClient) { c.send(publishPacket("x", "lost")) },
		"delivery": func(r *rig, _ *testClient) { r.broker.publish("y", []byte("lost")) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				c := r.connect("c")
				c.subscribe("y")
				for start := time.Now(); time.Since(start) < 25*time.Hour; {
					time.Sleep(20 * time.Minute)
					c.ping()
				}
				send(r, c)
				if got := c.ended(DropTTL); got > time.Second {
					t.Errorf("dropped after %s", got)
				}
				if got := r.received(); len(got) > 0 {
					t.Errorf("handled %q", got)
				}
			})
		})
	}
}

func TestFastPingsMayBeIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{IgnoreFastPings: true}).connect("c")
		c.ping()
		time.Sleep(29 * time.Second)
		c.send(packets.NewControlPacket(packets.Pingreq))
		c.quiet(29 * time.Second)
		time.Sleep(time.Second)
		c.ping()
	})
}

func TestConnectRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		first := r.connect("c")
		time.Sleep(999 * time.Millisecond)
		second := r.dial("AKA")
		second.send(connectPacket("c"))
		second.ended(DropThrottled) // without CONNACK
		first.ping()                // and the old one lives
		time.Sleep(time.Millisecond)
		r.connect("c")
		r.connect("another")
	})
}

func TestPublishRateDiscards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		for i := range 150 {
			p := publishPacket("x", "")
			p.MessageID = uint16(i + 1)
			c.send(p)
		}
		for range 100 {
			receive[*packets.PubackPacket](c)
		}
		c.quiet(time.Second)
		if got := len(r.received()); got != 100 {
			t.Errorf("%d handled", got)
		}
		c.publish("x", "later") // the connection lives
		if got := r.broker.tally.counters(); got.Publishes != 101 || got.Discarded != 50 {
			t.Errorf("counted %+v", got)
		}
	})
}

// What is delivered counts too.
func TestPublishRateCountsBothDirections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		for i := range 100 {
			p := publishPacket("x", "")
			p.MessageID, p.Qos = uint16(i+1), 0
			c.send(p)
		}
		synctest.Wait()
		if got := len(r.received()); got != 50 {
			t.Errorf("%d handled", got)
		}
	})
}

func TestThroughputDelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		start := time.Now()
		for range 12 { // 1.5 MiB, a third of it at once
			c.publish("x", strings.Repeat("y", maxPayload))
		}
		if got := time.Since(start); got < 1900*time.Millisecond || got > 2100*time.Millisecond {
			t.Errorf("took %s, want about 2 s", got)
		}
		start = time.Now()
		time.Sleep(time.Second)
		c.subscribe("big")
		for range 8 {
			r.broker.publish("big", make([]byte, maxPayload))
		}
		for range 8 {
			c.message()
		}
		if got := time.Since(start); got < 1900*time.Millisecond || got > 2100*time.Millisecond {
			t.Errorf("took %s, want about 2 s", got)
		}
	})
}

func TestOutboundInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{PublishRate: -1, RedeliveryInterval: -1})
		c := r.connect("c")
		c.subscribe("x")
		for i := range 150 {
			r.broker.publish("x", fmt.Append(nil, i))
		}
		var first *packets.PublishPacket
		for i := range 100 {
			p := receive[*packets.PublishPacket](c)
			if first == nil {
				first = p
			}
			if string(p.Payload) != fmt.Sprint(i) {
				t.Fatalf("message %s at %d", p.Payload, i)
			}
		}
		c.quiet(time.Minute)
		c.send(pubackPacket(first.MessageID))
		if p := receive[*packets.PublishPacket](c); string(p.Payload) != "100" {
			t.Errorf("message %s", p.Payload)
		}
		c.quiet(time.Minute)
		c.send(pubackPacket(first.MessageID)) // once more: changes nothing
		c.quiet(time.Minute)
	})
}

func TestInboundInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{PublishRate: -1})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepPuback, Action: Proceed, Delay: time.Second, Times: 100})
		for i := range 110 {
			p := publishPacket("x", "")
			p.MessageID = uint16(i + 1)
			c.send(p)
		}
		again := publishPacket("x", "")
		again.MessageID, again.Dup = 1, true
		c.send(again) // one of the hundred
		synctest.Wait()
		if got := len(r.received()); got != 101 {
			t.Errorf("%d handled, want 101", got)
		}
		for range 101 {
			receive[*packets.PubackPacket](c)
		}
		later := publishPacket("x", "")
		later.MessageID = 1000 // there is room again
		c.send(later)
		receive[*packets.PubackPacket](c)
	})
}

func TestTooManyMessagesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{PublishRate: -1, RedeliveryInterval: -1})
		c := r.connect("c")
		c.subscribe("x")
		for i := range 1200 {
			r.broker.publish("x", fmt.Append(nil, i))
			synctest.Wait()
		}
		for range 1100 {
			c.message()
		}
		c.quiet(time.Minute)
		if got := r.broker.tally.counters().Discarded; got != 100 {
			t.Errorf("%d discarded", got)
		}
	})
}

func TestQoS2(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		publish := publishPacket("x", "")
		publish.Qos = 2
		c := newRig(t, Broker{}).connect("c")
		c.send(publish)
		c.ended(DropProtocol)

		r := newRig(t, Broker{QoS2Publish: RefuseSilence})
		c = r.connect("c")
		c.send(publish)
		subscribe := subscribePacket("x", "y")
		subscribe.Qoss[1] = 2
		c.send(subscribe)
		c.quiet(time.Minute)
		c.ping()
		if got := r.broker.connections()[0].Subscriptions; len(got) > 0 || len(r.received()) > 0 {
			t.Errorf("subscribed %q", got)
		}
	})
}
