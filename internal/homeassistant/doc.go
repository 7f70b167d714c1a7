// Package homeassistant hands the heaters of a fleet to Home Assistant, over the owner's MQTT broker and by MQTT
// discovery: Home Assistant finds each heater as a device with its entities, and needs no configuration of its own.
//
// What there is of a heater is a table of entities (entity, entities): each has a key that never changes, its states and
// commands as functions of what is known of the heater, and a discovery document (docs/homeassistant.md).
package homeassistant
