package simulator

import (
	"slices"

	"github.com/nwp500/nwp500/internal/topic"
)

// What an owner does takes the way of a command that comes over MQTT: the heater looks
// whether it has what that needs, and whether the value is in range. It answers nobody,
// and neither Config.CommandGap nor lost writes meet it.

// commandOf makes a control command of the topic ctrl.
func commandOf(code topic.Code, param ...int) func(*Heater) outcome {
	return func(h *Heater) outcome {
		return h.carryOut(&asked{Command: code, Mode: commands[code].mode, Param: param})
	}
}

// switched makes one of two control commands.
func switched(is bool, on, off topic.Code) func(*Heater) outcome {
	if is {
		return commandOf(on)
	}
	return commandOf(off)
}

// inTurn does one after the other. What was not obeyed does not keep it from the rest.
func inTurn(all []func(*Heater) outcome) func(*Heater) outcome {
	return func(h *Heater) outcome {
		became := obeyed
		for _, do := range all {
			if done := do(h); done != obeyed {
				became = done
			}
		}
		return became
	}
}

// mode reads a mode that heats (docs/protocol.md §4).
func (l *scenarioLine) mode() int {
	return 1 + slices.Index(scenarioModes, l.choose("the mode", scenarioModes[:modeHighDemand]...))
}

// owner reads what an owner does, with semicolons between.
func (p *scenarioParser) owner(l *scenarioLine, c *cue) {
	var does []func(*Heater) outcome
	for first := true; first || l.accept(";"); first = false {
		l.accept("owner")
		does = append(does, p.write(l, c))
	}
	c.begin = inTurn(does)
}

func (p *scenarioParser) write(l *scenarioLine, c *cue) func(*Heater) outcome {
	switch l.choose("what an owner does", "mode", "setpoint", "power", "vacation", "reservations", "tou", "anti-legionella",
		"recirculation", "hot-button", "demand-response", "intelligent", "air-filter", "freeze-protection") {
	case "mode":
		return commandOf(topic.SetMode, l.mode())
	case "setpoint":
		return commandOf(topic.SetTemperature, p.setpoint(l, c))
	case "power":
		return switched(l.onOff("the power"), topic.PowerOn, topic.PowerOff)
	case "vacation":
		return commandOf(topic.SetMode, modeVacation, l.dayCount("the vacation"))
	case "reservations":
		return p.reservations(l, c)
	case "tou":
		return switched(l.onOff("TOU"), topic.TOUOn, topic.TOUOff)
	case "anti-legionella":
		if l.accept("off") {
			return commandOf(topic.AntiLegionellaOff)
		}
		return commandOf(topic.AntiLegionellaOn, l.dayCount("the period"))
	case "recirculation":
		p.needsRecirculation(l, c)
		names := []string{"always", "button", "schedule", "temperature"}
		return commandOf(topic.SetRecirculationMode, 1+slices.Index(names, l.choose("the mode", names...)))
	case "hot-button":
		p.needsRecirculation(l, c)
		return commandOf(topic.PressHotButton, 1)
	case "demand-response":
		return switched(l.onOff("demand response"), topic.DemandResponseOn, topic.DemandResponseOff)
	case "intelligent":
		return switched(l.onOff("the intelligent mode"), topic.IntelligentOn, topic.IntelligentOff)
	case "air-filter":
		l.want("reset")
		return commandOf(topic.ResetAirFilter)
	case "freeze-protection":
		return commandOf(topic.SetFreezeProtectionTemperature, l.halfCelsius("freeze protection", lowestFreeze, highestFreeze))
	}
	return nil
}

// dayCount reads a number of days that a heater takes.
func (l *scenarioLine) dayCount(what string) int {
	days := l.whole(what, 1, 30)
	if !l.acceptOne("days", "day") && l.problem == "" {
		l.fail("days is to follow%s", l.instead())
	}
	return days
}

// setpoint reads a temperature that all heaters of the cue take.
func (p *scenarioParser) setpoint(l *scenarioLine, c *cue) int {
	lowest := 0
	for n, m := range p.scenario.models {
		if c.heaters == nil || slices.Contains(c.heaters, n) {
			lowest = max(lowest, m.lowestSetpoint())
		}
	}
	return l.halfCelsius("the setpoint", lowest, highestSetpoint)
}

// needsRecirculation refuses what takes a pump where there is none.
func (p *scenarioParser) needsRecirculation(l *scenarioLine, c *cue) {
	for n, m := range p.scenario.models {
		if !m.Recirculation && (c.heaters == nil || slices.Contains(c.heaters, n)) {
			l.fail("heater %d has no recirculation pump", n+1)
		}
	}
}

// reservations reads a whole list of them, or switches the list on or off.
func (p *scenarioParser) reservations(l *scenarioLine, c *cue) func(*Heater) outcome {
	if l.peek() == "on" || l.peek() == "off" {
		use := flag(l.onOff("the list"))
		return func(h *Heater) outcome {
			return h.putDown(topic.SuffixReservationWrite, &asked{
				Command: topic.ReservationWrite, ReservationUse: use,
				Reservation: reservationTable.written(h.Settings.Reservations),
			})
		}
	}
	list := []map[string]int{}
	for first := true; first || l.accept(","); first = false {
		entry := map[string]int{"enable": on, "week": week(l.calendar(&weekNames)), "param": 0}
		minute := l.clock("the time")
		entry["hour"], entry["min"] = minute/60, minute%60
		mode := l.choose("the mode", scenarioModes...)
		entry["mode"] = 1 + slices.Index(scenarioModes, mode)
		if sources(entry["mode"]) != 0 {
			entry["param"] = p.setpoint(l, c)
		}
		list = append(list, entry)
	}
	if len(list) > reservationTable.most {
		l.fail("there are %d reservations, more than %d", len(list), reservationTable.most)
	}
	return func(h *Heater) outcome {
		return h.putDown(topic.SuffixReservationWrite, &asked{
			Command: topic.ReservationWrite, ReservationUse: on, Reservation: list,
		})
	}
}
