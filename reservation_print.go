package nwp500

import (
	"maps"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// appendSchedule appends what Decode makes of the message that a schedule was read
// from, or, when it was made or changed since, of a message that says what it is now.
func appendSchedule(dst []byte, units Units, message *wire.Envelope, now schedule) []byte {
	if !now.isOf(message) {
		message = now.message()
	}
	printed, err := message.Print(dst, wire.Units(units))
	if err != nil { // not with a schedule
		return append(dst, "null"...)
	}
	return printed
}

// isOf reports whether a schedule is that of a message.
func (s schedule) isOf(message *wire.Envelope) bool {
	read, ok := s.kind.said(message)
	return ok && read.use.IsOn() == s.use.IsOn() && maps.Equal(read.keys(), s.keys())
}

// said returns the schedule of a message that there may be.
func (k *scheduleKind) said(message *wire.Envelope) (schedule, bool) {
	if message != nil {
		body, _ := message.Response()
		if read, _, err := k.readFrom(body); err == nil {
			return read, true
		}
	}
	return schedule{kind: k}, false
}

// message returns an answer that holds the schedule and nothing else. The topic of the
// request tells its kind.
func (s schedule) message() *wire.Envelope {
	about := jsontext.Value(`"` + topic.Request(52, "0", s.kind.writeSuffix) + `"`)
	answer := wire.Object{{Name: "requestTopic", Value: about}, {Name: "response", Value: s.body().Append(nil)}}
	message, err := wire.ParseEnvelope(answer.Append(nil))
	if err != nil { // it was made two lines above
		panic(err)
	}
	return message
}
