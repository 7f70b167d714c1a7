package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

func TestDuplicateClientIDKicksTheOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		old := r.connect("c")
		old.subscribe("x")
		time.Sleep(time.Second)
		c := r.connect("c")
		old.ended(DropDuplicate)
		if got := r.broker.connections(); len(got) != 1 || len(got[0].Subscriptions) != 0 {
			t.Errorf("connected: %+v", got)
		}
		r.broker.publish("x", nil) // the subscription was the old one's
		c.quiet(time.Second)
	})
}

// Client ids are those of the broker and not of an account.
func TestDuplicateClientIDOfAnotherAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		p := connectPacket("c")
		p.CleanSession = false
		old := r.connectWith(p)
		old.subscribe("x")
		time.Sleep(time.Second)
		c := r.dial("AKB")
		c.send(p)
		if receive[*packets.ConnackPacket](c).SessionPresent {
			t.Error("took over the session of another account")
		}
		old.ended(DropDuplicate)
		if got := r.broker.connections(); len(got) != 1 || got[0].Email != "AKB" || len(got[0].Subscriptions) > 0 {
			t.Errorf("connected: %+v", got)
		}
	})
}

func TestLastWill(t *testing.T) {
	disconnect := func(_ *rig, c *testClient) { c.send(packets.NewControlPacket(packets.Disconnect)) }
	vanish := func(_ *rig, c *testClient) { _ = c.ws.NetConn().Close() }
	for name, test := range map[string]struct {
		end   func(r *rig, c *testClient)
		topic string
		want  bool
	}{
		"vanished":      {vanish, "will", true},
		"dropped":       {func(r *rig, _ *testClient) { r.broker.dropAll(DropServer) }, "will", true},
		"DISCONNECT":    {disconnect, "will", false},
		"close frame":   {func(_ *rig, c *testClient) { _ = c.ws.WriteMessage(8, nil) }, "will", false},
		"not permitted": {vanish, "forbidden/will", false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				p := connectPacket("c")
				p.WillFlag, p.WillTopic, p.WillMessage, p.WillQos = true, test.topic, []byte("gone"), 1
				c := r.connectWith(p)
				test.end(r, c)
				<-c.done
				time.Sleep(time.Second)
				got := r.received()
				if want := "c will gone"; test.want && (len(got) != 1 || got[0] != want) || !test.want && len(got) > 0 {
					t.Errorf("handled %q", got)
				}
			})
		})
	}
}

func TestClientInitiatedDisconnects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.send(packets.NewControlPacket(packets.Disconnect))
		c.ended(DropClient)
		d := r.connect("d")
		_ = d.ws.WriteMessage(8, nil)
		d.ended(DropClient)
		e := r.connect("e")
		_ = e.ws.NetConn().Close()
		e.ended(DropLost)
		f := r.dial("AKA")
		_ = f.ws.NetConn().Close()
		f.ended(DropBeforeConnected)
		if got := r.broker.tally.counters().Drops; got[DropClient] != 2 || got[DropLost] != 1 || got[DropBeforeConnected] != 1 {
			t.Errorf("counted %v", got)
		}
	})
}

func TestPersistentSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		p := connectPacket("c")
		p.CleanSession = false
		c := r.connectWith(p)
		sub := subscribePacket("x", "zero")
		sub.Qoss[1] = 0
		c.send(sub)
		receive[*packets.SubackPacket](c)
		r.broker.publish("x", []byte("unacknowledged"))
		receive[*packets.PublishPacket](c)
		_ = c.ws.NetConn().Close()
		<-c.done
		synctest.Wait()
		for i := range 3 {
			r.broker.publish("x", fmt.Append(nil, i))
		}
		r.broker.publish("zero", []byte("not stored"))
		time.Sleep(59 * time.Minute)

		c = r.dial("AKA")
		c.send(p)
		if ack := receive[*packets.ConnackPacket](c); !ack.SessionPresent {
			t.Fatal("the session is gone")
		}
		start := time.Now()
		for _, want := range []string{"unacknowledged", "0", "1", "2"} {
			if got := c.message(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		if took := time.Since(start); took != 300*time.Millisecond {
			t.Errorf("replayed in %s, not ten a second", took)
		}
		r.broker.publish("x", []byte("live"))
		if got := c.message(); got != "live" {
			t.Errorf("got %q", got)
		}

		time.Sleep(time.Second)
		taken := r.dial("AKA") // while the old connection is up
		taken.send(p)
		if ack := receive[*packets.ConnackPacket](taken); !ack.SessionPresent {
			t.Error("the session is gone")
		}
		c.ended(DropDuplicate)
		r.broker.publish("x", []byte("to the new one"))
		if got := taken.message(); got != "to the new one" {
			t.Errorf("got %q", got)
		}
		_ = taken.ws.NetConn().Close()
		<-taken.done
		synctest.Wait()
		r.broker.publish("x", []byte("expires"))

		time.Sleep(61 * time.Minute)
		c = r.connectWith(p) // demands no session
		c.quiet(time.Minute)
		c.send(packets.NewControlPacket(packets.Disconnect))
		<-c.done
		time.Sleep(time.Second)
		c = r.connect("c") // clean: ends what there was
		_ = c.ws.NetConn().Close()
		<-c.done
		time.Sleep(time.Second)
		r.connectWith(p)
	})
}

