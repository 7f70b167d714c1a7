package simulator

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// expectation is what is expected of one quantity.
type expectation struct {
	quantity
	sign  string // of the comparison
	bound float64
	unit  unit
}

// quantity is something about a heater that can be expected.
type quantity struct {
	name      string
	units     []unit   // nil: words
	words     []string // whose values count from 0
	low, high float64
	zero      string // what 0 is called; "": 0
	read      func(*Heater) float64
	count     func(Meter) float64 // in place of read: what was added since the beginning
}

var (
	scenarioModes = hyphenated(modeNames)
	noYes         = []string{"no", "yes"}
)

// quantities returns all but those of fields of the status.
func quantities() []quantity {
	temperature := func(name string, read func(*Heater) float64) quantity {
		return quantity{name: name, units: temperatureUnits, low: -40, high: 120, read: read}
	}
	whether := func(name string, is func(*Heater) bool) quantity {
		return quantity{name: name, words: noYes, read: func(h *Heater) float64 { return float64(flag(is(h)) - off) }}
	}
	counted := func(name string, units []unit, count func(Meter) float64) quantity {
		return quantity{name: name, units: units, high: 1e9, count: count}
	}
	return []quantity{
		temperature("upper", func(h *Heater) float64 { return h.Tank.upper() }),
		temperature("lower", func(h *Heater) float64 { return h.Tank.lower() }),
		temperature("tank", func(h *Heater) float64 { return h.Tank.mean() }),
		temperature("setpoint", func(h *Heater) float64 { return float64(h.Setpoint) / 2 }),
		temperature("air", (*Heater).air),
		temperature("inlet", (*Heater).inlet),

		whether("heating", func(h *Heater) bool { return h.Busy }),
		whether("compressor", func(h *Heater) bool { return h.Pump.compressor() }),
		whether("elements", func(h *Heater) bool { return h.Upper || h.Lower }),
		whether("online", func(h *Heater) bool { return h.Online }),

		{name: "mode", words: scenarioModes, read: func(h *Heater) float64 { return float64(h.Mode - 1) }},
		{name: "fault", units: noUnits, high: mostFaultCode, zero: "none", read: func(h *Heater) float64 { return float64(h.ErrorCode) }},
		{name: "power", units: powerUnits, high: 1e5, read: func(h *Heater) float64 { return float64(h.watts()) }},
		{name: "charge", units: percentUnits, high: 100, read: func(h *Heater) float64 { return float64(h.charge()) }},

		counted("energy", energyUnits, func(m Meter) float64 { return m.HeatPump + m.Elements }),
		counted("heat-pump-energy", energyUnits, func(m Meter) float64 { return m.HeatPump }),
		counted("elements-energy", energyUnits, func(m Meter) float64 { return m.Elements }),
		counted("heat-pump-hours", hourUnits, func(m Meter) float64 { return m.HeatPumpHours }),
		counted("elements-hours", hourUnits, func(m Meter) float64 { return m.UpperHours + m.LowerHours }),
		counted("heat-pump-starts", noUnits, func(m Meter) float64 { return float64(m.HeatPumpStarts) }),
		counted("drawn", volumeUnits, func(m Meter) float64 { return m.Litres }),
		counted("leaked", volumeUnits, func(m Meter) float64 { return m.Leaked }),
	}
}

// statusNames returns what integers there are in the status of a kind of heater.
func statusNames(m Model, at time.Time) []string {
	heater := newFleet(Config{Models: []Model{m}, Start: at}).add(rand.New(rand.NewPCG(0, 0)), 0) //nolint:gosec // any heater will do
	var d document
	heater.writeStatus(&d, 0)
	return slices.Sorted(maps.Keys(d.values()))
}

// statusField is a value of the status, undecoded, by its wire name.
func statusField(name string) quantity {
	return quantity{name: "status " + name, units: noUnits, low: -1e9, high: 1e9, read: func(h *Heater) float64 {
		var d document
		h.writeStatus(&d, 0)
		return float64(d.values()[name])
	}}
}

// expect reads what is expected, with semicolons between.
func (p *scenarioParser) expect(l *scenarioLine, c *cue) {
	for first := true; first || l.accept(";"); first = false {
		l.accept("expect")
		c.expect = append(c.expect, p.expectation(l, c))
	}
}

func (p *scenarioParser) expectation(l *scenarioLine, c *cue) *expectation {
	e := &expectation{quantity: p.quantity(l, c)}
	e.sign = l.choose("the comparison", "<", "<=", "=", "!=", ">=", ">", "is")
	if e.sign == "is" {
		e.sign = "="
		if l.accept("not") {
			e.sign = "!="
		}
	}
	switch {
	case l.problem != "":
	case e.words == nil:
		if e.zero != "" && l.accept(e.zero) {
			e.unit = e.units[0]
			break
		}
		e.bound, e.unit = l.measure(e.said(), e.units, e.low, e.high)
	case e.sign != "=" && e.sign != "!=":
		l.fail("%s is one of %s: it is compared by = or !=", e.said(), strings.Join(e.words, ", "))
	default:
		e.bound = float64(slices.Index(e.words, l.choose(e.said(), e.words...)))
	}
	return e
}

func (p *scenarioParser) quantity(l *scenarioLine, c *cue) quantity {
	all := quantities()
	names := []string{"status"}
	for _, q := range all {
		names = append(names, q.name)
	}
	switch name := l.choose("what is expected", names...); name {
	case "":
		return quantity{}
	case "status":
		return statusField(p.statusName(l, c))
	default:
		return all[slices.Index(names, name)-1]
	}
}

// statusName reads the name of a field that all heaters of the cue have in their status.
func (p *scenarioParser) statusName(l *scenarioLine, c *cue) string {
	if l.over() {
		l.fail("the name of a field of the status is to follow, such as wifiRssi")
		return ""
	}
	name := l.next().written
	known := make(map[bool][]string) // by what alone makes a difference
	for n, m := range p.scenario.models {
		if !c.concerns(n) {
			continue
		}
		if known[m.NewFirmware] == nil {
			known[m.NewFirmware] = statusNames(m, p.scenario.Start)
		}
		is := func(known string) bool { return strings.EqualFold(known, name) }
		at := slices.IndexFunc(known[m.NewFirmware], is)
		if at < 0 {
			l.fail("the status of heater %d has no field %q%s", n+1, name, meant(nearest(name, known[m.NewFirmware])))
			break
		}
		name = known[m.NewFirmware][at]
	}
	return name
}

// said is the quantity in words.
func (q *quantity) said() string { return strings.ReplaceAll(q.name, "-", " ") }

// met compares a value.
func (e *expectation) met(v float64) bool {
	const exact = 1e-9
	switch e.sign {
	case "<":
		return v < e.bound-exact
	case "<=":
		return v <= e.bound+exact
	case ">":
		return v > e.bound+exact
	case ">=":
		return v >= e.bound-exact
	case "!=":
		return v < e.bound-exact || v > e.bound+exact
	}
	return v >= e.bound-exact && v <= e.bound+exact
}

// show prints a value as the expectation puts it.
func (e *expectation) show(v float64) string {
	switch {
	case v == 0 && e.zero != "":
		return fmt.Sprintf("%s %s", e.said(), e.zero)
	case e.words == nil:
		return fmt.Sprintf("%s %s", e.said(), e.unit.show(v))
	}
	if i := int(v); i >= 0 && i < len(e.words) {
		return fmt.Sprintf("%s %s", e.said(), strings.ReplaceAll(e.words[i], "-", " "))
	}
	return fmt.Sprintf("%s %v", e.said(), v)
}
