package simulator

import (
	"testing"
	"testing/synctest"
)

func TestConnectSubscribePublish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{})
		a := r.connect("a")
		if codes := a.subscribe("x/+", "y"); string(codes) != "\x01\x01" {
			t.Errorf("SUBACK % x", codes)
		}
		b := r.connect("b")
		b.publish("x/1", "hello")
		if got := a.message(); got != "hello" {
			t.Errorf("got %q", got)
		}
		r.broker.publish("y", []byte("heater"))
		if got := a.message(); got != "heater" {
			t.Errorf("got %q", got)
		}
		if got := r.received(); len(got) != 1 || got[0] != "b x/1 hello" {
			t.Errorf("handled %q", got)
		}
		a.ping()
	})
}
