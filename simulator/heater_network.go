package simulator

import (
	"time"

	"github.com/nwp500/nwp500/internal/topic"
)

// SetOffline takes the heater off the network, or puts it back: the device list
// says connected 1, nothing is answered and nothing pushed, and the connection
// topic of the heater says so to those who listen there. The water goes on living.
func (h *Heater) SetOffline(offline bool) {
	h.look(func() { h.unplug(offline) })
}

func (h *Heater) unplug(is bool) {
	h.LeavesAt, h.ReturnsAt = time.Time{}, time.Time{}
	h.Away = is
	h.connect(h.reaches())
}

// SetOfflineFor takes the heater off the network for so long on its clock. Zero or
// less puts it back.
func (h *Heater) SetOfflineFor(d time.Duration) {
	h.look(func() {
		h.LeavesAt, h.ReturnsAt = time.Time{}, time.Time{}
		if h.Away = d > 0; h.Away {
			h.ReturnsAt = h.At.Add(d)
		}
		h.connect(h.reaches())
	})
}

// leave takes the heater off the network a moment from now, for a while.
func (h *Heater) leave(stays time.Duration) {
	h.LeavesAt = h.At.Add(time.Second)
	h.ReturnsAt = h.LeavesAt.Add(stays)
}

// Of two commands no heater is known to act on them (docs/protocol.md §3). Here
// they are acknowledged, and then the WiFi module does what they say: it comes
// back at once, or when somebody has given it the network again.
const (
	wifiReconnects = 20 * time.Second
	wifiSetUp      = 5 * time.Minute
)

// attendNetwork goes and comes when its time has come.
func (h *Heater) attendNetwork() {
	due := func(t *time.Time) bool {
		if t.IsZero() || t.After(h.At) {
			return false
		}
		*t = time.Time{}
		return true
	}
	if due(&h.LeavesAt) {
		h.Away = true
	}
	if due(&h.ReturnsAt) {
		h.Away = false
	}
	h.connect(h.reaches())
}

// reaches says whether the heater can be on the network.
func (h *Heater) reaches() bool {
	return !h.Away && h.RSSI >= lowestRSSI && !h.broken().has(brokenWiFi)
}

// connect puts the heater on the network or takes it off, and has the cloud say
// so.
func (h *Heater) connect(online bool) {
	if h.Online == online {
		return
	}
	h.Online = online
	h.report()
	h.tell()
}

// tell has the cloud say whether the heater is online, if that is news. Of that
// message only the status is known (docs/protocol.md §3): the rest is that of the
// application's.
func (h *Heater) tell() {
	if h.fleet.quiet || h.told == h.Online {
		return
	}
	h.told = h.Online
	status := 0
	if h.Online {
		status = 1
	}
	h.fleet.announce(topic.Connection(deviceType, h.mac), func(d *document) {
		d.add("deviceType", deviceType)
		d.addText("macAddress", h.mac)
		d.addText("additionalValue", h.additionalValue)
		d.object("connection", func(d *document) { d.add("status", status) })
	})
}

// announce has an event published. The fleet's mutex is held.
func (f *fleet) announce(name string, write func(*document)) {
	var d document
	d.begin(nil)
	d.add("protocolVersion", 1)
	d.addText("requestTopic", name)
	d.object("event", write)
	d.end()
	f.outbox = append(f.outbox, message{name, d.json})
}

// AnnounceService says on evt/52/mobile/event/disconnect-mqtt that the cloud is
// about to be serviced (docs/protocol.md §3). That it then cuts connections is
// for DropAll. What the message holds is unconfirmed: here it is the time.
func (s *Simulator) AnnounceService() {
	s.fleet.mu.Lock()
	s.fleet.announce("evt/52/mobile/event/disconnect-mqtt", func(d *document) {
		d.addText("timestamp", time.Now().UTC().Format(time.RFC3339))
	})
	s.fleet.mu.Unlock()
	s.fleet.poke()
}

// presence is what an application says on a heater's app-connection topic: that
// it has come, or in its last will that it has gone.
type presence struct {
	ClientID string `json:"clientID"`
	Event    struct {
		Connection struct {
			Status *int `json:"status"`
		} `json:"connection"`
	} `json:"event"`
}

// suffixAppConnection is what follows evt/T/navilink-M/.
const suffixAppConnection = "app-connection"

// meet notices an application. That a heater pushes to one that only said so is
// unconfirmed.
func (h *Heater) meet(p *presence) {
	h.counters.Presences++
	if status := p.Event.Connection.Status; status != nil && *status <= 0 {
		h.forget(p.ClientID)
		return
	}
	h.hear(p.ClientID)
}
