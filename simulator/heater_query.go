package simulator

import (
	"strings"

	"github.com/nwp500/nwp500/internal/topic"
)

// query is a request that reads something else than status and features: what
// the heater needs for it, and what answers unless the request makes no sense.
type query struct {
	code  topic.Code
	needs string // a capability, or nothing
	say   func(*Heater, request) bool
}

// queries are the requests of docs/protocol.md §3, by suffix.
var queries = map[string]query{
	topic.SuffixReservationRead:   {topic.ReservationRead, "programReservationUse", always((*Heater).sayReservations)},
	topic.SuffixRecirculationRead: {topic.RecirculationRead, "recircReservationUse", always((*Heater).sayRecirculation)},
	topic.SuffixEnergyDaily:       {topic.EnergyDailyRead, "energyUsageUse", (*Heater).sayDaily},
	topic.SuffixEnergyMonthly:     {topic.EnergyMonthlyRead, "energyUsageUse", (*Heater).sayMonthly},
	topic.SuffixEnergyHourly:      {topic.EnergyHourlyRead, "energyUsageUse", (*Heater).sayHourly},
	topic.SuffixDiagnostics:       {topic.DiagnosticsRead, "", always((*Heater).sayDiagnostics)},
	topic.SuffixFirmwareDownloads: {topic.FirmwareDownloadsRead, "", always((*Heater).sayDownloads)},
}

// always is for requests that say nothing which could make no sense.
func always(say func(*Heater, request)) func(*Heater, request) bool {
	return func(h *Heater, r request) bool {
		say(h, r)
		return true
	}
}

// query answers a request that reads.
func (h *Heater) query(r request) {
	q, known := queries[r.suffix]
	switch {
	case !known || r.body.Request.Command != q.code:
		h.counters.Ignored++
	case !h.fits(q.needs):
		h.counters.Unsupported++
	case !q.say(h, r):
		h.counters.Ignored++
	default:
		h.counters.Requests++
		h.hear(r.body.ClientID)
	}
}

// reply sends an answer whose body lies in the response itself. That it echoes
// the session of the request, as a status does, is unconfirmed.
func (h *Heater) reply(r request, to string, write func(*document)) {
	if to == "" {
		return
	}
	h.counters.Answers++
	d := h.envelope(r.body.ClientID, r.body.SessionID, r.topic)
	write(&d)
	h.send(to, d)
}

// cutRead takes the "/rd" off an answer's topic: there the packed form goes.
func cutRead(name string) (above string, ok bool) { return strings.CutSuffix(name, "/rd") }

// fromApp says whether the answer is wanted in the form of the vendor's app.
func (r *request) fromApp() bool {
	return topic.Parse(r.body.ResponseTopic).Kind == topic.KindAppAnswer
}
