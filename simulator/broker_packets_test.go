package simulator

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"
)

// Each row is a message after which AWS closes the connection, though other
// brokers may not.
func TestMalformedPacketsClose(t *testing.T) {
	publish := encodePacket(publishPacket("x", "y"))
	wills := connectPacket("w")
	wills.WillQos = 1
	for name, data := range map[string][]byte{
		"empty":                       {},
		"one byte":                    {0xc0},
		"half a packet":               publish[:len(publish)-1],
		"two packets in one message":  append(append([]byte{}, publish...), publish...),
		"a byte too many":             append(append([]byte{}, publish...), 0),
		"QoS 3":                       append([]byte{0x36}, publish[1:]...),
		"DUP at QoS 0":                {0x38, 3, 0, 1, 'x'},
		"flags of SUBSCRIBE":          append([]byte{0x80}, encodePacket(subscribePacket("x"))[1:]...),
		"flags of UNSUBSCRIBE":        {0xa0, 5, 0, 1, 0, 1, 'x'},
		"flags of PINGREQ":            {0xc1, 0},
		"PINGREQ with content":        {0xc0, 1, 0},
		"length of five bytes":        {0x30, 0xff, 0xff, 0xff, 0xff, 1},
		"length longer than need be":  {0xc0, 0x80, 0},
		"256 MiB announced":           {0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 'x'},
		"type 0":                      {0x00, 0},
		"type 15":                     {0xf0, 0},
		"packet of a server":          {0x20, 2, 0, 0},
		"topic longer than packet":    {0x30, 3, 0, 9, 'x'},
		"PUBLISH without id":          {0x32, 3, 0, 1, 'x'},
		"PUBLISH with id 0":           {0x32, 5, 0, 1, 'x', 0, 0},
		"PUBLISH without topic":       {0x30, 2, 0, 0},
		"wildcard in a topic":         {0x30, 3, 0, 1, '+'},
		"topic of the broker":         {0x30, 6, 0, 4, '$', 'a', 'w', 's'},
		"SUBSCRIBE with id 0":         {0x82, 6, 0, 0, 0, 1, 'x', 1},
		"SUBSCRIBE without filter":    {0x82, 2, 0, 1},
		"SUBSCRIBE at QoS 3":          {0x82, 6, 0, 1, 0, 1, 'x', 3},
		"SUBSCRIBE without QoS":       {0x82, 5, 0, 1, 0, 1, 'x'},
		"UNSUBSCRIBE with id 0":       {0xa2, 5, 0, 0, 0, 1, 'x'},
		"UNSUBSCRIBE without filter":  {0xa2, 2, 0, 1},
		"wildcard in a level":         encodePacket(subscribePacket("cmd/52/navilink-+/#")),
		"eight slashes":               encodePacket(subscribePacket("1/2/3/4/5/6/7/8/9")),
		"257 bytes of topic":          encodePacket(publishPacket(strings.Repeat("x", 257), "")),
		"nine filters":                encodePacket(subscribePacket("1", "2", "3", "4", "5", "6", "7", "8", "9")),
		"a byte over 128 KiB":         encodePacket(publishPacket("x", strings.Repeat("y", maxPayload+1))),
		"PUBREC":                      {0x50, 2, 0, 1},
		"PUBREL":                      {0x62, 2, 0, 1},
		"PUBCOMP":                     {0x70, 2, 0, 1},
		"a second CONNECT":            encodePacket(connectPacket("other")),
		"will flags without a will":   encodePacket(wills),
		"CONNECT with a reserved bit": reservedBit(encodePacket(connectPacket("c"))),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				c := r.connect("c")
				c.raw(data)
				c.ended(DropProtocol)
				if got := r.received(); len(got) > 0 {
					t.Errorf("handled %q", got)
				}
			})
		})
	}
}

func reservedBit(connect []byte) []byte {
	connect[9] |= 1
	return connect
}

func TestLargestPacketsPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		topic := strings.Repeat("x", 256)
		c.subscribe(topic, "1/2/3/4/5/6/7/8", "3", "4", "5", "6", "7", "8")
		c.publish(topic, strings.Repeat("y", maxPayload))
		if got := len(c.message()); got != maxPayload {
			t.Errorf("%d bytes", got)
		}
	})
}

func TestTextFramesClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{}).connect("c")
		if err := c.ws.WriteMessage(websocket.TextMessage, []byte{0xc0, 0}); err != nil {
			t.Fatal(err)
		}
		c.ended(DropProtocol)
	})
}

// A message may be fragmented into frames: only a packet that is split over
// messages is known to be refused.
func TestFragmentedMessagesPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{}).connect("c")
		w, err := c.ws.NextWriter(websocket.BinaryMessage)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range []byte{0xc0, 0} {
			if _, err := w.Write([]byte{b}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		receive[*packets.PingrespPacket](c)
	})
}

func TestWebSocketPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newRig(t, Broker{}).connect("c")
		pong := make(chan string, 1)
		c.ws.SetPongHandler(func(data string) error { pong <- data; return nil })
		if err := c.ws.WriteMessage(websocket.PingMessage, []byte("hi")); err != nil {
			t.Fatal(err)
		}
		if got := <-pong; got != "hi" {
			t.Errorf("got %q", got)
		}
	})
}

func TestConnectRefused(t *testing.T) {
	change := func(f func(*packets.ConnectPacket)) *packets.ConnectPacket {
		p := connectPacket("c")
		f(p)
		return p
	}
	will := func(f func(*packets.ConnectPacket)) *packets.ConnectPacket {
		return change(func(p *packets.ConnectPacket) {
			p.WillFlag, p.WillTopic, p.WillMessage = true, "x", []byte("gone")
			f(p)
		})
	}
	const silently = -1
	for name, test := range map[string]struct {
		packet packets.ControlPacket
		code   int
	}{
		"MQTT 3.1":          {change(func(p *packets.ConnectPacket) { p.ProtocolName, p.ProtocolVersion = "MQIsdp", 3 }), 1},
		"MQTT 5":            {change(func(p *packets.ConnectPacket) { p.ProtocolVersion = 5 }), 1},
		"another protocol":  {change(func(p *packets.ConnectPacket) { p.ProtocolName = "AMQP" }), silently},
		"no client id":      {connectPacket(""), 2},
		"129 bytes of id":   {connectPacket(strings.Repeat("x", 129)), 2},
		"reserved id":       {connectPacket("$c"), 2},
		"id not UTF-8":      {connectPacket("\xff"), silently},
		"will at QoS 2":     {will(func(p *packets.ConnectPacket) { p.WillQos = 2 }), silently},
		"will to wildcards": {will(func(p *packets.ConnectPacket) { p.WillTopic = "#" }), silently},
		"password alone":    {change(func(p *packets.ConnectPacket) { p.PasswordFlag = true }), silently},
		"PINGREQ first":     {packets.NewControlPacket(packets.Pingreq), silently},
		"SUBSCRIBE first":   {subscribePacket("x"), silently},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				c := r.dial("AKA")
				c.send(test.packet)
				if test.code != silently {
					if ack := receive[*packets.ConnackPacket](c); int(ack.ReturnCode) != test.code {
						t.Errorf("CONNACK %d, want %d", ack.ReturnCode, test.code)
					}
				}
				c.ended(DropProtocol)
				if got := r.broker.connections(); len(got) > 0 {
					t.Errorf("connected: %+v", got)
				}
			})
		})
	}
}
