package nwp500_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Commands of different kinds that wait for a connection, and to learn what the heater can do, are sent in the order in which they were
// given.
func TestCommandsOfSeveralKindsKeepTheirOrder(t *testing.T) {
	for range 20 {
		inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
			ctx := within(t, time.Hour)
			heater, _ := c.heater(t)
			sub, err := heater.Subscribe(ctx)
			if err != nil {
				t.Fatal(err)
			}
			c.DropAll(simulator.DropServer)
			pass(10 * time.Millisecond)
			var commands sync.WaitGroup
			for i, give := range []func() error{
				func() error { return heater.SetTemperature(ctx, nwp500.Celsius(50)) },
				func() error { return heater.SetMode(ctx, nwp500.HeatPump) },
				func() error { return heater.EnableAntiLegionella(ctx, 7) },
				func() error { return heater.SetVacationDays(ctx, 5) },
				func() error { return heater.SetPower(ctx, false) },
			} {
				commands.Go(func() {
					if err := give(); err != nil {
						t.Errorf("command %d: %v", i, err)
					}
				})
				pass(time.Millisecond)
			}
			commands.Wait()
			moment, cancel := context.WithTimeout(ctx, time.Second)
			defer cancel()
			var got []string
			for message, err := range sub.Messages(moment) {
				if err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(message.Topic, "/ctrl") {
					_, mode, _ := strings.Cut(string(message.Payload), `"mode":"`)
					mode, _, _ = strings.Cut(mode, `"`)
					got = append(got, mode)
				}
			}
			if want := []string{"dhw-temperature", "dhw-mode", "anti-leg-on", "goout-day", "power-off"}; !slices.Equal(got, want) {
				t.Errorf("sent %q, want %q", got, want)
			}
		})
	}
}

// Commands do not outlive two minutes without a connection, whatever each waits for: to hear of the heater at all, what it can do, its turn,
// or to be sent.
func TestCommandsOfSeveralKindsExpire(t *testing.T) {
	for name, prepare := range map[string]func(context.Context, *nwp500.Heater) error{
		"before anything was asked":   func(context.Context, *nwp500.Heater) error { return nil },
		"before features are known":   func(ctx context.Context, h *nwp500.Heater) error { _, err := h.Status(ctx); return err },
		"when the features are known": func(ctx context.Context, h *nwp500.Heater) error { _, err := h.Features(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
				ctx := within(t, 24*time.Hour)
				heater, simulated := c.heater(t)
				if err := prepare(ctx, heater); err != nil {
					t.Fatal(err)
				}
				down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
				c.DropAll(simulator.DropServer)
				pass(time.Second)
				var commands sync.WaitGroup
				for i, give := range []func() error{
					func() error { return heater.SetTemperature(ctx, nwp500.Celsius(50)) },
					func() error { return heater.SetMode(ctx, nwp500.HeatPump) },
					func() error { return heater.SetReservations(ctx, nwp500.Reservations{}) },
					func() error { return heater.CommitFirmware(ctx, 1, 1) },
					func() error { return heater.SetPower(ctx, false) },
				} {
					commands.Go(func() {
						began := time.Now()
						err := give()
						if took := time.Since(began); outcome(err) != nwp500.NotSent || took > 2*time.Minute {
							t.Errorf("command %d ended after %v: %v", i, took, err)
						}
					})
					pass(10 * time.Second)
				}
				pass(time.Hour)
				down.Heal()
				commands.Wait()
				pass(5 * time.Minute)
				if _, ok := simulated.Received("ctrl"); ok {
					t.Error("a command of an hour ago reached the heater")
				}
			})
		})
	}
}

// A command that waited while the machine slept is not carried out in the morning.
func TestCommandsExpireInTheirSleep(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, 24*time.Hour)
		var slept atomic.Int64
		config := c.config
		config.Time = func() time.Time { return time.Now().Add(time.Duration(slept.Load())) }
		c.client = nwp500.New(config)
		heater, simulated := c.heater(t)
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		ended := make(chan error)
		for _, give := range []func() error{
			func() error { return heater.SetTemperature(ctx, nwp500.Celsius(50)) },
			func() error { return heater.SetPower(ctx, false) },
			func() error { return heater.SetReservations(ctx, nwp500.Reservations{}) },
		} {
			go func() { ended <- give() }()
		}
		pass(10 * time.Second)
		slept.Add(int64(8 * time.Hour))
		down.Heal()
		for range 3 {
			if err := <-ended; outcome(err) != nwp500.NotSent {
				t.Errorf("got %v", err)
			}
		}
		if _, ok := simulated.Received("ctrl"); ok {
			t.Error("a command of yesterday reached the heater")
		}
	})
}
