package reliability

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/awsiot"
	"github.com/nwp500/nwp500/simulator"
)

// A broker that accepts and drops is asked ever more seldom: that a CONNACK came resets nothing. Four times twenty flaps leave no doubt of
// what the jitter is below: a wait that stays, or that grows by two seconds each time, would make the sum less than half as large.
func TestFault_B7_Flapping(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		var late time.Duration
		for range 4 {
			c.steady()
			before := len(c.network.requests())
			injected, _ := c.cutInto("flapping")
			c.await("the last flap", 2*time.Hour, func() bool { return injected.Fired() == 20 })
			c.await("a connection that lasts", healing, func() bool { return c.live() && len(c.network.requests()) == before+21 })
			waits := signedGaps(c.network.requests()[before:])
			for i, wait := range waits {
				if wait < 10*time.Second || wait > 10*time.Second+firstMax+min(backoffBase<<i, backoffCap)+time.Second {
					t.Errorf("flap %d: dialled again after %v", i+1, wait)
				}
			}
			for _, wait := range waits[6:] { // the bound is at its cap
				late += wait
			}
		}
		if mean := late / (4 * 14); mean < 45*time.Second {
			t.Errorf("a mean wait of %v at the cap", mean)
		}
		if lost, back := count[nwp500.ConnectionLost](c.events), count[nwp500.ConnectionResumed](c.events); lost != back {
			t.Errorf("told of %d losses and %d returns", lost, back)
		}
	})
}

// The broker takes a CONNECT a second, and ends the connection of a client that is faster. Ours never is.
func TestFault_B8_ConnectRate(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.offences = []simulator.Offence{simulator.OffenceConnectRate}
		injected := c.suffer("connect-rate")[0]
		c.connect()
		first, second := c.openRaw(), c.openRaw()
		first.connect("hasty")
		if _, err := first.next(); err != nil {
			t.Errorf("the first CONNECT: %v", err)
		}
		pass(900 * time.Millisecond)
		second.connect("hasty")
		if p, err := second.next(); err == nil {
			t.Errorf("the second got a %T", p)
		}
		// Whatever makes ours come again soon: refusals, flaps, somebody who insists.
		c.suffer("connack-unavailable", "connack-unauthorised")
		for range 10 {
			c.cut()
			for range 20 {
				c.session.Reconnect()
				pass(300 * time.Millisecond)
			}
		}
		c.await("the return", healing, c.live)
		if injected.Fired() != 1 || c.Counters().Offences[simulator.OffenceConnectRate] != 1 {
			t.Errorf("%d CONNECTs came too soon, want the one", injected.Fired())
		}
	})
}

// AWS was seen to take one CONNECT in ten seconds only, and whoever comes sooner begins anew: that ends since the waits grow.
func TestFault_B8_ConnectRateSlow(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		before := len(c.network.requests())
		slow := c.suffer("connect-rate-slow")[0]
		c.cutInto("connack-unavailable") // four times, unless the client was too fast
		c.comesBack(time.Hour)
		connects := len(c.network.requests()) - before
		if slow.Fired() == 0 || connects != slow.Fired()+5 || connects > 30 {
			t.Errorf("%d CONNECTs, of which %d came within ten seconds of another", connects, slow.Fired())
		}
	})
}

// Who loses its client id to somebody else again and again says what may be the matter.
func TestFault_B9_ClientIDTaken(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		before := len(c.network.requests())
		injected, _ := c.cutInto("client-id-taken")
		named := func() bool { return contains(c.reason(), "possibly another client uses the same client id") }
		c.await("the second time", 5*time.Minute, func() bool { return injected.Fired() == 2 })
		pass(3 * time.Second)
		if named() {
			t.Error("two times are not yet a reason")
		}
		c.await("the third time", 5*time.Minute, func() bool { return injected.Fired() == 3 })
		c.await("the reason", 3*time.Second, named)
		if lost, ok := last[nwp500.ConnectionLost](c.events); !ok || !errors.Is(lost.Err, nwp500.ErrDisconnected) || !contains(lost.Err, "same client id") {
			t.Errorf("the event says %v", lost.Err)
		}
		c.await("the last time", 10*time.Minute, func() bool { return injected.Fired() == 5 })
		pass(3 * time.Second)
		c.comesBack(healing)
		for i, gap := range signedGaps(c.network.requests()[before:]) {
			if bound := min(backoffBase<<i, backoffCap); gap < 10*time.Second || gap > 10*time.Second+firstMax+bound+time.Second {
				t.Errorf("dialled again after %v", gap)
			}
		}
	})
}

