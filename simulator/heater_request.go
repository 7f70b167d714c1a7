package simulator

import (
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
)

// request is what came on a heater's topic.
type request struct {
	heater    *Heater
	topic     string
	suffix    string
	payload   []byte
	malformed bool
	body      requestBody
	presence  *presence // of an event of an application, which has no body
}

// requestBody is the envelope of docs/protocol.md §3, as far as a heater reads
// it.
type requestBody struct {
	ClientID      string         `json:"clientID"`
	SessionID     jsontext.Value `json:"sessionID"`
	ResponseTopic string         `json:"responseTopic"`
	Request       asked          `json:"request"`
}

// asked is the request in it: what all have, and then what one or the other has.
type asked struct {
	Command    topic.Code `json:"command"`
	DeviceType int        `json:"deviceType"`
	MACAddress string     `json:"macAddress"`

	Mode  string `json:"mode"`
	Param []int  `json:"param"`

	ControllerSerialNumber string           `json:"controllerSerialNumber"`
	ReservationUse         int              `json:"reservationUse"`
	Reservation            []map[string]int `json:"reservation"`

	CommitOTA struct {
		SwCode    int `json:"swCode"`
		SwVersion int `json:"swVersion"`
	} `json:"commitOta"`

	Year  jsontext.Value `json:"year"` // these are numbers or lists
	Month jsontext.Value `json:"month"`
	Day   jsontext.Value `json:"day"`
}

// handle takes what a client published, once the broker has let it through. It
// never waits.
func (s *Simulator) handle(from publisher, name string, payload []byte) {
	parsed := topic.Parse(name)
	h := s.fleet.byMAC[parsed.MAC]
	if parsed.DeviceType != deviceType || h == nil {
		return
	}
	r := request{heater: h, topic: name, suffix: parsed.Suffix, payload: payload}
	switch parsed.Kind {
	case topic.KindRequest:
		r.malformed = json.Unmarshal(payload, &r.body) != nil || !r.body.proper(h) ||
			r.body.ResponseTopic != "" && !s.directory.allowed(from.account, r.body.ResponseTopic)
	case topic.KindAppConnection:
		r.suffix, r.presence = suffixAppConnection, new(presence)
		r.malformed = json.Unmarshal(payload, r.presence) != nil || !plainLevel(r.presence.ClientID)
	default:
		return // an answer, or nothing that a device of this cloud listens to
	}
	s.fleet.ask(r)
}

// proper says whether a heater takes the envelope for its own.
func (b *requestBody) proper(h *Heater) bool {
	return b.Request.MACAddress == h.mac && b.Request.DeviceType == deviceType &&
		plainLevel(b.ClientID) && len(b.SessionID) <= 256 && !strings.ContainsAny(b.ResponseTopic, "+#")
}

// plainLevel says whether s can stand for one level of a topic.
func plainLevel(s string) bool {
	return s != "" && len(s) <= 128 && !strings.ContainsAny(s, "/+#")
}

// receive answers a request. The fleet's mutex is held.
func (h *Heater) receive(r request) {
	if h.Online {
		h.keep(&r)
	}
	switch {
	case !h.Online || h.silent || h.suffers(r):
		h.counters.Unheard++
		return
	case r.malformed:
		h.counters.Ignored++
		return
	}
	asked := r.body.Request.Command
	switch {
	case r.presence != nil:
		h.meet(r.presence)
	case r.suffix == topic.SuffixStatus && asked == topic.StatusRequest:
		h.counters.Requests++
		h.answer(r, "status", func(d *document) { h.writeStatus(d, asked) })
	case r.suffix == topic.SuffixFeatures && asked == topic.FeaturesRequest:
		h.counters.Requests++
		h.answer(r, "feature", h.writeFeatures)
	case r.suffix == topic.SuffixEnd && asked == topic.SessionEnd:
		h.counters.Ends++
		h.forget(r.body.ClientID)
	case strings.HasPrefix(r.suffix, topic.SuffixControl):
		h.control(r)
	default:
		h.query(r)
	}
}

// suffers lets a request meet its fault and tells whether it is lost on the
// heater. A refused one is answered on ctrl-fail.
func (h *Heater) suffers(r request) (lost bool) {
	f, ok := h.fleet.faults.at(meeting{step: StepHeater, clientID: r.body.ClientID, topics: []string{r.topic}})
	if ok && f.Action == Refuse {
		h.refuse(r)
	}
	return ok && f.Action != Proceed
}

// answer sends a document to whoever asked. A request without responseTopic
// cannot be answered.
func (h *Heater) answer(r request, name string, write func(*document)) {
	h.hear(r.body.ClientID)
	if r.body.ResponseTopic == "" {
		return
	}
	h.counters.Answers++
	h.say(r.body.ResponseTopic, r.body.ClientID, r.body.SessionID, r.topic, name, write)
}

// refuse says on ctrl-fail that commands came too close together. That client and
// session are named there is unconfirmed.
func (h *Heater) refuse(r request) {
	const tooClose = 2
	d := h.envelope(r.body.ClientID, r.body.SessionID, r.topic)
	d.add("failCode", tooClose)
	h.send(topic.ControlFailure(deviceType, h.mac), d)
}

// say sends the captured envelope with a document in it.
func (h *Heater) say(to, clientID string, session jsontext.Value, asked, name string, write func(*document)) {
	h.meter()
	d := h.envelope(clientID, session, asked)
	if h.dialect.Beside {
		d.json = append(d.json, '}') // the response
	}
	d.key(h.dialect.place(name))
	inner := document{json: d.json}
	write(&inner)
	d.json = inner.json
	if h.dialect.Beside {
		h.publish(to, append(d.json, '}'))
	} else {
		h.send(to, d)
	}
	h.lastMessage = h.At
	h.power = h.watts()
}

// envelope opens an answer and its response.
func (h *Heater) envelope(clientID string, session jsontext.Value, asked string) document {
	d := document{json: make([]byte, 0, 3<<10)}
	d.begin(nil)
	d.add("protocolVersion", 2)
	d.addText("clientID", clientID)
	d.key("sessionID")
	if len(session) == 0 {
		session = jsontext.Value(`""`)
	}
	d.json = append(d.json, session...)
	d.addText("requestTopic", asked)
	d.key("response")
	d.begin(nil)
	d.add("deviceType", deviceType)
	d.addText("macAddress", h.mac)
	d.addText("additionalValue", h.additionalValue)
	return d
}

// send closes response and envelope and has the fleet publish it.
func (h *Heater) send(to string, d document) {
	h.publish(to, append(d.json, '}', '}'))
}

// publish has the fleet publish a message, unless it gets lost on the way there.
func (h *Heater) publish(to string, text []byte) {
	if lost, _ := h.radio(streamWiFiOut); lost {
		h.counters.Weak++
		return
	}
	h.fleet.outbox = append(h.fleet.outbox, message{to, text})
}

// meter brings the power shown up to date unless a message went a moment ago:
// what a message shows is what was drawn at the one before (docs/protocol.md §4).
func (h *Heater) meter() {
	const slow = 5 * time.Second
	if h.At.Sub(h.lastMessage) > slow {
		h.power = h.watts()
	}
}
