package simulator

import (
	"bytes"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// Each step is left out, and each step cuts the connection.
func TestFaultsAtEachStep(t *testing.T) {
	subscribe := func(_ *rig, c *testClient) { c.send(subscribePacket("x")) }
	publish := func(_ *rig, c *testClient) { c.send(publishPacket("x", "hello")) }
	ping := func(_ *rig, c *testClient) { c.send(packets.NewControlPacket(packets.Pingreq)) }
	for name, test := range map[string]struct {
		step       Step
		do         func(r *rig, c *testClient)
		subscribed bool // all the same
		handled    bool // all the same
	}{
		"packet":      {step: StepPacket, do: ping},
		"subscribe":   {step: StepSubscribe, do: subscribe},
		"suback":      {step: StepSuback, do: subscribe, subscribed: true},
		"unsubscribe": {step: StepUnsubscribe, do: func(_ *rig, c *testClient) { c.sendUnsubscribe("y") }},
		"publish":     {step: StepPublish, do: publish},
		"puback":      {step: StepPuback, do: publish, handled: true},
		"ping":        {step: StepPing, do: ping},
		"deliver":     {step: StepDeliver, do: func(r *rig, _ *testClient) { r.broker.publish("y", nil) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				c := r.connect("c")
				c.subscribe("y")
				f := r.broker.faults.inject(Fault{Step: test.step, Action: Lose, ClientID: "c"})
				other := r.broker.faults.inject(Fault{Step: test.step, Action: Cut, ClientID: "another"})
				test.do(r, c)
				c.quiet(time.Minute)
				subscribed := len(r.broker.connections()[0].Subscriptions) == 2
				if handled := len(r.received()) > 0; subscribed != test.subscribed || handled != test.handled {
					t.Errorf("subscribed %v, handled %v", subscribed, handled)
				}
				f.Heal()
				c.ping()
				if f.Fired() != 1 || other.Fired() != 0 {
					t.Errorf("fired %d times, another's %d times", f.Fired(), other.Fired())
				}
				f = r.broker.faults.inject(Fault{Step: test.step, Action: Cut, Delay: time.Second, Reason: DropServerError})
				test.do(r, c)
				if took := c.ended(DropServerError); took != time.Second || f.Fired() != 1 {
					t.Errorf("dropped after %s, fired %d times", took, f.Fired())
				}
				if handled := len(r.received()) > 0; handled != test.handled {
					t.Errorf("handled %v", handled)
				}
			})
		})
	}
}

func TestFaultsOfConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		made := 0
		connect := func(f Fault) *testClient {
			f.Times = 1
			r.broker.faults.inject(f)
			made++
			c := r.dial("AKA")
			c.send(connectPacket(fmt.Sprint("c", made)))
			return c
		}
		c := connect(Fault{Step: StepConnect, Action: Lose}) // no CONNACK for ever
		c.quiet(time.Hour)
		_ = c.ws.NetConn().Close()
		c.ended(DropBeforeConnected)

		connect(Fault{Step: StepConnect, Action: Cut}).ended(DropServer)
		for code, want := range map[byte]byte{0: 5, 3: 3, 4: 4, 7: 7} {
			c = connect(Fault{Step: StepConnect, Action: Refuse, Code: code})
			if ack := receive[*packets.ConnackPacket](c); ack.ReturnCode != want {
				t.Errorf("CONNACK %d, want %d", ack.ReturnCode, want)
			}
			c.ended(DropForbidden)
		}

		start := time.Now()
		c = connect(Fault{Step: StepConnect, Delay: time.Second})
		receive[*packets.ConnackPacket](c)
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %s", took)
		}
		connect(Fault{Step: StepConnack, Action: Cut}).ended(DropServer)
		c = connect(Fault{Step: StepConnected, Action: Cut, Delay: 50 * time.Millisecond}) // a flap
		receive[*packets.ConnackPacket](c)
		if took := c.ended(DropServer); took != 50*time.Millisecond {
			t.Errorf("dropped after %s", took)
		}
		c = connect(Fault{Step: StepConnack, Delay: time.Second})
		c.send(packets.NewControlPacket(packets.Pingreq)) // before the CONNACK
		c.ended(DropProtocol)
	})
}

func TestFaultRefusesSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepSubscribe, Action: Refuse, Skip: 1, Times: 1})
		for _, want := range [][]byte{{1, 1}, {0x80, 0x80}, {1, 1}} { // the second of three batches
			if codes := c.subscribe("x", "y"); !bytes.Equal(codes, want) {
				t.Errorf("SUBACK % x, want % x", codes, want)
			}
		}
	})
}

func TestLateAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		for _, step := range []Step{StepSubscribe, StepSuback, StepPublish, StepPuback, StepUnsubscribe, StepPing, StepDeliver} {
			r.broker.faults.inject(Fault{Step: step, Delay: time.Second})
		}
		late := func(want time.Duration, f func()) {
			t.Helper()
			start := time.Now()
			f()
			if took := time.Since(start); took != want {
				t.Errorf("took %s, want %s", took, want)
			}
		}
		late(2*time.Second, func() { c.subscribe("y") })
		late(2*time.Second, func() { c.publish("z", "") })
		late(time.Second, func() { c.unsubscribe("y") })
		late(time.Second, func() { c.ping() })
		late(time.Second, func() { r.broker.publish("x", nil); c.message() })
		// One late answer does not hold up others.
		c.send(publishPacket("z", ""))
		c.ping()
		receive[*packets.PubackPacket](c)
	})
}

// A black hole keeps the connection open, says nothing, and hears nothing: not
// even that the client has gone silent.
func TestBlackHole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		p := connectPacket("c")
		p.Keepalive = 60
		c := r.connectWith(p)
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepPing, Action: BlackHole, Times: 1})
		c.send(packets.NewControlPacket(packets.Pingreq))
		c.send(publishPacket("x", ""))
		synctest.Wait()
		r.broker.publish("x", nil)
		c.quiet(24 * time.Hour)
		if len(r.broker.connections()) != 1 || len(r.received()) != 0 {
			t.Error("the broker has heard something")
		}
		_ = c.ws.NetConn().Close()
		c.ended(DropLost)
	})
}

func TestBlackHoleAtDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepDeliver, Action: BlackHole})
		r.broker.publish("x", nil)
		synctest.Wait()
		c.send(packets.NewControlPacket(packets.Pingreq))
		c.quiet(24 * time.Hour)
		time.Sleep(time.Second)
		r.connect("c") // takes the client id
		c.ended(DropDuplicate)
	})
}
