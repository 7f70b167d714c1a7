package homeassistant

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
)

// controlEntities are the switches, numbers, selects and buttons. A heater has those of what its features say it has.
func controlEntities() []*entity {
	return slices.Concat(switches(), numbers(), selects(), buttons())
}

func switches() []*entity {
	return []*entity{
		toggle("power", "Power", "power_use", func(v *view) string { return v.isMode(powerOff, "OFF", "ON") }, setPower),
		toggle("vacation", "Vacation", "holiday_use", func(v *view) string { return v.isMode(vacation, "ON", "OFF") }, turns(api.SetVacation)),
		toggle("reservations_enabled", "Reservations", "program_reservation_use", state("program_reservation_use", onOff), turns(api.EnableReservations)),
		toggle("tou_enabled", "TOU", "program_reservation_use", state("tou_status", onOff), turns(api.EnableTOU)).configures(),
		toggle("anti_legionella", "Anti-Legionella", "anti_legionella_setting_use", state("anti_legionella_use", onOff), turns(api.EnableAntiLegionella)).configures(),
		unseen("demand_response", "Demand response", "dr_setting_use", api.EnableDemandResponse),
		unseen("intelligent", "Intelligent mode", "", api.EnableIntelligent),
	}
}

// toggle is a switch of a heater with a feature, or of every heater without one.
func toggle(id, name, feature string, state func(*view) string, command func(string, *view) (api.Command, error)) *entity {
	return &entity{component: "switch", id: id, name: name, exists: fitted(feature), channels: []channel{writes(state, command)}}
}

// unseen is a switch of which no status shows how it stands. Home Assistant assumes what it last commanded, shows that it
// assumes it, and offers both directions; a command that fails is followed by the unknown state.
func unseen(id, name, feature, command string) *entity {
	e := toggle(id, name, feature, func(*view) string { return unknown }, turns(command)).configures()
	e.config, e.disabled = fixed("optimistic", true), true
	return e
}

func numbers() []*entity {
	return []*entity{
		{
			component: "number", id: "vacation_days", name: "Vacation days", category: "config", exists: fitted("holiday_use"),
			config: fixed("min", fewestDays, "max", mostDays, "step", 1, "mode", "box", "unit_of_measurement", "d"),
			channels: []channel{writes(state("vacation_day_setting", numberOfDays), func(payload string, _ *view) (api.Command, error) {
				return wholeDays(api.Command{Name: api.SetVacationDays}, payload)
			})},
		},
		{
			component: "number", id: "anti_legionella_days", name: "Anti-Legionella period", category: "config", exists: fitted("anti_legionella_setting_use"),
			config:   fixed("min", fewestDays, "max", mostDays, "step", 1, "mode", "box", "unit_of_measurement", "d"),
			channels: []channel{writes(state("anti_legionella_period", numberOfDays), setAntiLegionellaPeriod)},
		},
		{
			component: "number", id: "filter_interval", name: "Filter interval", category: "config",
			config: fixed("min", 0, "max", 10000, "step", 500, "mode", "box", "unit_of_measurement", "h"),
			channels: []channel{writes(state("air_filter_alarm_period", number), func(payload string, _ *view) (api.Command, error) {
				interval, err := whole(payload)
				return api.Command{Name: api.SetAirFilterLife, Hours: &interval}, err
			})},
		},
	}
}

// What the heater takes for a vacation and for the period of anti-Legionella (docs/protocol.md §3).
const fewestDays, mostDays = 1, 30

// numberOfDays is unknown when it is none that can be set: a heater that never had a vacation shows 0, and Home Assistant
// calls a number beyond its range an error.
func numberOfDays(value fleet.Value) string {
	if value.Number < fewestDays || value.Number > mostDays {
		return unknown
	}
	return number(value)
}

// setAntiLegionellaPeriod does not switch on by the way what the owner has switched off: the heater's one command sets both.
func setAntiLegionellaPeriod(payload string, v *view) (api.Command, error) {
	if onOff(v.values["anti_legionella_use"]) == "OFF" {
		return api.Command{}, errors.New("anti-Legionella is off, and setting its period would switch it on: switch it on first")
	}
	return wholeDays(api.Command{Name: api.EnableAntiLegionella, On: new(true)}, payload)
}

