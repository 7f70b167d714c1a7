package simulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

func TestReceived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		if _, ok := h.Received("ctrl"); ok {
			t.Error("a command before the first")
		}
		for _, text := range []string{control(h, topic.SetMode, "dhw-mode", 1), control(h, topic.TOUOn, "tou-on"), "no JSON"} {
			b.tell(h, "ctrl", text)
			last, ok := h.Received("ctrl")
			if !ok || last.Topic != topic.Request(52, h.mac, "ctrl") || string(last.Body) != text || !last.At.Equal(h.Date()) {
				t.Errorf("received %+v, not %s", last, text)
			}
			clear(last.Body) // the caller's own
		}
		h.SetOffline(true)
		b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 1))
		if last, _ := h.Received("ctrl"); string(last.Body) != "no JSON" {
			t.Errorf("received %s while offline", last.Body)
		}
		h.SetOffline(false)
		for i := range 2 * mostSuffixes {
			b.tell(h, fmt.Sprintf("st/%d", i), "{}")
		}
		h.look(func() {
			if n := len(h.received); n != mostSuffixes {
				t.Errorf("%d suffixes are kept", n)
			}
		})
	})
}

// A slow heater answers late, in order, and obeys late too.
func TestASlowHeater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{Heaters: 2})
		h, other := b.dry(0), b.dry(1)
		h.SetDelay(20 * time.Second)
		b.tell(h, "ctrl", control(h, topic.SetMode, "dhw-mode", 1))
		time.Sleep(5 * time.Second)
		h.SetDelay(time.Second)
		b.tell(h, "st/did", payload(h, "st/did", topic.FeaturesRequest, ""))
		h.SetDelay(-1)
		b.tell(h, "st", payload(h, "st", topic.StatusRequest, ""))
		b.status(other) // is not delayed
		time.Sleep(15*time.Second - time.Millisecond)
		if said := b.heard(); len(said) != 0 {
			t.Errorf("answered early: %v", said)
		}
		time.Sleep(time.Millisecond)
		said := b.heard()
		if len(said) != 3 || said[0].status()["command"] != int(topic.SetMode) || said[1].body.Response.Feature == nil ||
			said[2].status()["command"] != int(topic.StatusRequest) || said[2].status()["dhwOperationSetting"] != modeHeatPump {
			t.Fatalf("%v", said)
		}
		b.status(h) // at once again
	})
}

func TestLoseWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.LoseWrites(2)
		const none = `,"reservationUse":2,"reservation":[]`
		write := func() int {
			return len(b.ask(h, topic.SuffixReservationWrite, topic.ReservationWrite, answers("x"), none))
		}
		if n := len(b.tell(h, "ctrl", control(h, topic.TOUOn, "tou-on"))); n != 0 || write() != 0 {
			t.Error("a lost command is answered")
		}
		if s := b.status(h); s["touStatus"] != 0 || s["programReservationUse"] != off {
			t.Error("a lost command is obeyed")
		}
		if write() != 1 {
			t.Error("the third is lost too")
		}
		h.LoseWrites(5)
		h.LoseWrites(-1)
		if c := h.Counters(); write() != 1 || c.LostWrites != 2 {
			t.Errorf("%+v", c)
		}
	})
}

// A share is lost by lot, and of one seed always the same.
func TestAShareOfWritesIsLost(t *testing.T) {
	lost := func(seed uint64) (which string) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{LostWrites: 2.0 / 30, Seed: seed})
			h := b.dry(0)
			for range 300 {
				which += fmt.Sprint(len(b.tell(h, "ctrl", control(h, topic.TOUOn, "tou-on"))))
			}
			if n := h.Counters().LostWrites; n < 8 || n > 40 {
				t.Errorf("%d of 300 lost", n)
			}
		})
		return which
	}
	if first := lost(1); first != lost(1) || first == lost(2) {
		t.Error("not by the seed")
	}
	for _, share := range []float64{-0.1, 1.1} {
		if s, err := New(Config{LostWrites: share}); err == nil {
			s.Close()
			t.Errorf("a share of %v", share)
		}
	}
}
