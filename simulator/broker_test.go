package simulator

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
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

// Clients come, talk and vanish while the broker drops them: no order of events
// may deadlock, race, or leave anything behind.
func TestConcurrentClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Broker{Shuffle: 10 * time.Millisecond, Duplicates: 0.1, PublishRate: -1})
		var clients sync.WaitGroup
		for i := range 30 {
			clients.Go(func() {
				for round := range 10 {
					c := r.dial("AKA")
					packets := [][]byte{
						encodePacket(connectPacket(fmt.Sprint(i % 20))), // some share their id
						encodePacket(subscribePacket("x/#", fmt.Sprint("y/", i))),
						encodePacket(publishPacket(fmt.Sprint("x/", i), "hello")),
						encodePacket(publishPacket(fmt.Sprint("y/", round), "hello")),
					}
					for _, p := range packets {
						_ = c.ws.WriteMessage(websocket.BinaryMessage, p) // it may be dropped by now
						time.Sleep(time.Duration(i) * time.Millisecond)
					}
					if round%2 == 0 {
						_ = c.ws.NetConn().Close()
					}
					time.Sleep(time.Second)
				}
			})
		}
		for range 20 {
			time.Sleep(300 * time.Millisecond)
			r.broker.publish("x/y", []byte("heater"))
			r.broker.dropAll(DropServer)
		}
		clients.Wait()
		r.broker.close()
		r.broker.mu.Lock()
		defer r.broker.mu.Unlock()
		if len(r.broker.open) > 0 || len(r.broker.sessions) > 0 || len(r.broker.subscriptions.root.children) > 0 {
			t.Errorf("left: %d connections, %d sessions, %d filters", len(r.broker.open), len(r.broker.sessions), len(r.broker.subscriptions.root.children))
		}
	})
}
