package reliability

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
)

// A listener is a function of the user's that is called with what comes. It runs until the first has come, and does then what a
// listener should not do, or may well do.
type listener func(c *cloud, misdeed func())

// The ways in which the user's functions are called.
var listeners = map[string]listener{
	"Session.Events": func(c *cloud, misdeed func()) {
		for range c.session.Events(c.t.Context()) {
			misdeed()
			return
		}
	},
	"Heater.Events": func(c *cloud, misdeed func()) {
		for range c.heater.Events(c.t.Context()) {
			misdeed()
			return
		}
	},
	"Session.WaitFor": func(c *cloud, misdeed func()) {
		_, _ = c.session.WaitFor(c.t.Context(), func(nwp500.Event) bool { misdeed(); return true })
	},
	"Heater.WaitFor": func(c *cloud, misdeed func()) {
		_, _ = c.heater.WaitFor(c.t.Context(), func(nwp500.Event) bool { misdeed(); return true })
	},
	"Subscription.Messages": func(c *cloud, misdeed func()) {
		sub, err := c.heater.Subscribe(c.t.Context())
		if err != nil {
			c.t.Error(err)
			return
		}
		defer sub.Close()
		for message := range sub.Messages(c.t.Context()) {
			if strings.HasSuffix(message.Topic, "/res") { // and not the question, which comes back before
				misdeed()
				return
			}
		}
	},
}

// listens runs a listener beside a poll until it has met a message and come to its end, which it has to within a minute.
func (c *cloud) listens(listen listener, misdeed func()) (panicked any) {
	c.t.Helper()
	ended := make(chan any, 1)
	go func() {
		defer func() { ended <- recover() }()
		listen(c, misdeed)
	}()
	synctest.Wait()
	poll := c.heater.Poll(nwp500.PollStatus, 10*time.Second)
	defer poll.Close()
	select {
	case panicked = <-ended:
	case <-time.After(time.Minute):
		c.t.Fatal("the listener hangs")
	}
	return panicked
}

// A listener that panics harms itself alone.
func TestFault_F10_ListenerPanics(t *testing.T) {
	for name, listen := range listeners {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.suffer("listener-fails")
				for range 2 {
					if got := c.listens(listen, func() { panic("oops") }); got != "oops" {
						t.Errorf("the panic became %v", got)
					}
				}
				told := count[nwp500.StatusReceived](c.events)
				c.call("a status", time.Second, c.status)
				pass(time.Second)
				if more := count[nwp500.StatusReceived](c.events) - told; more == 0 || c.lost() != 0 {
					t.Errorf("the other listener was told of %d statuses; %d losses", more, c.lost())
				}
			})
		})
	}
}

// A listener may ask, command, publish, subscribe and listen.
func TestFault_F10_ListenerUsesTheSession(t *testing.T) {
	for name, listen := range listeners {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.suffer("listener-fails")
				deeds := 0
				c.listens(listen, func() {
					c.call("a status", time.Second, c.status)
					if err := c.set(55); err != nil {
						t.Error(err)
					}
					if err := c.publish("note"); err != nil {
						t.Error(err)
					}
					sub, err := c.heater.Subscribe(t.Context())
					if err != nil {
						t.Error(err)
					} else if err := sub.Close(); err != nil {
						t.Error(err)
					}
					c.heater.Poll(nwp500.PollFeatures, time.Minute).Close()
					c.session.Reconnect()
					c.session.Diagnostics()
					deeds++
				})
				pass(10 * time.Second) // until nothing is under way that a new connection would disturb
				c.await("the return", healing, func() bool { return c.lost() == 1 && c.resumed() == 1 && c.live() })
				if deeds != 1 {
					t.Errorf("called %d times", deeds)
				}
			})
		})
	}
}

// A listener may close the session, or the client, under its own feet.
func TestFault_F10_ListenerCloses(t *testing.T) {
	for what, end := range map[string]func(c *cloud) error{
		"Session.Close": func(c *cloud) error { return c.session.Close() },
		"Client.Close":  func(c *cloud) error { return c.client.Close() },
	} {
		for name, listen := range listeners {
			t.Run(what+" by "+name, func(t *testing.T) {
				inFault(t, setup{}, func(t *testing.T, c *cloud) {
					c.connect()
					c.suffer("listener-fails")
					c.over = true
					asked := make(chan error, 1)
					var lasted time.Duration
					c.listens(listen, func() {
						c.account.Heaters[0].SetDelay(10 * time.Second)
						go func() { asked <- c.try("a status", time.Minute, c.status) }()
						pass(time.Second)
						lasted = took(func() {
							if err := end(c); err != nil {
								t.Error(err)
							}
						})
					})
					if lasted >= time.Second {
						t.Errorf("it took %v", lasted)
					}
					if err := <-asked; !errors.Is(err, nwp500.ErrClosed) {
						t.Errorf("a status under way: %v", err)
					}
					if err := c.try("a status", time.Second, c.status); !errors.Is(err, nwp500.ErrClosed) {
						t.Errorf("a status afterwards: %v", err)
					}
				})
			})
		}
	}
}
