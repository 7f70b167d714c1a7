package nwp500_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// outcome returns the outcome of a command's error, 0 when it has none.
func outcome(err error) nwp500.Outcome {
	var command *nwp500.CommandError
	if !errors.As(err, &command) {
		return 0
	}
	return command.Outcome
}

// What the heater cannot take is refused before anything is sent, and the message
// says what is allowed.
func TestRefusedBeforeSending(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		before := c.Counters().Publishes
		for name, test := range map[string]struct {
			do   func() error
			says []string
		}{
			"200 °C":          {func() error { return heater.SetTemperature(ctx, nwp500.Celsius(200)) }, []string{"temperature 200 °C", "65.5 °C"}},
			"0 °C":            {func() error { return heater.SetTemperature(ctx, nwp500.Celsius(0)) }, []string{"temperature 0 °C", "35 °C", "65.5 °C"}},
			"no temperature":  {func() error { return heater.SetTemperature(ctx, nwp500.Temperature{}) }, []string{"temperature unknown"}},
			"mode 17":         {func() error { return heater.SetMode(ctx, 17) }, []string{"mode(17)", "heat pump"}},
			"power off":       {func() error { return heater.SetMode(ctx, nwp500.PowerOff) }, []string{"power off"}},
			"vacation":        {func() error { return heater.SetMode(ctx, nwp500.Vacation) }, []string{"days"}},
			"0 vacation days": {func() error { return heater.SetVacation(ctx, 0) }, []string{"days 0", "1 to 30"}},
			"31 days":         {func() error { return heater.SetVacation(ctx, 31) }, []string{"days 31", "1 to 30"}},
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
		if sent := c.Counters().Publishes - before; sent != 0 {
			t.Errorf("%d messages were sent", sent)
		}

		simulated.SetFeature("powerUse", 1)
		pass(31 * time.Minute) // the features that are kept are old now
		err := heater.SetPower(ctx, false)
		var unsupported *nwp500.UnsupportedError
		if !errors.As(err, &unsupported) || outcome(err) != nwp500.Refused {
			t.Errorf("a function that the heater lacks: got %v", err)
		}
	})
}

// A heater that takes a command and does not answer leaves the outcome unknown, and
// the command is not sent again.
func TestNoAnswerLeavesTheOutcomeUnknown(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetSilent(true)
		before := c.Counters().Publishes
		began := time.Now()
		err := heater.SetTemperature(ctx, nwp500.Celsius(50))
		if outcome(err) != nwp500.OutcomeUnknown || !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("got %v, want the outcome unknown", err)
		}
		if took := time.Since(began); took > 16*time.Second {
			t.Errorf("it took %v", took)
		}
		pass(10 * time.Minute)
		if sent := c.Counters().Publishes - before; sent != 1 {
			t.Errorf("%d messages were sent, want 1", sent)
		}
		if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("status: got %v, want ErrNoAnswer", err)
		}
	})
}

// The connection goes between a command and its answer.
func TestConnectionLostAfterSending(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetSilent(true)
		time.AfterFunc(3*time.Second, func() { c.DropAll(simulator.DropServer) })
		began := time.Now()
		err := heater.SetPower(ctx, false)
		if outcome(err) != nwp500.OutcomeUnknown || !errors.Is(err, nwp500.ErrDisconnected) {
			t.Errorf("got %v, want the outcome unknown", err)
		}
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("it took %v to notice", took)
		}
	})
}

// A command that comes too soon after another is refused by the cloud.
func TestRefusedByTheCloud(t *testing.T) {
	inCloud(t, simulator.Config{CommandGap: 10 * time.Second}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if err := heater.SetTemperature(ctx, nwp500.Celsius(50)); err != nil {
			t.Fatal(err)
		}
		err := heater.SetTemperature(ctx, nwp500.Celsius(51))
		var failure *nwp500.ControlFailure
		if !errors.As(err, &failure) || failure.Code != 2 || outcome(err) != nwp500.Refused {
			t.Errorf("got %v, want it refused with code 2", err)
		}
	})
}

// While the connection is down commands wait, the newest of a kind only, and
// questions do not.
func TestCommandsWaitForTheConnection(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(100 * time.Millisecond)
		if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrDisconnected) {
			t.Errorf("status while down: got %v, want ErrDisconnected", err)
		}
		errs := make(map[int]error)
		var mu sync.Mutex
		var commands sync.WaitGroup
		for i, degrees := range []float64{50, 51, 52} {
			commands.Go(func() {
				err := heater.SetTemperature(ctx, nwp500.Celsius(degrees))
				mu.Lock()
				defer mu.Unlock()
				errs[i] = err
			})
			pass(time.Second)
		}
		commands.Go(func() {
			short, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			err := heater.SetPower(short, false)
			mu.Lock()
			defer mu.Unlock()
			errs[3] = err
		})
		pass(10 * time.Second)
		down.Heal()
		commands.Wait()
		for i := range 2 {
			if outcome(errs[i]) != nwp500.NotSent || !errors.Is(errs[i], nwp500.ErrSuperseded) {
				t.Errorf("command %d: got %v, want it superseded", i, errs[i])
			}
		}
		if errs[2] != nil {
			t.Errorf("the newest command: %v", errs[2])
		}
		if outcome(errs[3]) != nwp500.NotSent {
			t.Errorf("the command whose context ended: got %v, want it not sent", errs[3])
		}
		status, err := heater.Status(ctx)
		if err != nil || status.Setpoint != nwp500.Celsius(52) || status.Mode.Is(nwp500.PowerOff) {
			t.Errorf("setpoint %v, mode %v, %v; want 52 °C and not off", status.Setpoint, status.Mode, err)
		}
	})
}
