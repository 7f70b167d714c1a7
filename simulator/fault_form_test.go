package simulator

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// What Wire makes goes over the socket in place of the packet, and where there is none, in addition.
func TestFaultWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		twice := func(packet []byte) []byte { // the packet, and the packet again in three frames
			n := len(packet)
			return bytes.Join([][]byte{
				Frame(OpBinary, true, packet),
				Frame(OpBinary, false, packet[:1]), Frame(OpContinuation, false, packet[1:n-1]), Frame(OpContinuation, true, packet[n-1:]),
			}, nil)
		}
		r.broker.faults.inject(Fault{Step: StepConnack, Wire: twice, Times: 1})
		c := r.connect("c")
		receive[*packets.ConnackPacket](c)
		for _, step := range []Step{StepSuback, StepPuback, StepPing, StepDeliver, StepUnsubscribe} {
			r.broker.faults.inject(Fault{Step: step, Wire: twice, Times: 1})
		}
		c.subscribe("x")
		receive[*packets.SubackPacket](c)
		c.publish("z", "")
		receive[*packets.PubackPacket](c)
		c.ping()
		receive[*packets.PingrespPacket](c)
		r.broker.publish("x", bytes.Repeat([]byte("long "), 14_000)) // a length of 64 bits
		first := receive[*packets.PublishPacket](c)
		if again := receive[*packets.PublishPacket](c); again.MessageID != first.MessageID || len(again.Payload) != 70_000 {
			t.Error("not the same message")
		}
		c.send(pubackPacket(first.MessageID))
		c.unsubscribe("x")
		receive[*packets.UnsubackPacket](c)
		c.ping()

		spoken := 0
		speak := func(packet []byte) []byte {
			spoken += len(packet)
			return Frame(OpBinary, true, pingresp())
		}
		r.broker.faults.inject(Fault{Step: StepPacket, Wire: speak, Times: 1}, Fault{Step: StepConnected, Wire: speak, Times: 1})
		c.ping()
		receive[*packets.PingrespPacket](c)
		receive[*packets.PingrespPacket](r.connect("d"))
		if spoken > 0 {
			t.Error("there is a packet where none is")
		}
		c.quiet(time.Minute)
	})
}

// A filter, a topic and a time limit what a fault meets.
func TestFaultLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		refused := r.broker.faults.inject(Fault{Step: StepSubscribe, Action: Refuse, Topic: "/bad"})
		if codes := c.subscribe("a/good", "a/bad", "bad/good"); !bytes.Equal(codes, []byte{1, 0x80, 1}) {
			t.Errorf("SUBACK % x", codes)
		}
		if codes := c.subscribe("another"); !bytes.Equal(codes, []byte{1}) || refused.Fired() != 1 {
			t.Errorf("SUBACK % x, fired %d times", codes, refused.Fired())
		}
		lost := r.broker.faults.inject(Fault{Step: StepPublish, Action: Lose, Topic: "/lost"})
		c.send(publishPacket("a/lost", ""))
		c.publish("a/found", "")
		if heard := r.received(); len(heard) != 1 || lost.Fired() != 1 {
			t.Errorf("heard %q, fired %d times", heard, lost.Fired())
		}
		fast := r.broker.faults.inject(Fault{Step: StepPing, Action: Lose, Within: 30 * time.Second})
		c.ping()
		time.Sleep(30 * time.Second)
		c.ping()
		time.Sleep(29 * time.Second)
		c.send(packets.NewControlPacket(packets.Pingreq))
		c.quiet(30 * time.Second)
		c.ping()
		other := r.connect("d") // pings for the first time
		other.ping()
		if fast.Fired() != 1 {
			t.Errorf("fired %d times", fast.Fired())
		}
	})
}

// A cut may end the connection in another form than the profile's.
func TestFaultClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepPing, Action: Cut, Close: CloseDisconnect, Times: 1})
		c.send(packets.NewControlPacket(packets.Pingreq))
		receive[*packets.DisconnectPacket](c)
		c.ended(DropServer)
		c = r.dial("AKA")
		time.Sleep(time.Second)
		c.send(connectPacket("c"))
		receive[*packets.ConnackPacket](c)
		r.broker.dropAll(DropServer)
		c.ended(DropServer) // as the profile says: without a word
	})
}

