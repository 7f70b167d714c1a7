package simulator

import (
	"math/rand/v2"
	"time"
)

// Values of wifiRssi. 56 to 61 were seen, so it is taken for a figure that grows with
// the signal; its unit, and what happens at any other value, is unconfirmed
// (docs/protocol.md §4).
const (
	usualRSSI   = 59
	highestRSSI = 100
	weakRSSI    = 40 // below, messages are late or lost
	lowestRSSI  = 10 // below, the heater is off the network
)

// SetWiFi sets the strength of the WiFi signal, from 0 to 100, as wifiRssi shows it:
// 59 to begin with. Below 40 requests come up to eight seconds late and messages are
// lost either way, more the weaker it is, up to three of five; below 10 the heater is
// off the network. Which ones, the seed and the time decide.
func (h *Heater) SetWiFi(rssi int) {
	h.look(func() { h.receiveAt(rssi) })
}

func (h *Heater) receiveAt(rssi int) {
	h.RSSI = min(max(rssi, 0), highestRSSI)
	h.connect(h.reaches())
}

// radio says what weak WiFi does to what passes now: all that passes the same way
// at one moment shares its fate. The way is streamWiFi or streamWiFiOut.
func (h *Heater) radio(way uint64) (lost bool, late time.Duration) {
	if h.RSSI >= weakRSSI {
		return false, 0
	}
	weak := float64(weakRSSI-h.RSSI) / (weakRSSI - lowestRSSI)
	random := rand.New(rand.NewPCG(h.home[0]^way, uint64(h.At.UnixNano())))
	lost = random.Float64() < 0.6*weak
	return lost, time.Duration(random.Float64() * weak * float64(8*time.Second))
}
