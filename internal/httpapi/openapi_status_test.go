package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/simulator"
)

// Every status code of the document is one that the handlers answer with: this test has each of them answered. That they answer with no
// other, and with documents that fit, is held by every test that has an answer.
func TestOpenAPIStatusCodes(t *testing.T) {
	seen := map[string]bool{}
	inHouse(t, Config{Token: nwp500.NewSecret("a token of the test")}, func(h *house) {
		h.seen = seen
		h.strangers()
	})
	inHouse(t, Config{Loopback: true}, func(h *house) {
		h.seen = seen
		h.askForNobody()
		defer h.fillPlaces()()
		h.do("GET", "/api/v1/events/stream", "")
	})
	inHome(t, home{past: true}, func(h *house) {
		h.seen = seen
		h.askForAll()
		h.sim.Inject(simulator.Fault{Step: simulator.StepHeater, Action: simulator.Lose, Topic: "/" + topic.SuffixReservationWrite})
		h.write("PUT", "/schedules/reservations", oneReservation, "If-Match", "*")
		h.sim.Inject(simulator.Fault{Step: simulator.StepHeater, Action: simulator.Lose})
		h.write("POST", "/commands", `{"command":"mode","mode":"electric"}`)
		h.do("GET", h.path("/schedules/reservations"), "")
	})
	inHome(t, home{faults: []simulator.Fault{{Step: simulator.StepHeater, Action: simulator.Lose}}}, func(h *house) {
		h.seen = seen
		h.do("GET", h.path("/status"), "") // it has not sent any
		h.do("GET", h.path("/features"), "")
	})
	inHome(t, home{}, func(h *house) {
		h.seen = seen
		for _, path := range []string{h.path("/history?fields=dhw_temperature"), h.path("/energy"), "/api/v1/events"} {
			h.do("GET", path, "") // there is no history
		}
		h.network.Cut()
		h.sim.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		h.sim.DropAll(simulator.DropServer)
		time.Sleep(time.Minute)
		h.write("POST", "/commands", `{"command":"mode","mode":"electric"}`)
		h.write("PUT", "/schedules/reservations", h.reservations(), "If-Match", "*")
		h.do("GET", h.path("/schedules/reservations"), "")
	})

	documented := map[string]bool{}
	for path, methods := range asObject(readContract(t).document["paths"]) {
		for method, operation := range asObject(methods) {
			for status := range asObject(at(operation, "responses")) {
				if status != "500" { // a fault of ours, of which none is known
					documented[strings.ToUpper(method)+" "+path+" "+status] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(documented)) {
		if !seen[name] {
			t.Errorf("%s is in the document and was not answered", name)
		}
	}
}

// path is a path of the first heater.
func (h *house) path(rest string) string { return prefix + "/heaters/" + h.heater().ID() + rest }

// write sends a request that changes something.
func (h *house) write(method, rest, body string, header ...string) reply {
	h.Helper()
	return h.do(method, h.path(rest), body, append(header, "X-Nwp500", "1", "Content-Type", "application/json")...)
}

// oneReservation is another schedule than a simulated heater has.
const oneReservation = `{"schedule":{"reservation_use":true,"reservation":[{"days":["mon"],"time":"06:30","mode":"high_demand","temperature":55}],"units":"metric"}}`

// reservations is the schedule of the first heater as GET gives it.
func (h *house) reservations() string {
	return `{"schedule":` + string(h.heater().State().Reservations.Schedule) + `}`
}

// operations are the methods and paths of the document, with a heater that is not there.
func (h *house) operations(do func(method, path string)) {
	fill := strings.NewReplacer("{heater}", "0123456789", "{kind}", "tou")
	for path, methods := range h.api.resources() {
		for method := range methods {
			do(method, prefix+fill.Replace(path))
		}
	}
}

// strangers asks for everything, without what it takes.
func (h *house) strangers() {
	h.operations(func(method, path string) {
		h.do(method, path, "{}", "X-Nwp500", "1", "Content-Type", "application/json")
		h.do(method, path, "", "Host", "evil.example")
		h.do(method, path, "", "Origin", "http://evil.example")
	})
	h.do("DELETE", prefix+"/session", "", "X-Nwp500", "1")
	h.do("POST", prefix+"/session", `{"token":"a token of the test"}`, "X-Nwp500", "1", "Content-Type", "application/json")
}

// askForNobody asks for everything of a heater that is not there, and all else with bodies that are wrong.
func (h *house) askForNobody() {
	h.operations(func(method, path string) {
		if path == prefix+"/events/stream" {
			path += "?heater=0123456789"
		}
		h.do(method, path, "{", "X-Nwp500", "1", "Content-Type", "application/json", "If-Match", "*")
	})
	h.do("GET", prefix+"/events/stream", "", "Last-Event-ID", "yesterday")
	h.do("GET", prefix+"/events?limit=0", "")
	large := strings.Repeat(" ", mostBody+1)
	h.do("POST", prefix+"/session", large, "X-Nwp500", "1", "Content-Type", "application/json")
	h.do("POST", prefix+"/session", "token=x", "X-Nwp500", "1", "Content-Type", "application/x-www-form-urlencoded")
}

// askForAll asks for everything that a heater has, and then for what it does not take.
func (h *house) askForAll() {
	h.operations(func(method, path string) {
		if method != http.MethodGet {
			return
		}
		path = strings.ReplaceAll(path, "0123456789", h.heater().ID())
		answer := h.get(path)
		answer.Body.Close()
	})
	h.do("GET", h.path("/history?fields=dhw_temperature,tank_upper_temperature"), "")
	h.do("GET", h.path("/energy?by=week"), "")
	h.do("GET", h.path("/schedules/recirculation"), "")
	large := strings.Repeat(" ", mostBody+1)
	for _, request := range []struct{ method, rest string }{{"POST", "/commands"}, {"PUT", "/schedules/reservations"}} {
		h.write(request.method, request.rest, "{", "If-Match", "*")
		h.write(request.method, request.rest, large, "If-Match", "*")
		h.do(request.method, h.path(request.rest), "", "X-Nwp500", "1", "If-Match", "*")
	}
	h.write("POST", "/commands", `{"command":"mode","mode":"electric"}`)
	h.write("POST", "/commands", `{"command":"mode","mode":"steam"}`)
	h.write("POST", "/commands", `{"command":"set-reservations","if_match":"old",`+h.reservations()[1:])
	h.write("PUT", "/schedules/reservations", h.reservations())
	h.write("PUT", "/schedules/reservations", h.reservations(), "If-Match", `"old"`)
	h.write("PUT", "/schedules/reservations", `{"schedule":{"reservation":7}}`, "If-Match", "*")
	read, err := h.client.Schedule(h.Context(), h.heater().ID(), "reservations")
	if err != nil {
		h.Fatal(err)
	}
	if result, err := h.client.SetSchedule(h.Context(), h.heater().ID(), read); err != nil || result.Command != api.SetReservations {
		h.Errorf("%+v, %v", result, err)
	}
}
