package reliability

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// The broker ends an old connection when something is sent on it, which is lost. The next one is made with keys of that day: the classic
// failure of this cloud's clients is to come back with those of the day before.
func TestFault_C9_Lifetime(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("lifetime")
		c.connect()
		pass(12*time.Hour - time.Minute)
		c.call("features", time.Minute, func(ctx context.Context) error { // else they would be asked for, and lost
			_, err := c.heater.Features(ctx)
			return err
		})
		pass(2 * time.Minute)
		before := c.Counters()
		err := c.try("set temperature", time.Minute, func(ctx context.Context) error {
			return c.heater.SetTemperature(ctx, nwp500.Celsius(52))
		})
		var command *nwp500.CommandError
		if !errors.As(err, &command) || command.Outcome != nwp500.OutcomeUnknown {
			t.Errorf("the command ended with %v", err)
		}
		c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
		c.await("the return", 6*time.Second, c.live)
		after := c.Counters()
		if drops := after.Drops[simulator.DropTTL]; drops != 1 {
			t.Errorf("%d connections ended for their age", drops)
		}
		if after.Dials != before.Dials+1 || after.SignIns != before.SignIns+1 { // nobody was refused
			t.Errorf("%d dials, %d sign-ins", after.Dials-before.Dials, after.SignIns-before.SignIns)
		}
		pass(5 * time.Minute)
		if c.current().Setpoint == nwp500.Celsius(52) {
			t.Error("the command was sent again")
		}
	})
}

// What is only listened to is cut by a message, and a question is asked again.
func TestFault_C9_LifetimeOfAListener(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("lifetime")
		c.connect()
		pass(12*time.Hour + time.Minute)
		c.call("set temperature", time.Minute, func(ctx context.Context) error { // asks for the features first
			return c.heater.SetTemperature(ctx, nwp500.Celsius(52))
		})
		if c.lost() != 1 || c.current().Setpoint != nwp500.Celsius(52) {
			t.Errorf("lost %d times, setpoint %v", c.lost(), c.current().Setpoint)
		}
	})
}

// Keys run out after an hour, the connection that was made with them goes on, and the next needs others before it is dialled.
func TestFault_C10_KeysRunOutWhileUp(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("late-drop")
		c.connect()
		pass(4*time.Hour + 59*time.Minute)
		if c.lost() != 0 {
			t.Error("the connection did not outlive its keys")
		}
		for n := 1; n <= 3; n++ {
			c.await("the loss", 5*time.Hour+time.Minute, func() bool { return c.lost() == n })
			c.await("the return", 6*time.Second, c.live)
			if got := c.Counters(); got.Dials != n+1 || got.SignIns != n+1 {
				t.Errorf("%d dials, %d sign-ins", got.Dials, got.SignIns)
			}
		}
	})
}

// Once a day the client makes its connection anew, when nothing is under way. That is no error, and what is asked for meanwhile is done.
func TestFault_C11_PlannedRenewal(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("slow-renewal")
		c.connect()
		pass(22*time.Hour + 29*time.Minute + 300*time.Millisecond) // not at the second at which a heater says something by itself
		c.account.Heaters[0].SetDelay(2 * time.Second)
		given, before := 0, c.commands()
		for ; c.Counters().Connects < 2; given++ { // there is always a command under way
			if err := c.set(50 + float64(given%8)); err != nil {
				t.Fatalf("command %d: %v", given, err)
			}
			if given > 2000 {
				t.Fatal("the connection was not made anew")
			}
		}
		if done := c.commands() - before; done != given {
			t.Errorf("%d of %d commands were done", done, given)
		}
		for _, event := range c.events.all() {
			if lost, ok := event.(nwp500.ConnectionLost); ok && lost.Err != nil {
				t.Errorf("told as an error: %v", lost.Err)
			}
		}
		c.await("the event", time.Second, func() bool { return c.resumed() == 1 })
		if c.lost() != 1 || c.log.has(`"level":"WARN"`) {
			t.Errorf("lost %d times\n%s", c.lost(), c.log.tail())
		}
		if drops := c.Counters().Drops; drops[simulator.DropClient] != 1 || len(drops) != 1 {
			t.Errorf("drops %v", drops)
		} else if age := c.Drops()[0].At.Sub(c.Drops()[0].Since); age < 22*time.Hour+30*time.Minute || age > 23*time.Hour+31*time.Minute {
			t.Errorf("renewed after %v", age)
		}
	})
}

// After a service of the cloud its clients come back one by one.
func TestFault_C12_Maintenance(t *testing.T) {
	const clients = 40
	inFault(t, setup{simulator: simulator.Config{Accounts: clients}}, func(t *testing.T, c *cloud) {
		c.suffer("maintenance")
		c.connect()
		c.links = clients
		defer c.others(clients - 1)()
		c.await("the cut", 31*time.Minute, func() bool { return c.lost() == 1 })
		cut := time.Now()
		c.await("the return", healing, c.live)
		c.await("the return of the others", healing, func() bool { return len(c.Connections()) == clients })
		perSecond := make(map[int]int)
		for _, request := range c.network.requests() {
			if since := request.at.Sub(cut); since >= 0 {
				perSecond[int(since.Seconds())]++
			}
		}
		most, all := 0, 0
		for _, n := range perSecond {
			most, all = max(most, n), all+n
		}
		// Uniformly over 1 to 5 s it is a quarter of them a second; that it is more than three quarters of forty happens less than once in 10^9 times.
		if all != clients || most > clients*3/4 {
			t.Errorf("%d dials, in one second %d: %v", all, most, perSecond)
		}
	})
}

// others connects further clients, each of an account of its own.
func (c *cloud) others(n int) (end func()) {
	c.t.Helper()
	clients := make([]*nwp500.Client, n)
	var connecting sync.WaitGroup
	for i, account := range c.Accounts()[1 : n+1] {
		config := c.config
		config.Email, config.Password = account.Email, nwp500.NewSecret(account.Password)
		config.Tokens = nwp500.MemoryTokens()
		clients[i] = nwp500.New(config)
		connecting.Go(func() {
			if _, err := clients[i].Connect(context.Background()); err != nil {
				c.t.Error(err)
			}
		})
	}
	connecting.Wait()
	return func() {
		for _, client := range clients {
			if err := client.Close(); err != nil {
				c.t.Error(err)
			}
		}
	}
}
