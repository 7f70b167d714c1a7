package nwp500_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// A call that opens a further connection ends when the session is closed.
func TestCloseWhileAConnectionIsAdded(t *testing.T) {
	inCloud(t, simulator.Config{Heaters: 42}, func(t *testing.T, c *cloud) {
		ctx := within(t, time.Hour)
		session, devices := c.connect(t)
		for _, device := range devices[:40] {
			if _, err := session.Heater(device).Status(ctx); err != nil {
				t.Fatal(err)
			}
		}
		c.Inject(simulator.Fault{Step: simulator.StepConnack, Action: simulator.Lose})
		ends := make(chan error, 2)
		for _, device := range devices[40:] {
			go func() { ends <- session.Heater(device).SetPower(ctx, false) }()
		}
		synctest.Wait()
		began := time.Now()
		if err := session.Close(); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := <-ends; !errors.Is(err, nwp500.ErrClosed) || outcome(err) != nwp500.NotSent {
				t.Errorf("got %v, want ErrClosed and nothing sent", err)
			}
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("the calls ended %v after Close began", took)
		}
	})
}
