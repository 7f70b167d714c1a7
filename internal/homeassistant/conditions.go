package homeassistant

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/api"
)

// conditionEntities are what is made of several fields, or of what is known besides a status: how much hot water there is,
// what the heater does and why, whether something is broken, how it is connected, what software runs.
func conditionEntities() []*entity {
	return []*entity{
		{component: "sensor", id: "hot_litres", name: "Hot water", config: stored.config, channels: []channel{reads(func(v *view) string {
			return summarised(v, func(s *api.Summary) *float64 { return s.HotLitres })
		})}, attributes: hotWaterAttributes},
		{component: "sensor", id: "showers", name: "Showers", config: measure{state: "measurement", precision: 1}.config, channels: []channel{reads(func(v *view) string {
			return summarised(v, func(s *api.Summary) *float64 { return s.Showers })
		})}},
		{component: "sensor", id: "doing", name: "Doing", channels: []channel{reads(func(v *view) string {
			if v.doc.Summary == nil || v.doc.Summary.Doing == "" {
				return unknownText
			}
			return v.doc.Summary.Doing
		})}, attributes: doingAttributes},
		{component: "binary_sensor", id: "fault", name: "Fault", config: fixed("device_class", "problem"), channels: []channel{reads(faultState)}, attributes: faultAttributes},
		{
			component: "sensor", id: "connection", name: "Connection", category: "diagnostic", unreachable: true,
			config:   fixed("device_class", "enum", "options", withUnknown(connectionStates)),
			channels: []channel{reads(connectionState)}, attributes: connectionAttributes,
		},
		{
			component: "sensor", id: "status_at", name: "Last heard", category: "diagnostic", disabled: true, unreachable: true,
			config: fixed("device_class", "timestamp"), channels: []channel{reads(lastHeard)},
		},
		{
			component: "update", id: "firmware", name: "Firmware", category: "config",
			exists:     func(v *view) bool { return len(v.doc.Firmware) > 0 },
			config:     fixed("device_class", "firmware", "payload_install", "install"),
			channels:   []channel{writes(firmwareState, installFirmware)},
			attributes: firmwareAttributes,
		},
	}
}

func summarised(v *view, of func(*api.Summary) *float64) string {
	if v.doc.Summary == nil || of(v.doc.Summary) == nil {
		return unknown
	}
	return strconv.FormatFloat(*of(v.doc.Summary), 'f', -1, 64)
}

func hotWaterAttributes(v *view) []byte {
	if v.doc.Summary == nil {
		return object(nil)
	}
	return object(map[string]any{
		"tank_litres": v.doc.Summary.TankLitres, "cold_water": v.doc.Summary.InletCelsius, "cold_water_assumed": v.doc.Summary.InletAssumed,
	})
}

func doingAttributes(v *view) []byte {
	if v.doc.Summary == nil {
		return object(nil)
	}
	return object(map[string]any{"why": v.doc.Summary.Why, "sources": v.doc.Summary.Sources})
}

func faultState(v *view) string {
	switch {
	case v.doc.Fault != nil:
		return "ON"
	case !v.values["error_code"].Known:
		return unknown
	}
	return "OFF"
}

func faultAttributes(v *view) []byte {
	members := map[string]any{"code": 0}
	if v.doc.Fault != nil {
		describeFault(members, v.doc.Fault)
	}
	return object(members)
}

var connectionStates = []string{string(api.Connecting), string(api.Up), string(api.Down), string(api.Silent), string(api.Refused)}

func connectionState(v *view) string {
	if state := string(v.doc.Connection.State); slices.Contains(connectionStates, state) {
		return state
	}
	return unknownText
}

func connectionAttributes(v *view) []byte {
	members := map[string]any{"error": v.doc.Connection.Error, "advice": v.doc.Connection.Advice, "account": v.doc.Account}
	if !v.doc.Connection.Since.IsZero() {
		members["since"] = v.doc.Connection.Since.Format(time.RFC3339)
	}
	return object(members)
}

func lastHeard(v *view) string {
	if v.doc.StatusAt.IsZero() {
		return unknown
	}
	return v.doc.StatusAt.UTC().Format(time.RFC3339)
}

// awaiting is the software that was downloaded and can be installed: the first that the heater names.
func awaiting(firmware []api.Firmware) (api.Firmware, bool) {
	at := slices.IndexFunc(firmware, func(f api.Firmware) bool { return f.Available != "" })
	if at < 0 {
		return api.Firmware{}, false
	}
	return firmware[at], true
}

// firmwareState is one update for all components, since there is hardly ever one: what waits, or else what the first
// component runs.
func firmwareState(v *view) string {
	if len(v.doc.Firmware) == 0 {
		return "{}"
	}
	waiting, is := awaiting(v.doc.Firmware)
	if !is {
		waiting = v.doc.Firmware[0]
		waiting.Available = waiting.Installed
	}
	state, err := json.Marshal(struct {
		Installed string `json:"installed_version"`
		Latest    string `json:"latest_version"`
	}{waiting.Installed, waiting.Available})
	if err != nil {
		return "{}"
	}
	return string(state)
}

func installFirmware(payload string, v *view) (api.Command, error) {
	if payload != "install" {
		return api.Command{}, errors.New("an update takes install")
	}
	waiting, is := awaiting(v.doc.Firmware)
	if !is {
		return api.Command{}, errors.New("no firmware waits to be installed")
	}
	version, err := strconv.Atoi(waiting.Available)
	if err != nil {
		return api.Command{}, errors.New("the waiting firmware has no number for a version")
	}
	return api.Command{Name: api.InstallFirmware, Code: &waiting.Code, Version: &version}, nil
}

func firmwareAttributes(v *view) []byte {
	components := map[string]any{}
	for _, f := range v.doc.Firmware {
		components[f.Component] = f.Installed
	}
	members := map[string]any{"components": components}
	if waiting, is := awaiting(v.doc.Firmware); is {
		members["waiting"] = waiting.Component
	}
	return object(members)
}
