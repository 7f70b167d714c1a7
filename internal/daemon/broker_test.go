package daemon

import (
	"maps"
	"strings"
	"testing/synctest"

	"github.com/nwp500/nwp500/internal/homebroker"
)

const brokerAddress = "broker:1883"

// ownBroker has a configuration use a broker of the house, which is started the first time.
func ownBroker(h *house, c *Config) {
	c.HomeAssistant.Broker = "mqtt://" + brokerAddress
	if h.broker != nil {
		return
	}
	listener, err := h.lan.Listen(brokerAddress)
	if err != nil {
		h.Error(err)
		return
	}
	h.broker = homebroker.New(listener)
}

// retained is what the broker has for Home Assistant, nothing without one.
func (h *house) retained() map[string]string {
	synctest.Wait()
	if h.broker == nil {
		return nil
	}
	return h.broker.Retained()
}

// announced are the documents by which Home Assistant knows the entities.
func (h *house) announced() map[string]string {
	all := h.retained()
	maps.DeleteFunc(all, func(topic, _ string) bool { return !strings.HasPrefix(topic, "homeassistant/") })
	return all
}

// retains fails the test unless the broker retains this below the base topic.
func (h *house) retains(topic, want string) {
	h.Helper()
	if got := h.retained()["nwp500/"+topic]; got != want {
		h.Errorf("Home Assistant reads %q at %s, want %q", got, topic, want)
	}
}
