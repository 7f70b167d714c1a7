package simulator

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// delivered returns the payloads of the messages that come when one is published under a
// fault, acknowledged each.
func delivered(t *testing.T, wire func([]byte) []byte, payload string) (payloads []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepDeliver, Wire: wire, Times: 1})
		r.broker.publish("x", []byte(payload))
		synctest.Wait()
		seen := make(map[uint16]bool)
		for range len(c.in) {
			p := receive[*packets.PublishPacket](c)
			if p.Qos != 1 || p.Dup || p.MessageID == 0 || seen[p.MessageID] {
				t.Errorf("message %d at QoS %d, DUP %v, seen %v", p.MessageID, p.Qos, p.Dup, seen[p.MessageID])
			}
			seen[p.MessageID] = true
			c.send(pubackPacket(p.MessageID))
			payloads = append(payloads, string(p.Payload))
		}
		synctest.Wait()
		if got := r.broker.tally.counters().Acknowledged; got != len(payloads) {
			t.Errorf("%d acknowledged of %d", got, len(payloads))
		}
		r.broker.publish("x", nil) // nothing is left that disturbs
		c.message()
		c.quiet(time.Hour / 4)
	})
	return payloads
}

// Another packet id is never 0, which breaks the protocol.
func TestOtherID(t *testing.T) {
	for id := range 1 << 16 {
		if other := otherID(uint16(id)); id > 0 && (other == 0 || other == uint16(id)) {
			t.Errorf("%d for %d", other, id)
		}
	}
}

// A message at QoS 0 has no packet id, is not sent again, and does not count as one in flight.
func TestAtMostOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{InFlight: 1})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepDeliver, AtMostOnce: true, Times: 2})
		for range 2 {
			r.broker.publish("x", nil)
			if p := receive[*packets.PublishPacket](c); p.Qos != 0 || p.MessageID != 0 {
				t.Errorf("message %d at QoS %d", p.MessageID, p.Qos)
			}
		}
		r.broker.publish("x", nil)
		c.message()
		c.quiet(time.Hour / 4)
	})
}

func TestFormsOfAMessage(t *testing.T) {
	const status = `{"response":{"status":{"operationMode":32,"dhwTemperature":117,"wifiRssi":59,"dhwOperationSetting": 1}}}`
	for name, test := range map[string]struct {
		wire func([]byte) []byte
		want []string
	}{
		"three frames": {inThreeFrames, []string{status}},
		"single bytes": {inSingleBytes, []string{status}},
		"duplicate":    {again, []string{status, status}},
		"without":      {rewritten(without), []string{`{"response":{"status":{"wifiRssi":59,"dhwOperationSetting": 1}}}`}},
		"unheard of":   {rewritten(unheardOf), []string{strings.NewReplacer("32", "99", ": 1", ": 99").Replace(status)}},
		"half":         {rewritten(half), []string{status[:len(status)/2]}},
		"constant":     {rewritten(constant("[]")), []string{"[]"}},
		"largest":      {rewritten(largest), []string{status + strings.Repeat(" ", 128<<10-len(status))}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := delivered(t, test.wire, status); fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("got %.200q, want %.200q", got, test.want)
			}
		})
	}
	many := delivered(t, thousand, status)
	if len(many) != 1000 || many[999] != status {
		t.Fatalf("%d messages, the last %q", len(many), many[len(many)-1])
	}
	for i, got := range many[:999] {
		if want := strings.Replace(status, "59", fmt.Sprint(100+i), 1); got != want {
			t.Fatalf("message %d: %q", i, got)
		}
	}
}

// What is no message at QoS 1 is left as it is by what changes messages.
func TestFormsOfOtherPackets(t *testing.T) {
	for _, packet := range [][]byte{pingresp(), encodePublish(publication{topic: "x"}, 0)} {
		if got := rewritten(half)(packet); !bytes.Equal(got, Frame(OpBinary, true, packet)) {
			t.Errorf("got % x", got)
		}
	}
	if got := fiveInOne(pingresp()); !bytes.Equal(got, Frame(OpBinary, true, bytes.Repeat(pingresp(), 5))) {
		t.Errorf("got % x", got)
	}
}

