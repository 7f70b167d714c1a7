package reliability

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// own returns a topic of the client's own answers.
func (c *cloud) own(suffix string) string {
	return "cmd/52/" + c.session.ClientIDs()[0] + "/res/" + suffix
}

// subscribe subscribes to a topic of the client's own answers.
func (c *cloud) subscribe(suffix string) (sub *nwp500.Subscription) {
	c.t.Helper()
	c.call("subscribe", 2*time.Minute, func(ctx context.Context) (err error) {
		sub, err = c.session.Subscribe(ctx, c.own(suffix))
		return err
	})
	return sub
}

// energy asks a question whose answer comes to the client's own answers.
func (c *cloud) energy(ctx context.Context) error {
	now := time.Now().UTC()
	_, err := c.heater.EnergyDaily(ctx, now.Year(), int(now.Month()))
	return err
}

// eight subscribes to as many filters as go into one SUBSCRIBE, that of the client's own answers in their middle.
func (c *cloud) eight() {
	c.t.Helper()
	for _, suffix := range []string{"a", "b", "c"} {
		c.subscribe(suffix)
	}
	c.call("energy", time.Minute, c.energy)
	for _, suffix := range []string{"d", "e", "f"} {
		c.subscribe(suffix)
	}
	c.filters = c.subscribed()
	if len(c.filters) != 8 {
		c.t.Fatalf("%d filters", len(c.filters))
	}
	c.steady()
}

// withoutOwn returns the filters but that of the client's own answers.
func (c *cloud) withoutOwn() []string {
	return slices.DeleteFunc(slices.Clone(c.filters), func(f string) bool { return strings.HasSuffix(f, "/res/#") })
}

// A SUBSCRIBE without answer is sent once more, and then the connection is made anew.
func TestFault_D1_NoSuback(t *testing.T) {
	for name, test := range map[string]struct {
		took   time.Duration // until the call has what it wants, at least
		losses int
	}{
		"suback-lost": {30 * time.Second, 0},
		"no-suback":   {60 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.suffer(name)
				began := time.Now()
				c.subscribe("a")
				if took := time.Since(began); took < test.took || took > test.took+10*time.Second {
					t.Errorf("subscribed after %v, want %v", took, test.took)
				}
				c.filters = append(c.filters, c.own("a"))
				slices.Sort(c.filters)
				if c.lost() != test.losses || !c.live() {
					t.Errorf("lost %d times, want %d; filters %d", c.lost(), test.losses, len(c.subscribed()))
				}
			})
		})
	}
}

// A question waits for its filter no longer than for its answer, and says that it could not be asked: the heater is not to blame.
func TestQuestionWithoutItsFilter(t *testing.T) {
	for name, ask := range map[string]func(ctx context.Context, h *nwp500.Heater) error{
		"status":   func(ctx context.Context, h *nwp500.Heater) error { _, err := h.Status(ctx); return err },
		"features": func(ctx context.Context, h *nwp500.Heater) error { _, err := h.Features(ctx); return err },
	} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{simulator: simulator.Config{Heaters: 2}}, func(t *testing.T, c *cloud) {
				c.connect()
				c.steady()
				c.suffer("no-suback")
				other := c.session.Heater(c.devices[1])
				err := c.try(name, 16*time.Second, func(ctx context.Context) error { return ask(ctx, other) })
				if !errors.Is(err, nwp500.ErrDisconnected) || errors.Is(err, nwp500.ErrNoAnswer) {
					t.Errorf("got %v", err)
				}
				c.await("the next connection", 2*time.Minute, func() bool { return c.resumed() > 0 })
				c.call(name, time.Minute, func(ctx context.Context) error { return ask(ctx, other) })
				c.filters = c.subscribed()
			})
		})
	}
}

// One filter of eight is refused: the caller is told, the others live, and the refused one is asked for again with patience.
func TestFault_D2_FilterRefused(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.eight()
		refusals := c.suffer("filter-refused")[0]
		c.cut()
		c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
		c.await("the return", 10*time.Second, c.session.Connected)
		c.call("status", 16*time.Second, c.status)
		of := c.session.Diagnostics().Connections[0]
		if of.Refused != 1 || of.Subscriptions != 8 || !slices.Equal(c.subscribed(), c.withoutOwn()) {
			t.Errorf("%d of %d filters refused, %d subscribed", of.Refused, of.Subscriptions, len(c.subscribed()))
		}
		before := c.Counters().Subscribes
		// After one, two and four minutes; the third refusal was the last.
		if took := c.await("the last filter", 10*time.Minute, c.live); took < 2*time.Minute+30*time.Second || took > 8*time.Minute {
			t.Errorf("granted after %v", took)
		}
		if asked := c.Counters().Subscribes - before; asked != 3 || refusals.Fired() != 3 {
			t.Errorf("asked %d times, refused %d times", asked, refusals.Fired())
		}
		if c.lost() != 1 || c.session.Diagnostics().Connections[0].Refused != 0 {
			t.Errorf("lost %d times, %+v", c.lost(), c.session.Diagnostics().Connections[0])
		}
		c.call("energy", time.Minute, c.energy)
	})
}

// The caller that needs the filter is told that it was refused.
func TestFault_D2_CallThatNeedsTheFilter(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.suffer("filter-refused")
		if err := c.try("energy", time.Minute, c.energy); !contains(err, "refused 1 of the filters") {
			t.Errorf("energy: %v", err)
		}
		c.call("status", 16*time.Second, c.status)
	})
}

