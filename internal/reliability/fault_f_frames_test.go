package reliability

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

// goesOn is the test of what a broker may send at any time: nobody sees anything of it. It ends with so many statuses asked for, and
// the setpoint written once.
func goesOn(t *testing.T, name string, check func(t *testing.T, c *cloud, fired int)) {
	t.Helper()
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer(name)
		c.connect()
		for range 10 {
			c.call("a status", time.Second, c.status)
		}
		if err := c.set(55); err != nil {
			t.Error(err)
		}
		pass(5 * time.Minute) // with pings
		c.shows(55)
		pass(time.Second)
		if dials := len(c.network.requests()); c.lost() != 0 || dials != 1 {
			t.Errorf("the connection went down %d times, %d dials", c.lost(), dials)
		}
		if check != nil {
			check(t, c, c.faults[0].injected.Fired())
		}
	})
}

// Packets need not begin where frames or messages do.
func TestFault_F1_AnyFraming(t *testing.T) {
	for _, name := range []string{"three-frames", "three-messages", "single-bytes"} {
		t.Run(name, func(t *testing.T) { goesOn(t, name, nil) })
	}
	t.Run("five-in-one", func(t *testing.T) {
		goesOn(t, "five-in-one", func(t *testing.T, c *cloud, _ int) {
			heater := c.account.Heaters[0].Counters()
			statuses, features := count[nwp500.StatusReceived](c.events), count[nwp500.FeaturesReceived](c.events)
			// Statuses differ from each other; features are the same five times and told once.
			if want := 5 * (heater.Answers + heater.Pushes - 1); statuses != want || features != 1 {
				t.Errorf("%d statuses, want %d; %d features, want 1", statuses, want, features)
			}
		})
	})
}

// A WebSocket ping is answered, and a pong means nothing.
func TestFault_F2_PingAndPong(t *testing.T) {
	t.Run("websocket-ping", func(t *testing.T) {
		goesOn(t, "websocket-ping", func(t *testing.T, c *cloud, fired int) {
			if pongs := c.Counters().Pongs; pongs != fired {
				t.Errorf("%d pongs for %d pings", pongs, fired)
			}
		})
	})
	t.Run("websocket-pong", func(t *testing.T) { goesOn(t, "websocket-pong", nil) })
}

// What nobody asked for is ignored; but a second CONNACK is no mistake that one can go on from.
func TestFault_F13_Unsolicited(t *testing.T) {
	for _, name := range []string{"stray-suback", "stray-pingresp"} {
		t.Run(name, func(t *testing.T) { goesOn(t, name, nil) })
	}
	t.Run("second-connack", func(t *testing.T) { givesUp(t, "second-connack") })
}

// givesUp is the test of what a broker must not send: the client ends the connection and makes another one, nothing worse.
func givesUp(t *testing.T, name string) {
	t.Helper()
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(2 * time.Minute) // stable
		injected := c.suffer(name)[0]
		var before, after runtime.MemStats
		for n := 1; n <= 2; n++ {
			runtime.ReadMemStats(&before)
			for range 20 {
				// It may be lost with the connection.
				if err := c.try("a status", 16*time.Second, c.status); err != nil || c.lost() == n {
					break
				}
			}
			runtime.ReadMemStats(&after)
			c.await("the loss", 16*time.Second, func() bool { return c.lost() == n })
			if read := after.TotalAlloc - before.TotalAlloc; read > 64<<20 {
				t.Errorf("%d MiB were allocated", read>>20)
			}
			event, _ := last[nwp500.ConnectionLost](c.events)
			if drops := c.session.Diagnostics().Connections[0].Drops; !contains(event.Err, "protocol violation") || drops["broke the protocol"] != n {
				t.Errorf("lost because of %v; drops %v", event.Err, drops)
			}
			c.await("the return", healing, c.live)
		}
		if injected.Fired() != 2 || c.Counters().SignIns != 1 {
			t.Errorf("fired %d times, %d sign-ins", injected.Fired(), c.Counters().SignIns)
		}
		c.heal()
		if err := c.set(55); err != nil {
			t.Error(err)
		}
	})
}

// MQTT comes in binary messages of unmasked frames.
func TestFault_F3_WrongFrames(t *testing.T) {
	for _, name := range []string{"text-frame", "reserved-opcode", "masked-frame"} {
		t.Run(name, func(t *testing.T) { givesUp(t, name) })
	}
}

// A malformed packet ends the connection.
func TestFault_F4_MalformedPackets(t *testing.T) {
	for _, name := range []string{
		"length-of-five-bytes", "packet-type-0", "packet-type-15", "reserved-flags", "inbound-qos-3", "topic-not-utf-8", "topic-too-long",
	} {
		t.Run(name, func(t *testing.T) { givesUp(t, name) })
	}
}

// A length that is announced is not believed: nothing is allocated for it.
func TestFault_F5_HugeLength(t *testing.T) {
	for _, name := range []string{"huge-packet", "huge-frame"} {
		t.Run(name, func(t *testing.T) { givesUp(t, name) })
	}
}

// QoS 2 is nothing that AWS has, nor what was asked for.
func TestFault_F8_QoS2(t *testing.T) {
	givesUp(t, "inbound-qos-2")
}

// The largest message that there may be is read.
func TestFault_F11_LargePayload(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("large-payload")
		c.connect()
		var sub *nwp500.Subscription
		c.call("subscribe", time.Minute, func(ctx context.Context) (err error) {
			sub, err = c.heater.Subscribe(ctx)
			return err
		})
		for n := 1; n <= 5; n++ {
			c.call("a status", time.Second, c.status)
		}
		large := 0
		for message, err := range sub.Messages(c.t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if len(message.Payload) == 128<<10 {
				if large++; large == 5 {
					break
				}
			}
		}
		if err := sub.Close(); err != nil {
			t.Error(err)
		}
		if c.lost() != 0 {
			t.Errorf("the connection went down %d times", c.lost())
		}
	})
}
