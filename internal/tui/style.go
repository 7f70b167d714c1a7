package tui

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// palette are the styles of the screen. The colours are the terminal's own sixteen, which
// its user has chosen to be readable on its background.
type palette struct {
	title, faint, strong, good, warn, bad, banner, alarm lipgloss.Style
	hot, warm, cool, cold                                lipgloss.Style
}

func newPalette() palette {
	style := lipgloss.NewStyle
	color := func(number string) lipgloss.Style { return style().Foreground(lipgloss.Color(number)) }
	return palette{
		title: style().Bold(true), faint: style().Faint(true), strong: style().Bold(true),
		good: color("2"), warn: color("3"), bad: color("1"),
		banner: color("3").Reverse(true), alarm: color("1").Reverse(true).Bold(true),
		hot: color("1"), warm: color("3"), cool: color("6"), cold: color("4"),
	}
}

// spread puts one text to the left and another to the right. The right one goes first when
// there is no room for both.
func spread(left, right string, width int) string {
	gap := width - lipgloss.Width(left) - lipgloss.Width(right)
	if gap < 1 {
		return cut(left, width)
	}
	return left + strings.Repeat(" ", gap) + right
}

// cut keeps what fits into a width.
func cut(line string, width int) string {
	width = max(0, width)
	if lipgloss.Width(line) <= width {
		return line
	}
	switch width { // lipgloss takes a width of 0 for no limit
	case 0:
		return ""
	case 1:
		return "…"
	}
	return lipgloss.NewStyle().MaxWidth(width-1).Render(line) + "…"
}

// wrapped breaks a text into lines of a width, so many at most.
func wrapped(text string, width, most int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case lipgloss.Width(line)+1+lipgloss.Width(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	lines = append(lines, line)
	if len(lines) > most {
		lines = append(lines[:most-1], cut(strings.Join(lines[most-1:], " "), width))
	}
	return lines
}

// fill makes a line as wide as the screen, for a style that colours its background.
func fill(line string, width int) string {
	line = cut(" "+line, width)
	return line + strings.Repeat(" ", max(0, width-lipgloss.Width(line)))
}
