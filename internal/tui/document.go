package tui

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// heater is a heater as the server told it last, and what is shown of it.
type heater struct {
	api.Heater
	status   status
	features features
}

// status is what is shown of a status, in metric units; nil is unknown.
type status struct {
	Water    *float64 `json:"dhw_temperature"`
	Setpoint *float64 `json:"dhw_temperature_setting"`
	Upper    *float64 `json:"tank_upper_temperature"`
	Lower    *float64 `json:"tank_lower_temperature"`
	Mode     *string  `json:"dhw_operation_setting"`
	Power    *float64 `json:"current_inst_power"`
	Charge   *float64 `json:"dhw_charge_per"`
	Drawing  *bool    `json:"dhw_use"`
	Flow     *float64 `json:"current_dhw_flow_rate"`
	Air      *float64 `json:"ambient_temperature"`
	Panel    *string  `json:"temperature_type"`
	Pump     *bool    `json:"comp_use"`
	UpperOn  *bool    `json:"heat_upper_use"`
	LowerOn  *bool    `json:"heat_lower_use"`
	Vacation *int     `json:"vacation_day_setting"`
}

// features is what is shown of features; a mode that they do not mention is offered.
type features struct {
	Lowest      *float64 `json:"dhw_temperature_min"`
	Highest     *float64 `json:"dhw_temperature_max"`
	Steps       *int     `json:"dhw_temperature_setting_use"`
	HeatPump    *bool    `json:"heatpump_use"`
	EnergySaver *bool    `json:"energy_saver_use"`
	HighDemand  *bool    `json:"high_demand_use"`
	Electric    *bool    `json:"electric_use"`
	Vacation    *bool    `json:"holiday_use"`
}

func newHeater(document api.Heater) *heater {
	h := &heater{Heater: document}
	h.Name = shown(h.Name)
	if h.Name == "" {
		h.Name = "heater " + h.ID
	}
	decode(document.Status, &h.status)
	decode(document.Features, &h.features)
	return h
}

// decode reads what it can: a member of an impossible type stays unknown, like one that
// is not there.
func decode(document json.RawMessage, into any) {
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(document, into); errors.As(err, &wrongType) {
		return
	}
}

// is reports whether something is said to be on.
func is(flag *bool) bool { return flag != nil && *flag }

// lacks reports whether the heater says that it lacks something.
func lacks(fitted *bool) bool { return fitted != nil && !*fitted }

// off reports whether the heater is turned off.
func (h *heater) off() bool { return h.status.Mode != nil && *h.status.Mode == "power_off" }

// measures returns the units in which the heater is shown.
func (h *heater) measures(units nwp500.Units) measures {
	if units == nwp500.Auto && h.status.Panel != nil && *h.status.Panel == "fahrenheit" {
		units = nwp500.US
	}
	return measures{us: units == nwp500.US}
}

// shown is a text of others without what would steer a terminal or take another line.
func shown(text string) string {
	printable := func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(printable, text)), " ")
}

// words is a name of programs, "energy_saver", for people.
func words(name string) string { return shown(strings.ReplaceAll(name, "_", " ")) }
