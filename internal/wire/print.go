package wire

import (
	"errors"

	"github.com/nwp500/nwp500/internal/topic"
)

// ErrNoMessage says that an object is no message of the protocol.
var ErrNoMessage = errors.New("not a message of an NWP500")

// Print appends the message as one JSON object on one line: its kind, the MAC address
// when the message has it, its fields by their printed names in the units asked for, and
// whatever else the body holds, as it came, under unknown. The keys always stand in the
// same order. The error is [ErrNoMessage].
func (e *Envelope) Print(dst []byte, units Units) ([]byte, error) {
	switch {
	case e.kind == KindUnknown && e.response == nil:
		return dst, ErrNoMessage
	case e.kind == KindStatus:
		status, _ := e.Status()
		return PrintStatus(dst, status, e.MAC(), units), nil
	}
	body := e.body()
	w := writer{dst: dst, units: units.resolve(body), schedule: e.schedule(body)}
	w.document(e.kind, e.MAC(), body)
	return w.dst, nil
}

// PrintStatus appends a status as [Envelope.Print] does. mac may be empty.
func PrintStatus(dst []byte, status Object, mac string, units Units) []byte {
	w := writer{dst: dst, units: units.resolve(status), formula: standardFormula}
	if formula, ok := status.integer("tempFormulaType"); ok {
		w.formula = formula
	}
	w.document(KindStatus, mac, status)
	return w.dst
}

// PrintFeatures appends features as [Envelope.Print] does. mac may be empty.
func PrintFeatures(dst []byte, features Object, mac string, units Units) []byte {
	w := writer{dst: dst, units: units.resolve(features)}
	w.document(KindFeatures, mac, features)
	return w.dst
}

// Warnings says what of the message could not be used and is not in what Print prints.
func (e *Envelope) Warnings() []string {
	body := e.body()
	if v, ok := body.Get("reservation"); ok {
		if _, incomplete, _ := ScheduleEntries(v, e.schedule(body)); incomplete {
			return []string{"the last entry of reservation is incomplete and was left out"}
		}
	}
	return nil
}

// document writes a whole message. The units are said where there is a quantity.
func (w *writer) document(kind Kind, mac string, body Object) {
	w.open('{')
	w.name("kind")
	w.text(kind.String())
	if mac != "" {
		w.name("mac_address")
		w.text(mac)
	}
	if kind == KindStatus || kind == KindFeatures || w.schedule == KindReservations {
		w.name("units")
		w.text(w.units.String())
	}
	w.members(bodyShapes[kind], body)
	w.close('}')
}

// body is the object that holds what the message is about.
func (e *Envelope) body() Object {
	v, _ := e.members.Get("data")
	data := object(v)
	switch {
	case e.kind == KindTOU && data.has("touInfo"): // an answer of REST
		return data
	case e.kind == KindStatus:
		status, _ := e.Status()
		return status
	case e.kind == KindFeatures:
		features, _ := e.Features()
		return features
	case e.response != nil:
		return e.response
	case e.request != nil:
		return e.request
	case e.event == nil:
		return e.members
	}
	// Who comes or goes stands outside the event.
	body := e.event[:len(e.event):len(e.event)]
	for _, m := range e.members {
		if m.Name == "clientID" || m.Name == "timestamp" {
			body = append(body, m)
		}
	}
	return body
}

// schedule says whose entries a reservation member of the body holds, or KindUnknown
// when there is none.
func (e *Envelope) schedule(body Object) Kind {
	v, ok := body.Get("reservation")
	switch {
	case e.kind != KindCommand:
		return e.kind
	case !ok:
		return KindUnknown
	case anyHas(v, "season"):
		return KindTOU
	}
	if code, _ := body.integer("command"); topic.Code(code) == topic.RecirculationWrite {
		return KindRecirculation
	}
	return KindReservations
}
