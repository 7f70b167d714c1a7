package mqtt

import (
	"bytes"
	"errors"
	"fmt"
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

func TestWrite(t *testing.T) {
	connect := judge[*packets.ConnectPacket](t, Connect{ClientID: "client-1", KeepAlive: 60 * time.Second}.Append(nil))
	if connect.ProtocolName != "MQTT" || connect.ProtocolVersion != 4 || !connect.CleanSession || connect.WillFlag ||
		connect.UsernameFlag || connect.PasswordFlag || connect.Keepalive != 60 || connect.ClientIdentifier != "client-1" ||
		connect.Validate() != packets.Accepted {
		t.Errorf("CONNECT: %+v", connect)
	}
	will := &Publish{Topic: "a/will", Payload: []byte("gone"), Retain: true}
	connect = judge[*packets.ConnectPacket](t, Connect{ClientID: "c", KeepAlive: time.Minute, User: "me", Password: "pass", Will: will}.Append(nil))
	if !connect.CleanSession || !connect.WillFlag || connect.WillQos != 1 || !connect.WillRetain || connect.WillTopic != "a/will" ||
		string(connect.WillMessage) != "gone" || connect.Username != "me" || string(connect.Password) != "pass" || connect.Validate() != packets.Accepted {
		t.Errorf("CONNECT with everything: %v", connect)
	}
	for _, size := range []int{0, 1, 100, 127, 128, 16_000, 16_384, 128 << 10} {
		payload := bytes.Repeat([]byte{'x'}, size)
		for _, sent := range []Publish{{ID: 4711, Topic: "a/b"}, {Topic: "a/b"}, {ID: 1, Topic: "a/b", Retain: true}} {
			sent.Payload = payload
			publish := judge[*packets.PublishPacket](t, sent.Append(nil))
			if publish.Qos != min(1, byte(sent.ID)) || publish.Dup || publish.Retain != sent.Retain || publish.TopicName != "a/b" ||
				publish.MessageID != sent.ID || !bytes.Equal(publish.Payload, payload) {
				t.Errorf("PUBLISH of %d bytes: %v", size, publish)
			}
		}
	}
	if p := judge[*packets.PubackPacket](t, AppendPuback(nil, 65535)); p.MessageID != 65535 {
		t.Errorf("PUBACK: %v", p)
	}
	filters := []string{"a/#", "b/+/c"}
	for _, qos := range []byte{0, 1} {
		subscribe := judge[*packets.SubscribePacket](t, AppendSubscribe(nil, 2, qos, filters...))
		if !cmp.Equal(subscribe.Topics, filters) || !cmp.Equal(subscribe.Qoss, []byte{qos, qos}) || subscribe.MessageID != 2 {
			t.Errorf("SUBSCRIBE: %v", subscribe)
		}
	}
	unsubscribe := judge[*packets.UnsubscribePacket](t, AppendUnsubscribe(nil, 3, filters...))
	if !cmp.Equal(unsubscribe.Topics, filters) || unsubscribe.MessageID != 3 {
		t.Errorf("UNSUBSCRIBE: %v", unsubscribe)
	}
	judge[*packets.PingreqPacket](t, AppendPingreq(nil))
	judge[*packets.DisconnectPacket](t, AppendDisconnect(nil))
	if got := AppendUnsubscribe(nil, 3, "a")[0]; got != 0xa2 {
		t.Errorf("UNSUBSCRIBE begins with %#x, which AWS takes for malformed", got)
	}
	if got := AppendPuback([]byte("before"), 9); string(got) != "before\x40\x02\x00\x09" {
		t.Errorf("appended: %q", got)
	}
}

// What one Printf shows of packets is their kind.
func TestPacketsPrintNoTopicAndNoPassword(t *testing.T) {
	const mark = "navilink-0a0b0c0d0e0f"
	publish := Publish{Topic: mark, Payload: []byte(mark)}
	for _, packet := range []any{publish, Packet{Type: TypePublish, Topic: mark, Payload: []byte(mark)}, Connect{ClientID: mark, Password: mark, Will: &publish}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, packet); got != "PUBLISH" && got != "CONNECT" {
				t.Errorf("%T with %s: %s", packet, verb, got)
			}
		}
	}
}

// most is the limit of the tests: the largest packet that AWS IoT Core sends.
const most = 2 + 256 + 2 + 128<<10

func read(r io.Reader) (Packet, error) {
	return (&Reader{From: r, Max: most}).Read()
}

