package awsiot

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

// TestHalfOpenLinkIsFoundInTime: nothing arrives any more, or nothing is heard any more.
func TestHalfOpenLinkIsFoundInTime(t *testing.T) {
	for _, hole := range []memnet.Direction{memnet.ToListener, memnet.ToDialer, memnet.Both} {
		t.Run(fmt.Sprint(hole), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				c := b.start()
				time.Sleep(30*time.Minute + 20*time.Second)
				b.network.BlackHole(hole)
				before := time.Now()
				time.Sleep(defaultKeepAlive + pingTimeout)
				synctest.Wait()
				changes := c.changed()
				if len(changes) != 1 || !errors.Is(changes[0].Err, ErrNoAcknowledgement) {
					t.Fatalf("changes %+v", changes)
				}
				if d := changes[0].At.Sub(before); d > defaultKeepAlive+pingTimeout {
					t.Errorf("found after %v", d)
				}
				b.drop() // the broker's end of what nobody hears
				b.network.BlackHole(0)
				time.Sleep(5 * time.Minute)
				if got := len(c.changed()); got != 2 {
					t.Errorf("%d changes", got)
				}
			})
		})
	}
}

// TestHalfOpenLinkIsFoundInTimeWhilePublishing: writing into a dead link succeeds, and must not put off its discovery.
func TestHalfOpenLinkIsFoundInTimeWhilePublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		time.Sleep(50 * time.Second)
		b.network.BlackHole(memnet.Both)
		before := time.Now()
		for range 60 {
			if !c.Stats().Up {
				break
			}
			c.publish(t.Context(), Publication{Topic: "poll", NoWait: true})
			time.Sleep(5 * time.Second)
		}
		if d := time.Since(before); d > ackTimeout+pingTimeout+5*time.Second {
			t.Errorf("found after %v", d)
		}
		b.drop()
	})
}

// TestPingsGoOnWhileMuchArrives: the broker counts from our last packet, not from its own.
func TestPingsGoOnWhileMuchArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		var pings []time.Time
		b.script(hooks{ping: func(*session) bool { pings = append(pings, time.Now()); return true }})
		c := b.start(func(cfg *Config) { cfg.KeepAlive = 10 * time.Second }) // raised to 30 s
		for range 600 {
			b.session().deliver("push", "x", 0)
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if len(pings) < 19 || len(pings) > 20 {
			t.Errorf("%d pings in ten minutes", len(pings))
		}
		for i := range len(pings) - 1 {
			if gap := pings[i+1].Sub(pings[i]); gap != minKeepAlive {
				t.Errorf("%v between pings", gap)
			}
		}
		if got := len(c.received()); got != 600 {
			t.Errorf("received %d", got)
		}
	})
}

// TestBlockedWritesAreNoKicks: a path that takes nothing says nothing of other clients.
func TestBlockedWritesAreNoKicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		for n := range manyKicks + 1 {
			b.network.BlackHole(memnet.ToListener)
			for range 10 {
				c.publish(t.Context(), Publication{Topic: "a", Payload: make([]byte, maxPayload)})
			}
			time.Sleep(writeTimeout)
			changes := c.changed()
			if len(changes) != 2*n+1 || !errors.Is(changes[2*n].Err, ErrLost) || errors.Is(changes[2*n].Err, ErrDuplicateClientID) {
				t.Fatalf("change %d is %+v", len(changes)-1, changes[len(changes)-1])
			}
			c.DropWaiting(ErrDown)
			b.drop()
			b.network.BlackHole(0)
			for !c.Stats().Up {
				time.Sleep(time.Second)
			}
		}
	})
}

func TestWriteBlockedByABrokerThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		b.network.BlackHole(memnet.ToListener)
		for range 10 {
			c.publish(t.Context(), Publication{Topic: "a", Payload: make([]byte, maxPayload)})
		}
		time.Sleep(writeTimeout)
		synctest.Wait()
		if changes := c.changed(); len(changes) != 1 || !errors.Is(changes[0].Err, ErrLost) {
			t.Errorf("changes %+v", changes)
		}
		b.drop()
	})
}