// Packets and frames that a broker never sends come out as meant: others judge what is to be made of them.
func TestFormsThatBreakTheProtocol(t *testing.T) {
	packet := encodePublish(publication{topic: "x", payload: []byte("hi"), qos: 1}, 7)
	for name, test := range map[string]struct {
		wire func([]byte) []byte
		want []byte // before the end
	}{
		"text":           {asText, []byte{0x81, 9, 0x32, 7}},
		"reserved":       {asReserved, []byte{0x83, 9, 0x32, 7}},
		"masked":         {asMasked, []byte{0x82, 0x89, 0, 0, 0, 0, 0x32, 7}},
		"huge":           {asHuge, []byte{0x82, 127, 0, 0, 0, 0, 0x10, 0, 0, 0, 0x32, 7}},
		"three messages": {inThreeMessages, []byte{0x82, 1, 0x32, 0x82, 4, 7, 0, 1, 'x', 0x82, 4, 0, 7, 'h', 'i'}},
		"QoS 3":          {withFlags(6), []byte{0x82, 9, 0x36, 7}},
		"instead":        {instead(0xd0, 0), []byte{0x82, 2, 0xd0, 0}},
		"ping":           {say(OpPing, []byte("?")), []byte{0x89, 1, '?'}},
	} {
		if got := test.wire(packet); !bytes.HasPrefix(got, test.want) {
			t.Errorf("%s: got % x, want % x", name, got, test.want)
		}
	}
	if packet[0] != 0x32 {
		t.Error("a fault has changed the packet")
	}
}

// An acknowledgement may come twice, or with one for a stranger; and a client that uses a packet id again before its
// acknowledgement is noticed.
func TestFormsOfAcknowledgements(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepPuback, Wire: twice, Times: 1}, Fault{Step: StepPuback, Wire: withStranger, Times: 1})
		for _, want := range [][]uint16{{9, 9}, {9 | 0x8000, 9}} {
			c.send(publishPacket("x", ""))
			for _, id := range want {
				if got := receive[*packets.PubackPacket](c); got.MessageID != id {
					t.Errorf("PUBACK for %d, want %d", got.MessageID, id)
				}
			}
		}
		r.broker.faults.inject(Fault{Step: StepPuback, Delay: time.Second})
		repeated := publishPacket("x", "")
		repeated.Dup = true
		for i, p := range []*packets.PublishPacket{publishPacket("x", ""), repeated, publishPacket("x", "")} {
			c.send(p)
			synctest.Wait()
			if got, want := r.broker.tally.counters().Offences[OffencePacketID], i/2; got != want {
				t.Errorf("packet %d: %d offences, want %d", i, got, want)
			}
		}
	})
}

// A WebSocket ping may come at any time, and its answer is counted.
func TestFaultPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		r.broker.faults.inject(Fault{Step: StepPacket, Wire: say(OpPing, []byte("there?"))})
		c.ping()
		synctest.Wait()
		if got := r.broker.tally.counters().Pongs; got != 1 {
			t.Errorf("%d pongs", got)
		}
		c.ping()
	})
}

// Each case has a name of its own, says something, and does something.
func TestFaultCasesOfData(t *testing.T) {
	ids := make(map[string]bool)
	for _, c := range append(casesE(), casesF()...) {
		ids[c.ID] = true
		if strings.ToLower(c.Name) != c.Name || strings.ContainsAny(c.Name, " _,") || c.Text == "" || len(c.Faults) == 0 {
			t.Errorf("%+v", c)
		}
	}
	for group, n := range map[string]int{"E": 12, "F": 13} {
		for i := range n {
			if id := fmt.Sprint(group, i+1); !ids[id] {
				t.Errorf("there is no case %s", id)
			}
		}
	}
}
