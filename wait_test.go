package nwp500_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

func TestWaitFor(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 2}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		first, second := session.Heater(devices[0]), session.Heater(devices[1])
		for _, heater := range []*nwp500.Heater{first, second} {
			if _, err := heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		setpoint := func(event nwp500.Event) bool {
			_, ok := event.(nwp500.SetpointChanged)
			return ok
		}
		type result struct {
			event nwp500.Event
			err   error
		}
		wait := func(ctx context.Context, waitFor func(context.Context, func(nwp500.Event) bool) (nwp500.Event, error)) <-chan result {
			done := make(chan result, 1)
			go func() {
				event, err := waitFor(ctx, setpoint)
				done <- result{event, err}
			}()
			return done
		}
		short, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		ofFirst, ofAny, ofSecond := wait(ctx, first.WaitFor), wait(ctx, session.WaitFor), wait(short, second.WaitFor)
		pass(time.Second)
		if err := first.SetTemperature(ctx, nwp500.Celsius(57)); err != nil {
			t.Fatal(err)
		}
		for _, done := range []<-chan result{ofFirst, ofAny} {
			got := <-done
			if changed, ok := got.event.(nwp500.SetpointChanged); got.err != nil || !ok || changed.New != nwp500.Celsius(57) || changed.Device.MAC != devices[0].MAC {
				t.Errorf("got %v, %v", got.event, got.err)
			}
		}
		if got := <-ofSecond; !errors.Is(got.err, context.DeadlineExceeded) || got.event != nil {
			t.Errorf("the other heater: got %v, %v", got.event, got.err)
		}
		closed := wait(ctx, first.WaitFor)
		pass(time.Second)
		session.Close()
		if got := <-closed; !errors.Is(got.err, nwp500.ErrClosed) {
			t.Errorf("closed: got %v", got.err)
		}
	})
}

func TestOpen(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		client, session, err := nwp500.Open(ctx, c.config)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		device, err := client.FirstDevice(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := session.Heater(device).Status(ctx); err != nil {
			t.Error(err)
		}
		wrong := c.config
		wrong.Password = nwp500.NewSecret("wrong")
		if client, session, err := nwp500.Open(ctx, wrong); !errors.Is(err, nwp500.ErrCredentials) || client != nil || session != nil {
			t.Errorf("wrong password: got %v", err)
		}
	})
}

// The cloud's notice is an event for those who want it.
func TestServiceNotice(t *testing.T) {
	for _, wanted := range []bool{true, false} {
		inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
			ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
			defer cancel()
			config := c.config
			config.ServiceNotices = wanted
			client, session, err := nwp500.Open(ctx, config)
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			events := collect(ctx, session.Events(ctx))
			c.DropAll(simulator.DropServer)
			pass(time.Minute)
			c.AnnounceService()
			pass(time.Second)
			told := events.saw(func(event nwp500.Event) bool {
				announced, ok := event.(nwp500.ServiceAnnounced)
				return ok && len(announced.Notice) > 0
			})
			if told != wanted {
				t.Errorf("told %v, want %v", told, wanted)
			}
			recent := session.Diagnostics().Events
			if noted := slices.ContainsFunc(recent, func(e nwp500.DiagnosticEvent) bool { return e.What == "service announced" }); noted != wanted {
				t.Errorf("the diagnostics have %v", recent)
			}
		})
	}
}

// An account that may not hear the notices has a session all the same: a filter that is
// refused, or that costs the connection, is given up.
func TestServiceNoticeRefused(t *testing.T) {
	for name, fault := range map[string]simulator.Fault{
		"refused":              {Step: simulator.StepSubscribe, Action: simulator.Refuse, Times: 1},
		"costs the connection": {Step: simulator.StepSubscribe, Action: simulator.Cut, Delay: 150 * time.Millisecond, Times: 1},
		"no answer":            {Step: simulator.StepSubscribe, Action: simulator.Lose, Times: 1},
	} {
		inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
			ctx := within(t, 24*time.Hour)
			config := c.config
			config.ServiceNotices = true
			c.Inject(fault)
			began := time.Now()
			client, session, err := nwp500.Open(ctx, config)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			defer client.Close()
			if took := time.Since(began); took > 6*time.Second {
				t.Errorf("%s: it took %v", name, took)
			}
			pass(time.Minute)
			device, err := client.FirstDevice(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			pass(3 * time.Hour)
			connections := c.Connections()
			if len(connections) != 1 || len(connections[0].Subscriptions) != 1 {
				t.Errorf("%s: in the end %v, want the heater's subscription alone", name, connections)
			}
			if made := session.Diagnostics().Connections[0].Made; made > 2 {
				t.Errorf("%s: %d connections were made", name, made)
			}
		})
	}
}