// Two links with one client id end each other's connections, but no faster than each backs off by itself, and both say why. When one is
// gone, the other stays.
func TestFault_B9_TwoWithOneClientID(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.links = 2                                                    // sockets, of which the broker keeps one
		c.offences = []simulator.Offence{simulator.OffenceConnectRate} // they do not know of each other
		c.signIn()
		reasons := make([][]error, 2)
		link := func(i int) *awsiot.Link {
			var l *awsiot.Link
			t.Helper()
			c.call("link", time.Minute, func(ctx context.Context) (err error) {
				l, err = awsiot.Dial(ctx, awsiot.Config{
					Endpoint: c.server.MQTTEndpoint, ClientID: "shared", Dial: c.network.Dial,
					Credentials: func(context.Context, bool) (awsiot.Credentials, error) { return c.keys(), nil },
					Changed: func(change awsiot.Change) {
						if !change.Up {
							reasons[i] = append(reasons[i], change.Err)
						}
					},
				})
				return err
			})
			return l
		}
		first := link(0)
		defer first.Close()
		pass(time.Minute)
		began := c.Counters().Connects
		second := link(1)
		defer second.Close()
		pass(10 * time.Minute)
		synctest.Wait()
		for i, of := range reasons {
			named := func(err error) bool { return errors.Is(err, awsiot.ErrDuplicateClientID) }
			if n := slices.IndexFunc(of, named); n < 2 || n > 3 {
				t.Errorf("link %d: named after %d losses: %v", i, n+1, of)
			}
		}
		// Each dials 11 to 17 s after its last one at the soonest.
		if got := c.Counters().Connects - began; got < 6 || got > 2*10*60/11 {
			t.Errorf("%d connections in ten minutes", got)
		}
		if c.Counters().Drops[simulator.DropDuplicate] == 0 {
			t.Error("nobody has lost its id")
		}
		if err := first.Close(); err != nil {
			t.Error(err)
		}
		pass(healing)
		made := c.Counters().Connects
		pass(30 * time.Minute) // while the keys are good
		if stats := second.Stats(); !stats.Up || c.Counters().Connects != made {
			t.Errorf("the other does not stay up: %+v", stats)
		}
		injected, _ := c.cutInto("client-id-taken") // one that the test cannot see does the same
		c.await("the loss of the id", time.Minute, func() bool { return injected.Fired() > 0 })
		if err := second.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Two programs of one user: the random end of the client id keeps them apart.
func TestFault_B9_RandomClientID(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.links = 2
		c.connect()
		other := nwp500.New(c.config)
		defer other.Close()
		var session *nwp500.Session
		c.call("the other", time.Minute, func(ctx context.Context) (err error) {
			session, err = other.Connect(ctx)
			return err
		})
		if ids := append(c.session.ClientIDs(), session.ClientIDs()...); len(ids) != 2 || ids[0] == ids[1] {
			t.Errorf("client ids %v", ids)
		}
		pass(12 * time.Hour)
		if !session.Connected() || !c.live() || len(c.Drops()) > 0 {
			t.Errorf("connections were lost: %v", c.Drops())
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
		c.suffer("client-id-taken") // what would happen without
		c.cut()
		c.await("a kick", time.Minute, func() bool { return c.Counters().Drops[simulator.DropDuplicate] > 0 })
	})
}
