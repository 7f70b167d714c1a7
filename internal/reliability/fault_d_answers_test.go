package reliability

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// payloads reads what has come to a subscription.
func (c *cloud) payloads(sub *nwp500.Subscription) (list []string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	for message, err := range sub.Messages(ctx) {
		if err == nil {
			list = append(list, string(message.Payload))
		}
	}
	return list
}

// A QoS that is lower than asked for is taken, as what comes is taken at any; an answer to nobody's question is nobody's.
func TestFault_D5_OddSuback(t *testing.T) {
	for _, name := range []string{"suback-qos-0", "suback-unknown"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.suffer(name)
				c.connect()
				sub := c.subscribe("a")
				c.filters = c.subscribed()
				c.raw().send(publishPacket(c.own("a"), "x"))
				pass(time.Second)
				if got := c.payloads(sub); !slices.Equal(got, []string{"x"}) || c.lost() != 0 {
					t.Errorf("came %q, lost %d times", got, c.lost())
				}
				c.steady()
				c.cut()
				c.comesBack(10 * time.Second)
			})
		})
	}
}

// Codes for filters that nobody asked for break the protocol: nobody can tell what is subscribed.
func TestFault_D5_MiscountedSuback(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.steady()
		miscounted := c.suffer("suback-miscounted")[0]
		c.subscribe("a")
		c.filters = c.subscribed()
		c.await("the return", time.Second, func() bool { return c.resumed() == 1 })
		if miscounted.Fired() != 3 || c.lost() != 1 {
			t.Errorf("fired %d times, lost %d times", miscounted.Fired(), c.lost())
		}
		if drops := c.session.Diagnostics().Connections[0].Drops; drops["broke the protocol"] != 1 {
			t.Errorf("drops %v", drops)
		}
	})
}

// What comes before the SUBACK is delivered, and nothing is asked before it: the answer might be lost.
func TestFault_D6_MessageBeforeSuback(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("message-before-suback")
		began := time.Now()
		var asked time.Time
		c.connect()
		if request, ok := c.account.Heaters[0].Received("st/did"); ok {
			asked = request.At
		}
		if early := asked.Sub(began); early < 2*time.Second {
			t.Errorf("the first question came after %v", early)
		}
		topic := c.own("a")
		speaker := c.raw()
		time.AfterFunc(time.Second, func() { speaker.send(publishPacket(topic, "early")) })
		began = time.Now()
		sub := c.subscribe("a")
		if took := time.Since(began); took < 2*time.Second {
			t.Errorf("subscribed after %v", took)
		}
		c.filters = c.subscribed()
		if got := c.payloads(sub); !slices.Equal(got, []string{"early"}) {
			t.Errorf("came %q", got)
		}
	})
}

// A question whose answer is lost in the silence after a SUBACK is asked again.
func TestFault_D6_SilenceAfterSuback(t *testing.T) {
	profile := simulator.Broker{SubackDelay: 500 * time.Millisecond}
	inFault(t, setup{simulator: simulator.Config{Broker: profile}}, func(t *testing.T, c *cloud) {
		c.suffer("silence-after-suback")
		began := time.Now()
		c.connect()
		if took := time.Since(began); took < 5*time.Second || took > 15*time.Second {
			t.Errorf("ready after %v", took)
		}
		if c.lost() != 0 || c.Counters().Publishes > 4 {
			t.Errorf("lost %d times, %d questions", c.lost(), c.Counters().Publishes)
		}
	})
}

// Whatever the broker claims to remember, everything is subscribed again.
func TestFault_D7_SessionForgotten(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("session-emptied")
		c.connect()
		for range 3 {
			c.steady()
			before := c.Counters().Subscribes
			c.cut()
			c.comesBack(10 * time.Second)
			c.call("status", 16*time.Second, c.status)
			if n := c.Counters().Subscribes - before; n != 1 {
				t.Errorf("%d SUBSCRIBEs", n)
			}
		}
	})
}

