// Package homeassistant hands the heaters of a fleet to Home Assistant, over the owner's MQTT broker and by MQTT
// discovery: Home Assistant finds each heater as a device with its entities, and needs no configuration of its own.
//
// [New] checks a configuration, [Bridge.Run] keeps Home Assistant informed until its context ends. One goroutine, the
// owner, compares what is known of a heater with what the broker retains of it and publishes what differs: after a
// connection, however long it was away, it asks the broker what it has, so that nothing is stored up meanwhile and
// nothing stays of entities that an earlier run or version left behind. A command is given to the fleet once. What was
// retained, is no text or means nothing is refused, with an event that says why; and where a command does not end as it
// should, the state is told again, so that nobody goes on showing what was asked for.
//
// # Concurrency
//
// Run is called once; the other methods may be called from any goroutine at any time.
//
// # Entities
//
// What there is of a heater is a table of entities (entity, entities): each has a key that never changes, its states and
// commands as functions of what is known of the heater, and a discovery document (docs/homeassistant.md).
package homeassistant
