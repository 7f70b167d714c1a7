package wire

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Envelope is a whole message, kept token for token: what it says about itself
// outside, and the body within (docs/protocol.md §3, "Envelope"). A body that came
// without an envelope is taken as well; [Envelope.Kind] then goes by what it holds.
//
// An Envelope does not change once it is parsed and may be read from any goroutine.
type Envelope struct {
	members Object
	kind    Kind

	// The sections that are objects; nil: absent, or something else.
	response, request, event Object
	// Where a status and features may lie, in the order in which they are looked for.
	status, features [4]Object
}

// The places in status and features: the long name and the short one within
// response, then the same at the top level.
const (
	inResponse = iota
	inResponseShort
	atTop
	atTopShort
)

// level is the place of an object in an envelope.
type level int

const (
	elsewhere level = iota
	topLevel
	responseLevel
)

// Format writes "[message]", whatever the verb: a message names its heater.
func (*Envelope) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "[message]") }

// ParseEnvelope reads a message. The error is a *[SyntaxError]: data is no JSON object,
// or is too long or nested too deep, or not UTF-8. Everything else is a message, of
// which later calls say what is in it. The envelope shares memory with data, which must
// not be changed as long as it is in use.
func ParseEnvelope(data []byte) (*Envelope, error) {
	e := new(Envelope)
	var err error
	e.members, err = parse(data, e)
	if err != nil {
		return nil, err
	}
	e.kind = e.findKind()
	return e, nil
}

// section is where the object of a member belongs, emptied, and its own level; nil
// for a member that is no section. Of a repeated section the last one counts.
func (e *Envelope) section(at level, name string) (*Object, level) {
	var section *Object
	below := elsewhere
	switch {
	case at == topLevel && name == "response":
		section, below = &e.response, responseLevel
		e.status[inResponse], e.status[inResponseShort] = nil, nil
		e.features[inResponse], e.features[inResponseShort] = nil, nil
	case at == topLevel && name == "request":
		section = &e.request
	case at == topLevel && name == "event":
		section = &e.event
	case at == elsewhere:
		return nil, elsewhere
	case name == "status":
		section = &e.status[place(at, inResponse)]
	case name == "st":
		section = &e.status[place(at, inResponseShort)]
	case name == "feature":
		section = &e.features[place(at, inResponse)]
	case name == "did":
		section = &e.features[place(at, inResponseShort)]
	default:
		return nil, elsewhere
	}
	*section = nil
	return section, below
}

// place moves a place within response to the top level when that is where it is.
func place(at level, p int) int {
	if at == topLevel {
		p += atTop
	}
	return p
}

// Get returns a member of the outermost object; see [Object.Get].
func (e *Envelope) Get(name string) (jsontext.Value, bool) { return e.members.Get(name) }

// Append writes the message: the same tokens that were read.
func (e *Envelope) Append(dst []byte) []byte { return e.members.Append(dst) }

// ClientID is the id of the client that asked, or "" when the message has none.
func (e *Envelope) ClientID() string { return e.text("clientID") }

// SessionID is the opaque word by which an answer is matched to its request, or "". One
// that came as a number is its literal.
func (e *Envelope) SessionID() string {
	if v, ok := e.members.Get("sessionID"); ok && v.Kind() == '0' {
		return string(v)
	}
	return e.text("sessionID")
}

// RequestTopic is the topic of the request, which tells what an answer answers, or "".
func (e *Envelope) RequestTopic() string { return e.text("requestTopic") }

// ResponseTopic is the topic on which the request wants its answer, or "".
func (e *Envelope) ResponseTopic() string { return e.text("responseTopic") }

func (e *Envelope) text(name string) string {
	v, _ := e.members.Get(name)
	s, _ := Text(v)
	return s
}

// Response is the object that makes a message an answer.
func (e *Envelope) Response() (Object, bool) { return e.response, e.response != nil }

// Request is the object that makes a message a request or a control command.
func (e *Envelope) Request() (Object, bool) { return e.request, e.request != nil }

// MAC is the MAC address of the heater that the message is about, as its body or else
// its outermost object says, or "". The topics, which hold it too, are not consulted.
func (e *Envelope) MAC() string {
	for _, o := range [...]Object{e.response, e.request, e.event, e.members} {
		if v, ok := o.Get("macAddress"); ok {
			if mac, ok := Text(v); ok {
				return mac
			}
		}
	}
	return ""
}

// Status is the status in the message: status or st in response, else status or st at
// the top level, else the message itself when it is a bare status. An empty one is one.
func (e *Envelope) Status() (Object, bool) {
	if e.kind != KindStatus {
		return nil, false
	}
	if o := first(e.status); o != nil {
		return o, true
	}
	return e.members, true
}

// Features are the features in the message: feature or did in response, else feature
// or did at the top level, else the message itself when it is a bare one of features.
func (e *Envelope) Features() (Object, bool) {
	if e.kind != KindFeatures {
		return nil, false
	}
	if o := first(e.features); o != nil {
		return o, true
	}
	return e.members, true
}

func first(places [4]Object) Object {
	for _, o := range places {
		if o != nil {
			return o
		}
	}
	return nil
}
