package reliability

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// nowhere is a topic that every account may use, where neither a heater nor a filter of ours is.
const nowhere = "cmd/52/nobody/res"

// A guard is a test of an offence against the broker: a raw client commits it, which the broker notices, and ours does not, whatever it is
// asked to do.
type guard struct {
	fault   string
	offence simulator.Offence
	times   int                          // that the raw client commits it
	costs   bool                         // the raw client its connection
	commit  func(c *cloud, r *rawClient) // once
	ours    func(t *testing.T, c *cloud) // what comes near to it
	renewed int                          // connections of ours that end over that
}

func (g guard) hold(t *testing.T) {
	t.Helper()
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.offences = []simulator.Offence{g.offence}
		injected := c.suffer(g.fault)[0]
		c.connect()
		g.commit(c, c.raw())
		c.await("the notice", time.Minute, func() bool { return injected.Fired() == g.times })
		pass(time.Minute)
		if open := len(c.Connections()) - 1; (open == 0) != g.costs {
			t.Errorf("%d raw connections are left", open)
		}
		g.ours(t, c)
		pass(time.Minute)
		if fired, noticed := injected.Fired(), c.Counters().Offences[g.offence]; fired != g.times || noticed != g.times {
			t.Errorf("%d offences, want the %d of the raw client", noticed, g.times)
		}
		if c.lost() != g.renewed {
			t.Errorf("our connection went down %d times", c.lost())
		}
	})
}

// raw connects a raw client.
func (c *cloud) raw() *rawClient {
	c.t.Helper()
	r := c.openRaw()
	r.connect(fmt.Sprint("raw-", c.Counters().Connects))
	if p, err := r.next(); err != nil {
		c.t.Fatalf("%v, %v in place of CONNACK", p, err)
	}
	return r
}

// note is a PUBLISH to nowhere.
func note(id uint16) *packets.PublishPacket {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Qos, p.MessageID = nowhere, 1, id
	return p
}

func TestFault_E5_PublishRate(t *testing.T) {
	guard{
		fault: "publish-rate", offence: simulator.OffencePublishRate, times: 20,
		commit: func(_ *cloud, r *rawClient) {
			for i := range uint16(120) {
				r.send(note(i + 1))
			}
		},
		ours: func(t *testing.T, c *cloud) {
			const n = 90
			outcomes := make(chan error, n)
			for range n {
				go func() { outcomes <- c.publish("note") }() // each comes back
			}
			for range n {
				if err := <-outcomes; err != nil {
					t.Error(err)
				}
			}
		},
	}.hold(t)
}

func TestFault_E6_InFlight(t *testing.T) {
	var held *simulator.Injected
	guard{
		fault: "in-flight", offence: simulator.OffenceInFlight, times: 10,
		commit: func(c *cloud, r *rawClient) {
			held = c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Lose})
			for i := range uint16(110) {
				r.send(note(i + 1))
				pass(20 * time.Millisecond)
			}
		},
		ours: func(t *testing.T, c *cloud) {
			const n = 110
			outcomes := make(chan error, n)
			for range n {
				go func() { outcomes <- c.publish("note") }()
				pass(50 * time.Millisecond)
			}
			for range n {
				if err := <-outcomes; err != nil && !unknown(err) {
					t.Error(err)
				}
			}
			held.Heal()
			c.await("a new connection", healing, func() bool { return c.live() && c.resumed() == 1 })
		},
		renewed: 1,
	}.hold(t)
}

func TestFault_E7_PayloadTooLarge(t *testing.T) {
	publish := func(c *cloud, n int) error {
		return c.try("publish", time.Minute, func(ctx context.Context) error {
			return c.session.Publish(ctx, nowhere, make([]byte, n))
		})
	}
	guard{
		fault: "payload-too-large", offence: simulator.OffencePayload, times: 1, costs: true,
		commit: func(_ *cloud, r *rawClient) {
			p := note(1)
			p.Payload = make([]byte, 128<<10+1)
			r.send(p)
		},
		ours: func(t *testing.T, c *cloud) {
			if err := publish(c, 128<<10); err != nil {
				t.Error(err)
			}
			before := c.Counters().Publishes
			if err := publish(c, 128<<10+1); !contains(err, "payload too large") {
				t.Errorf("one byte more: %v", err)
			} else {
				ends(t, err, nwp500.NotSent, nil)
			}
			if sent := c.Counters().Publishes - before; sent != 0 {
				t.Errorf("%d sent", sent)
			}
		},
	}.hold(t)
}

