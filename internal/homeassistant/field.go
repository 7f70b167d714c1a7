package homeassistant

import (
	"slices"
	"strconv"

	"github.com/nwp500/nwp500/internal/fleet"
)

// field is a field of a status or of the features as Home Assistant shows it. One with a measure is a sensor of a number,
// one with options a sensor of an enumeration, one that is a flag a binary sensor, and any other a sensor of a code, of
// which no mean is taken.
type field struct {
	// field is the name under which it is printed (docs/protocol.md §10).
	field, name string
	place       place
	measure     measure
	options     []string
	flag        bool
	// class is the device class of a flag.
	class string
	// optional is set of what a heater may lack altogether: it exists once the heater said it.
	optional bool
	// zeroUnknown is set of what is 0 in a heater that does not measure it.
	zeroUnknown bool
}

// place is how prominent something is.
type place int

const (
	shown      place = iota
	diagnostic       // among the diagnostics of the device
	hidden           // there too, and off until the owner switches it on
)

// measure is what a number means to Home Assistant. Its tables say which device class takes which unit and state class; the
// test of the discovery documents has them.
type measure struct {
	class, unit, state string
	precision          int
}

var (
	temperature = measure{"temperature", "°C", "measurement", 1}
	// A difference has no device class: "temperature" would be converted as if it had a zero point, and the class for
	// differences came later than the oldest Home Assistant that is served, which refuses a class it does not know.
	difference = measure{"", "K", "measurement", 1}
	power      = measure{"power", "W", "measurement", 0}
	flow       = measure{"volume_flow_rate", "L/min", "measurement", 1}
	drawn      = measure{"water", "L", "total_increasing", 0}
	stored     = measure{"volume_storage", "L", "measurement", 0}
	// Heat in the tank is no electricity used, so it is none of the energies that the energy dashboard offers.
	heat    = measure{"energy_storage", "Wh", "measurement", 0}
	energy  = measure{"energy", "kWh", "total_increasing", 2}
	percent = measure{"", "%", "measurement", 0}
	hours   = measure{"duration", "h", "measurement", 0}
	runtime = measure{"duration", "h", "total_increasing", 0}
	days    = measure{"duration", "d", "measurement", 0}
	age     = measure{"duration", "d", "total_increasing", 0}
	speed   = measure{"", "rpm", "measurement", 0}
	steps   = measure{"", "steps", "measurement", 0}
	level   = measure{"", "", "measurement", 0}
	counter = measure{"", "", "total_increasing", 0}
)

// config returns the discovery members of a measure.
func (m measure) config(*view) map[string]any {
	members := map[string]any{"state_class": m.state, "suggested_display_precision": m.precision}
	if m.class != "" {
		members["device_class"] = m.class
	}
	if m.unit != "" {
		members["unit_of_measurement"] = m.unit
	}
	return members
}

// fieldEntities makes an entity of each field. The prefix keeps the ids of a status and of the features apart.
func fieldEntities(prefix string, fields []field, values func(*view) map[string]fleet.Value) []*entity {
	made := make([]*entity, 0, len(fields))
	for _, f := range fields {
		made = append(made, f.entity(prefix, func(v *view) fleet.Value {
			value := values(v)[f.field]
			if f.zeroUnknown && value.Number == 0 {
				value.Known = false
			}
			return value
		}))
	}
	return made
}

func (f field) entity(prefix string, of func(*view) fleet.Value) *entity {
	e := &entity{component: "sensor", id: prefix + f.field, name: f.name}
	e.at(f.place)
	if f.optional {
		e.exists = func(v *view) bool { return of(v).Known }
	}
	var state func(*view) string
	switch {
	case f.flag:
		e.component = "binary_sensor"
		state = func(v *view) string { return onOff(of(v)) }
		if f.class != "" {
			e.config = fixed("device_class", f.class)
		}
	case f.options != nil:
		state = func(v *view) string { return choice(of(v), f.options) }
		e.config = fixed("device_class", "enum", "options", withUnknown(f.options))
	case f.measure != measure{}:
		state = func(v *view) string { return number(of(v)) }
		e.config = f.measure.config
	default:
		state = func(v *view) string { return text(of(v)) }
	}
	e.channels = []channel{reads(state)}
	return e
}

// at puts an entity in its place.
func (e *entity) at(p place) {
	if p != shown {
		e.category = "diagnostic"
	}
	e.disabled = p == hidden
}

// reads is the only channel of an entity that takes no commands.
func reads(state func(*view) string) channel {
	return channel{stateMember: "state_topic", state: state}
}

// fixed returns discovery members that are the same for every heater, given as names and values.
func fixed(members ...any) func(*view) map[string]any {
	return func(*view) map[string]any {
		config := make(map[string]any, len(members)/2)
		for pair := range slices.Chunk(members, 2) {
			config[pair[0].(string)] = pair[1] //nolint:errcheck // names are constant texts
		}
		return config
	}
}

// withUnknown adds what an enumeration without a name for its value shows.
func withUnknown(options []string) []string {
	if slices.Contains(options, unknownText) {
		return options
	}
	return append(slices.Clone(options), unknownText)
}

func number(value fleet.Value) string {
	if !value.Known {
		return unknown
	}
	return strconv.FormatFloat(value.Number, 'f', -1, 64)
}

func onOff(value fleet.Value) string {
	switch {
	case !value.Known:
		return unknown
	case value.Number != 0:
		return "ON"
	}
	return "OFF"
}

func choice(value fleet.Value, options []string) string {
	if !value.Known || !slices.Contains(options, value.Text) {
		return unknownText
	}
	return value.Text
}

func text(value fleet.Value) string {
	switch {
	case !value.Known:
		return unknownText
	case value.Kind == fleet.Text || value.Kind == fleet.Enumeration:
		return value.Text
	}
	return number(value)
}
