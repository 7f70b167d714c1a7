package topic

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Kind says what a topic is for.
type Kind int

// The kinds of topics (docs/protocol.md §3). T is a device type, M a MAC address,
// C a client id, H and U are numbers of a home and of a user.
const (
	KindUnknown         Kind = iota // none of those below
	KindRequest                     // cmd/T/navilink-M/st…, …/ctrl…
	KindAcknowledgement             // cmd/T/navilink-M/C/res, and topics below it
	KindQueryAnswer                 // cmd/T/C/res/suffix
	KindAppAnswer                   // cmd/T/H/U/C/res/suffix
	KindHeaterAnswer                // cmd/T/navilink-M/res/suffix
	KindControlFailure              // cmd/T/navilink-M/ctrl-fail
	KindAppConnection               // evt/T/navilink-M/app-connection
	KindConnection                  // evt/T/navilink-M/connection
	KindServiceNotice               // evt/+/mobile/event/disconnect-mqtt
)

// Topic is a topic taken apart. The fields that its kind does not have are empty.
type Topic struct {
	Kind       Kind
	DeviceType int
	MAC        string
	ClientID   string
	Suffix     string // of a request what follows the heater, of an answer what follows res/
	HomeSeq    int    // of KindAppAnswer
	UserSeq    int    // of KindAppAnswer
}

// Format writes "[topic]", whatever the verb: a topic holds a MAC address.
func (Topic) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "[topic]") }

// Parse takes a topic apart. A string that is no topic of docs/protocol.md §3, a
// filter with wildcards included, has [KindUnknown] and nothing else.
func Parse(s string) Topic {
	if strings.ContainsAny(s, "+#") {
		return Topic{}
	}
	channel, rest, _ := strings.Cut(s, "/")
	first, rest, _ := strings.Cut(rest, "/")
	if channel == "evt" && rest == "mobile/event/disconnect-mqtt" && first != "" {
		t := Topic{Kind: KindServiceNotice}
		t.DeviceType, _ = number(first)
		return t
	}
	deviceType, ok := number(first)
	if !ok {
		return Topic{}
	}
	second, rest, _ := strings.Cut(rest, "/")
	mac, isHeater := strings.CutPrefix(second, prefix)
	var t Topic
	switch {
	case channel == "evt" && isHeater:
		t = parseEvent(rest)
	case channel == "cmd" && isHeater:
		t = parseHeater(rest)
	case channel == "cmd":
		t = parseAnswer(second, rest)
	}
	if t.Kind == KindUnknown || mac == "" {
		return Topic{}
	}
	t.DeviceType = deviceType
	if isHeater {
		t.MAC = mac
	}
	return t
}

// parseHeater takes what follows cmd/T/navilink-M/.
func parseHeater(rest string) Topic {
	first, below, nested := strings.Cut(rest, "/")
	switch first {
	case "st", "ctrl":
		return Topic{Kind: KindRequest, Suffix: rest}
	case "ctrl-fail":
		if nested {
			return Topic{}
		}
		return Topic{Kind: KindControlFailure}
	case "res":
		if below == "" {
			return Topic{}
		}
		return Topic{Kind: KindHeaterAnswer, Suffix: below}
	case "":
		return Topic{}
	}
	// Whatever else stands there is a client id.
	if below == "res" {
		return Topic{Kind: KindAcknowledgement, ClientID: first}
	}
	if suffix, ok := strings.CutPrefix(below, "res/"); ok && suffix != "" {
		return Topic{Kind: KindAcknowledgement, ClientID: first, Suffix: suffix}
	}
	return Topic{}
}

// parseAnswer takes first, which follows cmd/T/, and what follows it: C/res/suffix or
// H/U/C/res/suffix.
func parseAnswer(first, rest string) Topic {
	if suffix, ok := strings.CutPrefix(rest, "res/"); ok {
		if first == "" || suffix == "" {
			return Topic{}
		}
		return Topic{Kind: KindQueryAnswer, ClientID: first, Suffix: suffix}
	}
	user, rest, _ := strings.Cut(rest, "/")
	clientID, rest, _ := strings.Cut(rest, "/")
	suffix, ok := strings.CutPrefix(rest, "res/")
	homeSeq, isHome := number(first)
	userSeq, isUser := number(user)
	if !ok || !isHome || !isUser || clientID == "" || suffix == "" {
		return Topic{}
	}
	return Topic{Kind: KindAppAnswer, ClientID: clientID, Suffix: suffix, HomeSeq: homeSeq, UserSeq: userSeq}
}

// parseEvent takes what follows evt/T/navilink-M/.
func parseEvent(rest string) Topic {
	switch rest {
	case "app-connection":
		return Topic{Kind: KindAppConnection}
	case "connection":
		return Topic{Kind: KindConnection}
	}
	return Topic{}
}

// number reads a number as the builders write it: digits only, no leading zero.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}
