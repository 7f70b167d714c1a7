package wire

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
)

// Kind says what a message is.
type Kind int

// The kinds of messages. Requests and control commands are both KindCommand; an
// answer of a kind that is not known is KindUnknown.
const (
	KindUnknown Kind = iota
	KindStatus
	KindFeatures
	KindReservations
	KindRecirculation
	KindTOU
	KindEnergy
	KindDiagnostics
	KindFirmwareDownloads
	KindControlFailure
	KindCommand
	KindEvent
)

// String is the kind as it is printed, for example firmware_downloads.
func (k Kind) String() string {
	switch k {
	case KindStatus:
		return "status"
	case KindFeatures:
		return "features"
	case KindReservations:
		return "reservations"
	case KindRecirculation:
		return "recirculation"
	case KindTOU:
		return "tou"
	case KindEnergy:
		return "energy"
	case KindDiagnostics:
		return "diagnostics"
	case KindFirmwareDownloads:
		return "firmware_downloads"
	case KindControlFailure:
		return "control_failure"
	case KindCommand:
		return "command"
	case KindEvent:
		return "event"
	}
	return "unknown"
}

// Kind says what the message is. It goes by the sections that an envelope has, then by
// the members of the body, then by the topic of the request; a body without envelope
// is known by its members alone.
func (e *Envelope) Kind() Kind { return e.kind }

func (e *Envelope) findKind() Kind {
	switch {
	case first(e.status) != nil:
		return KindStatus
	case first(e.features) != nil:
		return KindFeatures
	case e.response != nil:
		kind := bodyKind(e.response)
		if kind == KindUnknown || kind == KindReservations {
			if asked := topicKind(e.RequestTopic()); asked != KindUnknown {
				return asked
			}
		}
		return kind
	case e.request != nil:
		return KindCommand
	case e.event != nil:
		return KindEvent
	}
	return e.bareKind()
}

// bareKind knows a body that came without an envelope.
func (e *Envelope) bareKind() Kind {
	switch topic.Parse(e.RequestTopic()).Kind {
	case topic.KindAppConnection, topic.KindConnection, topic.KindServiceNotice:
		return KindEvent
	}
	o := e.members
	if o.has("command") && (o.has("deviceType") || o.has("mode")) {
		return KindCommand
	}
	kind := bodyKind(o)
	if kind == KindReservations {
		if asked := topicKind(e.RequestTopic()); asked != KindUnknown {
			return asked
		}
	}
	if kind != KindUnknown {
		return kind
	}
	if o.has("connection") || o.has("status") || o.has("clientID") && o.has("timestamp") {
		return KindEvent
	}
	var status, features int
	for _, m := range o {
		if _, ok := StatusField(m.Name); ok {
			status++
		}
		if _, ok := FeatureField(m.Name); ok {
			features++
		}
	}
	switch {
	case features > status:
		return KindFeatures
	case status > 0:
		return KindStatus
	}
	return KindUnknown
}

// bodyKind knows a body by members that no other kind has. A reservation list whose
// entries have no season counts as reservations: only a topic can tell more.
func bodyKind(body Object) Kind {
	kind := KindUnknown
	for _, m := range body {
		switch m.Name {
		case "downloadSwInfo":
			return KindFirmwareDownloads
		case "typeOfTD":
			return KindDiagnostics
		case "failCode":
			return KindControlFailure
		case "usage", "typeOfUsage":
			return KindEnergy
		case "touInfo":
			return KindTOU
		case "data":
			if data := object(m.Value); data.has("touInfo") {
				return KindTOU
			} else if data.has("tsData") || data.has("tdData") || data.has("taData") || data.has("tcData") {
				return KindDiagnostics
			}
		case "schedule": // of a TOU plan, or the windows of older clients
			if anyHas(m.Value, "interval") {
				return KindTOU
			}
			return KindRecirculation
		case "reservation":
			if anyHas(m.Value, "season") {
				return KindTOU
			}
			kind = KindReservations
		case "reservationUse":
			kind = KindReservations
		}
	}
	return kind
}

// topicKind is the kind of the answer to a request on a topic.
func topicKind(requestTopic string) Kind {
	suffix := topic.Parse(requestTopic).Suffix
	suffix = strings.TrimPrefix(strings.TrimPrefix(suffix, "st/"), "ctrl/")
	switch suffix {
	case topic.AnswerReservation, topic.AnswerReservationHex:
		return KindReservations
	case topic.AnswerRecirculation, topic.AnswerRecirculationHex:
		return KindRecirculation
	case topic.AnswerTOU:
		return KindTOU
	case topic.AnswerEnergyDaily, topic.AnswerEnergyMonthly, topic.AnswerEnergyHourly:
		return KindEnergy
	case topic.AnswerDiagnostics, topic.AnswerDiagnosticsHex:
		return KindDiagnostics
	case topic.AnswerFirmwareDownloads:
		return KindFirmwareDownloads
	}
	return KindUnknown
}

// anyHas tells whether an object of a list has a member.
func anyHas(list jsontext.Value, name string) bool {
	elements, _ := elements(list)
	return slices.ContainsFunc(elements, func(v jsontext.Value) bool { return object(v).has(name) })
}