func TestFault_D7_SessionDeaf(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("session-deaf")
		c.connect()
		c.heater.Poll(nwp500.PollStatus, 5*time.Minute)
		for n := 1; n <= 3; n++ {
			c.await("the renewal", 8*time.Minute, func() bool { return c.lost() == n })
			c.await("the return", 3*time.Second, c.live)
			c.call("status", 16*time.Second, c.status)
		}
		if c.silent() != 0 {
			t.Error("a deaf connection was taken for a silent heater")
		}
	})
}

// An UNSUBSCRIBE that is not answered does not hold anybody up, and costs nothing else.
func TestFault_D8_NoUnsuback(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		filters := c.filters
		sub := c.subscribe("a")
		c.suffer("no-unsuback")
		began := time.Now()
		if err := sub.Close(); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: %v", err)
		}
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("it took %v", took)
		}
		c.call("status", 16*time.Second, c.status)
		pass(2 * time.Minute)
		if c.lost() != 0 {
			t.Errorf("lost %d times", c.lost())
		}
		c.cut()
		c.filters = filters // the next connection has no use for it
		c.comesBack(10 * time.Second)
	})
}

// Nine filters to give up go into two packets.
func TestFault_D8_UnsubscribeNine(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		guard := c.suffer("unsubscribe-nine")[0]
		c.connect()
		var subs []*nwp500.Subscription
		for _, suffix := range numbered("x", 18) {
			subs = append(subs, c.subscribe(suffix))
		}
		closed := make(chan error, len(subs))
		for _, sub := range subs {
			go func() { closed <- sub.Close() }()
		}
		for range subs {
			if err := <-closed; err != nil {
				t.Error(err)
			}
		}
		if !c.live() || guard.Fired() != 0 {
			t.Errorf("%d filters are left, %d offences", len(c.subscribed()), guard.Fired())
		}
		c.steady()
		c.offends("unsubscribe-nine", guard)
	})
}

// Five listeners to a filter are one subscription, which is asked for once after each loss, and each hears everything once.
func TestFault_D10_FiveListeners(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("subscribe-again")
		c.connect()
		var subs []*nwp500.Subscription
		for range 5 {
			subs = append(subs, c.subscribe("a"))
		}
		c.filters = c.subscribed()
		if wanted := c.session.Diagnostics().Connections[0].Subscriptions; wanted != 2 || len(c.filters) != 2 {
			t.Errorf("%d filters are wanted, %d subscribed", wanted, len(c.filters))
		}
		for n := 1; n <= 3; n++ {
			before := c.Counters().Subscribes
			c.await("the end", 91*time.Second, func() bool { return c.lost() == n })
			c.await("the return", 6*time.Second, c.live)
			if asked := c.Counters().Subscribes - before; asked != 1 {
				t.Errorf("%d SUBSCRIBEs", asked)
			}
		}
		c.raw().send(publishPacket(c.own("a"), "x"))
		pass(time.Second)
		for i, sub := range subs {
			if got := c.payloads(sub); !slices.Equal(got, []string{"x"}) {
				t.Errorf("listener %d heard %q", i, got)
			}
		}
	})
}

// What comes twice is told once, and a command whose answer comes twice is done once.
func TestFault_D11_Overlap(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.suffer("overlap")
		c.connect()
		c.call("subscribe", time.Minute, func(ctx context.Context) error {
			_, err := c.session.Subscribe(ctx, c.topic("st"))
			return err
		})
		c.filters = c.subscribed()
		for i := range 10 {
			before := count[nwp500.StatusReceived](c.events)
			if err := c.set(50 + float64(i)); err != nil {
				t.Error(err)
			}
			pass(time.Second)
			if told := count[nwp500.StatusReceived](c.events) - before; told != 1 {
				t.Errorf("one status was told %d times", told)
			}
		}
		if n := c.commands(); n != 10 {
			t.Errorf("%d commands", n)
		}
		sub := c.subscribe("a")
		c.filters = c.subscribed()
		c.raw().send(publishPacket(c.own("a"), "x"))
		pass(time.Second)
		if got := c.payloads(sub); !slices.Equal(got, []string{"x", "x"}) { // as often as the broker sends it
			t.Errorf("came %q", got)
		}
	})
}
