package reliability

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// commandError makes a call that has to end as a *CommandError.
func (c *cloud) commandError(what string, call func(ctx context.Context) error) *nwp500.CommandError {
	c.t.Helper()
	var end *nwp500.CommandError
	if err := c.try(what, time.Minute, call); !errors.As(err, &end) {
		c.t.Fatalf("%s: got %v", what, err)
	}
	return end
}

// A heater that has no network answers nothing, while the broker takes what is sent to it: that is said of each request in its time, and the
// connection, which others use, is left alone.
func TestFault_G10_HeaterOffline(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("heater-unheard")
		began := time.Now()
		if err := c.try("status", 16*time.Second, c.status); !errors.Is(err, nwp500.ErrNoAnswer) || time.Since(began) < 14*time.Second {
			t.Errorf("status: %v after %v", err, time.Since(began))
		}
		commands := c.Inject(simulator.Fault{Step: simulator.StepPublish, Topic: "/ctrl"})
		end := c.commandError("power", func(ctx context.Context) error { return c.heater.SetPower(ctx, false) })
		if end.Outcome != nwp500.OutcomeUnknown || !errors.Is(end, nwp500.ErrNoAnswer) || end.Hint == "" {
			t.Errorf("power: %v, hint %q", end, end.Hint)
		}
		c.Accounts()[0].Heaters[0].SetOffline(true) // now the list of devices knows it, too
		err := c.try("status", 16*time.Second, func(ctx context.Context) error {
			device, err := c.client.FirstDevice(ctx)
			if err == nil {
				_, err = c.session.Heater(device).Status(ctx)
			}
			return err
		})
		if !errors.Is(err, nwp500.ErrNoAnswer) || !contains(err, "not connected") {
			t.Errorf("status: %v", err)
		}
		poll := c.heater.Poll(nwp500.PollStatus, time.Minute)
		pass(2 * time.Hour)
		if _, err := poll.Last(); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("the poll ended with %v", err)
		}
		poll.Close()
		if n := commands.Fired(); n != 1 {
			t.Errorf("the command was sent %d times", n)
		}
		if got := c.Counters(); got.Connects != 1 || count[nwp500.ConnectionLost](c.events) != 0 {
			t.Errorf("%d connections were made", got.Connects)
		}
		c.Accounts()[0].Heaters[0].SetOffline(false)
	})
}

// A command that the cloud refuses as too close to another changed nothing: that is said, with what to do, and it is not sent again by itself.
func TestFault_G11_CommandsTooClose(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("commands-too-close")
		heater := c.Accounts()[0].Heaters[0]
		commands := c.Inject(simulator.Fault{Step: simulator.StepPublish, Topic: "/ctrl"})
		for range 3 {
			end := c.commandError("power", func(ctx context.Context) error { return c.heater.SetPower(ctx, false) })
			var refusal *nwp500.ControlFailure
			if end.Outcome != nwp500.Refused || !errors.As(end, &refusal) || refusal.Code != 2 || end.Hint == "" {
				t.Errorf("got %v, hint %q", end, end.Hint)
			}
		}
		pass(10 * time.Minute)
		if n := commands.Fired(); n != 3 || heater.Counters().Commands != 0 {
			t.Errorf("%d commands were sent, %d obeyed", n, heater.Counters().Commands)
		}
		c.call("power", time.Minute, func(ctx context.Context) error { return c.heater.SetPower(ctx, false) })
		if n := heater.Counters().Commands; n != 1 {
			t.Errorf("%d commands were obeyed", n)
		}
	})
}

