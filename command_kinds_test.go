package nwp500_test

import (
	"context"
	"slices"
	"strings"
	"sync"
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
