package wire

import (
	"fmt"
	"io"
	"strconv"

	"github.com/nwp500/nwp500/internal/topic"
)

// protocolVersion is what every request says it speaks.
const protocolVersion = "2"

// Command is a request or a control command on its way to a heater
// (docs/protocol.md §3). It is written as it is: whether it makes sense for the heater
// is for the caller to check.
type Command struct {
	ClientID      string
	SessionID     string // opaque; comes back in the answer
	RequestTopic  string
	ResponseTopic string

	Code            topic.Code
	DeviceType      int
	MAC             string
	AdditionalValue string // the heater's own, from REST

	// Control says that this is a control command with mode, param and paramStr. A
	// query, and a write of a schedule, has none of the three.
	Control bool
	Mode    string // for example dhw-temperature
	Param   []int  // for example the raw half degrees

	// Extra holds what else the request says, such as reservation, or year and month.
	Extra Object
}

// Format writes "[command]", whatever the verb: a command holds the heater's MAC address.
func (Command) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "[command]") }

// Append writes the command as the message that is published.
func (c Command) Append(dst []byte) []byte {
	dst = append(dst, `{"clientID":`...)
	dst = appendText(dst, c.ClientID)
	dst = append(dst, `,"sessionID":`...)
	dst = appendText(dst, c.SessionID)
	dst = append(dst, `,"protocolVersion":`+protocolVersion+`,"requestTopic":`...)
	dst = appendText(dst, c.RequestTopic)
	dst = append(dst, `,"responseTopic":`...)
	dst = appendText(dst, c.ResponseTopic)
	dst = append(dst, `,"request":{"command":`...)
	dst = strconv.AppendInt(dst, int64(c.Code), 10)
	dst = append(dst, `,"deviceType":`...)
	dst = strconv.AppendInt(dst, int64(c.DeviceType), 10)
	dst = append(dst, `,"macAddress":`...)
	dst = appendText(dst, c.MAC)
	dst = append(dst, `,"additionalValue":`...)
	dst = appendText(dst, c.AdditionalValue)
	if c.Control {
		dst = append(dst, `,"mode":`...)
		dst = appendText(dst, c.Mode)
		dst = append(dst, `,"param":[`...)
		for i, p := range c.Param {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = strconv.AppendInt(dst, int64(p), 10)
		}
		dst = append(dst, `],"paramStr":""`...)
	}
	for _, m := range c.Extra {
		dst = append(dst, ',')
		dst = m.append(dst)
	}
	return append(dst, "}}"...)
}
