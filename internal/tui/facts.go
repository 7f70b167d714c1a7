package tui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
)

// fact is a line about a heater.
type fact struct{ label, value string }

// facts are what is known of a heater, the most important first.
func (m *model) facts(h *heater) []fact {
	in, s := h.measures(m.units), h.status
	mode := unknown
	if s.Mode != nil {
		mode = words(*s.Mode)
		if *s.Mode == "vacation" && s.Vacation != nil {
			mode += ", " + days(*s.Vacation)
		}
	}
	all := []fact{
		{"hot water", in.temperature(s.Water) + ", setpoint " + in.temperature(s.Setpoint)},
		{"mode", mode},
	}
	if sum := h.Summary; sum != nil && sum.HotLitres != nil {
		shower := 40.0 // °C, which HotLitres is of
		usable := fmt.Sprintf("%s at %.0f %s", in.volume(sum.HotLitres), in.degrees(shower), in.sign())
		if sum.Showers != nil {
			usable += fmt.Sprintf(", %.1f showers", *sum.Showers)
		}
		if s.Charge != nil {
			usable += fmt.Sprintf(", charge %.0f %%", *s.Charge)
		}
		all = append(all, fact{"usable", usable})
	}
	all = append(all, fact{"power", number(s.Power, "%.0f W")})
	if h.Today != nil {
		all = append(all, fact{"today", energy(h.Today.HeatPumpWh) + " heat pump, " + energy(h.Today.ElementWh) + " elements"})
	}
	if h.Month != nil {
		all = append(all, fact{"month", energy(h.Month.HeatPumpWh) + " heat pump, " + energy(h.Month.ElementWh) + " elements"})
	}
	return append(all, fact{"air", in.temperature(s.Air)})
}

// labelWidth is the width of the labels of facts.
const labelWidth = 10

// beside is what stands beside the tank: what runs and why, and the facts, in so many rows.
// What is least important is left out when there is no room.
func (m *model) beside(h *heater, width, rows int) []string {
	doing, why, facts := m.doing(h, width), m.why(h, width), m.factLines(h, width)
	var lines []string
	switch {
	case rows <= 3:
		lines = append(facts[:1], append(doing, facts[1:]...)...)
	case rows < len(doing)+len(why)+len(facts):
		lines = append(doing, facts...)
		if short := len(facts) - 2; rows >= len(doing)+len(why)+short { // without the last two
			lines = slices.Concat(doing, why, facts)
		}
	case rows == len(doing)+len(why)+len(facts):
		lines = slices.Concat(doing, why, facts)
	default:
		lines = slices.Concat(doing, why, []string{""}, facts)
	}
	return lines[:max(0, min(len(lines), rows))]
}

// doing says what runs.
func (m *model) doing(h *heater, width int) []string {
	p := newPalette()
	switch {
	case h.Summary == nil:
		return []string{p.faint.Render(cut("waiting for its first status", width))}
	case len(h.Summary.Sources) > 0:
		return []string{p.good.Bold(true).Render(cut(shown(h.Summary.Doing), width))}
	}
	return []string{p.strong.Render(cut(shown(h.Summary.Doing), width))}
}

// why says why it runs, as far as that is known.
func (m *model) why(h *heater, width int) []string {
	if h.Summary == nil || h.Summary.Why == "" {
		return nil
	}
	lines := wrapped(shown(h.Summary.Why), width, 2)
	for i, line := range lines {
		lines[i] = newPalette().faint.Render(line)
	}
	return lines
}

// factLines are the facts, faint when they are old.
func (m *model) factLines(h *heater, width int) []string {
	p := newPalette()
	old := !h.Connection.Fresh || m.lost != nil
	var lines []string
	for _, fact := range m.facts(h) {
		label := fmt.Sprintf("%-*s ", labelWidth, fact.label)
		if width < 3*labelWidth {
			label = ""
		}
		value := cut(fact.value, width-len(label))
		if old {
			value = p.faint.Render(value)
		}
		lines = append(lines, p.faint.Render(label)+value)
	}
	return lines
}

// columns puts the tank and what stands beside it next to each other.
func columns(left, right []string, gap int) []string {
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		if i < len(left) {
			lines[i] = left[i]
		}
		if i < len(right) {
			lines[i] += strings.Repeat(" ", max(0, tankWidth+gap-lipgloss.Width(lines[i]))) + right[i]
		}
	}
	return lines
}
