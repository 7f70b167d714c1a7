package homeassistant

import "encoding/json"

// document returns what announces an entity of a heater to Home Assistant. Each entity has a document of its own, though
// later versions of Home Assistant take one for a whole device: older ones are in use, a firmware that brings one more
// field then sends one small document instead of all of them, and an entity goes when its own document is empty.
func (t topics) document(e *entity, v *view) ([]byte, error) {
	heater := v.state.ID
	availability := []map[string]any{{"topic": t.bridge()}}
	if !e.unreachable {
		availability = append(availability, map[string]any{"topic": t.availability(heater)})
	}
	document := map[string]any{
		"unique_id":         "nwp500_" + heater + "_" + e.id,
		"name":              nil, // the device's name alone
		"availability":      availability,
		"availability_mode": "all",
		"device":            device(v),
		"origin":            map[string]any{"name": "nwp500"},
	}
	if e.name != "" {
		document["name"] = e.name
	}
	if e.category != "" {
		document["entity_category"] = e.category
	}
	if e.disabled {
		document["enabled_by_default"] = false
	}
	if e.attributes != nil {
		document["json_attributes_topic"] = t.attributes(heater, e.id)
	}
	for _, channel := range e.channels {
		if channel.stateMember != "" {
			document[channel.stateMember] = t.state(heater, e.id, channel.name)
		}
		if channel.commandMember != "" {
			document[channel.commandMember] = t.command(heater, e.id, channel.name)
		}
	}
	if e.config != nil {
		for member, value := range e.config(v) {
			document[member] = value
		}
	}
	return json.Marshal(document)
}

// device describes the heater itself, and nothing that names it or its owner.
func device(v *view) map[string]any {
	described := map[string]any{"identifiers": []string{"nwp500_" + v.state.ID}, "name": v.state.Name, "manufacturer": "Navien"}
	if kind := v.features["model_type_code"]; kind.Known && kind.Number == heatPumpWaterHeater {
		described["model"] = "NWP500"
	}
	if version := v.features["controller_sw_version"]; version.Known {
		described["sw_version"] = number(version)
	}
	return described
}

// heatPumpWaterHeater is the model type code of an NWP500 (docs/protocol.md §4, Features).
const heatPumpWaterHeater = 513
