package fleet

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// What is read of a schedule can be written back as it is, changed, and not over what
// somebody else has changed meanwhile.
func TestSchedules(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		w.first(t)
		pass(time.Minute)
		h := w.fleet.Heaters()[1] // the model with a pump
		for _, c := range []struct{ kind, command, document, other string }{
			{
				"reservations", api.SetReservations,
				`{"reservation_use": true, "reservation": [{"days": "mon-fri", "time": "06:30", "mode": "energy-saver", "temperature": "131F"}, {"days": "sat", "time": "09:00", "mode": "power_off"}]}`,
				`{"reservation_use": false, "reservation": []}`,
			},
			{
				"recirculation", api.SetRecirculation,
				`{"reservation_use": true, "schedule": [{"days": "mon-fri", "start": "06:00", "end": "08:00"}]}`,
				`{"reservation_use": false, "reservation": []}`,
			},
			{
				"tou", api.SetTOU,
				`{"reservation_use": true, "reservation": [{"months": "all", "days": "all", "start": "00:00", "end": "15:59", "price_min": 0.36},
					{"months": "all", "days": "all", "start": "16:00", "end": "23:59", "price_min": 0.51}]}`,
				`{"reservation_use": true, "reservation": [{"months": "all", "days": "all", "start": "00:00", "end": "23:59", "price_min": 0.4}]}`,
			},
		} {
			read := func() api.Schedule {
				t.Helper()
				got, err := h.Schedule(t.Context(), c.kind)
				if err != nil {
					t.Fatal(err)
				}
				for _, secret := range []string{"mac_address", "controller", "zip", h.State().Device.MAC.Reveal()} {
					if strings.Contains(string(got.Schedule), secret) {
						t.Errorf("%s tells %q", c.kind, secret)
					}
				}
				return got
			}
			write := func(document, match string) api.Result {
				t.Helper()
				return do(t, h, api.Command{Name: c.command, Schedule: json.RawMessage(document), IfMatch: match})
			}
			first := read()
			w.heard()
			if result := write(c.document, first.Version); result.End != api.Done {
				t.Fatalf("%s: %+v", c.kind, result)
			}
			pass(10 * time.Second)
			second := read()
			if second.Version == first.Version {
				t.Errorf("%s: the version is the same after a write", c.kind)
			}
			if told := events(w.heard(), api.ScheduleEvent); len(told) != 1 || told[0].By != "test" || told[0].Text != scheduleNames[scheduleKind(c.kind)]+" was changed" {
				t.Errorf("%s: told %+v", c.kind, told)
			}
			if result := write(c.other, first.Version); result.End != api.Refusal || !result.Stale {
				t.Errorf("%s: a stale one ends %+v", c.kind, result)
			}
			if now := read(); now.Version != second.Version {
				t.Errorf("%s: a stale one was written", c.kind)
			}
			if result := write(string(second.Schedule), second.Version); result.End != api.Done {
				t.Errorf("%s: what was read ends %+v when it is written back", c.kind, result)
			}
			if now := read(); now.Version != second.Version {
				t.Errorf("%s: what was written back is\n%s, not\n%s", c.kind, now.Schedule, second.Schedule)
			}
			if result := write(c.other, ""); result.End != api.Done {
				t.Errorf("%s: one without a version ends %+v", c.kind, result)
			}
			if now := read(); now.Version == second.Version {
				t.Errorf("%s: one without a version was not written", c.kind)
			}
		}
		if _, err := h.Schedule(t.Context(), "holidays"); err == nil {
			t.Error("there is a schedule of holidays")
		}
	})
}

// A schedule that somebody else changes is noticed within the hour.
func TestASchedulesIsChangedByOthers(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, _ := w.first(t)
		pass(time.Minute)
		live, err := h.live()
		if err != nil {
			t.Fatal(err)
		}
		w.heard()
		before := h.State().Reservations.Version
		err = live.AddReservation(t.Context(), nwp500.Reservation{
			Enabled: true, Days: nwp500.Monday, Hour: 6, Mode: nwp500.HeatPump, Temperature: nwp500.Celsius(50),
		})
		if err != nil {
			t.Fatal(err)
		}
		pass(70 * time.Minute)
		if h.State().Reservations.Version == before {
			t.Error("the version is the same")
		}
		if told := events(w.heard(), api.ScheduleEvent); len(told) != 1 || told[0].By != "" || told[0].Text != "the weekly program was changed" {
			t.Errorf("told %+v", told)
		}
	})
}

// A value that the heater does not take is refused, and names the schedule.
func TestAScheduleOutOfRange(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		before := simulated.Counters().Commands
		for _, document := range []string{
			`{"reservation_use": true, "reservation": [{"days": "mon", "time": "06:30", "mode": "electric", "temperature": 80}]}`,
			`{"reservation_use": true, "reservation": [{"days": "mon", "time": "06:30", "mode": "electric"}]}`,
			`{"reservation_use": true, "reservation": [{"days": "mon", "time": "26:30", "mode": "electric", "temperature": 50}]}`,
		} {
			result := do(t, h, api.Command{Name: api.SetReservations, Schedule: json.RawMessage(document)})
			if result.End != api.Refusal || result.Field != "schedule" || result.Stale {
				t.Errorf("%s ends %+v", document, result)
			}
		}
		if sent := simulated.Counters().Commands; sent != before {
			t.Errorf("%d commands reached the heater", sent-before)
		}
	})
}

// A schedule that somebody switches at the panel is read at once, and not when its hour has come.
func TestASwitchedScheduleIsRead(t *testing.T) {
	inWorld(t, simulator.Config{}, nil, func(t *testing.T, w *world) {
		h, simulated := w.first(t)
		pass(time.Minute)
		before := h.State().Reservations
		simulated.SetStatus("programReservationUse", 2)
		pass(7 * time.Minute) // its status is asked for meanwhile
		if after := h.State().Reservations; !after.At.After(before.At) {
			t.Errorf("it was read last at %v", after.At)
		}
	})
}
