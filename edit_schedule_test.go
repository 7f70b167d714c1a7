package nwp500_test

import (
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A program is made of the one that is there, in one turn: of two at once none is lost.
func TestEditReservations(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if err := heater.SetReservations(ctx, entries(1)); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		for minute := 2; minute <= 4; minute++ {
			go func() {
				done <- heater.EditReservations(ctx, func(have nwp500.Reservations) (nwp500.Reservations, error) {
					have.Entries = append(have.Entries, at(minute))
					return have, nil
				})
			}()
		}
		for range 3 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		expectReservations(ctx, t, heater, entries(1, 2, 3, 4))

		before := simulated.Counters().Commands
		no := errors.New("no")
		err := heater.EditReservations(ctx, func(have nwp500.Reservations) (nwp500.Reservations, error) {
			return nwp500.Reservations{}, no
		})
		if outcome(err) != nwp500.Refused || !errors.Is(err, no) {
			t.Errorf("one that is refused: %v", err)
		}
		err = heater.EditReservations(ctx, func(have nwp500.Reservations) (nwp500.Reservations, error) {
			have.Entries[0].Temperature = nwp500.Celsius(90)
			return have, nil
		})
		var outside *nwp500.RangeError
		if outcome(err) != nwp500.Refused || !errors.As(err, &outside) {
			t.Errorf("one that is too hot: %v", err)
		}
		if after := simulated.Counters().Commands; after != before {
			t.Errorf("%d commands reached the heater", after-before)
		}
	})
}

// The same of the pump's timetable.
func TestEditRecirculationSchedule(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		window := nwp500.RecirculationWindow{Enabled: true, Days: nwp500.Weekdays, StartHour: 6, EndHour: 8}
		edit := func(heater *nwp500.Heater, window nwp500.RecirculationWindow) error {
			return heater.EditRecirculationSchedule(ctx, func(have nwp500.RecirculationTimetable) (nwp500.RecirculationTimetable, error) {
				have.Enabled, have.Windows = true, append(have.Windows, window)
				return have, nil
			})
		}
		heater := session.Heater(devices[1]) // with a pump
		if err := edit(heater, window); err != nil {
			t.Fatal(err)
		}
		later := window
		later.StartHour, later.EndHour = 18, 20
		if err := edit(heater, later); err != nil {
			t.Fatal(err)
		}
		got, err := heater.RecirculationSchedule(ctx)
		if err != nil || !got.Equal(nwp500.RecirculationTimetable{Enabled: true, Windows: []nwp500.RecirculationWindow{window, later}}) {
			t.Errorf("the heater has %+v, %v", got, err)
		}
		if err := edit(heater, nwp500.RecirculationWindow{Days: nwp500.Monday}); outcome(err) != nwp500.Refused {
			t.Errorf("a window of no time: %v", err)
		}
		if err := edit(session.Heater(devices[0]), window); outcome(err) != nwp500.Refused {
			t.Errorf("a heater without a pump: %v", err)
		}
	})
}

// What a schedule of a tariff prints is what Decode makes of a message with it.
func TestTOUScheduleAppendJSON(t *testing.T) {
	tariff := nwp500.TOUSchedule{Enabled: true, Periods: []nwp500.TOUPeriod{{
		Months: nwp500.January, Days: nwp500.Monday, EndHour: 15, EndMinute: 59,
		Min: nwp500.Price{Value: 36, Decimals: 2}, Max: nwp500.Price{Value: 46, Decimals: 2},
	}}}
	want := `{"kind":"tou","reservation_use":true,"reservation":[{"season":1,"week":64,"start_hour":0,"start_minute":0,` +
		`"end_hour":15,"end_minute":59,"price_min":0.36,"price_max":0.46,"decimal_point":2,"days":["mon"],` +
		`"start":"00:00","end":"15:59"}],"unknown":{}}`
	if got := string(tariff.AppendJSON(nil, nwp500.Metric)); got != want {
		t.Errorf("got %s", got)
	}
}
