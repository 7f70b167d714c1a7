package awsiot

import (
	"encoding/binary"
	"fmt"
	"time"
)

// The packets of MQTT 3.1.1 (OASIS, 29 October 2014) that a client with a clean session and QoS 0 and 1 needs. An own codec,
// because the known ones allocate as many bytes as the other end announces and let malformed flags through.

// A packetType is the number of a control packet, section 2.2.1.
type packetType byte

const (
	typeConnect     packetType = 1
	typeConnack     packetType = 2
	typePublish     packetType = 3
	typePuback      packetType = 4
	typeSubscribe   packetType = 8
	typeSuback      packetType = 9
	typeUnsubscribe packetType = 10
	typeUnsuback    packetType = 11
	typePingreq     packetType = 12
	typePingresp    packetType = 13
	typeDisconnect  packetType = 14
)

func (t packetType) String() string {
	switch t {
	case typeConnect:
		return "CONNECT"
	case typeConnack:
		return "CONNACK"
	case typePublish:
		return "PUBLISH"
	case typePuback:
		return "PUBACK"
	case typeSubscribe:
		return "SUBSCRIBE"
	case typeSuback:
		return "SUBACK"
	case typeUnsubscribe:
		return "UNSUBSCRIBE"
	case typeUnsuback:
		return "UNSUBACK"
	case typePingreq:
		return "PINGREQ"
	case typePingresp:
		return "PINGRESP"
	case typeDisconnect:
		return "DISCONNECT"
	}
	return fmt.Sprintf("packet type %d", byte(t))
}

// Limits of AWS IoT Core, for what is sent and for what is taken.
const (
	maxPayload   = 128 << 10 // bytes of a PUBLISH
	maxTopic     = 256       // bytes of a topic or filter
	maxSlashes   = 7         // in a topic or filter
	maxRemaining = 2 + maxTopic + 2 + maxPayload
	maxPacket    = 1 + 3 + maxRemaining
)

// flagsQoS1 is the fixed-header flags of a PUBLISH at QoS 1, and by section 2.2.2 of SUBSCRIBE and UNSUBSCRIBE.
const flagsQoS1 = 0x02

// refusedFilter is the return code of a SUBACK for a filter that is not subscribed.
const refusedFilter = 0x80

var (
	pingreqPacket    = []byte{byte(typePingreq) << 4, 0}
	disconnectPacket = []byte{byte(typeDisconnect) << 4, 0}
)

// connectPacket asks for a clean session, without will, user name and password: the signature of the upgrade request has said who we are.
func connectPacket(clientID string, keepAlive time.Duration) []byte {
	const cleanSession = 0x02
	b := header(typeConnect, 0, 6+1+1+2+2+len(clientID))
	b = appendString(b, "MQTT")
	b = append(b, 4, cleanSession)
	b = binary.BigEndian.AppendUint16(b, uint16(keepAlive/time.Second))
	return appendString(b, clientID)
}

func publishPacket(id uint16, topic string, payload []byte) []byte {
	b := header(typePublish, flagsQoS1, 2+len(topic)+2+len(payload))
	b = appendString(b, topic)
	b = binary.BigEndian.AppendUint16(b, id)
	return append(b, payload...)
}

func pubackPacket(id uint16) []byte {
	return binary.BigEndian.AppendUint16(header(typePuback, 0, 2), id)
}

// subscribePacket asks for the filters at QoS 1.
func subscribePacket(id uint16, filters []string) []byte {
	b := header(typeSubscribe, flagsQoS1, 2+stringsLength(filters)+len(filters))
	b = binary.BigEndian.AppendUint16(b, id)
	for _, filter := range filters {
		b = append(appendString(b, filter), 1)
	}
	return b
}

func unsubscribePacket(id uint16, filters []string) []byte {
	b := header(typeUnsubscribe, flagsQoS1, 2+stringsLength(filters))
	b = binary.BigEndian.AppendUint16(b, id)
	for _, filter := range filters {
		b = appendString(b, filter)
	}
	return b
}

// header begins a packet whose remaining length is n, with room for all of it.
func header(t packetType, flags byte, n int) []byte {
	b := make([]byte, 0, 1+4+n)
	b = append(b, byte(t)<<4|flags)
	return binary.AppendUvarint(b, uint64(n)) // the same code as MQTT's up to its limit of four bytes
}

func appendString(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
	return append(b, s...)
}

func stringsLength(ss []string) int {
	n := 0
	for _, s := range ss {
		n += 2 + len(s)
	}
	return n
}
