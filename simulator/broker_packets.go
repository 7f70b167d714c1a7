package simulator

import (
	"bytes"
	"errors"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// The packets are encoded and decoded by paho's codec, because the client's own
// must not judge itself. It takes nearly everything, so what it took is checked
// here: the broker closes on what AWS closes on.

var (
	errFraming = errors.New("not exactly one whole packet")
	errFlags   = errors.New("reserved flags of the fixed header")
	errContent = errors.New("malformed packet")
	errTooLong = errors.New("packet too long")
)

// decodePacket decodes one packet that a client sent, which must fill the
// WebSocket message: a packet that is split over two makes AWS close the
// connection.
func decodePacket(data []byte) (packets.ControlPacket, error) {
	if len(data) < 2 {
		return nil, errFraming
	}
	if !validFlags(data[0]) {
		return nil, errFlags
	}
	remaining, n := remainingLength(data[1:])
	switch {
	case n == 0:
		return nil, errFraming
	case remaining > maxRemaining:
		return nil, errTooLong
	case len(data) != 1+n+remaining:
		return nil, errFraming
	}
	p, err := packets.ReadPacket(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(errContent, err)
	}
	if connect, ok := p.(*packets.ConnectPacket); ok && !validConnectFlags(connect) {
		return nil, errContent
	}
	// The codec fills up what is cut short, drops what is over, and takes a
	// length in more bytes than it needs: each comes out otherwise than it went
	// in.
	if !bytes.Equal(encodePacket(p), data) {
		return nil, errContent
	}
	return p, nil
}

// encodePacket returns a packet as it goes over the wire.
func encodePacket(p packets.ControlPacket) []byte {
	var b bytes.Buffer
	_ = p.Write(&b) // a buffer takes everything
	return b.Bytes()
}

// remainingLength decodes the length of what follows the fixed header and
// returns how many bytes it took: 0 when it is unfinished or longer than four
// bytes.
func remainingLength(data []byte) (value, n int) {
	for i, digit := range data[:min(4, len(data))] {
		value |= int(digit&0x7f) << (7 * i)
		if digit&0x80 == 0 {
			return value, i + 1
		}
	}
	return 0, 0
}

// validFlags checks the first byte of a packet: a type that a client may send,
// with the flags that the type demands.
func validFlags(first byte) bool {
	kind, flags := first>>4, first&0x0f
	switch kind {
	case packets.Publish:
		qos, dup := flags>>1&3, flags&8 != 0
		return qos < 3 && (qos > 0 || !dup)
	case packets.Subscribe, packets.Unsubscribe, packets.Pubrel:
		return flags == 2
	case packets.Connect, packets.Puback, packets.Pubrec, packets.Pubcomp, packets.Pingreq, packets.Disconnect:
		return flags == 0
	}
	return false
}

// validConnectFlags checks those flags of CONNECT that the codec lets through.
func validConnectFlags(p *packets.ConnectPacket) bool {
	if p.ReservedBit != 0 || p.WillQos > 2 || p.PasswordFlag && !p.UsernameFlag {
		return false
	}
	return p.WillFlag || p.WillQos == 0 && !p.WillRetain
}

func header(kind byte) packets.FixedHeader { return packets.FixedHeader{MessageType: kind} }

func connack(sessionPresent bool, code byte) []byte {
	return encodePacket(&packets.ConnackPacket{FixedHeader: header(packets.Connack), SessionPresent: sessionPresent, ReturnCode: code})
}

func puback(id uint16) []byte {
	return encodePacket(&packets.PubackPacket{FixedHeader: header(packets.Puback), MessageID: id})
}

func suback(id uint16, codes []byte) []byte {
	return encodePacket(&packets.SubackPacket{FixedHeader: header(packets.Suback), MessageID: id, ReturnCodes: codes})
}

func unsuback(id uint16) []byte {
	return encodePacket(&packets.UnsubackPacket{FixedHeader: header(packets.Unsuback), MessageID: id})
}

func pingresp() []byte {
	return encodePacket(&packets.PingrespPacket{FixedHeader: header(packets.Pingresp)})
}

func disconnect() []byte {
	return encodePacket(&packets.DisconnectPacket{FixedHeader: header(packets.Disconnect)})
}

// encodePublish returns a PUBLISH to a client. It never has the DUP flag, which
// AWS does not set.
func encodePublish(p publication, id uint16) []byte {
	h := packets.FixedHeader{MessageType: packets.Publish, Qos: p.qos, Retain: p.retain}
	return encodePacket(&packets.PublishPacket{FixedHeader: h, TopicName: p.topic, MessageID: id, Payload: p.payload})
}
