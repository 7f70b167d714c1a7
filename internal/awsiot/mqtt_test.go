package awsiot

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/google/go-cmp/cmp"
)

// judge decodes what we encode with an independent codec.
func judge[P packets.ControlPacket](t *testing.T, b []byte) P {
	t.Helper()
	r := bytes.NewReader(b)
	p, err := packets.ReadPacket(r)
	if err != nil || r.Len() != 0 {
		t.Fatalf("paho: %v, %d bytes left", err, r.Len())
	}
	typed, ok := p.(P)
	if !ok {
		t.Fatalf("paho sees a %T", p)
	}
	return typed
}

func TestEncode(t *testing.T) {
	connect := judge[*packets.ConnectPacket](t, connectPacket("client-1", 60*time.Second))
	if connect.ProtocolName != "MQTT" || connect.ProtocolVersion != 4 || !connect.CleanSession || connect.WillFlag ||
		connect.UsernameFlag || connect.PasswordFlag || connect.Keepalive != 60 || connect.ClientIdentifier != "client-1" ||
		connect.Validate() != packets.Accepted {
		t.Errorf("CONNECT: %+v", connect)
	}
	for _, size := range []int{0, 1, 100, 127, 128, 16_000, 16_384, maxPayload} {
		payload := bytes.Repeat([]byte{'x'}, size)
		publish := judge[*packets.PublishPacket](t, publishPacket(4711, "a/b", payload))
		if publish.Qos != 1 || publish.Dup || publish.Retain || publish.TopicName != "a/b" || publish.MessageID != 4711 ||
			!bytes.Equal(publish.Payload, payload) {
			t.Errorf("PUBLISH of %d bytes: %v", size, publish)
		}
	}
	if n := len(publishPacket(1, strings.Repeat("t", maxTopic), make([]byte, maxPayload))); n != maxPacket {
		t.Errorf("the largest packet has %d bytes", n)
	}
	if p := judge[*packets.PubackPacket](t, pubackPacket(65535)); p.MessageID != 65535 {
		t.Errorf("PUBACK: %v", p)
	}
	filters := []string{"a/#", "b/+/c"}
	subscribe := judge[*packets.SubscribePacket](t, subscribePacket(2, filters))
	if !cmp.Equal(subscribe.Topics, filters) || !cmp.Equal(subscribe.Qoss, []byte{1, 1}) || subscribe.MessageID != 2 {
		t.Errorf("SUBSCRIBE: %v", subscribe)
	}
	unsubscribe := judge[*packets.UnsubscribePacket](t, unsubscribePacket(3, filters))
	if !cmp.Equal(unsubscribe.Topics, filters) || unsubscribe.MessageID != 3 {
		t.Errorf("UNSUBSCRIBE: %v", unsubscribe)
	}
	judge[*packets.PingreqPacket](t, pingreqPacket)
	judge[*packets.DisconnectPacket](t, disconnectPacket)
	if got := unsubscribePacket(3, filters)[0]; got != 0xa2 {
		t.Errorf("UNSUBSCRIBE begins with %#x, which AWS takes for malformed", got)
	}
}