// A filter that costs the connection is found among eight and left alone, and the others live.
func TestFault_D3_FilterForbidden(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		c.eight()
		forbidden := c.suffer("filter-forbidden")[0]
		cut := time.Now()
		c.cut()
		c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
		c.await("the return", 5*time.Minute, func() bool {
			return c.session.Connected() && slices.Equal(c.subscribed(), c.withoutOwn())
		})
		if n := forbidden.Fired(); n < 3 || n > 4 {
			t.Errorf("it took %d connections, and %v", n, time.Since(cut))
		}
		if of := c.session.Diagnostics().Connections[0]; of.Refused != 1 {
			t.Errorf("%d filters refused", of.Refused)
		}
		c.call("status", 16*time.Second, c.status)
		pass(4 * time.Hour) // now and then it is tried again
		if n := forbidden.Fired(); n > 12 {
			t.Errorf("it has cost %d connections", n)
		}
		c.heal()
		c.await("the return", 3*time.Minute, c.session.Connected)
		c.call("energy", time.Minute, c.energy) // who needs it asks at once
		c.await("everything", time.Minute, c.live)
	})
}

// Nine filters go into two packets, and the 51st stays here.
func TestFault_D4_TooMany(t *testing.T) {
	for _, name := range []string{"nine-filters", "subscription-51"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				guard := c.suffer(name)[0]
				c.connect()
				c.steady()
				for i := range 60 {
					err := c.try("subscribe", time.Minute, func(ctx context.Context) error {
						_, err := c.session.Subscribe(ctx, c.own(fmt.Sprint(i)))
						return err
					})
					if (err != nil) != (i >= 49) { // one is the heater's
						t.Errorf("filter %d: %v", i, err)
					}
				}
				c.filters = c.subscribed()
				c.cut()
				c.comesBack(healing)
				if n := len(c.filters); n != 50 || guard.Fired() > 0 {
					t.Errorf("%d filters, %d offences", n, guard.Fired())
				}
				c.offends(name, guard)
			})
		})
	}
}

// offends shows that the guard notices somebody who does what our client does not.
func (c *cloud) offends(name string, guard *simulator.Injected) {
	c.t.Helper()
	offender := c.raw()
	switch name {
	case "nine-filters":
		c.offences = []simulator.Offence{simulator.OffenceFilters}
		offender.asksFor(numbered(c.own("raw"), 9)...)
		if p, err := offender.next(); err == nil {
			c.t.Errorf("nine filters were answered: %v", p)
		}
	case "subscription-51":
		c.offences = []simulator.Offence{simulator.OffenceSubscriptions}
		for batch := range slices.Chunk(numbered(c.own("raw"), 51), 8) {
			offender.asksFor(batch...)
			if p, err := offender.next(); err != nil {
				c.t.Errorf("%v, %v", p, err)
			}
		}
	case "unsubscribe-nine":
		c.offences = []simulator.Offence{simulator.OffenceFilters}
		offender.gives(numbered(c.own("raw"), 9)...)
		if p, err := offender.next(); err == nil {
			c.t.Errorf("nine filters were answered: %v", p)
		}
	case "malformed-filter":
		c.offences = []simulator.Offence{simulator.OffenceTopic}
		offender.asksFor("cmd/52/navilink-+/#")
		if p, err := offender.next(); err == nil {
			c.t.Errorf("a malformed filter was answered: %v", p)
		}
	}
	if guard.Fired() != 1 {
		c.t.Errorf("noticed %d times", guard.Fired())
	}
	_ = offender.ws.Close()
}

// asksFor sends SUBSCRIBE.
func (r *rawClient) asksFor(filters ...string) {
	r.c.t.Helper()
	p := packets.NewControlPacket(packets.Subscribe).(*packets.SubscribePacket)
	p.MessageID, p.Topics, p.Qoss = 1, filters, make([]byte, len(filters))
	r.send(p)
}

// gives sends UNSUBSCRIBE.
func (r *rawClient) gives(filters ...string) {
	r.c.t.Helper()
	p := packets.NewControlPacket(packets.Unsubscribe).(*packets.UnsubscribePacket)
	p.MessageID, p.Topics = 1, filters
	r.send(p)
}

func numbered(topic string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint(topic, i))
	}
	return list
}

// What is malformed, too long or too deep costs the connection, so that it stays here.
func TestFault_D9_MalformedFilter(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		guard := c.suffer("malformed-filter")[0]
		c.connect()
		before := c.Counters()
		for _, filter := range []string{
			"", "cmd/52/navilink-+/#", "cmd/52/#/st", "cmd/52/x#", "a/b/c/d/e/f/g/h/i", "$aws/things/x",
			"cmd/52/" + strings.Repeat("x", 250), "cmd/\xff", "cmd/\x00",
		} {
			err := c.try("subscribe", time.Second, func(ctx context.Context) error {
				_, err := c.session.Subscribe(ctx, filter)
				return err
			})
			if err == nil || errors.Is(err, nwp500.ErrDisconnected) {
				t.Errorf("filter %q: %v", filter, err)
			}
		}
		if after := c.Counters(); after.Subscribes != before.Subscribes || c.lost() != 0 || guard.Fired() != 0 {
			t.Errorf("%d SUBSCRIBEs, lost %d times, %d offences", after.Subscribes-before.Subscribes, c.lost(), guard.Fired())
		}
		c.steady()
		c.offends("malformed-filter", guard)
	})
}
