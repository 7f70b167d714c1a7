package mqtt

import (
	"errors"
	"fmt"
	"io"
)

// ErrProtocol says that the broker sent what MQTT 3.1.1 does not allow.
var ErrProtocol = errors.New("protocol violation by the broker")

// Violation returns an error that wraps [ErrProtocol] and says what the broker did.
func Violation(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}

// A Type is the number of a control packet, section 2.2.1.
type Type byte

// The types of packets, without those of QoS 2.
const (
	TypeConnect     Type = 1
	TypeConnack     Type = 2
	TypePublish     Type = 3
	TypePuback      Type = 4
	TypeSubscribe   Type = 8
	TypeSuback      Type = 9
	TypeUnsubscribe Type = 10
	TypeUnsuback    Type = 11
	TypePingreq     Type = 12
	TypePingresp    Type = 13
	TypeDisconnect  Type = 14
)

// String returns the name that MQTT gives the type.
func (t Type) String() string {
	switch t {
	case TypeConnect:
		return "CONNECT"
	case TypeConnack:
		return "CONNACK"
	case TypePublish:
		return "PUBLISH"
	case TypePuback:
		return "PUBACK"
	case TypeSubscribe:
		return "SUBSCRIBE"
	case TypeSuback:
		return "SUBACK"
	case TypeUnsubscribe:
		return "UNSUBSCRIBE"
	case TypeUnsuback:
		return "UNSUBACK"
	case TypePingreq:
		return "PINGREQ"
	case TypePingresp:
		return "PINGRESP"
	case TypeDisconnect:
		return "DISCONNECT"
	}
	return fmt.Sprintf("packet type %d", byte(t))
}

// RefusedFilter is the return code of a SUBACK for a filter that is not subscribed.
const RefusedFilter = 0x80

// A Packet is what a broker sends. Fields that its type does not have are zero.
type Packet struct {
	Type           Type
	ID             uint16 // of PUBLISH at QoS 1, PUBACK, SUBACK, UNSUBACK
	SessionPresent bool   // of CONNACK
	Code           byte   // of CONNACK
	Codes          []byte // of SUBACK, one for each filter
	Topic          string // of PUBLISH
	Payload        []byte // of PUBLISH
	Skipped        int    // of PUBLISH: bytes of a payload that was too long to be read; see Reader.Skip
	QoS            byte   // of PUBLISH: 0 or 1
	Retain         bool   // of PUBLISH: it was there before the subscription that brings it
}

// Format writes the packet's type: a PUBLISH holds a topic.
func (p Packet) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, p.Type.String()) }

// Reason returns what the return code of a CONNACK stands for, section 3.2.2.3. AWS IoT also uses 7.
func Reason(code byte) string {
	switch code {
	case 1:
		return "protocol version"
	case 2:
		return "client id"
	case 3:
		return "server unavailable"
	case 4:
		return "user name or password"
	case 5, 7:
		return "not authorised"
	}
	return "unknown code"
}
