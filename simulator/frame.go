package simulator

import "encoding/binary"

// The opcodes of WebSocket frames (RFC 6455, section 5.2).
const (
	OpContinuation byte = 0
	OpText         byte = 1
	OpBinary       byte = 2
	OpClose        byte = 8
	OpPing         byte = 9
	OpPong         byte = 10
)

// Frame returns a WebSocket frame as a server sends it, for [Fault.Wire]. A message
// of several frames begins with one that has fin false, and goes on with
// OpContinuation.
func Frame(opcode byte, fin bool, payload []byte) []byte {
	head := []byte{opcode & 0x0f}
	if fin {
		head[0] |= 0x80
	}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	return append(head, payload...)
}
