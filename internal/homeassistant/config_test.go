package homeassistant

import (
	"errors"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/internal/fleet"
)

func TestConfig(t *testing.T) {
	f, err := fleet.New(fleet.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for broker, want := range map[string]address{
		"mqtt://ha.lan":          {"ha.lan:1883", "ha.lan", false},
		"mqtts://ha.lan/":        {"ha.lan:8883", "ha.lan", true},
		"mqtt://192.168.1.2:99":  {"192.168.1.2:99", "192.168.1.2", false},
		"mqtts://[fe80::1]:8884": {"[fe80::1]:8884", "fe80::1", true},
	} {
		if b, err := New(Config{Broker: broker, Fleet: f}); err != nil || b.address != want {
			t.Errorf("%s: %+v, %v", broker, b, err)
		}
	}
	for _, broker := range []string{
		"", "ha.lan", "ha.lan:1883", "http://ha.lan", "mqtt://", "mqtt://:1883", "mqtt://me:hunter2@ha.lan", "mqtt://ha.lan/x", "mqtt://ha.lan?x=hunter2", "mqtt://hunter2:x",
	} {
		if _, err := New(Config{Broker: broker, Fleet: f}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", broker, err)
		}
	}
	for name, c := range map[string]Config{
		"no fleet":          {},
		"wildcard":          {Fleet: f, BaseTopic: "nwp500/#"},
		"control character": {Fleet: f, BaseTopic: "nwp500\n"},
		"no UTF-8":          {Fleet: f, DiscoveryPrefix: "home\xff"},
		"begins with /":     {Fleet: f, BaseTopic: "/nwp500"},
		"ends with /":       {Fleet: f, DiscoveryPrefix: "homeassistant/"},
		"reserved":          {Fleet: f, BaseTopic: "$SYS"},
		"long":              {Fleet: f, BaseTopic: strings.Repeat("a", 129)},
		"the same":          {Fleet: f, BaseTopic: "homeassistant"},
		"base below prefix": {Fleet: f, BaseTopic: "homeassistant/sensor"},
		"prefix below base": {Fleet: f, BaseTopic: "ha", DiscoveryPrefix: "ha/discovery"},
	} {
		c.Broker = "mqtt://ha.lan"
		if _, err := New(c); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	one, _ := New(Config{Broker: "mqtt://a", Fleet: f})
	two, _ := New(Config{Broker: "mqtt://b", Fleet: f})
	other, _ := New(Config{Broker: "mqtt://a", Fleet: f, BaseTopic: "water"})
	if one.cfg.ClientID != two.cfg.ClientID || one.cfg.ClientID == other.cfg.ClientID || len(one.cfg.ClientID) > 23 {
		t.Errorf("client ids %q, %q, %q", one.cfg.ClientID, two.cfg.ClientID, other.cfg.ClientID)
	}
	if err := error(&refusal{4}); !errors.As(err, new(*refusal)) || !strings.Contains(err.Error(), "user name or password") {
		t.Error(err)
	}
}

// Topics are taken apart as they are made, whatever the prefixes, and others are left alone.
func FuzzTopics(f *testing.F) {
	f.Add("nwp500", "homeassistant", "nwp500/0123456789/water_heater/temperature/set")
	f.Add("home/water", "homeassistant", "homeassistant/sensor/nwp500_0123456789/x/config")
	f.Add("a", "b", "b/c/nwp500_/d/config")
	f.Fuzz(func(t *testing.T, base, prefix, topic string) {
		names := topics{base: base, prefix: prefix}
		heater, below := names.split(topic)
		if heater != "" && !strings.HasPrefix(topic, base+"/") && !strings.HasPrefix(topic, prefix+"/") {
			t.Errorf("%q is taken for %q of %q", topic, below, heater)
		}
		const id = "0123456789"
		if heater, below = names.split(names.command(id, "a", "b")); heater != id || below != "a/b/set" {
			t.Errorf("command: %q of %q", below, heater)
		}
		if (Config{BaseTopic: base, DiscoveryPrefix: prefix}).usable() {
			if heater, below = names.split(names.discovery(&entity{component: "sensor", id: "x"}, id)); heater != id || below != "config" {
				t.Errorf("document: %q of %q", below, heater)
			}
		}
	})
}

// usable tells whether prefixes would be taken.
func (c Config) usable() bool {
	c.Fleet, _ = fleet.New(fleet.Config{})
	_, err := c.normalised()
	return err == nil && c.BaseTopic != "" && c.DiscoveryPrefix != ""
}
