package simulator

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// fill subscribes 50 filters.
func (c *testClient) fill() {
	c.t.Helper()
	for i := range 10 {
		if codes := c.subscribe(numbered(i*5, 5)...); !bytes.Equal(codes, []byte{1, 1, 1, 1, 1}) {
			c.t.Fatalf("SUBACK % x", codes)
		}
	}
}

func numbered(from, n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprint(from+i))
	}
	return names
}

func TestFiftySubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.fill()
		if codes := c.subscribe("49", "50", "51"); !bytes.Equal(codes, []byte{1, 0x80, 0x80}) {
			t.Errorf("SUBACK % x", codes)
		}
		c.unsubscribe("49")
		if codes := c.subscribe("50"); !bytes.Equal(codes, []byte{1}) {
			t.Errorf("SUBACK % x", codes)
		}
		if got := r.broker.connections()[0].Subscriptions; len(got) != 50 || slices.Contains(got, "49") {
			t.Errorf("subscribed %q", got)
		}
		c.ping()
	})
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{TooManySubscriptions: RefuseClose}).connect("c")
		c.fill()
		c.send(subscribePacket("50"))
		c.ended(DropProtocol)
	})
}

// unsubscribe sends an UNSUBSCRIBE and waits for its UNSUBACK.
func (c *testClient) unsubscribe(filters ...string) {
	c.t.Helper()
	c.sendUnsubscribe(filters...)
	if ack := receive[*packets.UnsubackPacket](c); ack.MessageID != 3 {
		c.t.Errorf("UNSUBACK for %d", ack.MessageID)
	}
}

func (c *testClient) sendUnsubscribe(filters ...string) {
	c.t.Helper()
	p := packets.NewControlPacket(packets.Unsubscribe).(*packets.UnsubscribePacket)
	p.MessageID, p.Topics = 3, filters
	c.send(p)
}

func TestUnsubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x", "y")
		c.unsubscribe("x", "never subscribed")
		r.broker.publish("x", nil)
		r.broker.publish("y", []byte("y"))
		if got := c.message(); got != "y" {
			t.Errorf("got %q", got)
		}
		c.quiet(time.Second)
		c.sendUnsubscribe(numbered(0, 9)...) // more than 8: AWS does not answer
		c.quiet(time.Minute)
		c.ping()
	})
}

func TestUnauthorisedSubscribe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{}).connect("c")
		c.send(subscribePacket("x", "forbidden/x"))
		c.ended(DropAuthorisation)

		c = newRig(t, Broker{UnauthorisedSubscribe: RefuseCode}).connect("c")
		if codes := c.subscribe("x", "forbidden/x"); !bytes.Equal(codes, []byte{1, 0x80}) {
			t.Errorf("SUBACK % x", codes)
		}
		c.ping()
	})
}

func TestUnauthorisedPublish(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{0: 150 * time.Millisecond, -1: 0} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, Broker{UnauthorisedPublishDelay: delay})
			c := r.connect("c")
			c.send(publishPacket("forbidden/x", ""))
			if got := c.ended(DropAuthorisation); got != want {
				t.Errorf("dropped after %s, want %s", got, want)
			}
			if got := r.received(); len(got) > 0 {
				t.Errorf("handled %q", got)
			}
		})
	}
}

func TestSubscriptionOfTheBrokersTopicsIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{}).connect("c")
		c.send(subscribePacket("$aws/#"))
		c.ended(DropProtocol)
	})
}

func TestQoSIsTheLower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		p := subscribePacket("low", "high")
		p.Qoss[0] = 0
		c.send(p)
		if codes := receive[*packets.SubackPacket](c).ReturnCodes; !bytes.Equal(codes, []byte{0, 1}) {
			t.Errorf("SUBACK % x", codes)
		}
		r.broker.publish("low", nil)
		if got := receive[*packets.PublishPacket](c).Qos; got != 0 {
			t.Errorf("QoS %d", got)
		}
		zero := publishPacket("high", "")
		zero.Qos = 0
		r.connect("d").send(zero)
		if got := receive[*packets.PublishPacket](c).Qos; got != 0 {
			t.Errorf("QoS %d", got)
		}
	})
}

func TestOverlappingFilters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for once, want := range map[bool]int{false: 2, true: 1} {
			r := newRig(t, Broker{OverlapOnce: once})
			c := r.connect("c")
			c.subscribe("x/#", "x/y")
			r.broker.publish("x/y", nil)
			for range want {
				c.message()
			}
			c.quiet(time.Second)
		}
	})
}

func TestRetainedMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		retain := func(payload string) {
			p := publishPacket("x/y", payload)
			p.Retain = true
			c.send(p)
			receive[*packets.PubackPacket](c)
		}
		retain("kept")
		if codes := c.subscribe("x/#", "x/+"); !bytes.Equal(codes, []byte{1, 1}) {
			t.Errorf("SUBACK % x", codes)
		}
		c.quiet(time.Second) // not to wildcards
		c.unsubscribe("x/#", "x/+")
		c.send(subscribePacket("x/y"))
		var p *packets.PublishPacket
		for range 2 { // the SUBACK may come before or after
			switch got := receive[packets.ControlPacket](c).(type) {
			case *packets.PublishPacket:
				p = got
			case *packets.SubackPacket:
			}
		}
		if p == nil || !p.Retain || string(p.Payload) != "kept" {
			t.Fatalf("got %v", p)
		}
		c.send(pubackPacket(p.MessageID))

		retain("newer")
		if p := receive[*packets.PublishPacket](c); p.Retain {
			t.Error("RETAIN on a message that was not stored")
		}
		retain("") // deletes
		receive[*packets.PublishPacket](c)
		d := r.connect("d")
		d.subscribe("x/y")
		d.quiet(time.Second)
	})
}

func TestSubackDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{SubackDelay: 500 * time.Millisecond})
		lost := 0
		for i := range 20 {
			c := r.connect(fmt.Sprint(i))
			topic := fmt.Sprint("x", i)
			c.subscribe(topic)
			r.broker.publish(topic, []byte("early"))
			time.Sleep(100 * time.Millisecond)
			r.broker.publish(topic, []byte("soon"))
			time.Sleep(401 * time.Millisecond)
			r.broker.publish(topic, []byte("late"))
			got := c.message()
			if got == "early" {
				t.Error("a subscription worked at once")
			}
			if got == "late" {
				lost++
			} else if got := c.message(); got != "late" {
				t.Errorf("got %q", got)
			}
		}
		if lost < 5 || lost > 19 {
			t.Errorf("%d of 20 messages lost after 100 ms, want about 16", lost)
		}
	})
}
