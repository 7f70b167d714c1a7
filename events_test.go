package nwp500_test

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// collected are the events that were noticed.
type collected struct {
	mu     sync.Mutex
	events []nwp500.Event
}

// collect reads events until the context ends or the session is closed.
func collect(ctx context.Context, events iter.Seq2[nwp500.Event, error]) *collected {
	c := new(collected)
	go func() {
		for event, err := range events {
			if err != nil {
				return
			}
			c.mu.Lock()
			c.events = append(c.events, event)
			c.mu.Unlock()
		}
	}()
	return c
}

func (c *collected) all() []nwp500.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.events)
}

func (c *collected) saw(wanted func(nwp500.Event) bool) bool {
	return slices.ContainsFunc(c.all(), wanted)
}

// kinds returns the names of the event types, statuses and features left out.
func (c *collected) kinds() []string {
	var names []string
	for _, event := range c.all() {
		switch event.(type) {
		case nwp500.StatusReceived, nwp500.FeaturesReceived:
		default:
			names = append(names, reflect.TypeOf(event).Name())
		}
	}
	return names
}

func TestEvents(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx, cancel := context.WithCancel(within(t, time.Hour))
		defer cancel()
		heater, simulated := c.heater(t)
		simulated.SetTank(50, 48)
		events := collect(ctx, heater.Events(ctx))
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		if err := heater.SetMode(ctx, nwp500.HeatPump); err != nil {
			t.Fatal(err)
		}
		if err := heater.SetTemperature(ctx, nwp500.Celsius(60)); err != nil {
			t.Fatal(err)
		}
		pass(5 * time.Minute)
		simulated.RaiseFault(799, 0)
		pass(time.Minute)
		simulated.ClearFault()
		pass(time.Minute)
		if err := heater.SetPower(ctx, false); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		c.DropAll(simulator.DropServer)
		pass(time.Minute)
		kinds := events.kinds()
		for _, want := range []string{
			"SetpointChanged", "ModeChanged", "PowerChanged", "HeatingStarted", "HeatingStopped",
			"FaultDetected", "FaultCleared", "ConnectionLost", "ConnectionResumed",
		} {
			if !slices.Contains(kinds, want) {
				t.Errorf("no %s in %v", want, kinds)
			}
		}
		lost := slices.Index(kinds, "ConnectionLost")
		if resumed := slices.Index(kinds, "ConnectionResumed"); resumed < lost {
			t.Errorf("resumed before lost: %v", kinds)
		}
	})
}

// A status that arrives twice is not news: subscriptions overlap, and QoS 1 repeats.
func TestStatusTwiceIsNoNews(t *testing.T) {
	inCloud(t, simulator.Config{Broker: simulator.Broker{Duplicates: 1}}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		events := collect(ctx, heater.Events(ctx))
		for range 5 {
			if _, err := heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Second)
		answers := 0
		for _, event := range events.all() {
			if status, ok := event.(nwp500.StatusReceived); ok && status.Status.Command.Is(16777219) {
				answers++
			}
		}
		if answers != 5 {
			t.Errorf("%d answers were told, want 5", answers)
		}
	})
}

// A slow reader harms nobody and learns what it missed.
func TestSlowReader(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		events := heater.Events(ctx) // noticed from here on, read later
		const asked = 400
		for range asked {
			if _, err := heater.Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(time.Second)
		missed, read := 0, 0
		for event, err := range events {
			if err != nil {
				t.Fatal(err)
			}
			switch e := event.(type) {
			case nwp500.Missed:
				if read != 0 {
					t.Error("the gap stands behind what came after it")
				}
				missed += e.Count
			default:
				read++
			}
			if missed+read >= asked {
				break
			}
		}
		if missed == 0 || read != 256 {
			t.Errorf("missed %d and read %d, want some missed and 256 read", missed, read)
		}
	})
}

// Statuses that another application asked for are news too, and no answers of ours.
func TestTwoApplications(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		heater, _ := c.heater(t)
		events := collect(ctx, heater.Events(ctx))
		if _, err := heater.Status(ctx); err != nil {
			t.Fatal(err)
		}
		other := nwp500.New(c.config)
		defer other.Close()
		session, err := other.Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := session.Heater(heater.Device()).SetTemperature(ctx, nwp500.Celsius(52)); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if !events.saw(func(e nwp500.Event) bool {
			changed, ok := e.(nwp500.SetpointChanged)
			return ok && changed.New == nwp500.Celsius(52)
		}) {
			t.Errorf("the other application's setpoint was not noticed: %v", events.kinds())
		}
	})
}
