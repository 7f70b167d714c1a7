package reliability

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// said returns how many messages the first heater has said so far.
func (c *cloud) said() int {
	heater := c.account.Heaters[0].Counters()
	return heater.Answers + heater.Pushes
}

// A message that comes again under another packet id is acknowledged again, and told once.
func TestFault_F6_Duplicates(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		injected := c.suffer("duplicates")[0]
		c.connect()
		for range 5 {
			c.call("a status", time.Second, c.status)
		}
		if err := c.set(55); err != nil {
			t.Error(err)
		}
		pass(time.Minute)
		c.await("the acknowledgements", time.Second, func() bool {
			counted := c.Counters()
			return counted.Acknowledged == counted.Deliveries+injected.Fired() && counted.Redelivered == 0
		})
		c.await("the events", time.Second, func() bool {
			return count[nwp500.FeaturesReceived](c.events) == 1 && count[nwp500.StatusReceived](c.events) == c.said()-1
		})
		if changes := count[nwp500.SetpointChanged](c.events); changes != 1 {
			t.Errorf("%d changes of the setpoint told", changes)
		}
	})
}

// Which of two statuses is the older nobody can tell: they have no time. All are told as they come, commands find their answers, and
// the next status is right again.
func TestFault_F7_Shuffle(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(time.Second)
		before, told := c.said(), count[nwp500.StatusReceived](c.events)
		injected := c.suffer("shuffle")[0]
		for i := range 6 {
			if err := c.set(50 + float64(i)); err != nil {
				t.Error(err)
			}
			done := make(chan error, 2)
			for range cap(done) {
				go func() { done <- c.try("a status", 16*time.Second, c.status) }()
			}
			for range cap(done) {
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		}
		pass(time.Minute)
		c.await("the events", 10*time.Second, func() bool {
			return count[nwp500.StatusReceived](c.events)-told == c.said()-before
		})
		if injected.Fired() < 6 {
			t.Errorf("%d were late", injected.Fired())
		}
		if late := c.session.Diagnostics().LateAnswers; late != 0 || c.lost() != 0 {
			t.Errorf("%d late answers, %d losses", late, c.lost())
		}
		c.heal()
		c.shows(55)
	})
}

// A slow reader loses the oldest events and is told how many. It holds up nothing: neither the other readers, nor answers, nor pings.
func TestFault_F9_BurstAndSlowReaders(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(time.Second)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		type tally struct{ told, missed int }
		slow := make(chan tally, 1)
		began := make(chan struct{})
		events := c.session.Events(ctx)
		go func() {
			var n tally
			close(began)
			for event := range events {
				switch event := event.(type) {
				case nwp500.Missed:
					n.missed += event.Count
				default:
					n.told++
				}
				time.Sleep(10 * time.Second)
			}
			slow <- n
		}()
		<-began
		var raw *nwp500.Subscription // with nobody to read it at all
		c.call("subscribe", time.Minute, func(ctx context.Context) (err error) {
			raw, err = c.heater.Subscribe(ctx)
			return err
		})
		before := len(c.events.all())
		injected := c.suffer("burst")[0]
		pings := c.Inject(simulator.Fault{Step: simulator.StepPing})
		for range 20 {
			c.call("a status", time.Second, c.status)
			pass(time.Second)
		}
		if injected.Fired() == 0 {
			t.Fatal("no burst")
		}
		pass(5 * time.Minute)
		if pings.Fired() < 4 || c.lost() != 0 {
			t.Errorf("%d pings, %d losses", pings.Fired(), c.lost())
		}
		lasted := took(func() { c.call("a status", time.Second, c.status) })
		if lasted > time.Second {
			t.Errorf("an answer took %v", lasted)
		}
		fired := injected.Fired()
		injected.Heal()
		burst := len(c.events.all())
		pass(2 * time.Hour) // for what waits for the slow reader
		stop()
		n := <-slow
		all := 0
		for _, event := range c.events.all()[before:] {
			if missed, ok := event.(nwp500.Missed); ok {
				all += missed.Count
				continue
			}
			all++
		}
		later := len(c.events.all()) - burst // which it may be told, too
		if n.missed < 500 || n.told > 2*256+10+later || n.told+n.missed != all || all < 1000*fired {
			t.Errorf("the slow reader was told %d events and missed %d of %d", n.told, n.missed, all)
		}
		gaps, read := 0, 0
		limited, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		for _, err := range raw.Messages(limited) {
			if err != nil {
				gaps++
				continue
			}
			read++
		}
		if gaps != 1 || read != 256 {
			t.Errorf("%d messages waited for who did not read, after %d gaps", read, gaps)
		}
		if err := raw.Close(); err != nil {
			t.Error(err)
		}
	})
}

