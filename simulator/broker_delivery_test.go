package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

func TestRedelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.publish("x", []byte("a"))
		first := receive[*packets.PublishPacket](c)
		start := time.Now()
		r.broker.publish("x", []byte("b"))
		c.message() // is not sent again
		for range 3 {
			again := receive[*packets.PublishPacket](c)
			if again.MessageID != first.MessageID || again.Dup || string(again.Payload) != "a" {
				t.Errorf("got %v", again)
			}
		}
		if got := time.Since(start); got != time.Minute {
			t.Errorf("three times in %s", got)
		}
		c.send(pubackPacket(first.MessageID))
		c.quiet(time.Minute)
	})
}

func TestRedeliveryEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{RedeliveryInterval: time.Minute})
		p := connectPacket("c")
		p.Keepalive = 0
		c := r.connectWith(p)
		c.subscribe("x")
		r.broker.publish("x", nil)
		for range 120 {
			time.Sleep(time.Minute)
			c.send(packets.NewControlPacket(packets.Pingreq))
		}
		synctest.Wait()
		publishes := 0
		for len(c.in) > 0 {
			if _, ok := (<-c.in).(*packets.PublishPacket); ok {
				publishes++
			}
		}
		if publishes != 61 { // once, and each minute for an hour
			t.Errorf("sent %d times", publishes)
		}
	})
}

func TestPacketIDs(t *testing.T) {
	s := &session{lastID: 65534}
	for _, id := range []uint16{1, 2, 65535} {
		s.flight = append(s.flight, outgoing{id: id})
	}
	if got := s.freeID(); got != 3 {
		t.Errorf("id %d, want 3: neither 0 nor one on its way", got)
	}
}

// Without a limit in flight a client that acknowledges nothing gets as many messages
// as there are packet ids, and no more.
func TestPacketIDsRunOut(t *testing.T) {
	s := &session{broker: &broker{profile: Broker{InFlight: -1}.withDefaults()}}
	s.owner = &connection{}
	now := time.Now()
	for id := 1; id < 1<<16; id++ {
		s.flight = append(s.flight, outgoing{id: uint16(id), sent: now, born: now})
	}
	s.waiting = []outgoing{{publication: publication{topic: "x", qos: 1}}}
	if packet, _ := s.next(s.owner, now); !packet.isEmpty() { // or it looks for ever
		t.Errorf("sent %x", packet.packet)
	}
}

func TestDuplicates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{Duplicates: 0.25, PublishRate: -1})
		c := r.connect("c")
		c.subscribe("x")
		twice, before := 0, &packets.PublishPacket{}
		for i := range 200 {
			r.broker.publish("x", fmt.Append(nil, i))
		}
		for received := 0; received < 200+twice; received++ {
			p := receive[*packets.PublishPacket](c)
			if string(p.Payload) == string(before.Payload) {
				twice++
				if p.Dup || p.MessageID == before.MessageID {
					t.Errorf("duplicate %+v of id %d", p, before.MessageID)
				}
			}
			before = p
			c.send(pubackPacket(p.MessageID))
		}
		c.quiet(time.Second)
		if twice < 25 || twice > 75 {
			t.Errorf("%d of 200 came twice", twice)
		}
	})
}

func TestShuffle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{Shuffle: time.Second, PublishRate: -1})
		c := r.connect("c")
		c.subscribe("x")
		start := time.Now()
		for i := range 50 {
			r.broker.publish("x", fmt.Appendf(nil, "%02d", i))
		}
		overtaken, last, seen := 0, "", map[string]bool{}
		for range 50 {
			got := c.message()
			if got < last {
				overtaken++
			}
			last = got
			seen[got] = true
		}
		if len(seen) != 50 || overtaken < 10 {
			t.Errorf("%d messages, %d overtaken", len(seen), overtaken)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}
