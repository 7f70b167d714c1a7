package homeassistant

import (
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// entity is one thing that Home Assistant shows of a heater. The table of all of them is entities; it is the same for all
// heaters, and what differs is asked with a view.
type entity struct {
	// component is Home Assistant's kind: "sensor", "water_heater".
	component string
	// id stands for the entity for ever: Home Assistant's unique id is nwp500_<heater id>_<id>.
	id string
	// name is short and human; "" lets the entity have the device's name alone.
	name string
	// category is "", "config" or "diagnostic".
	category string
	// disabled leaves it to the owner to switch the entity on.
	disabled bool
	// exists tells whether this heater has it; nil: every heater has it. It is asked once the view is complete. What has
	// existed stays while the bridge runs: a field missing in one status is unknown, not gone.
	exists func(*view) bool
	// config returns the members of the discovery document beyond the common ones; nil: none. It is asked again when the
	// heater's name, its features, its firmware or the set of known fields of its status change (shape).
	config func(*view) map[string]any
	// unreachable is set of what Home Assistant shows also while the heater cannot be reached: how its connection is, and
	// what happens.
	unreachable bool
	// channels are its states and commands.
	channels []channel
	// attributes returns a JSON object for <entity id>/attributes, retained; nil: the entity has none.
	attributes func(*view) []byte
	// event returns the payload of an event entity for what happened to the heater, nil when it does not tell of that. It
	// is published to the state topic of the first channel, not retained: an event that is heard later is none.
	event func(*api.Event) []byte
}

// channel is a state and the command that changes it; either may be nil. With the name "" its topics are
// <base>/<heater id>/<entity id>/state and …/set, else …/<entity id>/<name>/state and …/set.
type channel struct {
	name string
	// stateMember and commandMember are what the discovery document calls the topics: "state_topic",
	// "mode_command_topic". An empty one is left out there: Home Assistant has no place for it.
	stateMember, commandMember string
	// state returns what is published retained; unknown when there is nothing to say.
	state func(*view) string
	// command reads what somebody published to …/set. Its error is the owner's to read and holds no payload.
	command func(payload string, v *view) (api.Command, error)
}

// What Home Assistant takes for an unknown state: unknown in every component but sensors of texts and enumerations, which
// would show "None" as it stands. There the word itself is the state that it shows for an unknown one.
const (
	unknown     = "None"
	unknownText = "unknown"
)

// view is a heater's state, taken apart once for all entities.
type view struct {
	state    *fleet.State
	doc      api.Heater
	values   map[string]fleet.Value // of the status, by printed name
	features map[string]fleet.Value
}

// newView takes a state apart.
func newView(state *fleet.State) *view {
	return &view{state: state, doc: state.Document(), values: byName(state.StatusValues()), features: byName(state.FeatureValues())}
}

// complete tells whether enough is known to say which entities the heater has. Until then nothing is announced and
// nothing is removed.
func (v *view) complete() bool { return v.state.Status != nil && v.state.Features != nil }

func byName(values []fleet.Value) map[string]fleet.Value {
	named := make(map[string]fleet.Value, len(values))
	for _, value := range values {
		named[value.Name] = value
	}
	return named
}
