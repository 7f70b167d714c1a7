package simulator

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// A fault may come at every so many times only, and end by itself.
func TestFaultTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		answered := func() bool {
			c.send(packets.NewControlPacket(packets.Pingreq))
			select {
			case <-c.in:
				return true
			case <-time.After(time.Second):
				return false
			}
		}
		third := r.broker.faults.inject(Fault{Step: StepPing, Action: Lose, Skip: 1, Every: 3, Times: 2})
		got := ""
		for range 12 {
			if answered() {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != "+++-++-+++++" || third.Fired() != 2 {
			t.Errorf("%s, fired %d times", got, third.Fired())
		}
		brief := r.broker.faults.inject(Fault{Step: StepPing, Action: Lose, Skip: 1, Lasts: 10 * time.Second})
		time.Sleep(20 * time.Minute) // not counted: it has not begun
		got = ""
		for range 14 {
			if answered() {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != "+----------+++" || brief.Fired() != 10 {
			t.Errorf("%s, fired %d times", got, brief.Fired())
		}
	})
}
