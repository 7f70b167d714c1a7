package nwp500_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A timetable is written, read, changed and lost; an entry of another program that
// makes no window survives all of it.
func TestRecirculationTimetable(t *testing.T) {
	inCloud(t, simulator.Config{Models: []simulator.Model{{NewFirmware: true, Recirculation: true}}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		stray := nwp500.RecirculationEntry{Enabled: true, Days: nwp500.Sunday, Hour: 12, Pump: nwp500.Off}
		morning := nwp500.RecirculationWindow{Enabled: true, Days: nwp500.Weekdays, StartHour: 6, EndHour: 8, EndMinute: 30}
		night := nwp500.RecirculationWindow{Enabled: true, Days: nwp500.EveryDay, StartHour: 22, EndHour: 1}
		want := nwp500.RecirculationTimetable{
			Enabled: true, Windows: []nwp500.RecirculationWindow{morning}, Entries: []nwp500.RecirculationEntry{stray},
		}
		if err := heater.SetRecirculationSchedule(ctx, want); err != nil {
			t.Fatal(err)
		}
		got, err := heater.RecirculationSchedule(ctx)
		if err != nil || !got.Equal(want) || !slices.Equal(got.Windows, want.Windows) || !slices.Equal(got.Entries, want.Entries) {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
		got.Windows = append(got.Windows, night)
		if err := heater.SetRecirculationSchedule(ctx, *got); err != nil {
			t.Fatal(err)
		}
		simulated.LoseWrites(1)
		if err := heater.SetRecirculationSchedule(ctx, want); outcome(err) != nwp500.OutcomeUnknown || !errors.Is(err, nwp500.ErrUnchanged) {
			t.Errorf("a lost write: got %v, want the outcome unknown", err)
		}
		again, err := heater.RecirculationSchedule(ctx)
		if err != nil || !again.Equal(*got) || !slices.Contains(again.Entries, stray) || !slices.Contains(again.Windows, night) {
			t.Errorf("got %v, %v, want %v", again, err, got)
		}
		if err := heater.SetRecirculationMode(ctx, nwp500.RecirculationSchedule); err != nil {
			t.Error(err)
		}
		if status, err := heater.Status(ctx); err != nil || !status.RecirculationMode.Is(nwp500.RecirculationSchedule) {
			t.Errorf("mode %v, %v", status.RecirculationMode, err)
		}
		if err := heater.PressHotButton(ctx); err != nil {
			t.Error(err)
		}
	})
}
