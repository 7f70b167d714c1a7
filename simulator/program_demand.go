package simulator

import (
	"math"
	"time"
)

// DemandEvent is what an electricity supplier asks of heaters, in the words of
// CTA-2045 and of the installer diagnostics (docs/protocol.md §4).
type DemandEvent int

const (
	// DemandNone leaves the heater alone.
	DemandNone DemandEvent = iota
	// DemandShed saves: to 5.5 K below the setpoint, by the heat pump alone.
	DemandShed
	// DemandLoadUp takes what the tank can store below the setpoint, at once.
	DemandLoadUp
	// DemandAdvancedLoadUp stores 5.5 K above the setpoint, at once.
	DemandAdvancedLoadUp
	// DemandCriticalPeak saves more: 11 K, by the heat pump alone.
	DemandCriticalPeak
	// DemandGridEmergency heats nothing.
	DemandGridEmergency
)

// demandEvents are the events in their order. What a real heater does in each is
// unconfirmed, and so is the number of a grid emergency, for which the status has no
// name: that of a peak is chosen.
var demandEvents = [...]struct {
	name   string
	status int // drEventStatus
	response
}{
	DemandNone:           {"none", 0, response{sourceHeatPump | sourceElements, 0, false}},
	DemandShed:           {"shed", 2, response{sourceHeatPump, -5.5, false}},
	DemandLoadUp:         {"load up", 3, response{sourceHeatPump | sourceElements, 0, true}},
	DemandAdvancedLoadUp: {"advanced load up", 4, response{sourceHeatPump | sourceElements, 5.5, true}},
	DemandCriticalPeak:   {"critical peak", 5, response{sourceHeatPump, -11, false}},
	DemandGridEmergency:  {"grid emergency", 5, response{}},
}

// response is what an event changes in how a heater heats.
type response struct {
	sources int     // that may heat
	shift   float64 // K, of the setpoint
	eager   bool    // heats as soon as the tank is below the setpoint
}

func (e DemandEvent) known() bool { return e >= 0 && int(e) < len(demandEvents) }

// String returns the event's name in words: "load up".
func (e DemandEvent) String() string {
	if !e.known() {
		return "unknown"
	}
	return demandEvents[e].name
}

// demand is the event that a heater was told of.
type demand struct {
	Event      DemandEvent `json:"event"`
	Ends       time.Time   `json:"ends"`       // zero: not by itself
	Overridden time.Time   `json:"overridden"` // until then; zero: not
}

// SetDemandResponse begins an event in place of the one before, as a module at the
// heater's CTA-2045 port does, or ends it with DemandNone. It ends by itself when it
// has lasted so long, unless that is zero or negative. The heater follows while demand
// response is on (dr-on, as delivered) and fitted; a setpoint or a mode written to it
// overrides the event until its end, for 72 hours at most. An unknown event changes
// nothing.
func (h *Heater) SetDemandResponse(event DemandEvent, lasts time.Duration) {
	if event.known() {
		h.change(func() { h.hearGrid(event, lasts) })
	}
}

func (h *Heater) hearGrid(event DemandEvent, lasts time.Duration) {
	h.Programs.Demand = demand{Event: event}
	if event != DemandNone && lasts > 0 {
		h.Programs.Demand.Ends = h.At.Add(lasts)
	}
	h.reschedule()
	h.RegulateAt = h.At.Add(between)
}

// demandEvent is the event that the heater follows at some moment since it last
// changed.
func (h *Heater) demandEvent(at time.Time) DemandEvent {
	d := &h.Programs.Demand
	if !h.hearsGrid() || d.Overridden.After(at) {
		return DemandNone
	}
	return d.Event
}

// hearsGrid says whether the heater hears of events.
func (h *Heater) hearsGrid() bool {
	return h.Settings.DemandResponse && h.has("drSettingUse") && !h.broken().has(brokenGrid)
}

// respond is what the event that the heater follows changes.
func (h *Heater) respond() response { return demandEvents[h.demandEvent(h.At)].response }

// longestOverride is the most that drOverrideStatus was seen to say
// (docs/protocol.md §4).
const longestOverride = 72 * time.Hour

// override is what a setting written by the owner does to an event. That it does is
// chosen.
func (h *Heater) override() {
	if h.demandEvent(h.At) == DemandNone {
		return
	}
	d := &h.Programs.Demand
	d.Overridden = h.At.Add(longestOverride)
	if !d.Ends.IsZero() && d.Ends.Before(d.Overridden) {
		d.Overridden = d.Ends
	}
	h.reschedule()
}

// attendDemand ends an event and an override.
func (h *Heater) attendDemand() {
	d := &h.Programs.Demand
	if !d.Ends.IsZero() && !d.Ends.After(h.At) {
		*d = demand{}
	}
	if !d.Overridden.After(h.At) {
		d.Overridden = time.Time{}
	}
}

// next is when one of them ends.
func (d *demand) next(at time.Time) time.Time {
	if d.Overridden.After(at) { // not later than the event
		return d.Overridden
	}
	return d.Ends
}

// drEventStatus shows the event also while it is overridden (chosen).
func (h *Heater) drEventStatus() int {
	if !h.hearsGrid() {
		return 0
	}
	return demandEvents[h.Programs.Demand.Event].status
}

// drOverrideStatus is how many hours of the override are left.
func (h *Heater) drOverrideStatus() int {
	left := h.Programs.Demand.Overridden.Sub(h.At)
	return max(int(math.Ceil(left.Hours())), 0)
}

func (h *Heater) demandResponseOn()  { h.setDemandResponse(true) }
func (h *Heater) demandResponseOff() { h.setDemandResponse(false) }

func (h *Heater) setDemandResponse(use bool) {
	h.Settings.DemandResponse = use
	h.RegulateAt = h.At.Add(between)
}