// A write that is lost without a word is not said to be done, nor sent again by itself. A schedule is read back, which shows it.
func TestFault_G11_LostWrites(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("lost-writes")
		heater := c.Accounts()[0].Heaters[0]
		set := func(ctx context.Context) error { return c.heater.SetTemperature(ctx, nwp500.Celsius(48)) }
		c.call("temperature", time.Minute, set)
		end := c.commandError("temperature", set)
		if end.Outcome != nwp500.OutcomeUnknown || !errors.Is(end, nwp500.ErrNoAnswer) {
			t.Errorf("temperature: %v", end)
		}
		pass(10 * time.Minute)
		if n := heater.Counters().Commands; n != 1 {
			t.Errorf("%d commands arrived", n)
		}

		reservation := nwp500.Reservation{Enabled: true, Days: nwp500.Monday, Hour: 6, Minute: 30, Mode: nwp500.HeatPump, Temperature: nwp500.Celsius(50)}
		add := func(ctx context.Context) error { return c.heater.AddReservation(ctx, reservation) }
		entries := func() (n int) {
			c.call("reservations", time.Minute, func(ctx context.Context) error {
				read, err := c.heater.Reservations(ctx)
				if err == nil {
					n = len(read.Entries)
				}
				return err
			})
			return n
		}
		before := entries()
		c.filters = c.subscribed() // that of answers, too
		c.call("the first reservation", time.Minute, add)
		reservation.Hour++
		end = c.commandError("the second reservation", add)
		if end.Outcome != nwp500.OutcomeUnknown || !errors.Is(end, nwp500.ErrUnchanged) || end.Hint == "" || entries() != before+1 {
			t.Errorf("a lost write: %v, hint %q, %d entries", end, end.Hint, entries())
		}
		c.call("the second reservation again", time.Minute, add)
		if n := entries(); n != before+2 {
			t.Errorf("%d entries, of %d before", n, before)
		}
	})
}

// The cloud's notice that it is about to be serviced has connections made anew before it cuts them: each at a moment of its own, when
// nothing is under way, and as a planned event.
func TestFault_G11_ServiceAnnounced(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("service-announced")
		c.connect()
		first := c.Connections()[0].Since
		var sent int
		renewed := func() bool {
			connections := c.Connections()
			return len(connections) == 1 && connections[0].Since != first
		}
		pass(time.Until(first.Add(2 * time.Minute)))
		took := c.await("the renewal", 70*time.Second, func() bool {
			if sent++; sent%20 == 0 { // each second a command, which nothing may disturb
				c.call("temperature", time.Minute, func(ctx context.Context) error { return c.heater.SetTemperature(ctx, nwp500.Celsius(50)) })
				pass(6 * time.Second) // the connection is idle for a second
			}
			return renewed()
		})
		t.Logf("renewed %v after the notice", took)
		c.await("the return", 10*time.Second, c.live)
		if lost, ok := last[nwp500.ConnectionLost](c.events); !ok || lost.Err != nil {
			t.Errorf("not planned: %v", lost.Err)
		}
		if n := count[nwp500.ServiceAnnounced](c.events); n != 1 {
			t.Errorf("announced %d times", n)
		}
	})
}

// Of fifty clients that hear the notice, no second sees a crowd come back, and none is still there when the cloud cuts.
func TestFault_G11_ServiceAnnouncedToMany(t *testing.T) {
	const many = 50
	inFault(t, setup{client: func(config *nwp500.Config) { config.ServiceNotices = true }}, func(t *testing.T, c *cloud) {
		c.links = many
		c.suffer("service-announced")
		c.connect()
		var others []*nwp500.Client
		for range many - 1 {
			client := nwp500.New(c.config)
			others = append(others, client)
			c.call("connect", time.Minute, func(ctx context.Context) error {
				_, err := client.Connect(ctx)
				return err
			})
		}
		pass(5 * time.Minute)
		c.heal()
		before := time.Now()
		c.AnnounceService()
		pass(75 * time.Second)
		perSecond := make(map[time.Duration]int)
		for _, connection := range c.Connections() {
			if connection.Since.Before(before) {
				t.Error("a connection was not made anew")
			}
			perSecond[connection.Since.Sub(before).Truncate(time.Second)]++
		}
		most := 0
		for _, n := range perSecond {
			most = max(most, n)
		}
		if most > many*30/100 {
			t.Errorf("%d of %d came back in one second", most, many)
		}
		for _, client := range others {
			if err := client.Close(); err != nil {
				t.Error(err)
			}
		}
		if drops := c.Drops(); slices.ContainsFunc(drops, func(d simulator.Drop) bool { return d.Reason != simulator.DropClient }) {
			t.Errorf("dropped: %v", c.Counters().Drops)
		}
	})
}
