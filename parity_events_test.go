package nwp500_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Every kind of event that there is to see in an afternoon.
func TestEveryEvent(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx, cancel := context.WithCancel(within(t, 24*time.Hour))
		defer cancel()
		heater, simulated := c.heater(t)
		simulated.SetTank(50, 48)
		events := collect(ctx, heater.Events(ctx))
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		if err := heater.SetMode(ctx, nwp500.HeatPump); err != nil {
			t.Fatal(err)
		}
		if err := heater.SetTemperature(ctx, nwp500.Celsius(60)); err != nil {
			t.Fatal(err)
		}
		pass(30 * time.Minute)
		simulated.RaiseFault(799, 1)
		pass(time.Minute)
		simulated.ClearFault()
		pass(time.Minute)
		if err := heater.SetPower(ctx, false); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		c.DropAll(simulator.DropServer)
		pass(time.Minute)

		for name, is := range map[string]func(nwp500.Event) bool{
			"status": func(e nwp500.Event) bool {
				received, ok := e.(nwp500.StatusReceived)
				return ok && received.Status.MAC == heater.Device().MAC
			},
			"features": func(e nwp500.Event) bool {
				received, ok := e.(nwp500.FeaturesReceived)
				return ok && !received.Features.Serial.IsEmpty()
			},
			"temperature": func(e nwp500.Event) bool {
				changed, ok := e.(nwp500.TemperatureChanged)
				return ok && changed.New.Minus(changed.Old).Kelvin() != 0
			},
			"setpoint": func(e nwp500.Event) bool {
				changed, ok := e.(nwp500.SetpointChanged)
				return ok && changed.New == nwp500.Celsius(60)
			},
			"mode": func(e nwp500.Event) bool {
				changed, ok := e.(nwp500.ModeChanged)
				return ok && changed.Old.Is(nwp500.EnergySaver) && changed.New.Is(nwp500.HeatPump)
			},
			"power off": func(e nwp500.Event) bool {
				changed, ok := e.(nwp500.ModeChanged)
				return ok && changed.New.Is(nwp500.PowerOff)
			},
			"power": func(e nwp500.Event) bool {
				changed, ok := e.(nwp500.PowerChanged)
				return ok && changed.New.Or(0) > 400
			},
			"heating started": func(e nwp500.Event) bool { _, ok := e.(nwp500.HeatingStarted); return ok },
			"heating stopped": func(e nwp500.Event) bool { _, ok := e.(nwp500.HeatingStopped); return ok },
			"fault": func(e nwp500.Event) bool {
				fault, ok := e.(nwp500.FaultDetected)
				return ok && fault.Code == 799 && fault.Sub == 1
			},
			"fault cleared": func(e nwp500.Event) bool {
				cleared, ok := e.(nwp500.FaultCleared)
				return ok && cleared.Code == 799
			},
			"lost": func(e nwp500.Event) bool {
				lost, ok := e.(nwp500.ConnectionLost)
				return ok && lost.Err != nil
			},
			"resumed": func(e nwp500.Event) bool { _, ok := e.(nwp500.ConnectionResumed); return ok },
		} {
			if !events.saw(is) {
				t.Errorf("%s: not in %v", name, events.kinds())
			}
		}
	})
}

// Readers have a stream each: one is done after its first event, one never reads, one goes away, and none of them keeps an
// event from the others.
func TestListeners(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx, cancel := context.WithCancel(within(t, time.Hour))
		defer cancel()
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		// The heater may push a status of its own at any moment: the answers are counted.
		statuses := func(event nwp500.Event) bool {
			status, ok := event.(nwp500.StatusReceived)
			return ok && status.Status.Command.Is(16777219)
		}
		all := collect(ctx, heater.Events(ctx))
		_ = heater.Events(ctx) // never read
		leaving, leave := context.WithCancel(ctx)
		defer leave()
		gone := collect(leaving, heater.Events(leaving))
		stuck := make(chan struct{})
		var readers sync.WaitGroup
		readers.Go(func() {
			for range heater.Events(ctx) {
				<-stuck // hangs in its first event, then leaves
				return
			}
		})
		once := 0
		readers.Go(func() {
			if event, err := heater.WaitFor(ctx, statuses); err == nil && statuses(event) {
				once++
			}
		})
		for i := range 10 {
			pass(time.Second)
			if i == 5 {
				leave()
				pass(time.Second)
			}
			if _, err := heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Second)
		close(stuck)
		readers.Wait()
		count := func(events []nwp500.Event) (n int) {
			for _, event := range events {
				if statuses(event) {
					n++
				}
			}
			return n
		}
		if got := count(all.all()); got != 10 {
			t.Errorf("the reader of all saw %d statuses, want 10", got)
		}
		if got := count(gone.all()); got != 5 {
			t.Errorf("the reader that left saw %d statuses, want 5", got)
		}
		if once != 1 {
			t.Errorf("the reader of one saw %d statuses", once)
		}
	})
}

// A session that is down reconnects, or it has stopped for want of credentials; both can be told.
func TestReconnectingAndStopped(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		store := nwp500.MemoryTokens()
		config := c.config
		config.Tokens = store
		signer := nwp500.New(config)
		defer signer.Close()
		if err := signer.SignIn(ctx, c.email, config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		config.Password = nwp500.Secret{} // tokens alone, as after a restart
		client, session, err := nwp500.Open(ctx, config)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		expect := func(when string, connected, stopped bool) {
			t.Helper()
			if got := session.Diagnostics().Connections[0]; session.Connected() != connected || got.Stopped != stopped {
				t.Errorf("%s: connected %v, stopped %v; want %v, %v", when, session.Connected(), got.Stopped, connected, stopped)
			}
		}
		expect("at first", true, false)
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(30 * time.Second)
		expect("while the cloud is away", false, false)
		down.Heal()
		pass(3 * time.Minute)
		expect("back", true, false)
		pass(2 * time.Hour) // the keys die
		c.DropAll(simulator.DropServer)
		pass(time.Minute)
		expect("without a password", false, true)
		if _, err := client.Connect(ctx); !errors.Is(err, nwp500.ErrPasswordNeeded) {
			t.Errorf("another session: got %v, want ErrPasswordNeeded", err)
		}
		if err := client.SignIn(ctx, c.email, c.config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		expect("signed in", true, false)
	})
}
