package tui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// tankWidth is how wide a tank is drawn, its walls and the taps included.
const tankWidth = 18

// tank draws the tank in so many rows: the water by its temperature, the sensors' values
// where the sensors are, what heats, and the tap when it is open.
func (m *model) tank(h *heater, rows int) []string {
	const inside = tankWidth - 4
	in, p := h.measures(m.units), newPalette()
	top := "╭" + strings.Repeat("─", inside) + "╮"
	if is(h.status.Drawing) {
		tap := " " + in.flow(h.status.Flow) + " "
		top = "╭" + strings.Repeat("─", max(0, inside-lipgloss.Width(tap)-1)) + p.cool.Render(tap) + "─▶"
	}
	lines := []string{top}
	water := rows - 2
	upper, lower := water/4, water-1-water/4
	for row := range water {
		celsius := waterAt(h, row, upper, lower)
		text := ""
		switch {
		case row == upper && h.status.Upper != nil:
			text = in.temperature(h.status.Upper)
		case row == lower && h.status.Lower != nil:
			text = in.temperature(h.status.Lower)
		}
		wall := "│"
		if row == upper && is(h.status.UpperOn) || row == lower && is(h.status.LowerOn) {
			wall = p.bad.Render("◀━")
		}
		lines = append(lines, "│"+m.layer(h, celsius, text, inside)+wall)
	}
	bottom := "╰" + strings.Repeat("─", inside) + "╯"
	if is(h.status.Pump) {
		const sign = " heat pump "
		side := (inside - len(sign)) / 2
		bottom = "╰" + strings.Repeat("─", side) + p.good.Render(sign) + strings.Repeat("─", inside-len(sign)-side) + "╯"
	}
	return append(lines, bottom)
}

// waterAt is the water in a row: that of the sensors in theirs and beyond, and even steps
// in between. It is nil while a sensor's is unknown.
func waterAt(h *heater, row, upper, lower int) *float64 {
	above, below := h.status.Upper, h.status.Lower
	if above == nil || below == nil {
		return nil
	}
	share := 0.0
	if lower > upper {
		share = min(max(float64(row-upper)/float64(lower-upper), 0), 1)
	}
	celsius := *above + (*below-*above)*share
	return &celsius
}

// layer is a row of water, with a text in the middle.
func (m *model) layer(h *heater, celsius *float64, text string, width int) string {
	if celsius == nil {
		return centred(text, width, " ")
	}
	p := newPalette()
	style, shade := p.cold, "░"
	switch { // people shower with 40 °C
	case *celsius >= 45:
		style, shade = p.hot, "█"
	case *celsius >= 40:
		style, shade = p.warm, "▓"
	case *celsius >= 30:
		style, shade = p.cool, "▒"
	}
	if h.Summary == nil || !h.Connection.Fresh || m.lost != nil {
		style = p.faint
	}
	if text == "" {
		return style.Render(strings.Repeat(shade, width))
	}
	left := (width - lipgloss.Width(text) - 2) / 2
	right := width - lipgloss.Width(text) - 2 - left
	return style.Render(strings.Repeat(shade, left)) + " " + p.strong.Render(text) + " " + style.Render(strings.Repeat(shade, right))
}

func centred(text string, width int, with string) string {
	left := max(0, (width-lipgloss.Width(text))/2)
	right := max(0, width-lipgloss.Width(text)-left)
	return strings.Repeat(with, left) + text + strings.Repeat(with, right)
}
