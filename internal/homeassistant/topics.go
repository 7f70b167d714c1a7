package homeassistant

import (
	"slices"
	"strings"
)

// topics are the names under which the bridge speaks.
type topics struct {
	// base is the first level of the bridge's own topics, "nwp500".
	base string
	// prefix is where Home Assistant looks for discovery documents, "homeassistant".
	prefix string
}

// bridge is where the bridge says "online" or, by its last will, "offline".
func (t topics) bridge() string { return t.availability(bridgeLevel) }

// availability is where a heater is "online" or "offline".
func (t topics) availability(heater string) string {
	return t.base + "/" + heater + "/" + availabilityLevel
}

// state is where the state of an entity's channel is; channel is "" for the only one.
func (t topics) state(heater, entity, channel string) string {
	return t.channel(heater, entity, channel) + "/state"
}

// command is where a command for an entity's channel is expected.
func (t topics) command(heater, entity, channel string) string {
	return t.channel(heater, entity, channel) + "/set"
}

// attributes is where an entity's attributes are.
func (t topics) attributes(heater, entity string) string {
	return t.channel(heater, entity, "") + "/attributes"
}

// discovery is where the discovery document of an entity is.
func (t topics) discovery(e *entity, heater string) string {
	return t.prefix + "/" + e.component + "/nwp500_" + heater + "/" + e.id + "/config"
}

func (t topics) channel(heater, entity, channel string) string {
	topic := t.base + "/" + heater + "/" + entity
	if channel != "" {
		topic += "/" + channel
	}
	return topic
}

const (
	bridgeLevel       = "bridge"
	availabilityLevel = "availability"
)

// echo is where the bridge speaks to itself, to hear when all that was before has come.
func (t topics) echo() string { return t.base + "/" + bridgeLevel + "/echo" }

// statuses are where Home Assistant tells that it has started: it does not follow the discovery prefix by itself.
func (t topics) statuses() []string {
	if t.prefix == "homeassistant" {
		return []string{"homeassistant/status"}
	}
	return []string{"homeassistant/status", t.prefix + "/status"}
}

func (t topics) isStatus(topic string) bool { return slices.Contains(t.statuses(), topic) }

// heard are the filters of what the bridge listens for.
func (t topics) heard() []string {
	return append(t.statuses(), t.echo(), t.availability("+"), t.command("+", "+", ""), t.command("+", "+", "+"))
}

// retained are the filters of what the broker retains of a heater, but its availability. None takes a command in: a
// message that two filters let through may come twice.
func (t topics) retained(heater string) []string {
	return []string{
		t.prefix + "/+/nwp500_" + heater + "/+/config",
		t.state(heater, "+", ""), t.state(heater, "+", "+"), t.attributes(heater, "+"),
	}
}

// all are the topics that a heater with all entities has, but its availability.
func (t topics) all(table []*entity, heater string) []string {
	var all []string
	for _, e := range table {
		all = append(all, t.discovery(e, heater))
		for _, c := range e.channels {
			if c.state != nil {
				all = append(all, t.state(heater, e.id, c.name))
			}
		}
		if e.attributes != nil {
			all = append(all, t.attributes(heater, e.id))
		}
	}
	return all
}

// split returns of which heater a topic is, and what of it: the levels below the heater's. Neither when it is none of
// the bridge's.
func (t topics) split(topic string) (heater, below string) {
	if rest, ours := strings.CutPrefix(topic, t.base+"/"); ours {
		heater, below, _ = strings.Cut(rest, "/")
		return heater, below
	}
	if rest, ours := strings.CutPrefix(topic, t.prefix+"/"); ours {
		if levels := strings.Split(rest, "/"); len(levels) == 4 && levels[3] == "config" {
			heater, ours = strings.CutPrefix(levels[1], "nwp500_")
			if ours {
				return heater, levels[3]
			}
		}
	}
	return "", ""
}