func TestRead(t *testing.T) {
	longest := append([]byte{0x30, 0x82, 0x80, 0x08, 0, 1, 't'}, make([]byte, 128<<10-1)...)
	for name, test := range map[string]struct {
		in   []byte
		want Packet
	}{
		"CONNACK":          {[]byte{0x20, 2, 1, 0}, Packet{Type: TypeConnack, SessionPresent: true}},
		"CONNACK refusal":  {[]byte{0x20, 2, 0, 7}, Packet{Type: TypeConnack, Code: 7}},
		"PUBLISH QoS 0":    {[]byte{0x31, 4, 0, 1, 'a', 'x'}, Packet{Type: TypePublish, Topic: "a", Payload: []byte("x"), Retain: true}},
		"PUBLISH QoS 1":    {[]byte{0x3a, 5, 0, 1, 'a', 1, 2}, Packet{Type: TypePublish, QoS: 1, ID: 0x102, Topic: "a", Payload: []byte{}}},
		"PUBLISH, 128 KiB": {longest, Packet{Type: TypePublish, Topic: "t", Payload: longest[7:]}},
		"PUBACK":           {[]byte{0x40, 2, 0, 9}, Packet{Type: TypePuback, ID: 9}},
		"SUBACK":           {[]byte{0x90, 5, 0, 9, 1, 0x80, 0}, Packet{Type: TypeSuback, ID: 9, Codes: []byte{1, 0x80, 0}}},
		"UNSUBACK":         {[]byte{0xb0, 2, 0, 9}, Packet{Type: TypeUnsuback, ID: 9}},
		"PINGRESP":         {[]byte{0xd0, 0}, Packet{Type: TypePingresp}},
		"DISCONNECT":       {[]byte{0xe0, 0}, Packet{Type: TypeDisconnect}},
	} {
		for _, r := range []io.Reader{bytes.NewReader(test.in), iotest.OneByteReader(bytes.NewReader(test.in))} {
			got, err := read(r)
			if err != nil || !cmp.Equal(got, test.want) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		for n := 1; n < min(len(test.in), 100); n++ {
			if _, err := read(bytes.NewReader(test.in[:n])); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s cut after %d bytes: %v", name, n, err)
			}
		}
	}
	if _, err := read(strings.NewReader("")); !errors.Is(err, io.EOF) {
		t.Errorf("end between packets: %v", err)
	}
}

func TestReadRefusesMalformedPackets(t *testing.T) {
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
		if p, err := read(bytes.NewReader(in)); !errors.Is(err, ErrProtocol) {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
}

// A payload that is too long is passed over when that is wanted: ending the connection would not help against one that is retained.
func TestLongPayloadIsSkipped(t *testing.T) {
	for _, size := range []int{most, 1 << 20} {
		for _, id := range []uint16{0, 7} {
			in := Publish{ID: id, Topic: "a/b", Payload: make([]byte, size)}.Append(nil)
			in = Publish{Topic: "next"}.Append(in)
			r := Reader{From: bytes.NewReader(in), Max: most, Skip: true}
			got, err := r.Read()
			if want := (Packet{Type: TypePublish, QoS: min(1, byte(id)), ID: id, Topic: "a/b", Skipped: size}); err != nil || !cmp.Equal(got, want) {
				t.Errorf("%d bytes: %+v of %d, %v", size, got, got.Skipped, err)
			}
			if got, err := r.Read(); err != nil || got.Topic != "next" {
				t.Errorf("after %d bytes: %+v, %v", size, got, err)
			}
			r = Reader{From: bytes.NewReader(in[:size-1]), Max: most, Skip: true}
			if _, err := r.Read(); !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("cut in the middle: %v", err)
			}
		}
	}
	suback := append([]byte{0x90, 0x80, 0x80, 0x80, 0x01}, make([]byte, 1<<21)...)
	if _, err := (&Reader{From: bytes.NewReader(suback), Max: most, Skip: true}).Read(); !errors.Is(err, ErrProtocol) {
		t.Errorf("a SUBACK of 2 MiB: %v", err)
	}
}

// FuzzRead lets the independent codec agree with everything that is accepted.
func FuzzRead(f *testing.F) {
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
		p, err := read(r)
		if err != nil {
			return
		}
		skipped, err := (&Reader{From: bytes.NewReader(in), Max: most, Skip: true}).Read()
		if err != nil || !cmp.Equal(p, skipped) {
			t.Fatalf("%+v, and %+v where long ones are skipped: %v", p, skipped, err)
		}
		other, err := packets.ReadPacket(bytes.NewReader(in[:len(in)-r.Len()]))
		if err != nil {
			t.Fatalf("accepted %+v, which paho refuses: %v", p, err)
		}
		if other.Details().MessageID != p.ID || other.Details().Qos != p.QoS {
			t.Fatalf("%+v, paho: %v", p, other)
		}
		if publish, ok := other.(*packets.PublishPacket); ok {
			if publish.TopicName != p.Topic || !bytes.Equal(publish.Payload, p.Payload) {
				t.Fatalf("%+v, paho: %v", p, publish)
			}
		}
	})
}
