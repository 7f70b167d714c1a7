package homeassistant

// topics are the names under which the bridge speaks.
type topics struct {
	// base is the first level of the bridge's own topics, "nwp500".
	base string
	// prefix is where Home Assistant looks for discovery documents, "homeassistant".
	prefix string
}

// bridge is where the bridge says "online" or, by its last will, "offline".
func (t topics) bridge() string { return t.base + "/bridge/availability" }

// availability is where a heater is "online" or "offline".
func (t topics) availability(heater string) string { return t.base + "/" + heater + "/availability" }

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
