package nwp500_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// What no heater, or not this one, can take is refused before anything is sent, and
// the message names the field, the value and what is allowed.
func TestSchedulesRefusedBeforeSending(t *testing.T) {
	with := func(change func(*nwp500.Reservation)) nwp500.Reservation {
		entry := at(30)
		change(&entry)
		return entry
	}
	window := nwp500.RecirculationWindow{Enabled: true, Days: nwp500.Monday, StartHour: 6, EndHour: 7}
	pump := func(change func(*nwp500.RecirculationWindow)) nwp500.RecirculationTimetable {
		w := window
		change(&w)
		return nwp500.RecirculationTimetable{Windows: []nwp500.RecirculationWindow{w}}
	}
	period := nwp500.TOUPeriod{Months: nwp500.AllMonths, Days: nwp500.EveryDay, EndHour: 23, EndMinute: 59}
	inCloud(t, simulator.Config{Models: []simulator.Model{{NewFirmware: true, Recirculation: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		before := c.Counters().Publishes
		add := func(entry nwp500.Reservation) func() error {
			return func() error { return heater.AddReservation(ctx, entry) }
		}
		set := func(timetable nwp500.RecirculationTimetable) func() error {
			return func() error { return heater.SetRecirculationSchedule(ctx, timetable) }
		}
		for name, test := range map[string]struct {
			do   func() error
			says []string
		}{
			"25 o'clock":      {add(with(func(r *nwp500.Reservation) { r.Hour = 25 })), []string{"hour 25", "0 to 23"}},
			"minute 60":       {add(with(func(r *nwp500.Reservation) { r.Minute = 60 })), []string{"minute 60", "0 to 59"}},
			"no day":          {add(with(func(r *nwp500.Reservation) { r.Days = 0 })), []string{"days no day", "at least one"}},
			"the unused bit":  {add(with(func(r *nwp500.Reservation) { r.Days = 1 })), []string{"days no day"}},
			"mode 0":          {add(with(func(r *nwp500.Reservation) { r.Mode = 0 })), []string{"mode(0)", "heat pump", "power off"}},
			"mode 7":          {add(with(func(r *nwp500.Reservation) { r.Mode = 7 })), []string{"mode(7)"}},
			"200 °C":          {add(with(func(r *nwp500.Reservation) { r.Temperature = nwp500.Celsius(200) })), []string{"temperature 200 °C"}},
			"its own limit":   {add(with(func(r *nwp500.Reservation) { r.Temperature = nwp500.Celsius(40) })), []string{"temperature 40 °C", "40.5 °C", "65.5 °C"}},
			"above its limit": {add(with(func(r *nwp500.Reservation) { r.Temperature = nwp500.Celsius(66) })), []string{"temperature 66 °C", "65.5 °C"}},
			"200 °C when off": {add(with(func(r *nwp500.Reservation) { r.Mode, r.Temperature = nwp500.PowerOff, nwp500.Celsius(200) })), []string{"temperature 200 °C"}},
			"no temperature":  {add(with(func(r *nwp500.Reservation) { r.Temperature = nwp500.Temperature{} })), []string{"temperature unknown"}},
			"changed to 25": {func() error {
				return heater.ChangeReservation(ctx, at(1), with(func(r *nwp500.Reservation) { r.Hour = 25 }))
			}, []string{"hour 25"}},
			"in a list":         {func() error { return heater.SetReservations(ctx, entries(1, 60)) }, []string{"reservation 2: minute 60"}},
			"33 entries":        {func() error { return heater.SetReservations(ctx, entries(make([]int, 33)...)) }, []string{"reservations 33", "at most 32"}},
			"weekly 25":         {func() error { return heater.SetWeeklyReservations(ctx, entries(60), nwp500.AcceptUnverified) }, []string{"minute 60"}},
			"weekly":            {func() error { return heater.SetWeeklyReservations(ctx, entries(1), 0) }, []string{"unverified", "no heater is known to act on it"}},
			"recirculation 0":   {func() error { return heater.SetRecirculationMode(ctx, 0) }, []string{"recirculation mode unknown", "always, button"}},
			"recirculation 5":   {func() error { return heater.SetRecirculationMode(ctx, 5) }, []string{"recirc_mode(5)"}},
			"window at 25":      {set(pump(func(w *nwp500.RecirculationWindow) { w.StartHour = 25 })), []string{"window 1: start hour 25"}},
			"window to 24":      {set(pump(func(w *nwp500.RecirculationWindow) { w.EndHour = 24 })), []string{"end hour 24"}},
			"window minute":     {set(pump(func(w *nwp500.RecirculationWindow) { w.EndMinute = 60 })), []string{"end minute 60"}},
			"window of no time": {set(pump(func(w *nwp500.RecirculationWindow) { w.EndHour = 6 })), []string{"end 06:00", "another time"}},
			"window on no day":  {set(pump(func(w *nwp500.RecirculationWindow) { w.Days = 0 })), []string{"days no day"}},
			"pump neither": {
				set(nwp500.RecirculationTimetable{Entries: []nwp500.RecirculationEntry{{Days: nwp500.Monday}}}), []string{"entry 1: pump unknown", "on or off"},
			},
			"21 entries": {
				set(nwp500.RecirculationTimetable{Windows: slices.Repeat([]nwp500.RecirculationWindow{window}, 11)}), []string{"recirculation entries 22", "at most 20"},
			},
			"17 periods": {
				func() error {
					return heater.SetTOU(ctx, nwp500.TOUSchedule{Periods: slices.Repeat([]nwp500.TOUPeriod{period}, 17)})
				},
				[]string{"TOU periods 17", "1 to 16"},
			},
			"17 periods applied": {
				func() error {
					return heater.ApplyTOU(ctx, nwp500.TOUUpdate{Plan: nwp500.TOUPlan{Periods: slices.Repeat([]nwp500.TOUPeriod{period}, 17)}})
				},
				[]string{"TOU periods 17", "1 to 16"},
			},
			"month 13": {
				func() error {
					p := period
					p.Months = 1 << 12
					return heater.SetTOU(ctx, nwp500.TOUSchedule{Periods: []nwp500.TOUPeriod{p}})
				},
				[]string{"months 4096", "twelve"},
			},
			"11 decimals": {
				func() error {
					p := period
					p.Min.Decimals, p.Max.Decimals = 11, 11
					return heater.SetTOU(ctx, nwp500.TOUSchedule{Periods: []nwp500.TOUPeriod{p}})
				},
				[]string{"decimals of the price 11", "0 to 10"},
			},
			"no source": {
				func() error {
					return heater.ApplyTOU(ctx, nwp500.TOUUpdate{Plan: nwp500.TOUPlan{Name: "T", ZIP: "94500", Periods: []nwp500.TOUPeriod{period}}})
				},
				[]string{"no source"},
			},
		} {
			err := test.do()
			if outcome(err) != nwp500.Refused {
				t.Errorf("%s: got %v, want it refused", name, err)
				continue
			}
			for _, text := range test.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%s: %q does not say %q", name, err, text)
				}
			}
		}
		if _, err := c.client.UpdateTOU(ctx, heater.Device(), nwp500.TOUUpdate{
			Plan: nwp500.TOUPlan{Name: "T", Periods: []nwp500.TOUPeriod{period}}, Source: json.RawMessage(`{}`),
		}); err == nil || !strings.Contains(err.Error(), "ZIP code") {
			t.Errorf("no ZIP code: got %v", err)
		}
		if _, err := c.client.ConvertTOU(ctx, nil); err == nil {
			t.Error("no plan passes for one")
		}
		if sent := c.Counters().Publishes - before; sent != 0 {
			t.Errorf("%d messages were sent", sent)
		}
	})
}

