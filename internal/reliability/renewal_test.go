package reliability

import (
	"context"
	"testing"
	"time"
)

// Nobody who asks notices the daily renewal: a question waits for it. When it becomes an outage, questions fail as in any.
func TestQuestionsOutlastARenewal(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(22*time.Hour + 29*time.Minute)
		asked, longest := 0, time.Duration(0)
		for c.Counters().Connects < 2 {
			began := time.Now()
			c.call("status", 15*time.Second, c.status)
			longest = max(longest, time.Since(began))
			pass(time.Second)
			if asked++; asked > 4000 {
				t.Fatal("the connection was not made anew")
			}
		}
		if longest < time.Second || c.lost() != 1 {
			t.Errorf("lost %d times, and no question took longer than %v", c.lost(), longest)
		}
	})
}

func TestQuestionsFailInARenewalThatFails(t *testing.T) {
	inFault(t, setup{}, func(t *testing.T, c *cloud) {
		c.connect()
		pass(time.Hour)
		c.suffer("upgrade-unavailable")
		c.session.Reconnect()
		began := time.Now()
		err := c.try("status", 20*time.Second, func(ctx context.Context) error {
			for c.lost() == 0 {
				pass(50 * time.Millisecond)
			}
			began = time.Now()
			return c.status(ctx)
		})
		if took := time.Since(began); err == nil || took > 5*time.Second {
			t.Errorf("got %v after %v, want that the connection is down, as soon as that is known", err, took)
		}
	})
}
