package reliability

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// foundWithin is how long a dead connection may go unnoticed: the keep-alive and the time for the answer to a ping.
const foundWithin = 75 * time.Second

// lost tells how often the connection was lost so far.
func (c *cloud) lost() int { return count[nwp500.ConnectionLost](c.events) }

// resumed tells how often the connection came back so far.
func (c *cloud) resumed() int { return count[nwp500.ConnectionResumed](c.events) }

// age connects and waits until the connection is old enough for the faults that leave young ones alone, with the next ping a minute away.
func (c *cloud) age() {
	c.t.Helper()
	c.connect()
	pass(150 * time.Second)
	c.call("status", 16*time.Second, c.status)
	pass(time.Second)
}

func TestFault_C1_EveryEndIsOneLoss(t *testing.T) {
	for _, name := range []string{
		"end-of-stream", "end-truncated", "end-reset", "end-close-1000", "end-close-1001", "end-close-1011", "end-close-empty",
	} {
		for _, tls := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, TLS %v", name, tls), func(t *testing.T) {
				inFault(t, setup{tls: tls}, func(t *testing.T, c *cloud) { c.endsThrice(name) })
			})
		}
	}
}

func TestFault_C2_DisconnectByTheBroker(t *testing.T) {
	inFault(t, setup{}, func(_ *testing.T, c *cloud) { c.endsThrice("end-disconnect") })
}

// endsThrice is a client whose connections end after 90 s, three in all.
func (c *cloud) endsThrice(name string) {
	c.t.Helper()
	c.suffer(name)
	c.connect()
	for n := 1; n <= 3; n++ {
		c.await("the end", 91*time.Second, func() bool { return c.lost() == n })
		// 1 to 5 s after a connection that has lasted, and no dial is lost.
		if took := c.await("the return", 6*time.Second, c.live); took < time.Second {
			c.t.Errorf("back after %v", took)
		}
	}
	if event, _ := last[nwp500.ConnectionLost](c.events); !errors.Is(event.Err, nwp500.ErrDisconnected) {
		c.t.Errorf("lost because of %v", event.Err)
	}
	pass(10 * time.Minute)
	if c.lost() != 3 || c.resumed() != 3 {
		c.t.Errorf("lost %d times, resumed %d times", c.lost(), c.resumed())
	}
}

// A link that is dead is found by the next ping, and nothing waits longer than that for it.
func TestFault_C3_HalfOpen(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.age()
		c.suffer("half-open")
		c.await("the loss", foundWithin, func() bool { return c.lost() == 1 })
		c.await("the return", 10*time.Second, c.live)
		if event, _ := last[nwp500.ConnectionLost](c.events); !errors.Is(event.Err, nwp500.ErrUnreachable) {
			t.Errorf("lost because of %v", event.Err)
		}
		pass(110 * time.Second)
		c.call("status, the last that is answered", 16*time.Second, c.status)
		pass(20 * time.Second) // old again: this time it dies with a question
		err := c.try("status", 16*time.Second, c.status)
		if err == nil {
			t.Error("a question into a dead link was answered")
		}
		c.await("the second loss", foundWithin, func() bool { return c.lost() == 2 })
	})
}

// Nobody says goodbye for long to somebody who is not there.
func TestFault_C3_CloseInABlackHole(t *testing.T) {
	for name, tls := range map[string]bool{"without TLS": false, "with TLS": true} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{tls: tls}, func(t *testing.T, c *cloud) {
				c.age()
				hole := c.suffer("half-open")[0]
				c.await("the fault", foundWithin, func() bool { return hole.Fired() > 0 })
				c.over = true
				began := time.Now()
				if err := c.client.Close(); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took >= time.Second {
					t.Errorf("Close took %v", took)
				}
			})
		})
	}
}

// What the cloud hears and never answers is lost in the other direction, which looks the same from here.
func TestFault_C4_DeadInOneDirection(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.age()
		c.suffer("half-open-inbound")
		began := time.Now()
		err := c.try("set temperature", time.Minute, func(ctx context.Context) error {
			return c.heater.SetTemperature(ctx, nwp500.Celsius(52))
		})
		var command *nwp500.CommandError
		if !errors.As(err, &command) || command.Outcome != nwp500.OutcomeUnknown { // the cloud has heard it
			t.Errorf("the command ended with %v", err)
		}
		c.await("the loss", foundWithin, func() bool { return c.lost() == 1 })
		if took := time.Since(began); took > foundWithin {
			t.Errorf("found after %v", took)
		}
		c.await("the return", 10*time.Second, c.live)
		if sent := c.Counters().Publishes; sent > 20 {
			t.Errorf("%d publications", sent)
		}
	})
}

// Who cannot write finds out by the write, and everything else goes on.
func TestFault_C6_WritesThatBlock(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.age()
		c.suffer("writes-block")
		go c.heater.Status(context.Background()) // the last that is read
		pass(time.Second)
		began := time.Now()
		ended := make(chan error, 5)
		for range cap(ended) { // the third does not fit into the window
			go func() {
				ended <- c.session.Publish(context.Background(), c.topic("x"), make([]byte, 100<<10))
			}()
		}
		if err := c.try("status", 16*time.Second, c.status); err == nil {
			t.Error("a question that could not be written was answered")
		}
		c.await("the loss", 2*time.Second, func() bool { return c.lost() == 1 })
		if event, _ := last[nwp500.ConnectionLost](c.events); event.Time.Sub(began) > 16*time.Second {
			t.Errorf("found after %v", event.Time.Sub(began))
		}
		c.await("the return", 10*time.Second, c.live)
		unknown := 0
		for range cap(ended) { // those that had not left by then do now
			var command *nwp500.CommandError
			if err := <-ended; errors.As(err, &command) && command.MayHaveSucceeded() {
				unknown++
			} else if err != nil {
				t.Error(err)
			}
		}
		if unknown != 3 {
			t.Errorf("of %d publications the outcome is unknown", unknown)
		}
	})
}

// Close does not wait for a writer that waits.
func TestFault_C6_CloseWhileWritesBlock(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.age()
		c.suffer("writes-block")
		const all = 5
		ended := make(chan error, all)
		for range all {
			go func() { ended <- c.session.Publish(context.Background(), c.topic("x"), make([]byte, 100<<10)) }()
		}
		pass(time.Second)
		c.over = true
		began := time.Now()
		if err := c.client.Close(); err != nil {
			t.Error(err)
		}
		for range all {
			<-ended
		}
		if took := time.Since(began); took >= time.Second {
			t.Errorf("Close took %v", took)
		}
	})
}

// A broker that has heard nothing for one and a half keep-alives ends the connection.
func TestFault_C7_KickForSilence(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("keep-alive-kick")
		c.connect()
		for n := 1; n <= 3; n++ {
			c.await("the kick", 61*time.Second, func() bool { return c.lost() == n })
			c.await("the return", healing, c.live)
		}
		if drops := c.Counters().Drops[simulator.DropKeepAlive]; drops != 3 {
			t.Errorf("%d kicks", drops)
		}
		pass(10 * time.Minute)
		if c.lost() != 3 {
			t.Errorf("lost %d times", c.lost())
		}
	})
}