// An entry that the heater does not have can be neither changed nor removed, and a
// list that is full takes no more: nothing is written.
func TestEntriesThatAreNotThere(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		var all []int
		for minute := range 32 {
			all = append(all, minute)
		}
		if err := heater.SetReservations(ctx, entries(all...)); err != nil {
			t.Fatal(err)
		}
		before := simulated.Counters().Commands
		for says, do := range map[string]func() error{
			"reservation mon tue wed thu fri 06:59 energy saver 55 °C": func() error { return heater.RemoveReservation(ctx, at(59)) },
			"one that the heater has":                                  func() error { return heater.ChangeReservation(ctx, at(59), at(1)) },
			"reservations 33 is not allowed: it takes at most 32":      func() error { return heater.AddReservation(ctx, at(59)) },
		} {
			if err := do(); outcome(err) != nwp500.Refused || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v, want it refused with %q", err, says)
			}
		}
		if n := simulated.Counters().Commands - before; n != 0 {
			t.Errorf("%d commands were sent", n)
		}
	})
}

// A heater without a pump, and one without a program, is asked and told nothing.
func TestSchedulesThatTheHeaterLacks(t *testing.T) {
	inCloud(t, simulator.Config{Models: []simulator.Model{{}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		simulated := c.Accounts()[0].Heaters[0]
		for _, feature := range []string{"programReservationUse", "electricUse"} {
			simulated.SetFeature(feature, 1)
		}
		heater, _ := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		before := c.Counters().Publishes
		question := func(do func(context.Context) error) func() error { return func() error { return do(ctx) } }
		for function, calls := range map[string]map[string]func() error{
			"programReservationUse": {
				"read":    question(func(ctx context.Context) error { _, err := heater.Reservations(ctx); return err }),
				"set":     func() error { return heater.SetReservations(ctx, entries(1)) },
				"add":     func() error { return heater.AddReservation(ctx, at(1)) },
				"remove":  func() error { return heater.RemoveReservation(ctx, at(1)) },
				"on":      func() error { return heater.EnableReservations(ctx, true) },
				"weekly":  func() error { return heater.SetWeeklyReservations(ctx, entries(1), nwp500.AcceptUnverified) },
				"water":   func() error { return heater.SetWaterProgram(ctx) },
				"set TOU": func() error { return heater.SetTOU(ctx, nwp500.TOUSchedule{Periods: tariffPeriods()}) },
				"TOU on":  func() error { return heater.EnableTOU(ctx, true) },
			},
			"recirculationUse": {
				"mode":   func() error { return heater.SetRecirculationMode(ctx, nwp500.RecirculationButton) },
				"button": func() error { return heater.PressHotButton(ctx) },
			},
			"recircReservationUse": {
				"read": question(func(ctx context.Context) error { _, err := heater.RecirculationSchedule(ctx); return err }),
				"set":  func() error { return heater.SetRecirculationSchedule(ctx, nwp500.RecirculationTimetable{}) },
			},
		} {
			for name, do := range calls {
				err := do()
				var lacks *nwp500.UnsupportedError
				if !errors.As(err, &lacks) || lacks.Function != function {
					t.Errorf("%s: got %v, want an *UnsupportedError for %s", name, err, function)
				}
				if name != "read" && outcome(err) != nwp500.Refused {
					t.Errorf("%s: got %v, want it refused", name, err)
				}
			}
		}
		if sent := c.Counters().Publishes - before; sent != 0 {
			t.Errorf("%d messages were sent", sent)
		}

		simulated.SetFeature("programReservationUse", 2)
		pass(31 * time.Minute) // the features that are kept are old now
		electric := at(1)
		electric.Mode = nwp500.Electric
		var lacks *nwp500.UnsupportedError
		if err := heater.AddReservation(ctx, electric); !errors.As(err, &lacks) || lacks.Function != "electricUse" {
			t.Errorf("a mode that the heater lacks: got %v", err)
		}
	})
}
