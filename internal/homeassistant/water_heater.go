package homeassistant

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// mode is a mode of the heater and what Home Assistant calls it.
type mode struct {
	// heater is the heater's name (docs/protocol.md §4), feature the field of the features that says that it has it.
	heater, feature string
	// waterHeater is the mode of a water_heater that comes nearest; Home Assistant knows no others.
	waterHeater string
}

// modes are those that an owner can choose for good. Home Assistant's "performance" and "gas" stand for nothing here.
var modes = []mode{
	{"energy_saver", "energy_saver_use", "eco"}, // the heat pump, and an element when it is not enough
	{"heat_pump", "heatpump_use", "heat_pump"},  // the heat pump alone
	{"high_demand", "high_demand_use", "high_demand"},
	{"electric", "electric_use", "electric"}, // the elements alone
}

// What the heater calls the two modes that no element of modes is, and Home Assistant's word for a heater that does not heat.
const (
	vacation = "vacation"
	powerOff = "power_off"
	off      = "off"
)

// waterHeater is the heater itself, without a name of its own.
func waterHeater() *entity {
	return &entity{
		component: "water_heater",
		id:        "water_heater",
		config:    waterHeaterConfig,
		channels: []channel{
			{name: "mode", stateMember: "mode_state_topic", commandMember: "mode_command_topic", state: waterHeaterMode, command: setWaterHeaterMode},
			{name: "temperature", stateMember: "temperature_state_topic", commandMember: "temperature_command_topic", state: setpoint, command: setSetpoint},
			{name: "current_temperature", stateMember: "current_temperature_topic", state: func(v *view) string { return number(v.values["dhw_temperature"]) }},
			{name: "power", commandMember: "power_command_topic", command: turnWaterHeater},
		},
		attributes: waterHeaterAttributes,
	}
}

func waterHeaterConfig(v *view) map[string]any {
	config := map[string]any{"temperature_unit": "C", "precision": 0.5}
	if lowest := v.features["dhw_temperature_min"]; lowest.Known {
		config["min_temp"] = lowest.Number
	}
	if highest := v.features["dhw_temperature_max"]; highest.Known {
		config["max_temp"] = highest.Number
	}
	config["modes"] = v.waterHeaterModes()
	return config
}

func (v *view) waterHeaterModes() []string {
	offered := []string{}
	for _, m := range modes {
		if v.can(m.feature) {
			offered = append(offered, m.waterHeater)
		}
	}
	return append(offered, off)
}

// waterHeaterMode is "off" in a vacation, too: Home Assistant has no mode for a heater that waits for its owner's return,
// and it does not heat. The attribute heater_mode, the select and the switch tell the two apart. A mode that is not offered
// is unknown: Home Assistant calls it an error, and goes on showing the one from before.
func waterHeaterMode(v *view) string {
	chosen := v.mode()
	if chosen == vacation || chosen == powerOff {
		return off
	}
	for _, m := range modes {
		if m.heater == chosen && v.can(m.feature) {
			return m.waterHeater
		}
	}
	return unknown
}

func setWaterHeaterMode(payload string, v *view) (api.Command, error) {
	if payload == off {
		return api.Command{Name: api.SetPower, On: new(false)}, nil
	}
	for _, m := range modes {
		if m.waterHeater == payload && v.can(m.feature) {
			return api.Command{Name: api.SetMode, Mode: m.heater}, nil
		}
	}
	return api.Command{}, errors.New("this water heater's modes are " + strings.Join(v.waterHeaterModes(), ", "))
}

// turnWaterHeater ends a vacation where Home Assistant, which shows it as off, turns the water heater on: with its power on
// already, the heater would do nothing.
func turnWaterHeater(payload string, v *view) (api.Command, error) {
	if payload == "ON" && v.mode() == vacation {
		return api.Command{Name: api.SetVacation, On: new(false)}, nil
	}
	return setPower(payload, v)
}

func setpoint(v *view) string { return number(v.values["dhw_temperature_setting"]) }

// setSetpoint rounds to what the heater can be set to: Home Assistant converts from °F and sends 48.888….
func setSetpoint(payload string, _ *view) (api.Command, error) {
	celsius, err := strconv.ParseFloat(payload, 64)
	if err != nil || math.IsNaN(celsius) || math.IsInf(celsius, 0) {
		return api.Command{}, errors.New("a setpoint is a number of degrees Celsius")
	}
	return api.Command{Name: api.SetTemperature, Celsius: new(math.Round(celsius*2) / 2)}, nil
}

func waterHeaterAttributes(v *view) []byte {
	attributes := map[string]any{"heater_mode": nil}
	if chosen := v.mode(); chosen != "" {
		attributes["heater_mode"] = chosen
	}
	if v.doc.Summary != nil {
		attributes["doing"], attributes["why"] = v.doc.Summary.Doing, v.doc.Summary.Why
	}
	return object(attributes)
}

// mode is the mode that the owner chose, by the heater's own name, "" while it is unknown.
func (v *view) mode() string {
	if chosen := v.values["dhw_operation_setting"]; chosen.Known {
		return chosen.Text
	}
	return ""
}

// can tells whether the features say that the heater has something.
func (v *view) can(feature string) bool {
	capability := v.features[feature]
	return capability.Known && capability.Number != 0
}

// object encodes attributes. They are texts, numbers and documents that were decoded before, which always encode.
func object(members map[string]any) []byte {
	encoded, err := json.Marshal(members)
	if err != nil {
		return []byte("{}")
	}
	return encoded
}
