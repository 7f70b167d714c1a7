package homeassistant

import (
	"strings"

	"github.com/nwp500/nwp500/api"
)

// eventEntities tell of faults, and of commands that did not do what was asked. Home Assistant shows no event of what is
// unavailable, and most commands fail because the heater cannot be reached; and what was unavailable comes back with its
// last event, which an automation would take for new.
func eventEntities() []*entity {
	return []*entity{
		{
			component: "event", id: "fault_event", name: "Fault event", unreachable: true,
			config:   fixed("event_types", []string{"fault", "fault_cleared"}),
			channels: []channel{{stateMember: "state_topic"}},
			event:    faultEvent,
		},
		{
			component: "event", id: "command_failed", name: "Failed command", category: "diagnostic", unreachable: true,
			config:   fixed("event_types", []string{"refused", "not_sent", "outcome_unknown"}),
			channels: []channel{{stateMember: "state_topic"}},
			event:    failedCommand,
		},
	}
}

func faultEvent(event *api.Event) []byte {
	members := map[string]any{"text": event.Text, "at": event.At}
	switch event.Class {
	case api.FaultEvent:
		members["event_type"] = "fault"
	case api.FaultClearedEvent:
		members["event_type"] = "fault_cleared"
	default:
		return nil
	}
	if event.Fault != nil {
		describeFault(members, event.Fault)
	}
	return object(members)
}

func describeFault(members map[string]any, fault *api.Fault) {
	members["code"], members["sub_code"] = fault.Code, fault.Sub
	members["fault"], members["detail"], members["advice"] = fault.Name, fault.Detail, fault.Advice
}

// failedCommand tells of whoever's command failed, also one that Home Assistant did not give: by says whose.
func failedCommand(event *api.Event) []byte {
	result := event.Result
	if event.Class != api.CommandEvent || result == nil || result.End == api.Done {
		return nil
	}
	return object(map[string]any{
		"event_type": strings.ReplaceAll(string(result.End), " ", "_"),
		"command":    result.Command, "by": event.By, "at": event.At,
		"reason": result.Error, "field": result.Field, "stale": result.Stale,
	})
}
