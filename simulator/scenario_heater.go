package simulator

import (
	"math"
	"strings"
	"time"
	"unicode"

	"github.com/nwp500/nwp500/internal/topic"
)

// heater reads a line with one heater, or with several of a kind.
func (p *scenarioParser) heater(l *scenarioLine) {
	count := 1
	gallons := l.whole("the number of heaters, or of gallons", 0, math.MaxInt32)
	if l.acceptOne("x", "times") {
		count = gallons
		if most := mostScenarioHeaters - len(p.scenario.models); count < 1 || count > most {
			l.fail("%d heaters are not 1 to %d", count, most)
			return
		}
		gallons = l.whole("the number of gallons", 0, math.MaxInt32)
	} else if len(p.scenario.models) == mostScenarioHeaters {
		l.fail("there are %d heaters already", mostScenarioHeaters)
	}
	l.unit("the tank", []unit{{[]string{"gal", "gallon", "gallons"}, 1, 0}})
	kind := heaterKind{model: Model{Gallons: gallons}}
	if err := kind.model.check(); (err != nil || gallons == 0) && l.problem == "" {
		l.fail("the tank has %d gallons, not 50, 65 or 80", gallons)
	}
	for !l.over() {
		l.accept(",")
		p.option(l, &kind)
	}
	if lowest := kind.model.lowestSetpoint(); kind.setpoint > 0 && kind.setpoint < lowest {
		l.fail("the setpoint is %s, not from %s on as with new firmware", celsius.show(float64(kind.setpoint)/2), celsius.show(float64(lowest)/2))
	}
	if l.problem != "" {
		return
	}
	var numbers []int
	for range count {
		numbers = append(numbers, len(p.scenario.models))
		p.scenario.models = append(p.scenario.models, kind.model)
		p.scenario.zones = append(p.scenario.zones, kind.zone)
		p.ownDraws = append(p.ownDraws, kind.draws)
	}
	if kind.name != "" {
		p.names[kind.name] = numbers
	}
	if kind.writes != nil {
		p.always(l, func(_ *scenarioLine, c *cue) { c.heaters, c.begin = numbers, inTurn(kind.writes) })
	}
}

// mostScenarioHeaters is how many heaters a scenario has at most: those of an account.
const mostScenarioHeaters = mostOfAccount

// heaterKind is what a line says of its heaters.
type heaterKind struct {
	model    Model
	name     string
	zone     *time.Location // nil: that of the scenario
	draws    bool           // it says who draws
	setpoint int            // half °C; 0: it says nothing of it
	writes   []func(*Heater) outcome
}

func (p *scenarioParser) option(l *scenarioLine, kind *heaterKind) {
	switch l.choose("what a heater has", "new-firmware", "recirculation", "hourly-energy", "draws", "mode", "setpoint", "zone", "clock", "named") {
	case "new-firmware":
		kind.model.NewFirmware = true
	case "recirculation":
		kind.model.Recirculation = true
	case "hourly-energy":
		kind.model.HourlyEnergy = true
	case "draws":
		kind.model.Draws, kind.draws = l.drawProfile(), true
	case "mode":
		kind.writes = append(kind.writes, commandOf(topic.SetMode, l.mode()))
	case "setpoint":
		kind.setpoint = l.halfCelsius("the setpoint", kind.model.lowestSetpoint(), highestSetpoint)
		kind.writes = append(kind.writes, commandOf(topic.SetTemperature, kind.setpoint))
	case "zone":
		kind.zone = l.zone()
	case "clock":
		ahead := l.aheadBy()
		kind.writes = append(kind.writes, func(h *Heater) outcome {
			h.setClock(ahead)
			return obeyed
		})
	case "named":
		kind.name = p.name(l)
	}
}

// aheadBy reads how far a heater's own clock is off, such as 4 s ahead.
func (l *scenarioLine) aheadBy() time.Duration {
	const most = 24 * time.Hour
	span := l.duration("how far the clock is off")
	off := time.Duration(span.days)*most + span.rest
	if off > most {
		l.fail("how far the clock is off is %v, more than a day", off)
	}
	if l.choose("which way the clock is off", "ahead", "behind") == "behind" {
		return -off
	}
	return off
}

// name reads what a heater is called from now on.
func (p *scenarioParser) name(l *scenarioLine) string {
	word := l.next()
	odd := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' }
	_, taken := p.names[word.lower]
	switch {
	case word.written == "":
		l.fail("the name is missing")
	case strings.ContainsFunc(word.lower, odd) || unicode.IsDigit([]rune(word.lower)[0]) || len(word.lower) > 40:
		l.fail("%q is no name: one is of letters, digits, - and _, and begins with a letter", word.written)
	case word.lower == "all" || word.lower == "at" || word.lower == "every":
		l.fail("%q is a word of the format and no name", word.written)
	case taken:
		l.fail("a heater is called %s already", word.written)
	}
	return word.lower
}