func TestDecode(t *testing.T) {
	longest := append([]byte{0x30, 0x82, 0x80, 0x08, 0, 1, 't'}, make([]byte, maxPayload-1)...)
	for name, test := range map[string]struct {
		in   []byte
		want packet
	}{
		"CONNACK":          {[]byte{0x20, 2, 1, 0}, packet{kind: typeConnack, sessionPresent: true}},
		"CONNACK refusal":  {[]byte{0x20, 2, 0, 7}, packet{kind: typeConnack, code: 7}},
		"PUBLISH QoS 0":    {[]byte{0x31, 4, 0, 1, 'a', 'x'}, packet{kind: typePublish, topic: "a", payload: []byte("x")}},
		"PUBLISH QoS 1":    {[]byte{0x3a, 5, 0, 1, 'a', 1, 2}, packet{kind: typePublish, qos: 1, id: 0x102, topic: "a", payload: []byte{}}},
		"PUBLISH, 128 KiB": {longest, packet{kind: typePublish, topic: "t", payload: longest[7:]}},
		"PUBACK":           {[]byte{0x40, 2, 0, 9}, packet{kind: typePuback, id: 9}},
		"SUBACK":           {[]byte{0x90, 5, 0, 9, 1, 0x80, 0}, packet{kind: typeSuback, id: 9, codes: []byte{1, 0x80, 0}}},
		"UNSUBACK":         {[]byte{0xb0, 2, 0, 9}, packet{kind: typeUnsuback, id: 9}},
		"PINGRESP":         {[]byte{0xd0, 0}, packet{kind: typePingresp}},
		"DISCONNECT":       {[]byte{0xe0, 0}, packet{kind: typeDisconnect}},
	} {
		for _, r := range []io.Reader{bytes.NewReader(test.in), iotest.OneByteReader(bytes.NewReader(test.in))} {
			got, err := readPacket(r)
			if err != nil || !cmp.Equal(got, test.want, cmp.AllowUnexported(packet{})) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		for n := 1; n < min(len(test.in), 100); n++ {
			if _, err := readPacket(bytes.NewReader(test.in[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s cut after %d bytes: %v", name, n, err)
			}
		}
	}
	if _, err := readPacket(strings.NewReader("")); !errors.Is(err, io.EOF) {
		t.Errorf("end between packets: %v", err)
	}
}

func TestDecodeRefusesMalformedPackets(t *testing.T) {
	for name, in := range map[string][]byte{
		"type 0":                     {0x00, 0},
		"type 15":                    {0xf0, 0},
		"CONNECT":                    {0x10, 0},
		"SUBSCRIBE":                  {0x82, 5, 0, 1, 0, 0, 0},
		"PINGREQ":                    {0xc0, 0},
		"PUBREC":                     {0x50, 2, 0, 1},
		"PUBREL":                     {0x62, 2, 0, 1},
		"flags of PUBACK":            {0x41, 2, 0, 1},
		"flags of PINGRESP":          {0xd2, 0},
		"QoS 2":                      {0x34, 6, 0, 1, 'a', 0, 1, 'x'},
		"QoS 3":                      {0x36, 6, 0, 1, 'a', 0, 1, 'x'},
		"duplicate at QoS 0":         {0x38, 3, 0, 1, 'a'},
		"length of five bytes":       {0x30, 0x80, 0x80, 0x80, 0x80, 1},
		"256 MiB announced":          {0x30, 0xff, 0xff, 0xff, 0x7f},
		"one byte more than allowed": {0x30, 0x85, 0x82, 0x08},
		"topic longer than packet":   {0x30, 4, 0, 9, 'a', 'b'},
		"PUBLISH of one byte":        {0x30, 1, 0},
		"empty topic":                {0x30, 3, 0, 0, 'x'},
		"topic not UTF-8":            {0x30, 4, 0, 1, 0xff, 'x'},
		"topic with NUL":             {0x30, 4, 0, 1, 0, 'x'},
		"topic with wildcard":        {0x30, 4, 0, 1, '#', 'x'},
		"PUBLISH without id":         {0x32, 4, 0, 1, 'a', 1},
		"PUBLISH with id 0":          {0x32, 5, 0, 1, 'a', 0, 0},
		"PUBACK with id 0":           {0x40, 2, 0, 0},
		"PUBACK of 3 bytes":          {0x40, 3, 0, 1, 0},
		"CONNACK of 1 byte":          {0x20, 1, 0},
		"CONNACK flags":              {0x20, 2, 2, 0},
		"refused session present":    {0x20, 2, 1, 5},
		"SUBACK without codes":       {0x90, 2, 0, 1},
		"SUBACK granting QoS 2":      {0x90, 3, 0, 1, 2},
		"SUBACK code 0x81":           {0x90, 3, 0, 1, 0x81},
		"PINGRESP with a body":       {0xd0, 1, 0},
	} {
		if p, err := readPacket(bytes.NewReader(in)); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// FuzzReadPacket lets the independent codec agree with everything that is accepted.
func FuzzReadPacket(f *testing.F) {
	for _, seed := range [][]byte{
		{0x20, 2, 0, 0},
		{0x32, 6, 0, 1, 'a', 0, 1, 'x'},
		{0x3b, 6, 0, 1, 'a', 0, 1, 'x'},
		{0x40, 2, 0, 1},
		{0x90, 4, 0, 1, 1, 0x80},
		{0xb0, 2, 0, 1},
		{0xd0, 0},
		{0xe0, 0},
		{0x30, 0xff, 0xff, 0xff, 0x7f},
		{0x30, 0x83, 0x80, 0x00, 0, 1, 'a'},
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		r := bytes.NewReader(in)
		p, err := readPacket(r)
		if err != nil {
			return
		}
		other, err := packets.ReadPacket(bytes.NewReader(in[:len(in)-r.Len()]))
		if err != nil {
			t.Fatalf("accepted %+v, which paho refuses: %v", p, err)
		}
		if other.Details().MessageID != p.id || other.Details().Qos != p.qos {
			t.Fatalf("%+v, paho: %v", p, other)
		}
		if publish, ok := other.(*packets.PublishPacket); ok {
			if publish.TopicName != p.topic || !bytes.Equal(publish.Payload, p.payload) {
				t.Fatalf("%+v, paho: %v", p, publish)
			}
		}
	})
}

func TestTopicLimits(t *testing.T) {
	long := strings.Repeat("a", maxTopic)
	for _, topic := range []string{"a", "cmd/52/0/0/client/res/status/rd", long, "/", "é/ü"} {
		if err := checkTopic(topic); err != nil {
			t.Errorf("%q: %v", topic, err)
		}
	}
	for _, topic := range []string{"", long + "a", "1/2/3/4/5/6/7/8/9", "$aws/things/x", "a/+", "#", "a\x00", "a\xff"} {
		if err := checkTopic(topic); !errors.Is(err, ErrTopic) {
			t.Errorf("%q: %v", topic, err)
		}
	}
	for _, filter := range []string{"a", "#", "+", "+/+", "cmd/52/navilink-0123/#", "evt/+/mobile/event/disconnect-mqtt", "a//b"} {
		if err := checkFilter(filter); err != nil {
			t.Errorf("%q: %v", filter, err)
		}
	}
	for _, filter := range []string{"", "cmd/52/navilink-+/#", "a/#/b", "a#", "##", "1/2/3/4/5/6/7/8/9", "$SYS/#", long + "a"} {
		if err := checkFilter(filter); !errors.Is(err, ErrFilter) || strings.Contains(err.Error(), "navilink") {
			t.Errorf("%q: %v", filter, err)
		}
	}
}
