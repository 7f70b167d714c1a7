package mqtt

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"
)

// A Connect asks for a clean session.
type Connect struct {
	ClientID string
	// KeepAlive is the longest silence that the broker is to bear, in whole seconds up to 65535.
	KeepAlive time.Duration
	// Will is what the broker publishes when the connection ends without a DISCONNECT; if nil, nothing.
	Will *Publish
	// User and Password are sent if User is not empty: MQTT knows no password without a user.
	User, Password string
}

// Format writes the packet's type: a CONNECT holds a password.
func (c Connect) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, TypeConnect.String()) }

// Append appends the packet.
func (c Connect) Append(dst []byte) []byte {
	const (
		cleanSession = 0x02
		will         = 0x04
		willQoS1     = 0x08
		willRetain   = 0x20
		password     = 0x40
		user         = 0x80
	)
	flags, texts := byte(cleanSession), []string{c.ClientID}
	if c.Will != nil {
		flags |= will | willQoS1
		if c.Will.Retain {
			flags |= willRetain
		}
		texts = append(texts, c.Will.Topic, string(c.Will.Payload))
	}
	if c.User != "" {
		flags |= user | password
		texts = append(texts, c.User, c.Password)
	}
	dst = header(dst, TypeConnect, 0, 6+1+1+2+stringsLength(texts))
	dst = appendString(dst, "MQTT")
	dst = append(dst, 4, flags)
	dst = binary.BigEndian.AppendUint16(dst, uint16(c.KeepAlive/time.Second))
	for _, text := range texts {
		dst = appendString(dst, text)
	}
	return dst
}

// A Publish is a message.
type Publish struct {
	// ID is the packet id at QoS 1. If zero, the message goes at QoS 0.
	ID      uint16
	Topic   string
	Payload []byte
	// Retain has the broker keep the message for who subscribes later, and forget it when the payload is empty.
	Retain bool
}

// Format writes the packet's type: a PUBLISH holds a topic.
func (p Publish) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, TypePublish.String()) }

// Append appends the packet.
func (p Publish) Append(dst []byte) []byte {
	flags, n := byte(0), 2+len(p.Topic)+len(p.Payload)
	if p.ID != 0 {
		flags, n = flagsQoS1, n+2
	}
	if p.Retain {
		flags |= flagRetain
	}
	dst = header(dst, TypePublish, flags, n)
	dst = appendString(dst, p.Topic)
	if p.ID != 0 {
		dst = binary.BigEndian.AppendUint16(dst, p.ID)
	}
	return append(dst, p.Payload...)
}

const (
	// flagsQoS1 is the fixed-header flags of a PUBLISH at QoS 1, and by section 2.2.2 of SUBSCRIBE and UNSUBSCRIBE.
	flagsQoS1  = 0x02
	flagRetain = 0x01
)

// AppendPuback appends the acknowledgement of a message.
func AppendPuback(dst []byte, id uint16) []byte {
	return binary.BigEndian.AppendUint16(header(dst, TypePuback, 0, 2), id)
}

// AppendSubscribe appends a request for the filters at a QoS of 0 or 1.
func AppendSubscribe(dst []byte, id uint16, qos byte, filters ...string) []byte {
	dst = header(dst, TypeSubscribe, flagsQoS1, 2+stringsLength(filters)+len(filters))
	dst = binary.BigEndian.AppendUint16(dst, id)
	for _, filter := range filters {
		dst = append(appendString(dst, filter), qos)
	}
	return dst
}

// AppendUnsubscribe appends a request to end the subscription of the filters.
func AppendUnsubscribe(dst []byte, id uint16, filters ...string) []byte {
	dst = header(dst, TypeUnsubscribe, flagsQoS1, 2+stringsLength(filters))
	dst = binary.BigEndian.AppendUint16(dst, id)
	for _, filter := range filters {
		dst = appendString(dst, filter)
	}
	return dst
}

// AppendPingreq appends a ping.
func AppendPingreq(dst []byte) []byte { return append(dst, byte(TypePingreq)<<4, 0) }

// AppendDisconnect appends the farewell, after which the broker publishes no will.
func AppendDisconnect(dst []byte) []byte { return append(dst, byte(TypeDisconnect)<<4, 0) }

// header begins a packet whose remaining length is n, with room for all of it.
func header(dst []byte, t Type, flags byte, n int) []byte {
	dst = slices.Grow(dst, 1+4+n)
	dst = append(dst, byte(t)<<4|flags)
	return binary.AppendUvarint(dst, uint64(n)) // the same code as MQTT's up to its limit of four bytes
}

func appendString(dst []byte, s string) []byte {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(s)))
	return append(dst, s...)
}

func stringsLength(ss []string) int {
	n := 0
	for _, s := range ss {
		n += 2 + len(s)
	}
	return n
}
