package simulator

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

func TestOfflineForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetOfflineFor(10 * time.Minute)
		equal(t, "at once", []int{0}, b.connections(h))
		time.Sleep(10*time.Minute - time.Second)
		equal(t, "while away", []int(nil), b.connections(h))
		time.Sleep(2 * time.Second)
		equal(t, "after ten minutes", []int{1}, b.connections(h))
		h.SetOfflineFor(time.Hour)
		h.SetOfflineFor(0)
		equal(t, "taken back", []int{0, 1}, b.connections(h))
		time.Sleep(2 * time.Hour)
		equal(t, "later", []int(nil), b.connections(h))
	})
}

// A heater is back on the network when nothing keeps it off: neither its owner, nor
// its WiFi's fault, nor a signal too weak.
func TestWhatKeepsAHeaterOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, Config{})
		h := b.dry(0)
		h.SetOffline(true)
		h.RaiseFault(596, 0)
		h.SetWiFi(9)
		equal(t, "all three", []int{0}, b.connections(h))
		h.SetOffline(false)
		h.ClearFaultCode(596)
		time.Sleep(time.Hour)
		equal(t, "one is left", []int(nil), b.connections(h))
		h.SetWiFi(10)
		equal(t, "none", []int{1}, b.connections(h))
		h.RaiseFault(596, 0)
		equal(t, "its WiFi failed", []int{0}, b.connections(h))
		if got := h.listed(); got.DeviceInfo.Connected != off || got.Error.ErrorCode != 0 {
			t.Errorf("listed as %+v, %+v", got.DeviceInfo, got.Error)
		}
	})
}

// What happened while the heater was off the network is listed when it is back.
func TestTheCloudHearsOfFaultsLater(t *testing.T) {
	h := alone(t, Config{})
	h.RaiseFault(96, 0)
	first := h.listed().Error
	h.pass(time.Hour)
	h.SetOffline(true)
	h.ClearFault()
	h.RaiseFault(799, 0)
	raised := h.At
	h.pass(time.Hour)
	if got := h.listed().Error; got != first {
		t.Errorf("listed while offline: %+v, not %+v", got, first)
	}
	h.SetOffline(false)
	if got := h.listed().Error; got != (lastError{799, raised.Format("2006-01-02T15:04:05")}) {
		t.Errorf("listed when back: %+v", got)
	}
}

// The signal is shown. Weak, it loses and delays messages, the same ones at the same
// time of the same heater, and more the weaker it is.
func TestWeakWiFi(t *testing.T) {
	asked := func(rssi int) (lost int, slowest time.Duration, answered []bool) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, Config{Seed: 5, Start: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
			h := b.dry(0)
			h.SetWiFi(rssi)
			for range 200 {
				b.heard()
				sent := time.Now()
				b.handle(b.owner(h), topic.Request(52, h.mac, "st"), []byte(payload(h, "st", topic.StatusRequest, "")))
				time.Sleep(time.Minute)
				got := false
				for _, m := range b.heard() {
					if m.body.Response.Status["command"] == int(topic.StatusRequest) {
						got = true
						slowest = max(slowest, m.at.Sub(sent))
						if m.status()["wifiRssi"] != rssi {
							t.Errorf("shows %d, not %d", m.status()["wifiRssi"], rssi)
						}
					}
				}
				if answered = append(answered, got); !got {
					lost++
				}
			}
			if c := h.Counters(); c.Weak+c.Unheard < lost || lost == 0 && c.Weak > 0 {
				t.Errorf("%d counted, %d lost", c.Weak, lost)
			}
		})
		return lost, slowest, answered
	}
	if lost, slowest, _ := asked(40); lost != 0 || slowest != 0 {
		t.Errorf("at 40: %d lost, %v late", lost, slowest)
	}
	weak, late, _ := asked(30)
	weaker, later, which := asked(15)
	if weak < 60 || weak > 84 || weaker < 140 || weaker > 160 { // 72 and 150, both ways taken together
		t.Errorf("%d and %d of 200 lost", weak, weaker)
	}
	if late < time.Second || late > 8*time.Second/3 || later < 4*time.Second || later > 8*time.Second {
		t.Errorf("up to %v and %v late", late, later)
	}
	if _, _, again := asked(15); !slices.Equal(which, again) {
		t.Error("not the same ones again")
	}
	if lost, _, _ := asked(9); lost != 200 {
		t.Errorf("at 9: %d lost", lost)
	}
}
