package simulator

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"strconv"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// What a broker, or a heater, may make of a packet: each returns a Fault.Wire.

// twice sends a packet, and the same again.
func twice(packet []byte) []byte { return slices.Concat(plain(packet), plain(packet)) }

// withStranger sends a PUBACK or SUBACK after one for a packet id that the client has
// not used, or not for long.
func withStranger(packet []byte) []byte {
	return slices.Concat(plain(withOtherID(packet)), plain(packet))
}

// withOtherID returns a PUBACK or a short SUBACK with the id of another packet.
func withOtherID(packet []byte) []byte {
	changed := slices.Clone(packet)
	binary.BigEndian.PutUint16(changed[2:], otherID(binary.BigEndian.Uint16(packet[2:])))
	return changed
}

// otherID returns a packet id far from another one, and never 0, which is none.
func otherID(id uint16) uint16 {
	if id == 0x8000 {
		return 1
	}
	return id ^ 0x8000
}

// again sends a message, and the same as a message of its own: with another packet
// id and without the DUP flag, as AWS does.
func again(packet []byte) []byte {
	return slices.Concat(plain(packet), altered(func(p *packets.PublishPacket) { p.MessageID = otherID(p.MessageID) })(packet))
}

// altered sends a PUBLISH that is not as it was published. What is no PUBLISH at QoS 1
// goes as it is.
func altered(change func(p *packets.PublishPacket)) func([]byte) []byte {
	return func(packet []byte) []byte {
		p, ok := publishOf(packet)
		if !ok {
			return plain(packet)
		}
		change(p)
		return plain(encodePacket(p))
	}
}

// rewritten sends a PUBLISH with another payload.
func rewritten(change func(payload []byte) []byte) func([]byte) []byte {
	return altered(func(p *packets.PublishPacket) { p.Payload = change(p.Payload) })
}

// fiveInOne sends a message after four that differ a little, as one WebSocket message.
func fiveInOne(packet []byte) []byte {
	return plain(slices.Concat(slices.Concat(variants(packet, 4)...), packet))
}

// thousand sends a message after 999 that differ a little.
func thousand(packet []byte) []byte {
	var wire []byte
	for _, variant := range variants(packet, 999) {
		wire = append(wire, plain(variant)...)
	}
	return append(wire, plain(packet)...)
}

// variants returns n versions of a message: statuses differ from each other in the
// strength of the radio signal, other messages not at all.
func variants(packet []byte, n int) [][]byte {
	p, ok := publishOf(packet)
	if !ok {
		return slices.Repeat([][]byte{packet}, n)
	}
	list := make([][]byte, n)
	payload, id := p.Payload, p.MessageID
	for i := range list {
		p.Payload = radioSignal.ReplaceAll(payload, strconv.AppendInt([]byte("${1}"), int64(100+i), 10))
		if p.MessageID = id ^ 0x8000 + uint16(i); p.MessageID == 0 {
			p.MessageID = id
		}
		list[i] = encodePacket(p)
	}
	return list
}

var (
	radioSignal = regexp.MustCompile(`("wifiRssi":\s*)\d+`)
	someMembers = regexp.MustCompile(`"(?:dhwTemperature|dhwTemperatureSetting|dhwOperationSetting|operationMode|currentInstPower|currentHeatUse|errorCode)":[^,{}]*,`)
	someChoices = regexp.MustCompile(`("(?:dhwOperationSetting|operationMode|temperatureType|touStatus|programReservationType)":\s*)\d+`)
)

// without leaves out of a status what a client most wants to know.
func without(payload []byte) []byte { return someMembers.ReplaceAll(payload, nil) }

// unheardOf sets the choices in a status to values that no document knows.
func unheardOf(payload []byte) []byte { return someChoices.ReplaceAll(payload, []byte("${1}99")) }

// half cuts a payload short.
func half(payload []byte) []byte { return payload[:len(payload)/2] }

// constant is another payload whatever the first was.
func constant(text string) func([]byte) []byte {
	return func([]byte) []byte { return []byte(text) }
}

// largest fills a payload up to the greatest that there may be, with spaces, which JSON
// does not mind.
func largest(payload []byte) []byte {
	return append(slices.Clone(payload), bytes.Repeat([]byte(" "), max(0, maxPayload-len(payload)))...)
}

// withFlags sends a packet with other flags in its first byte.
func withFlags(flags byte) func([]byte) []byte {
	return func(packet []byte) []byte {
		changed := slices.Clone(packet)
		changed[0] = changed[0]&0xf0 | flags
		return plain(changed)
	}
}

// plain sends bytes as one message, in the form that a packet should have.
func plain(packet []byte) []byte { return Frame(OpBinary, true, packet) }

// publishOf decodes a PUBLISH at QoS 1.
func publishOf(packet []byte) (*packets.PublishPacket, bool) {
	p, err := packets.ReadPacket(bytes.NewReader(packet))
	if err != nil {
		return nil, false
	}
	publish, ok := p.(*packets.PublishPacket)
	return publish, ok && publish.Qos == 1
}
