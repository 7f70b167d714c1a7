package awsiot

import (
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// longestWait is within what a link that is down dials again, its attempt included.
const longestWait = backoffCap + 10*time.Second

// TestReconnectRestoresSubscriptions: after a clean session all filters are asked for again, before the link counts as up.
func TestReconnectRestoresSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		var filters []string
		for i := range 20 {
			filters = append(filters, fmt.Sprintf("cmd/%d/#", i))
		}
		if err := c.Subscribe(t.Context(), filters...); err != nil {
			t.Fatal(err)
		}
		if err := c.Subscribe(t.Context(), filters[3]); err != nil { // twice is once
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		before := time.Now()
		b.drop()
		time.Sleep(10 * time.Second)
		changes := c.changed()
		if len(changes) != 2 || !errors.Is(changes[0].Err, ErrLost) || changes[0].Planned || changes[1].Err != nil || changes[1].Attempts != 1 {
			t.Fatalf("changes %+v", changes)
		}
		if d := changes[1].At.Sub(before); d < firstDelayMin || d > firstDelayMax {
			t.Errorf("up again after %v", d)
		}
		var sizes []int
		for _, s := range b.subscribed() {
			sizes = append(sizes, len(s))
		}
		if got := fmt.Sprint(sizes); got != "[8 8 4 8 8 4]" {
			t.Errorf("sizes of SUBSCRIBE %s", got)
		}
		b.session().deliver("cmd/1/x", "again", 1)
		synctest.Wait()
		if got := c.received(); len(got) != 1 {
			t.Errorf("received %v", got)
		}
	})
}

// TestPublicationsWaitForSubscriptions: a question before that would have its answer lost.
func TestPublicationsWaitForSubscriptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		if err := c.Subscribe(t.Context(), "0", "1", "2", "3", "4", "5", "6", "7", "8"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		var asked int // before the publication
		b.script(hooks{
			subscribe: func(_ *session, p *packets.SubscribePacket) []byte {
				time.Sleep(10 * time.Second)
				return make([]byte, len(p.Topics))
			},
			publish: func(*session, *packets.PublishPacket) bool {
				asked = len(b.filters)
				return true
			},
		})
		b.drop()
		done := c.publish(t.Context(), Publication{Topic: "a"})
		time.Sleep(15 * time.Second)
		if s := c.Stats(); s.Up || s.Connections != 2 || s.Waiting != 1 {
			t.Errorf("stats %+v", s)
		}
		unsent(t, c.Publish(t.Context(), Publication{Topic: "a", NoWait: true}), ErrDown)
		if err := <-done; err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if asked != 4 {
			t.Errorf("published after %d of 4 SUBSCRIBEs", asked)
		}
	})
}

// TestBackoffGrowsWhileTheBrokerAcceptsAndDrops: a broker that accepts and drops must not be met by a tight loop.
func TestBackoffGrowsWhileTheBrokerAcceptsAndDrops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{started: func(s *session) {
			time.Sleep(50 * time.Millisecond)
			s.NetConn().Close()
		}})
		c := b.start()
		time.Sleep(12 * time.Hour)
		for c.Stats().Up { // the loss of the last one is to be told, too
			time.Sleep(50 * time.Millisecond)
		}
		times := b.connectTimes()
		if len(times) < 3 {
			t.Fatalf("%d CONNECTs", len(times))
		}
		for i := range len(times) - 1 {
			if gap := times[i+1].Sub(times[i]); gap < flapFloor {
				t.Errorf("gap %d is %v", i, gap)
			}
		}
		// Full jitter below 120 s, half of it on average, after a floor of 10 s and a uniform 1 to 5 s.
		if n := len(times); n < 300 || n > 1000 {
			t.Errorf("%d CONNECTs in twelve hours", n)
		}
		var duplicate int
		for _, change := range c.changed() {
			if errors.Is(change.Err, ErrDuplicateClientID) {
				duplicate++
			}
		}
		if want := len(times) - manyKicks + 1; duplicate != want {
			t.Errorf("%d of %d losses named a duplicate client id, want %d", duplicate, len(times), want)
		}

		// Once it has lasted, all is forgotten.
		b.script(hooks{})
		time.Sleep(5 * time.Minute)
		before := time.Now()
		b.drop()
		time.Sleep(time.Minute)
		changes := c.changed()
		last := changes[len(changes)-1]
		if !last.Up || last.At.Sub(before) > firstDelayMax {
			t.Errorf("up again %v after a stable link was lost", last.At.Sub(before))
		}
		if errors.Is(changes[len(changes)-2].Err, ErrDuplicateClientID) {
			t.Errorf("a stable link was lost: %v", changes[len(changes)-2].Err)
		}
	})
}

func TestBackoffWhileNobodyListens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		time.Sleep(time.Hour)
		b.network.Refuse(true)
		b.drop()
		time.Sleep(24 * time.Hour)
		s := c.Stats()
		if s.Up || s.Attempts < 24*3600/130 || s.Attempts > 24*3600/45 || s.Err == nil || s.NextAttempt.Before(time.Now()) {
			t.Errorf("stats %+v", s)
		}
		b.network.Refuse(false)
		time.Sleep(longestWait)
		synctest.Wait()
		if changes := c.changed(); len(changes) != 2 || changes[1].Attempts != s.Attempts+1 {
			t.Errorf("changes %+v after %d attempts", changes, s.Attempts)
		}
	})
}

