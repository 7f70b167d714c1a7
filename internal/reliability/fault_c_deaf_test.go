package reliability

import (
	"errors"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// silent and heard count what is told of heaters that do not answer.
func (c *cloud) silent() int { return count[nwp500.HeaterSilent](c.events) }
func (c *cloud) heard() int  { return count[nwp500.HeaterHeard](c.events) }

// Pings are answered and nothing is delivered. Who asks renews the connection once, and then says that the heater is not to be had.
func TestFault_C5_DeafToWhoAsks(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		poll := c.heater.Poll(nwp500.PollStatus, 5*time.Minute)
		pass(time.Minute)
		deaf := c.suffer("deaf")[0]
		c.await("the renewal", 8*time.Minute, func() bool { return c.lost() == 1 })
		c.await("the return", 3*time.Second, c.live)
		if c.silent() != 0 {
			t.Error("a deaf connection was taken for a silent heater")
		}
		c.await("the silence", 8*time.Minute, func() bool { return c.silent() == 1 })
		pass(2 * time.Hour)
		if c.lost() != 1 || c.silent() != 1 || c.heard() != 0 {
			t.Errorf("lost %d times, silent %d times, heard %d times", c.lost(), c.silent(), c.heard())
		}
		if _, err := poll.Last(); !errors.Is(err, nwp500.ErrNoAnswer) {
			t.Errorf("the poll ended with %v", err)
		}
		if pings := c.Counters(); pings.Drops[simulator.DropKeepAlive] != 0 {
			t.Error("pings were not answered in time")
		}
		deaf.Heal()
		c.await("the answer", 8*time.Minute, func() bool { return c.heard() == 1 })
		c.await("the poll", 8*time.Minute, func() bool {
			_, err := poll.Last()
			return err == nil
		})
	})
}

// Who only listens finds out, too, and a connection that was deaf by itself works again when it is renewed.
func TestFault_C5_DeafToWhoListens(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("deaf-connection")
		c.connect()
		began := time.Now()
		for n := 1; n <= 2; n++ {
			c.await("the renewal", 18*time.Minute, func() bool { return c.lost() == n })
			c.await("the return", 3*time.Second, c.live)
		}
		if took := time.Since(began); took < 30*time.Minute || c.silent() != 0 {
			t.Errorf("renewed twice within %v, silent %d times", took, c.silent())
		}
		if event, _ := last[nwp500.ConnectionLost](c.events); event.Err != nil {
			t.Errorf("told as an error: %v", event.Err)
		}
	})
}

// Who only listens is told of a heater that is gone; the connection, which delivers what the session itself asks, stays.
func TestSilentHeater(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.account.Heaters[0].SetOffline(true)
		c.await("the silence", 18*time.Minute, func() bool { return c.silent() == 1 })
		pass(2 * time.Hour)
		if c.lost() != 0 || c.silent() != 1 {
			t.Errorf("lost %d times, silent %d times", c.lost(), c.silent())
		}
		c.account.Heaters[0].SetOffline(false)
		c.await("the answer", 18*time.Minute, func() bool { return c.heard() == 1 })
	})
}