// A negative expiry turns the limit off: the session waits for its client.
func TestPersistentSessionWithoutExpiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{SessionExpiry: -1})
		p := connectPacket("c")
		p.CleanSession = false
		c := r.connectWith(p)
		_ = c.ws.NetConn().Close()
		<-c.done
		time.Sleep(30 * 24 * time.Hour)
		c = r.dial("AKA")
		c.send(p)
		if ack := receive[*packets.ConnackPacket](c); !ack.SessionPresent {
			t.Error("the session is gone")
		}
	})
}

// A connection that was kicked may still be writing, or subscribing, when the
// next one has its session.
func TestKickedConnectionTouchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newRig(t, Broker{}).broker
		join := func(clean bool) (*connection, *session) {
			time.Sleep(time.Second)
			c := &connection{broker: b, account: "AKA", since: time.Now(), publishes: limiter(-1, 0), reason: DropUnknown}
			s, _, _ := b.join(c, "c", clean)
			return c, s
		}
		kicked, s := join(false)
		owner, _ := join(false)
		s.deliver(publication{topic: "x", qos: 1}, time.Now())
		s.detach(kicked)
		if packet, _ := s.next(kicked, time.Now()); !packet.isEmpty() {
			t.Error("the old connection took a message")
		}
		if packet, _ := s.next(owner, time.Now()); packet.isEmpty() {
			t.Error("the message is lost")
		}
		join(true)
		b.subscribe(s, []string{"x"}, []byte{1})
		if len(b.subscriptions.root.children) > 0 {
			t.Error("a session that has ended subscribed")
		}
	})
}

func TestDropAllAndClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		a, b, idle := r.connect("a"), r.connect("b"), r.dial("AKA")
		if got := r.broker.connections(); len(got) != 2 || got[0].ClientID != "a" || got[1].ClientID != "b" {
			t.Errorf("connected: %+v", got)
		}
		synctest.Wait() // the idle one has its answer before the broker counts it among the open
		r.broker.dropAll(DropByCall)
		a.ended(DropByCall)
		b.ended(DropByCall)
		idle.ended(DropByCall)
		c := r.connect("c")
		r.broker.close()
		c.ended(DropServer)
		r.broker.close()
		if got := r.broker.connections(); len(got) != 0 {
			t.Errorf("connected: %+v", got)
		}
	})
}

// A client that does not read holds up nobody: neither publishers nor the end
// of its connection.
func TestClientThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{PublishRate: -1, Throughput: -1})
		c := r.connect("c")
		c.subscribe("x")
		c.rig.broker.mu.Lock()
		s := c.rig.broker.sessions["c"]
		c.rig.broker.mu.Unlock()
		_ = c.ws.SetReadDeadline(time.Now()) // ends its reader
		<-c.done
		for range 20 {
			r.broker.publish("x", make([]byte, maxPayload))
		}
		synctest.Wait()
		start := time.Now()
		r.broker.dropAll(DropServer)
		for s.current() != nil && time.Since(start) < time.Minute {
			time.Sleep(10 * time.Millisecond)
		}
		if got := time.Since(start); got > closeGrace+20*time.Millisecond {
			t.Errorf("ended after %s", got)
		}
	})
}

// One that sends without reading the answers is dropped before they fill the
// memory.
func TestAnswersNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepPing, Action: Proceed, Delay: time.Minute})
		for range maxAnswers + 1 {
			c.send(packets.NewControlPacket(packets.Pingreq))
		}
		c.ended(DropThrottled)
	})
}