func TestBackoff(t *testing.T) {
	now := time.Now()
	for range 1000 {
		b := &backoff{last: now.Add(-time.Hour)}
		if d := b.afterLoss(now, true).Sub(now); d < time.Second || d > 5*time.Second {
			t.Fatalf("first attempt after %v", d)
		}
		limit := 2 * time.Second
		for range 20 {
			if d := b.afterFailure(now, errors.New("refused")).Sub(now); d > limit {
				t.Fatalf("failure %d: %v", b.failures, d)
			}
			limit = min(2*limit, 2*time.Minute)
		}
		if d := b.afterFailure(now, &HandshakeError{Status: 503, RetryAfter: time.Hour}).Sub(now); d < time.Hour {
			t.Fatalf("Retry-After not kept: %v", d)
		}
		if d := b.afterFailure(now, &ConnackError{Code: 2}).Sub(now); d < time.Minute {
			t.Fatalf("client id refused, again after %v", d)
		}
		b.last = now
		if d := b.earliest(now).Sub(now); d != time.Second {
			t.Fatalf("floor %v", d)
		}
		b.reset()
		if b.afterLoss(now, false); b.earliest(now).Sub(now) != 10*time.Second || b.failures != 1 {
			t.Fatalf("floor after a flap %v", b.earliest(now).Sub(now))
		}
	}
}

// TestPlannedReconnect: before the broker's daily cut, between two publications, and not as an error.
func TestPlannedReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		if err := c.Subscribe(t.Context(), "cmd/#"); err != nil {
			t.Fatal(err)
		}
		connected := time.Now()
		for range 3 * 24 * 3600 / 5 {
			if err := c.Publish(t.Context(), Publication{Topic: "a"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Second)
		}
		changes := c.changed()
		if len(changes) != 6 {
			t.Fatalf("%d changes in three days", len(changes))
		}
		for i, change := range changes {
			if change.Err != nil || change.Planned == change.Up {
				t.Errorf("change %d: %+v", i, change)
			}
			if !change.Up {
				if age := change.At.Sub(connected); age < renewAfterMin || age > renewAfterMax+ackTimeout {
					t.Errorf("renewed after %v", age)
				}
			}
			connected = change.At
		}
		for i, last := range b.ended() {
			if last != "*packets.DisconnectPacket" {
				t.Errorf("session %d ended with %s", i, last)
			}
		}
	})
}

func TestReconnectOnDemandWaitsForWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		b.script(hooks{publish: func(s *session, p *packets.PublishPacket) bool {
			if p.TopicName != "slow" {
				return true
			}
			go func() {
				time.Sleep(10 * time.Second)
				s.puback(p.MessageID)
			}()
			return false
		}})
		c := b.start()
		slow := c.publish(t.Context(), Publication{Topic: "slow"})
		c.Reconnect()
		quick := c.publish(t.Context(), Publication{Topic: "quick"})
		time.Sleep(9 * time.Second)
		if got := c.Stats(); !got.Up || got.InFlight != 1 || got.Waiting != 1 {
			t.Errorf("stats %+v", got)
		}
		for _, done := range []<-chan error{slow, quick} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if changes := c.changed(); len(changes) != 2 || !changes[0].Planned || changes[0].Err != nil {
			t.Errorf("changes %+v", changes)
		}
	})
}

// TestDropInEachPhase: whatever is cut off, the link comes back whole.
func TestDropInEachPhase(t *testing.T) {
	phases := map[string]func(b *broker, hit func() bool){
		"upgrade": func(b *broker, hit func() bool) {
			b.script(hooks{upgrade: func(w http.ResponseWriter, _ *http.Request) bool {
				if !hit() {
					return false
				}
				c, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					c.Close()
				}
				return true
			}})
		},
		"CONNECT": func(b *broker, hit func() bool) {
			b.script(hooks{connect: func(*session) int {
				if hit() {
					return -1
				}
				return 0
			}})
		},
		"CONNACK": func(b *broker, hit func() bool) {
			b.script(hooks{started: func(s *session) {
				if hit() {
					s.NetConn().Close()
				}
			}})
		},
		"second SUBSCRIBE": func(b *broker, hit func() bool) {
			b.script(hooks{subscribe: func(s *session, p *packets.SubscribePacket) []byte {
				if p.Topics[0] == "8" && hit() {
					s.NetConn().Close()
				}
				return make([]byte, len(p.Topics))
			}})
		},
		"PUBLISH": func(b *broker, hit func() bool) {
			b.script(hooks{publish: func(s *session, _ *packets.PublishPacket) bool {
				if hit() {
					s.NetConn().Close()
				}
				return true
			}})
		},
	}
	for name, script := range phases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBroker(t)
				c := b.start()
				if err := c.Subscribe(t.Context(), "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(5 * time.Minute)
				var hits atomic.Int32
				script(b, func() bool { return hits.Add(1) <= 2 })
				b.drop()
				synctest.Wait()
				for i := range 10 {
					if err := c.Publish(t.Context(), Publication{Topic: fmt.Sprint(i)}); err != nil {
						unknown(t, err, ErrLost)
					}
				}
				if got := hits.Load(); got < 3 {
					t.Errorf("the fault was met %d times", got)
				}
				if err := c.Publish(t.Context(), Publication{Topic: "a"}); err != nil {
					t.Error(err)
				}
				if s := c.Stats(); !s.Up || s.Subscriptions != 10 || s.Refused != 0 {
					t.Errorf("stats %+v", s)
				}
			})
		})
	}
}