// A message that cannot be read is skipped and counted; the question is asked again. What is known of the heater stays as it was.
func TestFault_F12_UnreadableMessages(t *testing.T) {
	for _, name := range []string{"invalid-json", "no-object"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				pass(time.Second)
				told := len(c.events.all())
				before := c.said()
				injected := c.suffer(name)[0]
				for range 6 {
					c.call("a status", 11*time.Second, c.status)
				}
				pass(time.Second)
				if unreadable := c.session.Diagnostics().Unreadable; unreadable != injected.Fired() || unreadable < 5 {
					t.Errorf("%d counted, %d sent", unreadable, injected.Fired())
				}
				news := c.events.all()[told:]
				if want := c.said() - before - injected.Fired(); len(news) != want {
					t.Errorf("told %d events of %d messages that can be read: %v", len(news), want, news)
				}
				if slices.ContainsFunc(news, isChange) {
					t.Errorf("told changes: %v", news)
				}
			})
		})
	}
}

// isChange tells whether an event is a change of what was known.
func isChange(event nwp500.Event) bool {
	switch event.(type) {
	case nwp500.SetpointChanged, nwp500.ModeChanged, nwp500.PowerChanged, nwp500.FaultDetected, nwp500.FaultCleared,
		nwp500.HeatingStarted, nwp500.HeatingStopped, nwp500.TemperatureChanged:
		return true
	}
	return false
}

// What a status leaves out is unknown in it, and is no change of what was known before; a change beyond it is told.
func TestFault_F12_MissingKeys(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		if err := c.set(50); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		told := len(c.events.all())
		c.suffer("missing-keys")
		lacking := 0
		for range 6 {
			pass(time.Second)
			c.call("a status", time.Second, func(ctx context.Context) error {
				status, err := c.heater.Status(ctx)
				if err == nil && !status.Setpoint.Known() {
					lacking++
					if status.Mode.Known() || status.Temperature.Known() || status.Fault.Known() || !slices.Contains(status.Missing(), "dhwTemperatureSetting") {
						t.Errorf("what is missing is not unknown: %v", status.Missing())
					}
				}
				return err
			})
		}
		if lacking != 3 {
			t.Errorf("%d statuses lacked keys", lacking)
		}
		for i := range 4 {
			if err := c.set(51 + float64(i)); err != nil { // the answers that lack the setpoint speak not against it
				t.Error(err)
			}
			c.call("a status", time.Second, c.status)
		}
		c.heal()
		c.shows(54)
		pass(time.Second)
		setpoint := nwp500.Celsius(50)
		for _, event := range c.events.all()[told:] {
			switch event := event.(type) {
			case nwp500.SetpointChanged:
				if event.Old != setpoint {
					t.Errorf("told %v after %v", event, setpoint)
				}
				setpoint = event.New
			case nwp500.TemperatureChanged:
				if !event.Old.Known() || !event.New.Known() {
					t.Errorf("told %v", event)
				}
			case nwp500.ModeChanged, nwp500.FaultDetected, nwp500.FaultCleared:
				t.Errorf("told %v", event)
			}
		}
		if setpoint != nwp500.Celsius(54) {
			t.Errorf("the last change was to %v", setpoint)
		}
		if unreadable := c.session.Diagnostics().Unreadable; unreadable != 0 {
			t.Errorf("%d counted as unreadable", unreadable)
		}
	})
}

// A value that no document knows is told as its number, and fails neither the message nor anything else in it.
func TestFault_F12_UnknownValues(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("unknown-values")
		strange := 0
		for range 6 {
			c.call("a status", time.Second, func(ctx context.Context) error {
				status, err := c.heater.Status(ctx)
				if err != nil {
					return err
				}
				if !status.Setpoint.Known() || !status.Temperature.Known() {
					t.Error("the rest of the status is unknown")
				}
				if mode := status.Mode; mode.Is(99) {
					strange++
					if text := mode.String(); text != "mode(99)" {
						t.Errorf("mode %s", text)
					}
				}
				return nil
			})
		}
		if strange != 3 || c.lost() != 0 {
			t.Errorf("%d strange statuses, %d losses", strange, c.lost())
		}
	})
}
