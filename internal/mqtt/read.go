package mqtt

import (
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// A Reader reads packets.
type Reader struct {
	// From is where the bytes come from. A Reader reads them in small pieces and never more than the packet has.
	From io.Reader
	// Max is how many bytes may follow a packet's length.
	Max int
	// Skip says what to do with a PUBLISH that is longer. If set, its payload is passed over, and Packet.Skipped tells
	// how long it was; otherwise it ends the connection, like any other packet of more than Max bytes, of which
	// nothing is read.
	Skip bool
}

// Read reads one packet. It refuses what MQTT 3.1.1 forbids a server to send, and QoS 2. An error of From is returned as it is, io.EOF
// only where a packet would begin.
func (r *Reader) Read() (Packet, error) {
	var b [1]byte
	if _, err := io.ReadFull(r.From, b[:]); err != nil {
		return Packet{}, err
	}
	kind, flags := Type(b[0]>>4), b[0]&0x0f
	if err := checkFlags(kind, flags); err != nil {
		return Packet{}, err
	}
	n, err := readRemaining(r.From)
	if err != nil {
		return Packet{}, err
	}
	skipped := 0
	if n > r.Max {
		if !r.Skip || kind != TypePublish || r.Max < mostBeforePayload {
			return Packet{}, Violation("a packet of %d bytes", n)
		}
		n, skipped = mostBeforePayload, n-mostBeforePayload
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r.From, body); err != nil {
		return Packet{}, unexpected(err)
	}
	p, err := parsePacket(kind, flags, body)
	if err != nil || skipped == 0 {
		return p, err
	}
	p.Payload, p.Skipped = nil, skipped+len(p.Payload)
	_, err = io.CopyN(io.Discard, r.From, int64(skipped))
	return p, unexpected(err)
}

// mostBeforePayload is how many bytes of a PUBLISH may stand before its payload: the longest topic and a packet id.
const mostBeforePayload = 2 + 1<<16 - 1 + 2

// checkFlags holds the first byte against table 2.2 of MQTT 3.1.1, before anything that it announces is read.
func checkFlags(kind Type, flags byte) error {
	switch kind {
	case TypePublish:
		if qos := flags >> 1 & 3; qos > 1 {
			return Violation("PUBLISH at QoS %d", qos)
		}
		if flags == 0x08 || flags == 0x09 {
			return Violation("PUBLISH at QoS 0 marked as a duplicate")
		}
		return nil
	case TypeConnack, TypePuback, TypeSuback, TypeUnsuback, TypePingresp, TypeDisconnect:
		if flags != 0 {
			return Violation("%v with flags %#x", kind, flags)
		}
		return nil
	}
	return Violation("%v from a server", kind)
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
			return n, nil
		}
	}
	return 0, Violation("a length of more than four bytes")
}

func parsePacket(kind Type, flags byte, body []byte) (Packet, error) {
	p := Packet{Type: kind}
	switch kind {
	case TypePublish:
		return parsePublish(flags, body)
	case TypeConnack:
		if len(body) != 2 || body[0] > 1 || body[0] == 1 && body[1] != 0 {
			return Packet{}, Violation("%v", kind)
		}
		p.SessionPresent, p.Code = body[0] == 1, body[1]
		return p, nil
	case TypePingresp, TypeDisconnect: // DISCONNECT is not a server's to send, but AWS IoT does before it closes
		if len(body) != 0 {
			return Packet{}, Violation("%v of %d bytes", kind, len(body))
		}
		return p, nil
	case TypeSuback:
		if len(body) < 3 {
			return Packet{}, Violation("%v of %d bytes", kind, len(body))
		}
		p.Codes = body[2:]
		for _, code := range p.Codes {
			if code > 1 && code != RefusedFilter { // nobody here asks for QoS 2, so that 2 is wrong too
				return Packet{}, Violation("%v with code %#x", kind, code)
			}
		}
	default: // PUBACK, UNSUBACK
		if len(body) != 2 {
			return Packet{}, Violation("%v of %d bytes", kind, len(body))
		}
	}
	p.ID = binary.BigEndian.Uint16(body)
	if p.ID == 0 {
		return Packet{}, Violation("%v with packet id 0", kind)
	}
	return p, nil
}

func parsePublish(flags byte, body []byte) (Packet, error) {
	p := Packet{Type: TypePublish, QoS: flags >> 1 & 3, Retain: flags&flagRetain != 0}
	if len(body) < 2 {
		return Packet{}, Violation("PUBLISH of %d bytes", len(body))
	}
	n := int(binary.BigEndian.Uint16(body))
	body = body[2:]
	if n > len(body) {
		return Packet{}, Violation("PUBLISH shorter than its topic")
	}
	p.Topic, body = string(body[:n]), body[n:]
	if p.Topic == "" || !utf8.ValidString(p.Topic) || strings.ContainsAny(p.Topic, "\x00+#") {
		return Packet{}, Violation("PUBLISH with an invalid topic")
	}
	if p.QoS > 0 {
		if len(body) < 2 {
			return Packet{}, Violation("PUBLISH without packet id")
		}
		p.ID, body = binary.BigEndian.Uint16(body), body[2:]
		if p.ID == 0 {
			return Packet{}, Violation("PUBLISH with packet id 0")
		}
	}
	p.Payload = body
	return p, nil
}

// unexpected turns the end of a stream in the middle of a packet into an error of its own.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
