package nwp500_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

func TestFirstHotWater(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		status, err := heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got := status.TankUpper.Celsius(); !(got > 20 && got < 70) {
			t.Errorf("upper tank %v, want hot water", status.TankUpper)
		}
		if err := heater.SetTemperature(ctx, nwp500.Celsius(55)); err != nil {
			t.Fatal(err)
		}
		if err := heater.SetMode(ctx, nwp500.HighDemand); err != nil {
			t.Fatal(err)
		}
		status, err = heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if status.Setpoint != nwp500.Celsius(55) || !status.Mode.Is(nwp500.HighDemand) {
			t.Errorf("setpoint %v and mode %v, want 55 °C and high demand", status.Setpoint, status.Mode)
		}
		if err := heater.SetVacation(ctx, 9); err != nil {
			t.Fatal(err)
		}
		status, err = heater.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if !status.Mode.Is(nwp500.Vacation) || !status.VacationDays.Is(9) {
			t.Errorf("mode %v for %v days, want vacation for 9", status.Mode, status.VacationDays)
		}
		if err := heater.SetPower(ctx, false); err != nil {
			t.Fatal(err)
		}
		if status, err = heater.Status(ctx); err != nil || !status.Mode.Is(nwp500.PowerOff) {
			t.Errorf("after power off: mode %v, %v", status.Mode, err)
		}
		if err := heater.SetPower(ctx, true); err != nil {
			t.Fatal(err)
		}
		if status, err = heater.Status(ctx); err != nil || status.Mode.Is(nwp500.PowerOff) {
			t.Errorf("after power on: mode %v, %v", status.Mode, err)
		}
	})
}

func TestOfflineHeater(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		c.Accounts()[0].Heaters[0].SetOffline(true)
		heater, _ := c.heater(t)
		if !heater.Device().Connected.IsOff() {
			t.Errorf("the list says connected %v", heater.Device().Connected)
		}
		_, err := heater.Status(ctx)
		if !errors.Is(err, nwp500.ErrNoAnswer) || !strings.Contains(err.Error(), "not connected") {
			t.Errorf("got %v, want ErrNoAnswer with what the cloud knows", err)
		}
		if err := heater.SetPower(ctx, false); outcome(err) != nwp500.NotSent {
			t.Errorf("got %v, want the command not sent", err)
		}
	})
}

// An account with more heaters than a connection serves: six pages, several
// connections, and nobody notices.
func Test120Heaters(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 120}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		if len(devices) != 120 {
			t.Fatalf("%d devices, want 120", len(devices))
		}
		c.Heater(devices[7].MAC.Reveal()).SetSilent(true)
		var asked sync.WaitGroup
		began := time.Now()
		for i, device := range devices {
			asked.Go(func() {
				status, err := session.Heater(device).Status(ctx)
				switch {
				case i == 7:
					if !errors.Is(err, nwp500.ErrNoAnswer) {
						t.Errorf("silent heater: got %v", err)
					}
				case err != nil:
					t.Errorf("heater %d: %v", i, err)
				case status.MAC != device.MAC:
					t.Errorf("heater %d was given the status of another", i)
				case time.Since(began) > 10*time.Second:
					t.Errorf("heater %d answered after %v: a silent one must not delay it", i, time.Since(began))
				}
			})
		}
		asked.Wait()
		connections := c.Connections()
		if len(connections) != 3 {
			t.Errorf("%d connections, want 3", len(connections))
		}
		for _, connection := range connections {
			if n := len(connection.Subscriptions); n > 50 {
				t.Errorf("a connection has %d subscriptions", n)
			}
		}
	})
}

// A day with a cut every hour: tokens die, keys die, and in the end everything is
// subscribed and nothing is left behind.
func TestDayWithACutEveryHour(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 3}, func(t *testing.T, c *cloud) {
		ctx := within(t, 48*time.Hour)
		session, devices := c.connect(t)
		for _, device := range devices {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for range 24 {
			pass(time.Hour)
			c.DropAll(simulator.DropServer)
		}
		pass(150 * time.Second) // the longest that the way back may take
		for i, device := range devices {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Errorf("heater %d: %v", i, err)
			}
		}
		connections := c.Connections()
		if len(connections) != 1 || len(connections[0].Subscriptions) != len(devices) {
			t.Errorf("connections in the end: %v, want one with %d subscriptions", connections, len(devices))
		}
		counters := c.Counters()
		if counters.Drops[simulator.DropServer] != 24 {
			t.Errorf("%d cuts, want 24", counters.Drops[simulator.DropServer])
		}
	})
}

// The connection's keys die an hour after the sign-in; a cut later than that is met
// with new ones and never with a 403.
func TestCutAfterTheKeysDied(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Hour)
		before := c.Counters().Dials
		c.DropAll(simulator.DropServer)
		pass(10 * time.Second)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		if dials := c.Counters().Dials - before; dials != 1 {
			t.Errorf("%d dials, want 1: the first must have keys that live", dials)
		}
	})
}

