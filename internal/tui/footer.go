package tui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"github.com/nwp500/nwp500/api"
)

// footer is what stands at the bottom: what is being chosen or how the last command ended,
// and the keys.
func (m *model) footer(h *heater) []string {
	p := newPalette()
	if m.choice != nil {
		lines := m.choice.lines()
		for i, line := range lines {
			style := p.strong
			if i == len(lines)-1 {
				style = p.faint
			}
			lines[i] = style.Render(line)
		}
		return append([]string{p.faint.Render(strings.Repeat("─", max(0, m.width)))}, lines...)
	}
	var lines []string
	if m.order != nil {
		style := map[api.End]lipgloss.Style{
			"": p.strong, api.Done: p.good, api.OutcomeUnknown: p.warn, api.Refusal: p.bad, api.NotSent: p.bad,
		}[m.order.end]
		for _, line := range wrapped(m.order.line(m.now), max(m.width, 20), 3) {
			lines = append(lines, style.Render(line))
		}
	}
	if m.height < 3 {
		return lines
	}
	return append(lines, p.faint.Render(m.keys(h)))
}

// keys are the keys that do something now, as many as there is room for.
func (m *model) keys(h *heater) string {
	switch {
	case m.quits:
		return "the command is on its way: q quits without its end"
	case m.help:
		return "any key goes back"
	case h == nil:
		return "q quit"
	}
	keys := []string{"↑↓ setpoint", "m mode", "p power", "q quit", "? keys"}
	if len(m.heaters) > 1 {
		keys = append(keys, "tab heater")
	}
	keys = append(keys, fmt.Sprintf("h %d h", m.chart.hours), "r refresh")
	line := keys[0]
	for _, key := range keys[1:] {
		if lipgloss.Width(line)+3+lipgloss.Width(key) > m.width {
			break
		}
		line += " · " + key
	}
	return line
}

func helpLines() []string {
	return []string{
		newPalette().title.Render("keys"), "",
		"↑ ↓ + -        choose a setpoint, then enter",
		"m              choose a mode, then enter",
		"p              turn the heater off or on, then enter",
		"r              ask the heater for a fresh status",
		"tab ← → 1…9    another heater",
		"h              a chart of 1, 6, 24 or 72 hours",
		"esc            leave what is being chosen",
		"q ctrl-c       quit",
		"",
		"The end of a command stays until the next key. One whose outcome is",
		"unknown was sent and not answered: it is not repeated by itself.",
	}
}