// Several faults of one injection are counted and healed together.
func TestFaultsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		both := r.broker.faults.inject(Fault{Step: StepPing, Action: Lose, Times: 2}, Fault{Step: StepPublish, Action: Lose})
		for range 2 {
			c.send(packets.NewControlPacket(packets.Pingreq))
			c.send(publishPacket("x", ""))
		}
		c.quiet(time.Minute)
		c.ping()
		if both.Fired() != 4 {
			t.Errorf("fired %d times", both.Fired())
		}
		both.Heal()
		both.Heal()
		c.publish("x", "")
		if both.Fired() != 4 {
			t.Errorf("fired %d times", both.Fired())
		}
	})
}

// The cloud's clock can be ahead: it judges and dates by it, and what it refuses then is no offence.
func TestFaultSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		skew := r.broker.faults.inject(Fault{Step: StepUpgrade, Skew: time.Hour})
		a := r.upgrade(sign(t, r.host(), "AKA", time.Now()), upgradeHeader())
		date, err := http.ParseTime(a.header.Get("Date"))
		if a.status != 403 || err != nil || !date.Equal(time.Now().Add(time.Hour).Truncate(time.Second)) || !bytes.Contains([]byte(a.body), []byte("Signature expired")) {
			t.Errorf("%d %v %s", a.status, a.header, a.body)
		}
		a = r.upgrade(sign(t, r.host(), "AKA", time.Now().Add(time.Hour)), upgradeHeader())
		if a.status != 101 || skew.Fired() != 2 {
			t.Errorf("%d %s, fired %d times", a.status, a.body, skew.Fired())
		}
		skew.Heal()
		r.upgrade(sign(t, r.host(), "AKA", time.Now().Add(-time.Hour)), upgradeHeader())
		r.upgrade("X-Amz-Signature=0", upgradeHeader())
		if got := r.broker.tally.counters().Offences; got[OffenceOldSignature] != 1 || got[OffenceSignature] != 1 || len(got) != 2 {
			t.Errorf("offences %v", got)
		}
	})
}

// Whatever AWS does not let pass is counted, by its kind, and a fault can notice it.
func TestOffences(t *testing.T) {
	filters := func(n int) []string {
		var list []string
		for i := range n {
			list = append(list, string(rune('a'+i)))
		}
		return list
	}
	qos2 := publishPacket("x", "")
	qos2.Qos = 2
	qos0 := publishPacket("x", "")
	qos0.Qos = 0
	nameless := publishPacket("x", "")
	nameless.MessageID = 0
	for offence, commit := range map[Offence]func(*rig, *testClient){
		OffenceSplit:         func(_ *rig, c *testClient) { c.raw(encodePacket(publishPacket("x", "hello"))[:5]) },
		OffenceProtocol:      func(_ *rig, c *testClient) { c.send(connectPacket("c")) },
		OffenceConnectRate:   func(r *rig, _ *testClient) { r.dial("AKA").send(connectPacket("c")) },
		OffenceFilters:       func(_ *rig, c *testClient) { c.send(subscribePacket(filters(9)...)) },
		OffenceTopic:         func(_ *rig, c *testClient) { c.send(subscribePacket("a+/#")) },
		OffenceForbidden:     func(_ *rig, c *testClient) { c.send(publishPacket("forbidden", "")) },
		OffencePayload:       func(_ *rig, c *testClient) { c.send(publishPacket("x", string(make([]byte, maxPayload+1)))) },
		OffencePacketID:      func(_ *rig, c *testClient) { c.send(nameless) },
		OffenceQoS2:          func(_ *rig, c *testClient) { c.send(qos2) },
		OffenceFastPing:      func(_ *rig, c *testClient) { c.ping(); time.Sleep(29 * time.Second); c.ping() },
		OffenceSubscriptions: func(_ *rig, c *testClient) { c.subscribe(filters(2)...) },
		OffencePublishRate: func(_ *rig, c *testClient) {
			for range 3 {
				c.send(qos0)
			}
		},
	} {
		t.Run(string(offence), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{Subscriptions: 1, PublishRate: 2})
				c := r.connect("c")
				guard := r.broker.faults.inject(Fault{Step: StepOffence, Offence: offence})
				other := r.broker.faults.inject(Fault{Step: StepOffence, ClientID: "another"})
				commit(r, c)
				synctest.Wait()
				if got := r.broker.tally.counters().Offences; len(got) != 1 || got[offence] != 1 || guard.Fired() != 1 || other.Fired() != 0 {
					t.Errorf("offences %v, noticed %d times", got, guard.Fired())
				}
			})
		})
	}
}