// A connection that is up and delivers nothing is renewed, once; a heater that is
// offline is no reason to.
func TestConnectedButDeaf(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		heater, simulated := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetOffline(true)
		for range 3 {
			if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrNoAnswer) {
				t.Fatalf("offline: got %v, want ErrNoAnswer", err)
			}
		}
		if got := c.Counters().Connects; got != 1 {
			t.Errorf("%d connects while the heater was offline, want 1", got)
		}
		simulated.SetOffline(false)
		pass(time.Minute)

		deaf := c.Inject(simulator.Fault{Step: simulator.StepDeliver, Action: simulator.Lose})
		for range 5 {
			if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrNoAnswer) && !errors.Is(err, nwp500.ErrDisconnected) {
				t.Fatalf("deaf: got %v", err)
			}
			pass(5 * time.Minute)
		}
		if got := c.Counters().Connects; got != 2 {
			t.Errorf("%d connects while nothing was delivered, want 2", got)
		}
		deaf.Heal()
		if _, err := heater.Status(ctx); err != nil {
			t.Errorf("healed: %v", err)
		}
	})
}

// Without a password the session stops at the first drop after the hour, says so,
// and goes on after a sign-in.
func TestSignInIsNeeded(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		store := nwp500.MemoryTokens()
		first := c.config
		first.Tokens = store
		signer := nwp500.New(first)
		defer signer.Close()
		devices, err := signer.Devices(ctx)
		if err != nil {
			t.Fatal(err)
		}
		config := c.config
		config.Tokens, config.Password = store, nwp500.Secret{}
		client := nwp500.New(config)
		defer client.Close()
		session, err := client.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		heater := session.Heater(devices[0])
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		events := collect(ctx, session.Events(ctx))
		pass(2 * time.Hour)
		c.DropAll(simulator.DropServer)
		pass(time.Hour)
		if !events.saw(func(e nwp500.Event) bool {
			needed, ok := e.(nwp500.SignInNeeded)
			return ok && errors.Is(needed.Err, nwp500.ErrPasswordNeeded)
		}) {
			t.Errorf("no SignInNeeded in %v", events.all())
		}
		if err := client.SignIn(ctx, c.email, c.config.Password.Reveal()); err != nil {
			t.Fatal(err)
		}
		pass(10 * time.Second)
		if _, err := heater.Status(ctx); err != nil {
			t.Errorf("after the sign-in: %v", err)
		}
	})
}

// Connect makes one attempt and says why it failed.
func TestConnectFails(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 403, Times: 10})
		_, err := c.client.Connect(ctx)
		var handshake *nwp500.HandshakeError
		if !errors.As(err, &handshake) || handshake.Status != 403 {
			t.Errorf("got %v, want a HandshakeError with status 403", err)
		}
	})
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		c.Inject(simulator.Fault{Step: simulator.StepConnack, Action: simulator.Lose})
		began := time.Now()
		_, err := c.client.Connect(within(t, time.Hour))
		if !errors.Is(err, nwp500.ErrUnreachable) {
			t.Errorf("a broker that answers nothing: got %v, want ErrUnreachable", err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("it took %v", took)
		}
	})
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		config := c.config
		config.Dial = nil
		config.RESTURL, config.MQTTEndpoint = "http://cloud.example/api", "ws://cloud.example"
		client := nwp500.New(config)
		defer client.Close()
		if _, err := client.Devices(within(t, time.Minute)); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("http to another machine: got %v, want it refused", err)
		}
	})
}

// Calls on what is closed end at once.
func TestClosed(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		heater := session.Heater(devices[0])
		simulated := c.Heater(devices[0].MAC.Reveal())
		if _, err := heater.Features(ctx); err != nil {
			t.Fatal(err)
		}
		simulated.SetSilent(true)
		waiting := make(chan error, 2)
		go func() { waiting <- heater.SetPower(ctx, false) }()
		go func() { _, err := heater.Status(ctx); waiting <- err }()
		pass(time.Second)
		began := time.Now()
		if err := session.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := <-waiting; !errors.Is(err, nwp500.ErrClosed) {
				t.Errorf("a call that waited: got %v, want ErrClosed", err)
			}
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("closing took %v", took)
		}
		if _, err := heater.Status(ctx); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("status: got %v, want ErrClosed", err)
		}
		var ends []error
		for _, err := range session.Events(ctx) {
			ends = append(ends, err)
		}
		if len(ends) != 1 || !errors.Is(ends[0], nwp500.ErrClosed) {
			t.Errorf("events: got %v, want ErrClosed once", ends)
		}
		if err := session.Close(); err != nil {
			t.Errorf("closing again: %v", err)
		}
	})
}

// The broker's delays, disorder and duplicates, and firmware that is not of today.
func TestRoughBroker(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 3, Seed: 5, Broker: simulator.Broker{
		SubackDelay: 500 * time.Millisecond, Shuffle: 200 * time.Millisecond, Duplicates: 0.2,
	}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for i, device := range devices {
			heater := session.Heater(device)
			for n := range 10 {
				degrees := 45 + float64(n)
				if err := heater.SetTemperature(ctx, nwp500.Celsius(degrees)); err != nil {
					t.Errorf("heater %d, %v °C: %v", i, degrees, err)
				}
				status, err := heater.Status(ctx)
				if err != nil || status.Setpoint != nwp500.Celsius(degrees) {
					t.Errorf("heater %d: setpoint %v, %v; want %v °C", i, status, err, degrees)
				}
			}
		}
	})
}
