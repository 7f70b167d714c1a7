package awsiot

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestKicksAreInARow: what lasted, and ended for another reason than the broker's, ends the row that makes a second client likely.
func TestKicksAreInARow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBroker(t)
		c := b.start()
		time.Sleep(5 * time.Second)
		kick := func() {
			b.drop()
			time.Sleep(time.Second)
			for !c.Stats().Up {
				time.Sleep(time.Second)
			}
		}
		kick()
		kick()
		time.Sleep(time.Hour)
		c.Reconnect()
		time.Sleep(10 * time.Second)
		kick()
		for _, change := range c.changed() {
			if errors.Is(change.Err, ErrDuplicateClientID) {
				t.Errorf("after a connection that lasted: %v", change.Err)
			}
		}
	})
}
