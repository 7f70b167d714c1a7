package reliability

import (
	"testing"
	"time"
)

// A register notes when REST calls came, to the second.
type register struct {
	call  string
	times []time.Time
	stop  chan struct{}
	ended chan struct{}
}

// register begins to note a call, such as "POST /user/sign-in".
func (c *cloud) register(call string) *register {
	r := &register{call: call, stop: make(chan struct{}), ended: make(chan struct{})}
	before := c.Counters().Calls[call]
	go func() {
		defer close(r.ended)
		second := time.NewTicker(time.Second)
		defer second.Stop()
		for more := true; more; {
			select {
			case <-second.C:
			case <-r.stop:
				more = false
			}
			for range c.Counters().Calls[call] - before - len(r.times) {
				r.times = append(r.times, time.Now())
			}
		}
	}()
	return r
}

// spaced ends the register and holds that the calls were at least a minute apart. It returns how many there were.
func (r *register) spaced(t *testing.T) int {
	t.Helper()
	close(r.stop)
	<-r.ended
	for i := 1; i < len(r.times); i++ {
		if apart := r.times[i].Sub(r.times[i-1]); apart < 59*time.Second { // a second is what a register misses
			t.Errorf("%s came again after %v", r.call, apart)
		}
	}
	return len(r.times)
}
