package awsiot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A packet is what a broker sends. Fields that its type does not have are zero.
type packet struct {
	kind           packetType
	id             uint16 // of PUBLISH at QoS 1, PUBACK, SUBACK, UNSUBACK
	sessionPresent bool   // of CONNACK
	code           byte   // of CONNACK
	codes          []byte // of SUBACK, one for each filter
	topic          string // of PUBLISH
	payload        []byte // of PUBLISH
	qos            byte   // of PUBLISH: 0 or 1
}

// malformed returns an error that wraps ErrProtocol.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}

// readPacket reads one packet. It refuses what MQTT 3.1.1 forbids a server to send, QoS 2, and packets of more than maxPacket bytes, of which
// it allocates nothing. An error of r is returned as it is, io.EOF only where a packet would begin.
func readPacket(r io.Reader) (packet, error) {
	var b [1]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return packet{}, err
	}
	kind, flags := packetType(b[0]>>4), b[0]&0x0f
	if err := checkFlags(kind, flags); err != nil {
		return packet{}, err
	}
	n, err := readRemaining(r)
	if err != nil {
		return packet{}, err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return packet{}, unexpected(err)
	}
	return parsePacket(kind, flags, body)
}

// checkFlags holds the first byte against table 2.2 of MQTT 3.1.1, before anything that it announces is read.
func checkFlags(kind packetType, flags byte) error {
	switch kind {
	case typePublish:
		if qos := flags >> 1 & 3; qos > 1 {
			return malformed("PUBLISH at QoS %d", qos)
		}
		if flags == 0x08 || flags == 0x09 {
			return malformed("PUBLISH at QoS 0 marked as a duplicate")
		}
		return nil
	case typeConnack, typePuback, typeSuback, typeUnsuback, typePingresp, typeDisconnect:
		if flags != 0 {
			return malformed("%v with flags %#x", kind, flags)
		}
		return nil
	}
	return malformed("%v from a server", kind)
}

// readRemaining reads a remaining length, section 2.2.3.
func readRemaining(r io.Reader) (int, error) {
	var b [1]byte
	n := 0
	for shift := 0; shift < 28; shift += 7 {
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return 0, unexpected(err)
		}
		n |= int(b[0]&0x7f) << shift
		if b[0] < 0x80 {
			if n > maxRemaining {
				return 0, malformed("a packet of %d bytes", n)
			}
			return n, nil
		}
	}
	return 0, malformed("a length of more than four bytes")
}

func parsePacket(kind packetType, flags byte, body []byte) (packet, error) {
	p := packet{kind: kind}
	switch kind {
	case typePublish:
		return parsePublish(flags>>1&3, body)
	case typeConnack:
		if len(body) != 2 || body[0] > 1 || body[0] == 1 && body[1] != 0 {
			return packet{}, malformed("%v", kind)
		}
		p.sessionPresent, p.code = body[0] == 1, body[1]
		return p, nil
	case typePingresp, typeDisconnect: // DISCONNECT is not a server's to send, but AWS IoT does before it closes
		if len(body) != 0 {
			return packet{}, malformed("%v of %d bytes", kind, len(body))
		}
		return p, nil
	case typeSuback:
		if len(body) < 3 {
			return packet{}, malformed("%v of %d bytes", kind, len(body))
		}
		p.codes = body[2:]
		for _, code := range p.codes {
			if code > 1 && code != refusedFilter { // we ask for QoS 1, so that 2 is wrong too
				return packet{}, malformed("%v with code %#x", kind, code)
			}
		}
	default: // PUBACK, UNSUBACK
		if len(body) != 2 {
			return packet{}, malformed("%v of %d bytes", kind, len(body))
		}
	}
	p.id = binary.BigEndian.Uint16(body)
	if p.id == 0 {
		return packet{}, malformed("%v with packet id 0", kind)
	}
	return p, nil
}

func parsePublish(qos byte, body []byte) (packet, error) {
	p := packet{kind: typePublish, qos: qos}
	if len(body) < 2 {
		return packet{}, malformed("PUBLISH of %d bytes", len(body))
	}
	n := int(binary.BigEndian.Uint16(body))
	body = body[2:]
	if n > len(body) {
		return packet{}, malformed("PUBLISH shorter than its topic")
	}
	p.topic, body = string(body[:n]), body[n:]
	if p.topic == "" || !utf8.ValidString(p.topic) || strings.ContainsAny(p.topic, "\x00+#") {
		return packet{}, malformed("PUBLISH with an invalid topic")
	}
	if qos > 0 {
		if len(body) < 2 {
			return packet{}, malformed("PUBLISH without packet id")
		}
		p.id, body = binary.BigEndian.Uint16(body), body[2:]
		if p.id == 0 {
			return packet{}, malformed("PUBLISH with packet id 0")
		}
	}
	p.payload = body
	return p, nil
}

// unexpected turns the end of a stream in the middle of a packet into an error of its own.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
