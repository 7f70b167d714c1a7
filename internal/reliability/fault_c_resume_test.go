package reliability

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"

	"github.com/nwp500/nwp500"
)

// wide subscribes to as many further filters as make three SUBSCRIBEs of all.
func (c *cloud) wide() {
	c.t.Helper()
	for i := range 18 {
		c.call("subscribe", time.Minute, func(ctx context.Context) error {
			_, err := c.session.Subscribe(ctx, fmt.Sprintf("cmd/52/%s/res/%d", c.session.ClientIDs()[0], i))
			return err
		})
	}
	c.filters = c.subscribed()
}

// A connection that ends before everything is subscribed again was none: nobody is told that it is back, nothing is sent on it, and the
// next one begins with the first filter.
func TestFault_C16_DropWhileSubscribing(t *testing.T) {
	for _, name := range []string{"drop-in-subscribe", "drop-before-suback"} {
		t.Run(name, func(t *testing.T) {
			inFault(t, setup{}, func(t *testing.T, c *cloud) {
				c.connect()
				c.wide()
				pass(2 * time.Minute)
				before := c.Counters()
				c.suffer(name)
				c.cut()
				c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
				waiting := make(chan error, 1)
				go func() { waiting <- c.heater.SetTemperature(context.Background(), nwp500.Celsius(52)) }()
				c.await("the second drop", 10*time.Second, func() bool { return c.Counters().Connects == before.Connects+1 && len(c.Connections()) == 0 })
				if c.resumed() != 0 || c.session.Connected() || c.Counters().Publishes != before.Publishes {
					t.Error("taken for up while filters were missing")
				}
				c.await("the return", healing, c.live)
				if err := <-waiting; err != nil {
					t.Error(err)
				}
				c.await("the event", time.Second, func() bool { return c.resumed() == 1 })
				if c.lost() != 1 {
					t.Errorf("lost %d times", c.lost())
				}
			})
		})
	}
}

func TestFault_C16_DropInTLS(t *testing.T) {
	inFault(t, setup{tls: true}, func(t *testing.T, c *cloud) {
		c.connect()
		c.wide()
		c.steady()
		injected, _ := c.cutInto("drop-in-tls")
		c.comesBack(healing)
		c.await("the event", time.Second, func() bool { return c.resumed() == 1 })
		if injected.Fired() != 3 || c.lost() != 1 {
			t.Errorf("fired %d times, lost %d times", injected.Fired(), c.lost())
		}
	})
}

// Of what waited for the connection, that which was sent when it ended again is not sent a second time, and the rest keeps its order.
func TestFault_C16_DropInFlush(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(2 * time.Minute)
		c.suffer("drop-in-flush")
		c.cut()
		c.await("the loss", time.Second, func() bool { return c.lost() == 1 })
		to := c.topic("x")
		witness := c.raw()
		witness.asksFor(to)

		const all = 20
		ended := make([]chan error, all)
		for i := range ended {
			ended[i] = make(chan error, 1)
			go func() { ended[i] <- c.session.Publish(context.Background(), to, []byte{byte(i)}) }()
			pass(10 * time.Millisecond)
		}
		c.await("the second loss", 10*time.Second, func() bool { return c.lost() == 2 })
		var done []byte
		for i := range ended {
			var command *nwp500.CommandError
			switch err := <-ended[i]; {
			case err == nil:
				done = append(done, byte(i))
			case !errors.As(err, &command) || !command.MayHaveSucceeded():
				t.Errorf("publication %d: %v", i, err)
			}
		}
		var told []byte
		for !bytes.HasSuffix(told, []byte{all - 1}) {
			p, err := witness.next()
			if err != nil {
				t.Fatal(err)
			}
			if message, ok := p.(*packets.PublishPacket); ok {
				told = append(told, message.Payload...)
			}
		}
		_ = witness.ws.Close()
		// Of what was told, the acknowledgement may have been lost with the connection.
		lost := slices.DeleteFunc(slices.Clone(done), func(b byte) bool { return bytes.IndexByte(told, b) >= 0 })
		if len(lost) > 0 || !slices.IsSorted(told) || len(slices.Compact(slices.Clone(told))) < len(told) || len(told) < all/2 || len(told) == all {
			t.Errorf("%v were done, and the heater was told %v", done, told)
		}
	})
}
