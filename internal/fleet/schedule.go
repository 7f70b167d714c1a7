package fleet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// scheduleKind is one of a heater's schedules, by the name that the documents give it.
type scheduleKind string

const (
	reservations  scheduleKind = "reservations"
	tariff        scheduleKind = "tou"
	recirculation scheduleKind = "recirculation"
)

// scheduleNames are what people call them.
var scheduleNames = map[scheduleKind]string{
	reservations:  "the weekly program",
	tariff:        "the electricity tariff",
	recirculation: "the recirculation schedule",
}

// errKind is a schedule that no heater has.
var errKind = errors.New("a schedule is reservations, tou or recirculation")

// Schedule reads a schedule from the heater: "reservations", "tou" or "recirculation". The
// tariff comes from the cloud, for a heater does not tell it (docs/protocol.md §3). Its
// errors are those of nwp500.Heater.Reservations and its like.
func (h *Heater) Schedule(ctx context.Context, kind string) (api.Schedule, error) {
	switch scheduleKind(kind) {
	case reservations, tariff, recirculation:
	default:
		return api.Schedule{}, fmt.Errorf("schedule %q: %w", kind, errKind)
	}
	read, err := h.readSchedule(ctx, scheduleKind(kind))
	if err != nil {
		return api.Schedule{}, err
	}
	return *read, nil
}

// readSchedule reads a schedule and keeps it.
func (h *Heater) readSchedule(ctx context.Context, kind scheduleKind) (*api.Schedule, error) {
	live, err := h.live()
	if err != nil {
		return nil, err
	}
	var document []byte
	switch kind {
	case reservations:
		var program *nwp500.Reservations
		if program, err = live.Reservations(ctx); err == nil {
			document = program.AppendJSON(nil, nwp500.Metric)
		}
	case tariff:
		var plan *nwp500.TOU
		if plan, err = live.TOU(ctx); err == nil {
			document = h.tariffDocument(plan)
		}
	case recirculation:
		var timetable *nwp500.RecirculationTimetable
		if timetable, err = live.RecirculationSchedule(ctx); err == nil {
			document = timetable.AppendJSON(nil, nwp500.Metric)
		}
	}
	if err != nil {
		return nil, err
	}
	return h.keepSchedule(newSchedule(kind, document)), nil
}

// newSchedule is a schedule of a printed message. Its version is a hash of what it says.
func newSchedule(kind scheduleKind, document []byte) *api.Schedule {
	document = without(document, identifying...)
	sum := sha256.Sum256(document)
	return &api.Schedule{
		Kind: string(kind), Version: hex.EncodeToString(sum[:8]), At: time.Now(), Schedule: json.RawMessage(document),
	}
}

// tariffDocument is the tariff that the cloud keeps, in the form of what a heater is told,
// with its name. Whether the heater goes by it is in the status.
func (h *Heater) tariffDocument(plan *nwp500.TOU) []byte {
	periods := nwp500.TOUSchedule{Enabled: h.goesByTariff(), Periods: h.periodsOf(plan)}
	named, err := json.Marshal(map[string]string{"name": plan.Name, "utility": plan.Utility})
	if err != nil { // not of texts
		return nil
	}
	printed := without(periods.AppendJSON(nil, nwp500.Metric), identifying...)
	return append(append(named[:len(named)-1], ','), printed[1:]...)
}

// keepSchedule keeps what was read, and tells when it is another than before.
func (h *Heater) keepSchedule(read *api.Schedule) *api.Schedule {
	h.mu.Lock()
	defer h.mu.Unlock()
	next := *h.State()
	before := next.schedule(scheduleKind(read.Kind))
	var notice Notice
	if *before != nil && (*before).Version != read.Version {
		notice.Event = h.event(api.ScheduleEvent, scheduleNames[scheduleKind(read.Kind)]+" was changed")
		notice.Event.By = h.askers.of(api.ScheduleEvent, notice.Event.At)
	}
	h.updateLocked(notice, func(next *State) { *next.schedule(scheduleKind(read.Kind)) = read })
	return read
}

// schedule returns where a state keeps a schedule.
func (s *State) schedule(kind scheduleKind) **api.Schedule {
	switch kind {
	case tariff:
		return &s.TOU
	case recirculation:
		return &s.Recirculation
	}
	return &s.Reservations
}
