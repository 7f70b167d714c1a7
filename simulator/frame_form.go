package simulator

import "slices"

// The forms that a packet may have on the WebSocket (RFC 6455, section 5.4), each a
// Fault.Wire. A client has to take any of the first three.

// inThreeFrames sends a packet as one message of three frames.
func inThreeFrames(packet []byte) []byte {
	a, b, c := inThree(packet)
	return slices.Concat(Frame(OpBinary, false, a), Frame(OpContinuation, false, b), Frame(OpContinuation, true, c))
}

// inThreeMessages sends a packet as three messages, so that it begins and ends
// within others.
func inThreeMessages(packet []byte) []byte {
	a, b, c := inThree(packet)
	return slices.Concat(Frame(OpBinary, true, a), Frame(OpBinary, true, b), Frame(OpBinary, true, c))
}

// inSingleBytes sends a packet as one message with a frame for each byte.
func inSingleBytes(packet []byte) []byte {
	var wire []byte
	opcode := OpBinary
	for i := range packet {
		wire = append(wire, Frame(opcode, i == len(packet)-1, packet[i:i+1])...)
		opcode = OpContinuation
	}
	return wire
}

// inThree cuts a packet within its fixed header and in the middle.
func inThree(packet []byte) (a, b, c []byte) {
	return packet[:1], packet[1 : (len(packet)+1)/2], packet[(len(packet)+1)/2:]
}

// asText sends a packet as a text message.
func asText(packet []byte) []byte { return Frame(OpText, true, packet) }

// asReserved sends a packet with an opcode that means nothing.
func asReserved(packet []byte) []byte { return Frame(3, true, packet) }

// asMasked sends a packet in a frame with a mask, which only clients use.
func asMasked(packet []byte) []byte {
	const masked = 0x80
	head := Frame(OpBinary, true, packet)
	head = head[:len(head)-len(packet)]
	head[1] |= masked
	return slices.Concat(head, make([]byte, 4), packet) // with a mask of zeros
}

// asHuge begins a frame of 256 MiB.
func asHuge(packet []byte) []byte {
	return append([]byte{0x80 | OpBinary, 127, 0, 0, 0, 0, 0x10, 0, 0, 0}, packet...)
}

// say sends a frame where nothing else is to be sent.
func say(opcode byte, payload []byte) func([]byte) []byte {
	return func([]byte) []byte { return Frame(opcode, true, payload) }
}

// instead sends other bytes in place of the packet, or where nothing else is to be sent.
func instead(packet ...byte) func([]byte) []byte { return say(OpBinary, packet) }
