package history

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/simulator"
)

// recorded is a simulated cloud whose heaters are recorded, in virtual time.
type recorded struct {
	sim   *simulator.Simulator
	fleet *fleet.Fleet
	store *Store
}

// whileRecorded runs a test in a bubble with a fleet that is recorded into a database in memory, and returns what Record
// does at the end.
func whileRecorded(t *testing.T, config simulator.Config, test func(t *testing.T, r *recorded)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sim, err := simulator.New(config)
		if err != nil {
			t.Fatal(err)
		}
		server, err := sim.Memory()
		if err != nil {
			t.Fatal(err)
		}
		account := sim.Accounts()[0]
		ahead := time.Until(config.Start)
		f, err := fleet.New(fleet.Config{Calendar: func() time.Time { return time.Now().Add(ahead) }, Accounts: []fleet.Account{{Name: "home", Cloud: nwp500.Config{
			Email: account.Email, Password: nwp500.NewSecret(account.Password),
			RESTURL: server.RESTURL, MQTTEndpoint: server.MQTTEndpoint, Dial: server.Dial,
		}}}})
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), Config{Path: memory})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.Background())
		running, recording := make(chan error, 1), make(chan error, 1)
		go func() { running <- f.Run(ctx) }()
		go func() { recording <- s.Record(context.Background(), Hear(f)) }()
		defer func() {
			stop()
			for _, ended := range []chan error{running, recording} {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			_ = server.Close()
			_ = sim.Close()
		}()
		test(t, &recorded{sim, f, s})
	})
}

// pass lets virtual time pass.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// last returns the last value of a field in the last hour.
func (r *recorded) last(t *testing.T, field string) *float64 {
	t.Helper()
	series, err := r.store.Series(t.Context(), api.SeriesQuery{
		Heater: r.fleet.Heaters()[0].ID(), Fields: []string{field}, From: time.Now().Add(-time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	mean := series.Fields[0].Mean
	if len(mean) == 0 {
		return nil
	}
	return mean[len(mean)-1]
}

// A second after a heater has said something it can be read.
func TestWhatAHeaterSaysIsWrittenWithinASecond(t *testing.T) {
	whileRecorded(t, simulator.Config{Start: base}, func(t *testing.T, r *recorded) {
		pass(30 * time.Second)
		heater := r.fleet.Heaters()[0]
		celsius := 55.0
		if got := heater.Do(t.Context(), "test", api.Command{Name: api.SetTemperature, Celsius: &celsius}); got.End != api.Done {
			t.Fatal(got)
		}
		pass(time.Second)
		if got := r.last(t, "dhw_temperature_setting"); got == nil || *got != celsius {
			t.Errorf("setpoint %v, want 55", got)
		}
		events, err := r.store.Events(t.Context(), api.EventQuery{Classes: []api.EventClass{api.CommandEvent}})
		if err != nil || len(events.Events) != 1 {
			t.Fatalf("%+v, %v; want the command", events, err)
		}
		if got := events.Events[0]; got.By != "test" || got.Result == nil || got.Result.End != api.Done || got.Heater != heater.ID() {
			t.Errorf("%+v", got)
		}
	})
}

// The energy of the past comes from the heater, back to its installation, and agrees with its lifetime.
func TestThePastIsFilledIn(t *testing.T) {
	whileRecorded(t, simulator.Config{Start: base}, func(t *testing.T, r *recorded) {
		pass(10 * time.Minute)
		heater := r.fleet.Heaters()[0]
		lifetime := heater.State().Lifetime.Totals
		for by, least := range map[string]int{"day": 300, "month": 12, "year": 2} {
			use, err := r.store.Energy(t.Context(), api.EnergyQuery{Heater: heater.ID(), By: by})
			if err != nil {
				t.Fatal(err)
			}
			if len(use.Items) < least || use.Total.HeatPumpWh == nil || *use.Total.HeatPumpWh != lifetime.HeatPumpEnergy.Or(0) ||
				use.Total.ElementWh == nil || *use.Total.ElementWh != lifetime.ElementEnergy.Or(0) {
				t.Errorf("by %s: %d items and %+v; want at least %d and %v, %v", by, len(use.Items), use.Total, least, lifetime.HeatPumpEnergy, lifetime.ElementEnergy)
			}
		}
	})
}
