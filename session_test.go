package nwp500_test

import (
	"context"
	"errors"
	"fmt"
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
		for _, err := range session.Events(ctx) {
			if !errors.Is(err, nwp500.ErrClosed) {
				t.Errorf("events: got %v, want ErrClosed", err)
			}
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

// Raw subscriptions hear what others publish, and survive a reconnection.
func TestRawMessages(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		mac := devices[0].MAC.Reveal()
		sub, err := session.Subscribe(ctx, fmt.Sprintf("cmd/52/navilink-%s/st", mac))
		if err != nil {
			t.Fatal(err)
		}
		reading, stop := context.WithCancel(ctx)
		heard := make(chan nwp500.Message, 10)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for message, err := range sub.Messages(reading) {
				if err != nil {
					return
				}
				heard <- message
			}
		}()
		for range 2 {
			if _, err := session.Heater(devices[0]).Status(ctx); err != nil {
				t.Fatal(err)
			}
			message := <-heard
			if !strings.Contains(string(message.Payload), "16777219") {
				t.Errorf("heard %q", message.Payload)
			}
			c.DropAll(simulator.DropServer)
			pass(30 * time.Second)
		}
		if err := session.Publish(ctx, fmt.Sprintf("cmd/52/navilink-%s/st", mac), []byte(`{}`)); err != nil {
			t.Error(err)
		}
		for message := range heard { // the request may come twice: the heater's filter matches it, too
			if string(message.Payload) == `{}` {
				break
			}
		}
		if err := session.Publish(ctx, "a/#", nil); outcome(err) != nwp500.NotSent {
			t.Errorf("a wildcard in a topic: got %v, want it not sent", err)
		}
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
		if n := len(c.Connections()[0].Subscriptions); n != 1 {
			t.Errorf("%d subscriptions are left, want the heater's", n)
		}
		stop()
		<-done
	})
}
