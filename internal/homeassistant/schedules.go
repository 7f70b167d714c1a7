package homeassistant

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// scheduleEntities show the schedules: how many entries there are as the state, the schedule itself and its version as
// attributes. Home Assistant has no entity for a document, so the topic that takes one is no member of the discovery
// document but an attribute, for a script that calls mqtt.publish with what the attributes had, edited.
func scheduleEntities() []*entity {
	return []*entity{
		schedule("reservations", "Reservation entries", "reservation", api.SetReservations, func(s *fleet.State) *api.Schedule { return s.Reservations }),
		schedule("tou", "TOU periods", "reservation", api.SetTOU, func(s *fleet.State) *api.Schedule { return s.TOU }),
		schedule("recirculation", "Recirculation entries", "reservation", api.SetRecirculation, func(s *fleet.State) *api.Schedule { return s.Recirculation }),
	}
}

func schedule(kind, name, entries, command string, of func(*fleet.State) *api.Schedule) *entity {
	return &entity{
		component: "sensor", id: kind, name: name, category: "diagnostic",
		exists: func(v *view) bool { return of(v.state) != nil },
		channels: []channel{{
			stateMember: "state_topic",
			state:       func(v *view) string { return countEntries(of(v.state), entries) },
			command:     func(payload string, _ *view) (api.Command, error) { return readSchedule(kind, command, payload) },
		}},
		attributes: func(v *view) []byte {
			known := of(v.state)
			if known == nil {
				return object(nil)
			}
			return object(map[string]any{"kind": kind, "version": known.Version, "read": known.At.Format(time.RFC3339), "schedule": known.Schedule})
		},
	}
}

// countEntries counts the elements of a list in a schedule.
func countEntries(known *api.Schedule, member string) string {
	if known == nil {
		return unknown
	}
	var document map[string]json.RawMessage
	var entries []json.RawMessage
	if json.Unmarshal(known.Schedule, &document) != nil || json.Unmarshal(document[member], &entries) != nil {
		return unknown
	}
	return strconv.Itoa(len(entries))
}

// readSchedule reads {"schedule": …, "version": "…"}: the whole schedule, and the version that it replaces. Without a
// version it replaces whatever is there. What else the attributes have may be sent back with it.
func readSchedule(kind, name, payload string) (api.Command, error) {
	var document struct {
		Kind     string          `json:"kind"`
		Version  string          `json:"version"`
		Read     string          `json:"read"`
		Schedule json.RawMessage `json:"schedule"`
	}
	decoder := json.NewDecoder(bytes.NewReader([]byte(payload)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		return api.Command{}, errors.New("a schedule is an object with the members schedule and version, as the attributes have them")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return api.Command{}, errors.New("something follows the schedule")
	}
	switch {
	case document.Kind != "" && document.Kind != kind:
		return api.Command{}, errors.New("it is a schedule of another kind")
	case len(document.Schedule) == 0 || document.Schedule[0] != '{':
		return api.Command{}, errors.New("the member schedule is missing: it holds the whole schedule")
	}
	return api.Command{Name: name, Schedule: document.Schedule, IfMatch: document.Version}, nil
}
