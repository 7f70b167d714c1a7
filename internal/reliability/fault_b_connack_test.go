package reliability

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// Twelve CONNECTs without an answer cost 20 s each, and waits of which no two are alike.
func TestFault_B1_ConnackMissing(t *testing.T) {
	dialsAgain(t, "connack-missing", failure{takes: 20 * time.Second, says: "no acknowledgement from the broker"})
}

// AWS closes in place of a CONNACK for several reasons, one of them being keys that it does not like: three in a row have them fetched
// anew, once, and no sooner.
func TestFault_B2_ClosedBeforeConnack(t *testing.T) {
	for fault, reason := range map[string]simulator.DropReason{
		"connect-forbidden": simulator.DropForbidden,
		"connect-throttled": simulator.DropThrottled,
	} {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connectFails(fault, failure{says: "closed by the broker before CONNACK"})
				c.connect()
				c.steady()
				before := c.Counters()
				injected, cut := c.cutInto(fault)
				c.await("the third", 5*time.Minute, func() bool { return injected.Fired() == 3 })
				if got := c.Counters().SignIns - before.SignIns; got != 0 {
					t.Errorf("%d sign-ins before the third", got)
				}
				pass(100 * time.Millisecond)
				if !contains(c.reason(), "closed by the broker before CONNACK") {
					t.Errorf("the reason is %v", c.reason())
				}
				c.comesBack(time.Hour)
				after := c.Counters()
				if got := after.SignIns - before.SignIns; got != 1 {
					t.Errorf("%d sign-ins", got)
				}
				if got := after.Drops[reason] - before.Drops[reason]; got != 5 {
					t.Errorf("%d connections ended with %s", got, reason)
				}
				// The sign-in of the fourth attempt is a dial, too: only the floor and the bounds are held here.
				for i, gap := range signedGaps(c.network.requests()[len(c.network.requests())-6:]) {
					if gap < floor || gap > floor+min(backoffBase<<i, backoffCap)+time.Second {
						t.Errorf("dial %d after %v", i+2, gap)
					}
				}
				if first := c.network.since(cut)[0].Sub(cut); first > firstMax+atOnce {
					t.Errorf("the first dial after %v", first)
				}
			})
		})
	}
}

// A client that speaks the wrong language or has an impossible name does not get better within seconds: it says so, and tries seldom.
func TestFault_B3_RefusedForWhatItIs(t *testing.T) {
	for fault, says := range map[string]string{
		"connack-protocol":  "refused the connection: CONNACK code 1: protocol version",
		"connack-client-id": "refused the connection: CONNACK code 2: client id",
	} {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connectFails(fault, failure{says: says})
				c.connect()
				c.steady()
				signIns := c.Counters().SignIns
				injected, cut := c.cutInto(fault)
				c.await("the second time", 5*time.Minute, func() bool { return injected.Fired() == 2 })
				pass(100 * time.Millisecond)
				if !contains(c.reason(), says) {
					t.Errorf("the reason is %v", c.reason())
				}
				c.comesBack(5 * time.Minute)
				for _, gap := range gaps(c.network.since(cut)) {
					if gap < backoffCap/2 || gap > backoffCap+time.Second {
						t.Errorf("tried again after %v", gap)
					}
				}
				if got := c.Counters().SignIns; got != signIns {
					t.Errorf("%d sign-ins", got-signIns)
				}
			})
		})
	}
}

// What the broker says of itself, a cloud that cannot be reached is not.
func TestFault_B3_SaidByConnect(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.signIn()
		c.suffer("connack-client-id")
		refusal := new(nwp500.HandshakeError)
		err := c.try("connect", time.Minute, c.open)
		if errors.Is(err, nwp500.ErrUnreachable) || !errors.As(err, &refusal) || refusal.Code != 2 {
			t.Errorf("connect: %v", err)
		}
	})
}

func TestFault_B4_BrokerUnavailable(t *testing.T) {
	dialsAgain(t, "connack-unavailable", failure{says: "CONNACK code 3: server unavailable"})
}

