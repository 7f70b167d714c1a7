package reliability

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

// topic returns one of the first heater's own topics, which its filter matches.
func (c *cloud) topic(suffix string) string {
	return "cmd/52/navilink-" + c.device.MAC.Reveal() + "/" + suffix
}

// publish publishes a raw message to a topic of the first heater. Whatever becomes of it, that is known within two minutes of
// waiting, 15 s for the acknowledgement and a moment.
func (c *cloud) publish(suffix string) error {
	c.t.Helper()
	return c.try("publish", 136*time.Second, func(ctx context.Context) error {
		return c.session.Publish(ctx, c.topic(suffix), []byte("note"))
	})
}

// set sets the setpoint.
func (c *cloud) set(celsius float64) error {
	c.t.Helper()
	return c.try("set temperature", 136*time.Second, func(ctx context.Context) error {
		return c.heater.SetTemperature(ctx, nwp500.Celsius(celsius))
	})
}

// shows asks the heater for its setpoint.
func (c *cloud) shows(celsius float64) {
	c.t.Helper()
	c.call("read the status", 16*time.Second, func(ctx context.Context) error {
		status, err := c.heater.Status(ctx)
		if err == nil && status.Setpoint != nwp500.Celsius(celsius) {
			c.t.Errorf("the setpoint is %v, want %v °C", status.Setpoint, celsius)
		}
		return err
	})
}

// commands returns how many control commands the first heater has obeyed.
func (c *cloud) commands() int { return c.account.Heaters[0].Counters().Commands }

// ends demands that a command or publication failed with an outcome, and for a reason unless that is nil.
func ends(t *testing.T, err error, outcome nwp500.Outcome, reason error) {
	t.Helper()
	var failed *nwp500.CommandError
	if !errors.As(err, &failed) || failed.Outcome != outcome || reason != nil && !errors.Is(err, reason) {
		t.Errorf("got %v, want %v: %v", err, outcome, reason)
	}
}

// unknown tells whether a command or publication ended with its outcome unknown.
func unknown(err error) bool {
	var failed *nwp500.CommandError
	return errors.As(err, &failed) && failed.Outcome == nwp500.OutcomeUnknown
}

// took returns how long something lasts.
func took(do func()) time.Duration {
	began := time.Now()
	do()
	return time.Since(began)
}

// An echo notes the topics below the first heater's name on which messages come, in their order: our own publications, too.
type echo struct {
	mu       sync.Mutex
	suffixes []string
}

// echo begins to listen, until the session is closed.
func (c *cloud) echo() *echo {
	c.t.Helper()
	e := new(echo)
	var sub *nwp500.Subscription
	c.call("subscribe", time.Minute, func(ctx context.Context) (err error) {
		sub, err = c.heater.Subscribe(ctx)
		return err
	})
	prefix := c.topic("")
	go func() {
		for message, err := range sub.Messages(context.Background()) {
			if err != nil {
				continue // the last is that the session is closed
			}
			e.mu.Lock()
			e.suffixes = append(e.suffixes, strings.TrimPrefix(message.Topic, prefix))
			e.mu.Unlock()
		}
	}()
	return e
}

// of returns those that begin with a prefix.
func (e *echo) of(prefix string) []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(e.suffixes), func(s string) bool { return !strings.HasPrefix(s, prefix) })
}