func selects() []*entity {
	return []*entity{
		{
			component: "select", id: "mode", name: "Mode",
			config:   func(v *view) map[string]any { return map[string]any{"options": v.modesOffered()} },
			channels: []channel{writes(chosenMode, setMode)},
		},
		{
			component: "select", id: "recirculation_mode", name: "Recirculation mode", category: "config", exists: fitted("recirculation_use"),
			config: fixed("options", recirculationModes),
			channels: []channel{writes(func(v *view) string {
				if chosen := v.values["recirc_operation_mode"]; chosen.Known && slices.Contains(recirculationModes, chosen.Text) {
					return chosen.Text
				}
				return unknown
			}, func(payload string, _ *view) (api.Command, error) {
				if !slices.Contains(recirculationModes, payload) {
					return api.Command{}, errors.New("a recirculation mode is " + strings.Join(recirculationModes, ", "))
				}
				return api.Command{Name: api.SetRecirculationMode, Mode: payload}, nil
			})},
		},
	}
}

var recirculationModes = []string{"always", "button", "schedule", "temperature"}

// modesOffered are the modes by the heater's own names, and off.
func (v *view) modesOffered() []string {
	offered := []string{}
	for _, m := range modes {
		if v.can(m.feature) {
			offered = append(offered, m.heater)
		}
	}
	if v.can("holiday_use") {
		offered = append(offered, vacation)
	}
	return append(offered, off)
}

func chosenMode(v *view) string {
	switch chosen := v.mode(); {
	case chosen == powerOff:
		return off
	case slices.Contains(v.modesOffered(), chosen):
		return chosen
	}
	return unknown
}

func setMode(payload string, v *view) (api.Command, error) {
	switch {
	case !slices.Contains(v.modesOffered(), payload):
		return api.Command{}, errors.New("this heater's modes are " + strings.Join(v.modesOffered(), ", "))
	case payload == off:
		return api.Command{Name: api.SetPower, On: new(false)}, nil
	case payload == vacation:
		return api.Command{Name: api.SetVacation, On: new(true)}, nil
	}
	return api.Command{Name: api.SetMode, Mode: payload}, nil
}

func buttons() []*entity {
	press := func(id, name, feature, command string) *entity {
		return &entity{
			component: "button", id: id, name: name, exists: fitted(feature),
			channels: []channel{{commandMember: "command_topic", command: func(payload string, _ *view) (api.Command, error) {
				if payload != "PRESS" {
					return api.Command{}, errors.New("a button takes PRESS")
				}
				return api.Command{Name: command}, nil
			}}},
		}
	}
	condenser := press("condenser_reset", "Reset condenser fault", "", api.ResetCondenserFault).configures()
	condenser.disabled = true
	refresh := press("refresh", "Refresh", "", api.Refresh)
	refresh.category = "diagnostic"
	return []*entity{
		press("hot_button", "Hot button", "recirculation_use", api.PressHotButton),
		press("filter_reset", "Reset filter", "", api.ResetAirFilter).configures(),
		refresh,
		condenser,
	}
}

// configures puts an entity among the settings of the device.
func (e *entity) configures() *entity {
	e.category = "config"
	return e
}

// fitted tells of a heater whether its features name something; every heater has what no feature names.
func fitted(feature string) func(*view) bool {
	if feature == "" {
		return nil
	}
	return func(v *view) bool { return v.can(feature) }
}

// writes is the only channel of an entity that takes commands.
func writes(state func(*view) string, command func(string, *view) (api.Command, error)) channel {
	return channel{stateMember: "state_topic", commandMember: "command_topic", state: state, command: command}
}

// state shows a field of the status.
func state(field string, as func(fleet.Value) string) func(*view) string {
	return func(v *view) string { return as(v.values[field]) }
}

// isMode is one of two payloads, or unknown while the mode is.
func (v *view) isMode(mode, is, not string) string {
	switch v.mode() {
	case "":
		return unknown
	case mode:
		return is
	}
	return not
}

// turns is a command that takes ON or OFF.
func turns(name string) func(string, *view) (api.Command, error) {
	return func(payload string, _ *view) (api.Command, error) {
		on := payload == "ON"
		if !on && payload != "OFF" {
			return api.Command{}, errors.New("a switch takes ON or OFF")
		}
		return api.Command{Name: name, On: &on}, nil
	}
}

func setPower(payload string, v *view) (api.Command, error) { return turns(api.SetPower)(payload, v) }

func wholeDays(command api.Command, payload string) (api.Command, error) {
	count, err := whole(payload)
	command.Days = &count
	return command, err
}

// whole reads what Home Assistant sends for a whole number: 7, and 7.0 from versions that keep a fraction.
func whole(payload string) (int, error) {
	text := strings.TrimSuffix(payload, ".0")
	value, err := strconv.Atoi(text)
	if err != nil {
		return 0, errors.New("it takes a whole number")
	}
	return value, nil
}
