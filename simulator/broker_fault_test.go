package simulator

import (
	"errors"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
	"github.com/gorilla/websocket"
)

// A mute broker hears and does what comes, also the end of the connection.
func TestMute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepPing, Action: Mute, Times: 1})
		c.send(packets.NewControlPacket(packets.Pingreq))
		c.send(publishPacket("x", "heard"))
		c.quiet(20 * time.Minute)
		if got := r.received(); len(got) != 1 {
			t.Errorf("heard %q", got)
		}
		_ = c.ws.NetConn().Close()
		c.ended(DropLost)
	})
}

// A broker that has stalled lets the client's writes block, and still sends.
func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		c := r.connect("c")
		c.subscribe("x")
		r.broker.faults.inject(Fault{Step: StepPing, Action: Stall, Times: 1})
		c.ping()
		r.broker.publish("x", nil)
		c.message()
		_ = c.ws.SetWriteDeadline(time.Now().Add(time.Minute))
		var err error
		for range 3 {
			if err = c.ws.WriteMessage(websocket.BinaryMessage, make([]byte, 100<<10)); err != nil {
				break
			}
		}
		if !timedOut(err) {
			t.Errorf("write: %v", err)
		}
		if got := r.received(); len(got) != 0 {
			t.Errorf("heard %q", got)
		}
		r.connect("c") // takes the client id
		synctest.Wait()
		if reason := r.lastDrop(); reason != DropDuplicate {
			t.Errorf("dropped for %s", reason)
		}
	})
}

// A fault with an age leaves young connections alone.
func TestFaultOfAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		old := r.connect("old")
		time.Sleep(20 * time.Minute)
		young := r.connect("young")
		f := r.broker.faults.inject(Fault{Step: StepPing, Action: Cut, Age: 20 * time.Minute, Reason: DropTTL})
		upgrade := r.broker.faults.inject(Fault{Step: StepUpgrade, Action: Refuse, Age: time.Nanosecond})
		young.ping()
		old.send(packets.NewControlPacket(packets.Pingreq))
		old.ended(DropTTL)
		r.connect("another")
		if f.Fired() != 1 || upgrade.Fired() != 0 {
			t.Errorf("fired %d times, at an upgrade %d times", f.Fired(), upgrade.Fired())
		}
	})
}

func TestCutOfEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		f := r.broker.faults.inject(Fault{Step: StepConnected, Action: Cut, Delay: 10 * time.Minute, Everybody: true, Times: 1})
		first, second := r.connect("first"), r.connect("second")
		if took := first.ended(DropServer); took != 10*time.Minute {
			t.Errorf("after %v", took)
		}
		second.ended(DropServer)
		if f.Fired() != 1 {
			t.Errorf("fired %d times", f.Fired())
		}
	})
}

// Every form of an end looks as it says.
func TestFormsOfACut(t *testing.T) {
	for name, test := range map[string]struct {
		form CloseForm
		code int
		want func(error) bool
	}{
		"end of stream": {form: CloseFIN, want: abnormal},
		"truncated":     {form: CloseTruncated, want: abnormal},
		"reset":         {form: CloseRST, want: func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		"going away":    {form: CloseFrame, code: 1001, want: func(err error) bool { return websocket.IsCloseError(err, 1001) }},
		"no code":       {form: CloseFrame, want: func(err error) bool { return websocket.IsCloseError(err, 1005) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, Broker{})
				r.broker.faults.inject(Fault{Step: StepPing, Action: Cut, Close: test.form, CloseCode: test.code, Times: 1})
				c := r.connect("c")
				c.send(packets.NewControlPacket(packets.Pingreq))
				c.ended(DropServer)
				if <-c.done; !test.want(c.err) {
					t.Errorf("ended with %v", c.err)
				}
			})
		})
	}
}

// abnormal tells an end without a WebSocket's word.
func abnormal(err error) bool {
	return websocket.IsCloseError(err, websocket.CloseAbnormalClosure) && !errors.Is(err, net.ErrClosed)
}
