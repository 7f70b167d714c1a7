package reliability

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// closes ends the client, in under a second, and waits for calls that were under way: each has to say that it was closed.
func (c *cloud) closes(calls ...<-chan error) {
	c.t.Helper()
	c.over = true
	began := time.Now()
	if err := c.client.Close(); err != nil {
		c.t.Errorf("close: %v", err)
	}
	if took := time.Since(began); took >= time.Second {
		c.t.Errorf("Close took %v", took)
	}
	for i, call := range calls {
		select {
		case err := <-call:
			if c.log.err(err); !errors.Is(err, nwp500.ErrClosed) {
				c.t.Errorf("call %d ended with %v", i, err)
			}
		case <-time.After(time.Second):
			c.t.Errorf("call %d goes on", i)
		}
	}
}

// begin makes a call that Close is to end.
func (c *cloud) begin(call func(ctx context.Context) error) <-chan error {
	ended := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		ended <- call(ctx)
	}()
	return ended
}

// Whatever the client is doing, Close ends it in under a second, and nothing comes back.
func TestFault_G7_CloseAtAnyTime(t *testing.T) {
	devices := func(c *cloud) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			_, err := c.client.Devices(ctx)
			return err
		}
	}
	connect := func(c *cloud) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			_, err := c.client.Connect(ctx)
			return err
		}
	}
	publish := func(c *cloud) func(ctx context.Context) error {
		return func(ctx context.Context) error {
			return c.session.Publish(ctx, "cmd/52/navilink-"+c.device.MAC.Reveal()+"/st/end", []byte("{}"))
		}
	}
	for name, test := range map[string]func(t *testing.T, c *cloud){
		"sign-in": func(_ *testing.T, c *cloud) {
			one, two := c.begin(devices(c)), c.begin(connect(c))
			pass(time.Second)
			c.closes(one, two)
		},
		"upgrade": func(t *testing.T, c *cloud) {
			call := c.begin(connect(c))
			pass(3 * time.Second)
			if len(c.network.requests()) != 1 || c.Counters().Connects > 0 {
				t.Error("the request for the WebSocket is not under way")
			}
			c.closes(call)
		},
		"CONNACK": func(t *testing.T, c *cloud) {
			call := c.begin(connect(c))
			pass(5 * time.Second)
			if c.Counters().Connects != 1 {
				t.Error("no CONNECT is under way")
			}
			c.closes(call)
		},
		"subscribing": func(t *testing.T, c *cloud) {
			c.connect()
			other := c.session.Heater(c.devices[1])
			call := c.begin(func(ctx context.Context) error {
				_, err := other.Status(ctx)
				return err
			})
			pass(time.Second)
			if c.Counters().Subscribes != 2 {
				t.Error("the SUBACK is not under way")
			}
			c.closes(call)
		},
		"flush": func(t *testing.T, c *cloud) {
			c.connect()
			c.cut()
			pass(100 * time.Millisecond)
			var calls []<-chan error
			for range 60 {
				calls = append(calls, c.begin(publish(c)))
			}
			before := c.Counters().Publishes
			c.await("the first of what waits", time.Minute, func() bool { return c.Counters().Publishes > before })
			if waiting := c.session.Waiting(); waiting == 0 {
				t.Error("nothing waits any more")
			}
			c.closes(calls...)
		},
		"backoff": func(t *testing.T, c *cloud) {
			c.connect()
			c.heal()
			c.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503})
			c.cut()
			pass(20 * time.Minute)
			call := c.begin(publish(c))
			pass(time.Second)
			if connection := c.session.Diagnostics().Connections[0]; connection.Up || connection.NextAttempt.IsZero() || connection.Waiting != 1 {
				t.Errorf("%+v", connection)
			}
			c.closes(call)
		},
		"reconnecting": func(_ *testing.T, c *cloud) {
			c.connect()
			c.cut()
			began := c.Counters().Dials
			c.await("the next dial", 30*time.Second, func() bool { return c.Counters().Dials > began })
			c.closes()
		},
		"an answer": func(_ *testing.T, c *cloud) {
			c.connect()
			c.SilentHeaters(true)
			call := c.begin(c.status)
			pass(3 * time.Second)
			c.closes(call)
		},
		"an event": func(t *testing.T, c *cloud) {
			c.connect()
			closed := make(chan struct{})
			go func() {
				defer close(closed)
				for _, err := range c.heater.Events(context.Background()) {
					if err == nil {
						c.closes()
					}
				}
			}()
			pass(time.Second)
			c.call("status", time.Minute, c.status)
			select {
			case <-closed:
			case <-time.After(2 * time.Second):
				t.Error("the listener has not ended")
			}
		},
		"a black hole": func(_ *testing.T, c *cloud) {
			c.connect()
			c.Inject(simulator.Fault{Step: simulator.StepPacket, Action: simulator.BlackHole})
			call := c.begin(c.status)
			pass(time.Second)
			c.closes(call)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{simulator: simulator.Config{Heaters: 2}}, func(t *testing.T, c *cloud) {
				c.suffer("slow-steps")
				test(t, c)
			})
		})
	}
}

