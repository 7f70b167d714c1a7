package awsiot

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500/internal/memnet"
)

// TestCloseInEachState: within a second, and the bubble proves that nothing is left.
func TestCloseInEachState(t *testing.T) {
	down := func(b *broker) {
		b.drop()
		time.Sleep(firstDelayMax + time.Millisecond)
	}
	for name, prepare := range map[string]func(b *broker, c *client){
		"up":      func(*broker, *client) {},
		"backoff": func(b *broker, _ *client) { b.drop() },
		"ending":  func(_ *broker, c *client) { c.Reconnect() },
		"dialling a black hole": func(b *broker, _ *client) {
			b.drop()
			b.network.BlackHole(memnet.Both)
			time.Sleep(firstDelayMax + time.Millisecond)
		},
		"no HTTP answer": func(b *broker, _ *client) {
			b.script(hooks{upgrade: func(_ http.ResponseWriter, r *http.Request) bool { <-r.Context().Done(); return true }})
			down(b)
		},
		"no CONNACK": func(b *broker, _ *client) {
			b.script(hooks{connect: func(*session) int { return -2 }})
			down(b)
		},
		"no SUBACK": func(b *broker, c *client) {
			b.script(hooks{subscribe: func(*session, *packets.SubscribePacket) []byte { return nil }})
			go c.Subscribe(b.t.Context(), "a")
			synctest.Wait()
			down(b)
		},
		"half open":     func(b *broker, _ *client) { b.network.BlackHole(memnet.Both) },
		"write blocked": func(b *broker, c *client) { block(b, c) },
		"write blocked, ending": func(b *broker, c *client) {
			block(b, c)
			time.Sleep(writeTimeout)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				c := b.start()
				time.Sleep(2 * time.Minute)
				prepare(b, c)
				waiting := c.publish(t.Context(), Publication{Topic: "a"})
				c.close(t)
				if err := <-waiting; err != nil && !errors.Is(err, ErrClosed) {
					t.Errorf("publish: %v", err)
				}
				b.network.BlackHole(0)
				dials := len(b.dials())
				time.Sleep(time.Hour)
				if got := len(b.dials()); got != dials {
					t.Errorf("%d dials after Close", got-dials)
				}
				if err := c.Close(); err != nil {
					t.Errorf("second Close: %v", err)
				}
			})
		})
	}
}

// block makes the link write more than the network takes.
func block(b *broker, c *client) {
	b.network.BlackHole(memnet.ToListener)
	for range 5 {
		c.publish(b.t.Context(), Publication{Topic: "a", Payload: make([]byte, maxPayload)})
	}
}

func TestCloseSaysGoodbye(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		if err := c.Subscribe(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		c.close(t)
		if got := b.ended(); len(got) != 1 || got[0] != "*packets.DisconnectPacket" {
			t.Errorf("ended with %v", got)
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "a"}), ErrClosed)
		if err := c.Subscribe(t.Context(), "b"); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		if err := c.Unsubscribe(t.Context(), "a"); !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
		c.Retry()
		c.Reconnect()
		if s := c.Stats(); s.Up || s.Connections != 1 || s.Subscriptions != 1 {
			t.Errorf("stats after Close %+v", s)
		}
		if got := c.changed(); len(got) != 0 {
			t.Errorf("Close was reported: %+v", got)
		}
	})
}

// TestCloseEndsCallsUnderWay: whatever is under way ends, and says what is known.
func TestCloseEndsCallsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{
			publish:   func(*session, *packets.PublishPacket) bool { return false },
			subscribe: func(*session, *packets.SubscribePacket) []byte { return nil },
		})
		c := b.start()
		sent := c.publish(t.Context(), Publication{Topic: "sent"})
		subscribed := make(chan error, 1)
		go func() { subscribed <- c.Subscribe(t.Context(), "a") }()
		synctest.Wait()
		c.close(t)
		unknown(t, <-sent, ErrClosed)
		if err := <-subscribed; !errors.Is(err, ErrClosed) {
			t.Errorf("subscribe: %v", err)
		}
	})
}

// TestCloseDoesNotWaitForFunctionsThatHang: Close says so instead of hanging.
func TestCloseDoesNotWaitForFunctionsThatHang(t *testing.T) {
	hang := make(chan struct{}) // replaced inside each bubble
	for name, option := range map[string]func(*Config){
		"Credentials": func(cfg *Config) {
			fetch, calls := cfg.Credentials, 0
			cfg.Credentials = func(ctx context.Context, refused bool) (Credentials, error) {
				if calls++; calls > 1 {
					<-hang
				}
				return fetch(ctx, refused)
			}
		},
		"Dial": func(cfg *Config) {
			dial, calls := cfg.Dial, 0
			cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
				if calls++; calls > 1 {
					<-hang
					return nil, errors.New("too late")
				}
				return dial(ctx, network, address)
			}
		},
		"Changed": func(cfg *Config) { cfg.Changed = func(Change) { <-hang } },
		"Receive": func(cfg *Config) { cfg.Receive = func(string, []byte) { <-hang } },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hang = make(chan struct{})
				b := newBroker(t)
				c := b.start(option)
				b.session().deliver("a", "b", 1)
				time.Sleep(time.Minute)
				b.drop()
				time.Sleep(5 * time.Minute) // longer than one call of Credentials may take
				start := time.Now()
				if err := c.Close(); err == nil {
					t.Error("no error")
				}
				if d := time.Since(start); d >= time.Second {
					t.Errorf("Close took %v", d)
				}
				close(hang)
				synctest.Wait()
				if err := c.Close(); err != nil {
					t.Errorf("after the function returned: %v", err)
				}
			})
		})
	}
}
