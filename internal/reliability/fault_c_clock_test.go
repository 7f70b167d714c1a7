package reliability

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A wallClock is that of the client's machine. The monotonic clock is the bubble's, and stands still while the machine sleeps.
type wallClock struct{ ahead atomic.Int64 }

// steps sets the clock on, or back.
func (w *wallClock) steps(by time.Duration) { w.ahead.Add(int64(by)) }

func (w *wallClock) use(config *nwp500.Config) {
	config.Time = func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
}

// A machine that wakes makes its connection anew at once, with keys that are not of last night, and is not asked for anything twice.
func TestFault_C13_Sleep(t *testing.T) {
	clock := new(wallClock)
	inFault(t, setup{client: clock.use}, func(t *testing.T, c *cloud) {
		c.suffer("sleep")
		c.connect()
		c.heater.Poll(nwp500.PollStatus, time.Minute)
		pass(10 * time.Minute)
		clock.steps(8 * time.Hour)
		c.await("the loss", 16*time.Second, func() bool { return c.lost() == 1 })
		c.await("the return", 3*time.Second, c.live)
		counters := c.Counters()
		if counters.Dials != 2 || counters.SignIns != 2 { // nobody was refused, and the keys were new
			t.Errorf("%d dials, %d sign-ins", counters.Dials, counters.SignIns)
		}
		pass(10 * time.Minute)
		if asked := c.Counters().Publishes - counters.Publishes; asked > 12 {
			t.Errorf("%d questions in ten minutes", asked)
		}
		if c.lost() != 1 || c.Counters().SignIns != 2 {
			t.Errorf("lost %d times, %d sign-ins", c.lost(), c.Counters().SignIns)
		}
		if drops := c.session.Diagnostics().Connections[0].Drops; drops["this machine slept"] != 1 {
			t.Errorf("drops %v", drops)
		}
	})
}

// A command that waited when the machine fell asleep is not carried out in the morning.
func TestFault_C13_CommandOfLastNight(t *testing.T) {
	clock := new(wallClock)
	inFault(t, setup{client: clock.use}, func(t *testing.T, c *cloud) {
		outage := c.Inject(simulator.Fault{
			Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: http.StatusServiceUnavailable, Skip: 1,
		})
		c.suffer("sleep")
		c.connect()
		c.cut()
		pass(5 * time.Second)
		ended := make(chan error, 1)
		go func() { ended <- c.heater.SetTemperature(context.Background(), nwp500.Celsius(55)) }()
		pass(10 * time.Second)
		clock.steps(8 * time.Hour)
		outage.Heal()
		c.await("the return", 30*time.Second, c.live)
		var command *nwp500.CommandError
		if err := <-ended; !errors.As(err, &command) || command.Outcome != nwp500.NotSent {
			t.Errorf("the command ended with %v", err)
		}
		if status := c.current(); status.Setpoint == nwp500.Celsius(55) {
			t.Error("the command was carried out")
		}
	})
}

// current asks the heater for its status.
func (c *cloud) current() (status *nwp500.Status) {
	c.t.Helper()
	c.call("status", 16*time.Second, func(ctx context.Context) (err error) {
		status, err = c.heater.Status(ctx)
		return err
	})
	return status
}

// A clock that is set makes no storm, whichever way: of sign-ins there are no more than connections need, and REST goes on.
func TestFault_C14_ClockSet(t *testing.T) {
	for name, test := range map[string]struct {
		fault   string
		steps   []time.Duration // an hour apart
		losses  int             // a step ahead looks like a sleep
		signIns int             // the first, and each time that the keys are over by either clock and a connection is made
	}{
		"set right a day late":   {"clock-day-ahead", []time.Duration{24 * time.Hour}, 1, 3},
		"set right a day early":  {"clock-day-behind", []time.Duration{-24 * time.Hour}, 0, 2},
		"summer time and back":   {"clock-day-ahead", []time.Duration{time.Hour, -time.Hour}, 1, 3},
		"a day ahead and back":   {"clock-day-behind", []time.Duration{24 * time.Hour, -24 * time.Hour}, 1, 3},
		"a day back and forward": {"clock-day-ahead", []time.Duration{-24 * time.Hour, 24 * time.Hour}, 1, 3},
	} {
		t.Run(name, func(t *testing.T) {
			clock := new(wallClock)
			inFault(t, setup{client: clock.use}, func(t *testing.T, c *cloud) {
				c.suffer(test.fault)
				c.connect()
				for _, step := range test.steps {
					pass(10 * time.Minute)
					clock.steps(step)
					pass(time.Hour)
					c.call("devices", time.Minute, func(ctx context.Context) error {
						_, err := c.client.Devices(ctx)
						return err
					})
				}
				if c.lost() != test.losses {
					t.Errorf("lost %d times, want %d", c.lost(), test.losses)
				}
				losses := c.lost()
				c.cut()
				c.await("the loss", time.Second, func() bool { return c.lost() == losses+1 })
				c.await("the return", healing, c.live)
				if signIns := c.Counters().SignIns; signIns > test.signIns {
					t.Errorf("%d sign-ins, want %d at most", signIns, test.signIns)
				}
				if renewals := c.Counters().Refreshes; renewals > 2*len(test.steps) {
					t.Errorf("%d refreshes", renewals)
				}
				if calls := c.Counters().Calls["POST /device/list"]; calls != 1+len(test.steps) { // no token was refused
					t.Errorf("%d calls for the devices", calls)
				}
				pass(2 * time.Hour)
				if c.lost() != losses+1 {
					t.Errorf("lost %d times in the end, want %d", c.lost(), losses+1)
				}
			})
		})
	}
}