// A refusal of the credentials has them fetched anew, once, and the dial repeated as soon as the broker takes another CONNECT.
func TestFault_B5_NotAuthorised(t *testing.T) {
	for _, fault := range []string{"connack-credentials", "connack-unauthorised", "connack-unauthorised-aws"} {
		t.Run(fault, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.steady()
				signIns := c.Counters().SignIns
				c.cutInto(fault)
				c.comesBack(firstMax + 2*time.Second)
				signed := c.network.requests()[1:]
				if len(signed) != 2 {
					t.Fatalf("%d dials", len(signed))
				}
				if gap := signed[1].at.Sub(signed[0].at); gap < floor || gap > floor+atOnce || signed[0].signature == signed[1].signature {
					t.Errorf("the second dial after %v", gap)
				}
				if got := c.Counters().SignIns - signIns; got != 1 {
					t.Errorf("%d sign-ins", got)
				}
			})
		})
	}
}

// One that stays is retried like a 403 that stays: with a sign-in for each attempt at most.
func TestFault_B5_NotAuthorisedForLong(t *testing.T) {
	for _, code := range []byte{4, 5, 7} {
		inFault(t, setup{}, func(t *testing.T, c *cloud) {
			c.connect()
			c.steady()
			signIns := c.Counters().SignIns
			c.suffer("connack-unauthorised") // once, and then the same for long
			refusals := c.Inject(simulator.Fault{Step: simulator.StepConnect, Action: simulator.Refuse, Code: code})
			c.cut()
			pass(3 * time.Hour)
			attempts := 1
			for _, gap := range signedGaps(c.network.requests()[1:]) {
				if gap > floor+atOnce {
					attempts++
				}
			}
			if got := c.Counters().SignIns - signIns; got > attempts || got > 3*60 {
				t.Errorf("code %d: %d sign-ins in %d attempts", code, got, attempts)
			}
			if got := refusals.Fired(); got < 60 || got > 3*61 {
				t.Errorf("code %d: %d CONNECTs in three hours", code, got)
			}
			refusals.Heal()
			c.comesBack(healing)
		})
	}
}

// What is no CONNACK is none, and the connection is not waited for any longer.
func TestFault_B6_MalformedConnack(t *testing.T) {
	for _, fault := range []string{"connack-malformed", "connack-flags", "connack-preceded"} {
		t.Run(fault, func(t *testing.T) { dialsAgain(t, fault, failure{says: "protocol violation by the broker"}) })
	}
}

// The broker ends the connection of a client that does not wait for the CONNACK. Ours waits for it, with all its filters to subscribe and a
// command to send.
func TestFault_B10_PacketBeforeConnack(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.offences = []simulator.Offence{simulator.OffenceEarly}
		injected := c.suffer("early-packet")[0]
		c.connect()
		late := c.Inject(simulator.Fault{Step: simulator.StepConnack, Delay: 10 * time.Second})

		raw := c.openRaw()
		raw.connect("hasty")
		raw.send(packets.NewControlPacket(packets.Pingreq))
		if p, err := raw.next(); err == nil {
			t.Errorf("the hasty client got a %T", p)
		}
		if injected.Fired() != 1 {
			t.Errorf("fired %d times", injected.Fired())
		}

		for range 3 {
			c.steady()
			c.cut()
			c.await("the loss", time.Minute, func() bool { return !c.session.Connected() })
			c.call("a command that waits", time.Minute, func(ctx context.Context) error {
				return c.heater.SetTemperature(ctx, nwp500.Fahrenheit(120))
			})
			c.await("the return", time.Minute, c.live)
		}
		if late.Fired() != 4 || injected.Fired() != 1 {
			t.Errorf("%d late CONNACKs, %d packets before one, want the one", late.Fired(), injected.Fired())
		}
	})
}

// A session that is said to go on is subscribed all over again: those that went on have been deaf.
func TestFault_B11_SessionPresent(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		injected := c.suffer("session-present")[0]
		c.connect()
		filters := slices.Clone(c.filters)
		for i := range 3 {
			c.steady()
			before := c.Counters()
			c.cut()
			c.comesBack(firstMax + time.Second)
			after := c.Counters()
			if after.Subscribes == before.Subscribes || !slices.Equal(c.subscribed(), filters) {
				t.Errorf("%d SUBSCRIBEs, %d filters", after.Subscribes-before.Subscribes, len(c.subscribed()))
			}
			if after.Connects != before.Connects+1 || injected.Fired() != i+2 {
				t.Errorf("%d connections, fired %d times", after.Connects-before.Connects, injected.Fired())
			}
			c.call("a status", time.Minute, c.status)
		}
	})
}