// A dial that takes for ever, over a network that drops what is sent, is given up at once.
func TestFault_G7_CloseWhileDialling(t *testing.T) {
	var dials atomic.Int32
	inFault(t, setup{client: func(config *nwp500.Config) {
		dial := config.Dial
		config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials.Add(1) == 1 { // for the sign-in
				return dial(ctx, network, address)
			}
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}}, func(t *testing.T, c *cloud) {
		c.suffer("slow-steps")
		call := c.begin(func(ctx context.Context) error {
			_, err := c.client.Connect(ctx)
			return err
		})
		pass(5 * time.Second)
		if dials.Load() != 2 {
			t.Error("no dial is under way")
		}
		c.closes(call)
	})
}

// Sessions that are opened and closed in quick succession, whole or half done, leave one another alone, and the last one lives.
func TestFault_G8_ConnectCloseConnect(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("hesitant-broker")
		for i := range 40 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(i)*50*time.Millisecond)
			session, err := c.client.Connect(ctx)
			cancel()
			c.log.err(err)
			if err != nil {
				continue
			}
			call := c.begin(func(ctx context.Context) error {
				_, err := session.Heater(nwp500.Device{MAC: nwp500.NewMAC(c.account.Heaters[0].MAC()), Type: 52}).Status(ctx)
				return err
			})
			pass(time.Duration(i%7) * 100 * time.Millisecond)
			if err := session.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
			if err := <-call; err != nil && !errors.Is(err, nwp500.ErrClosed) {
				t.Errorf("the call ended with %v", err)
			}
		}
		c.connect()
		pass(10 * time.Minute)
		if n := len(c.Connections()); n != 1 || count[nwp500.ConnectionLost](c.events) != 0 {
			t.Errorf("%d connections, the last lost %d times", n, count[nwp500.ConnectionLost](c.events))
		}
	})
}

// A lingering connection is one whose end takes two minutes to reach the other side.
type lingering struct{ net.Conn }

func (l lingering) Close() error {
	time.AfterFunc(2*time.Minute, func() { _ = l.Conn.Close() })
	return l.SetDeadline(time.Now())
}

// The end of a connection that its client has left is no end of the one that took its place, though the broker held both for alive, and
// took them for two clients with one id.
func TestFault_G9_LateEnd(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		dial := c.network.dial
		c.network.dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return lingering{conn}, err
		}
		c.suffer("late-end")
		c.connect()
		c.await("the loss", 2*time.Minute, func() bool { return count[nwp500.ConnectionLost](c.events) == 1 })
		c.await("the return", time.Minute, c.live)
		pass(time.Hour)
		if drops := c.Drops(); len(drops) != 1 || drops[0].Reason != simulator.DropDuplicate {
			t.Errorf("the broker saw %v", drops)
		}
		if lost, back := count[nwp500.ConnectionLost](c.events), count[nwp500.ConnectionResumed](c.events); lost != 1 || back != 1 {
			t.Errorf("lost %d times, back %d times", lost, back)
		}
	})
}
