package nwp500

import "github.com/nwp500/nwp500/internal/wire"

// answerOf returns the body of an answer for reading, an empty one when the message has
// none.
func answerOf(envelope *wire.Envelope) *shape {
	body, _ := envelope.Response()
	return &shape{object: body, asked: make(map[string]bool)}
}

// appendMessage appends what Decode makes of a message.
func appendMessage(dst []byte, message *wire.Envelope, units Units) []byte {
	if message == nil {
		return append(dst, "null"...) // not made from an answer
	}
	printed, err := message.Print(dst, wire.Units(units))
	if err != nil { // not with an answer that was read
		return append(dst, "null"...)
	}
	return printed
}