func TestFault_E8_QoS2(t *testing.T) {
	guard{
		fault: "publish-qos-2", offence: simulator.OffenceQoS2, times: 1, costs: true,
		commit: func(_ *cloud, r *rawClient) {
			p := note(1)
			p.Qos = 2
			r.send(p)
		},
		ours: func(t *testing.T, c *cloud) { // which has no other than QoS 1, and does not retain
			if err := c.publish("note"); err != nil {
				t.Error(err)
			}
			if err := c.set(55); err != nil {
				t.Error(err)
			}
		},
	}.hold(t)
}

func TestFault_E8_Topic(t *testing.T) {
	topics := []string{"", "$aws/things/nobody/shadow/get", "cmd/+/nobody/res", "cmd/52/nobody/#", "cmd/52/3/4/5/6/7/8/9", nowhere + "/" + strings.Repeat("x", 256), "cmd/52/nobody/res/\xff"}
	guard{
		fault: "publish-topic", offence: simulator.OffenceTopic, times: len(topics), costs: true,
		commit: func(c *cloud, r *rawClient) {
			for _, topic := range topics {
				p := note(1)
				p.TopicName = topic
				r.send(p)
				if answer, err := r.next(); err == nil {
					c.t.Errorf("%q: %v", topic, answer)
				}
				pass(time.Second)
				r = c.raw()
			}
			_ = r.ws.Close()
		},
		ours: func(t *testing.T, c *cloud) {
			before := c.Counters().Publishes
			for _, topic := range topics {
				err := c.try("publish", time.Second, func(ctx context.Context) error { return c.session.Publish(ctx, topic, nil) })
				ends(t, err, nwp500.NotSent, nil)
				if !contains(err, "invalid topic") || contains(err, "nobody") {
					t.Errorf("the error hides the reason, or shows the topic: %v", err)
				}
			}
			if sent := c.Counters().Publishes - before; sent != 0 {
				t.Errorf("%d sent", sent)
			}
		},
	}.hold(t)
}

func TestFault_E9_PacketIDInUse(t *testing.T) {
	var held *simulator.Injected
	guard{
		fault: "packet-id", offence: simulator.OffencePacketID, times: 2, costs: true,
		commit: func(c *cloud, r *rawClient) {
			held = c.Inject(simulator.Fault{Step: simulator.StepPuback, Action: simulator.Lose, Times: 2})
			r.send(note(9))
			r.send(note(9))
			r.send(note(0))
		},
		ours: func(t *testing.T, c *cloud) {
			held.Heal()
			late := c.Inject(simulator.Fault{Step: simulator.StepPuback, Delay: 10 * time.Second, Every: 2})
			for range 20 {
				go func() { _ = c.publish("note") }()
			}
			pass(20 * time.Second)
			if late.Fired() != 10 {
				t.Errorf("%d were late", late.Fired())
			}
		},
	}.hold(t)
}

func TestFault_E12_SplitPacket(t *testing.T) {
	guard{
		fault: "split-packet", offence: simulator.OffenceSplit, times: 1, costs: true,
		commit: func(c *cloud, r *rawClient) {
			var b bytes.Buffer
			if err := note(1).Write(&b); err != nil {
				c.t.Fatal(err)
			}
			for _, part := range [][]byte{b.Bytes()[:5], b.Bytes()[5:]} {
				_ = r.ws.WriteMessage(websocket.BinaryMessage, part) // the second may find nobody
			}
		},
		ours: func(t *testing.T, c *cloud) {
			for n := 1; n <= 128<<10; n *= 2 {
				c.call("publish", time.Minute, func(ctx context.Context) error {
					return c.session.Publish(ctx, nowhere, make([]byte, n))
				})
			}
		},
	}.hold(t)
}
