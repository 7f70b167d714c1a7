package nwp500_test

import (
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A poll asks about as often as it was told to, and ends when it is closed.
func TestPoll(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		heater, simulated := c.heater(t)
		poll := heater.Poll(nwp500.PollStatus, 0)
		pass(time.Hour)
		asked := simulated.Counters().Requests
		if asked < 11 || asked > 14 {
			t.Errorf("%d requests in an hour, want one in 5 minutes", asked)
		}
		last, err := poll.Last()
		if err != nil || time.Since(last) > 6*time.Minute {
			t.Errorf("last asked %v ago, %v", time.Since(last), err)
		}
		if _, ok := simulated.Received("st/did"); ok {
			t.Error("features were asked for")
		}
		features := heater.Poll(nwp500.PollFeatures, time.Minute)
		pass(10 * time.Minute)
		if _, ok := simulated.Received("st/did"); !ok {
			t.Error("features were not asked for")
		}
		features.Close()
		features.Close()
		c.client.Close()
		pass(time.Second)
		before := simulated.Counters().Requests
		pass(time.Hour)
		if after := simulated.Counters().Requests; after != before {
			t.Errorf("%d requests after the session's end", after-before)
		}
		poll.Close()
		if _, err := heater.Poll(nwp500.PollStatus, 0).Last(); !errors.Is(err, nwp500.ErrClosed) {
			t.Errorf("a poll of a closed session: got %v, want ErrClosed", err)
		}
	})
}

// A poll too fast is slowed down, and a silent heater is no reason to hurry.
func TestPollHasALeastPause(t *testing.T) {
	inCloud(t, simulator.Config{}, func(t *testing.T, c *cloud) {
		heater, simulated := c.heater(t)
		poll := heater.Poll(nwp500.PollStatus, time.Millisecond)
		pass(10 * time.Minute)
		if asked := simulated.Counters().Requests; asked < 55 || asked > 68 {
			t.Errorf("%d requests in 10 minutes, want one in 10 seconds", asked)
		}
		simulated.SetSilent(true)
		pass(time.Minute)
		if _, err := poll.Last(); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("got %v of a silent heater, want ErrNoAnswer", err)
		}
	})
}

// While the connection is down a poll is quiet, and what it left out is not made up for.
func TestPollWhileDisconnected(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 3}, func(t *testing.T, c *cloud) {
		session, devices := c.connect(t)
		var polls []*nwp500.Poll
		for _, device := range devices {
			polls = append(polls, session.Heater(device).Poll(nwp500.PollStatus, time.Minute))
		}
		pass(5 * time.Minute)
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		c.DropAll(simulator.DropServer)
		pass(time.Second)
		before := c.Counters().Publishes
		for range 60 {
			pass(time.Minute)
			if n := session.Waiting(); n != 0 {
				t.Fatalf("%d requests wait for the connection", n)
			}
		}
		for _, poll := range polls {
			asked, err := poll.Last()
			if !errors.Is(err, nwp500.ErrDisconnected) || time.Since(asked) < 59*time.Minute {
				t.Errorf("last asked %v ago, %v", time.Since(asked), err)
			}
		}
		down.Heal()
		for !session.Connected() {
			pass(time.Second)
		}
		pass(10 * time.Second)
		if burst := c.Counters().Publishes - before; burst > 3 {
			t.Errorf("%d requests within 10 seconds of the connection's return", burst)
		}
		pass(2 * time.Minute)
		if after := c.Counters().Publishes - before; after < 3 {
			t.Errorf("%d requests in the 2 minutes after, want the polls to go on", after)
		}
	})
}

// Many heaters are not asked in the same second, and one that is silent delays none.
func TestPollsOf120Heaters(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 120}, func(t *testing.T, c *cloud) {
		session, devices := c.connect(t)
		silent := c.Heater(devices[5].MAC.Reveal())
		silent.SetSilent(true)
		for _, device := range devices {
			session.Heater(device).Poll(nwp500.PollStatus, 5*time.Minute)
		}
		most, before := 0, 0
		for range 3600 {
			pass(time.Second)
			now := c.Counters().Publishes
			most, before = max(most, now-before), now
		}
		if most > 25 {
			t.Errorf("%d requests in one second", most)
		}
		for i, device := range devices {
			if asked := c.Heater(device.MAC.Reveal()).Counters().Requests; i != 5 && (asked < 11 || asked > 14) {
				t.Errorf("heater %d was asked %d times in an hour", i, asked)
			}
		}
		session.Heater(devices[0]).StopPolls()
		asked := c.Heater(devices[0].MAC.Reveal()).Counters().Requests
		other := c.Heater(devices[1].MAC.Reveal()).Counters().Requests
		pass(time.Hour)
		if more := c.Heater(devices[0].MAC.Reveal()).Counters().Requests - asked; more != 0 {
			t.Errorf("%d requests after StopPolls", more)
		}
		if more := c.Heater(devices[1].MAC.Reveal()).Counters().Requests - other; more < 11 {
			t.Errorf("StopPolls of one heater left another %d requests in an hour", more)
		}
		if polls := session.Diagnostics().Polls; polls != 119 {
			t.Errorf("%d polls are left, want 119", polls)
		}
	})
}

// Nor does a poll open a further connection while there is none.
func TestPollOfANewHeaterWhileDisconnected(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 41}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for _, device := range devices[:40] {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		pass(5 * time.Minute)
		down := c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
		before := c.Counters().Dials
		c.DropAll(simulator.DropServer)
		poll := session.Heater(devices[40]).Poll(nwp500.PollStatus, time.Minute)
		pass(time.Hour)
		if dials, attempts := c.Counters().Dials-before, session.ReconnectAttempts(); dials != attempts {
			t.Errorf("%d dials, of which the session made %d to reconnect", dials, attempts)
		}
		down.Heal()
		pass(5 * time.Minute)
		if asked, err := poll.Last(); err != nil || time.Since(asked) > 2*time.Minute {
			t.Errorf("afterwards: asked %v ago, %v", time.Since(asked), err)
		}
		session.Close()
		if polls := session.Diagnostics().Polls; polls != 0 {
			t.Errorf("%d polls outlive the session", polls)
		}
	})
}
