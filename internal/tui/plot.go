package tui

import (
	"fmt"
	"math"
	"strings"

	"charm.land/lipgloss/v2"
)

// plot is a drawing in Braille: each cell of the terminal has two columns of four dots.
type plot struct {
	width, height int // in cells
	dots          []rune
	inks          []int            // of each cell: a place in styles
	styles        []lipgloss.Style // of the inks; a cell has one
}

// braille is a cell without dots; the low eight bits of a cell are its dots.
const braille = '\u2800'

func newPlot(width, height int, styles ...lipgloss.Style) *plot {
	return &plot{width, height, make([]rune, width*height), make([]int, width*height), styles}
}

// dot sets a dot, counted from the upper left.
func (p *plot) dot(x, y, ink int) {
	cell := y/4*p.width + x/2
	if x < 0 || y < 0 || x >= 2*p.width || y >= 4*p.height {
		return
	}
	bits := [4][2]rune{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}
	p.dots[cell] |= bits[y%4][x%2]
	p.inks[cell] = ink
}

// line draws a curve, a value a column of dots, between the values at the lower and at the
// upper edge. Every so many columns are drawn: 1 is a line, more are dots. What is unknown
// is a gap.
func (p *plot) line(values []*float64, low, high float64, every, ink int) {
	rows := float64(4*p.height - 1)
	before := -1
	for x, value := range values {
		if value == nil {
			before = -1
			continue
		}
		y := int(math.Round((high - *value) / (high - low) * rows))
		if x%every == 0 {
			p.dot(x, y, ink)
		}
		if before >= 0 && every == 1 { // a step is joined from top to bottom
			for between := min(before, y) + 1; between < max(before, y); between++ {
				p.dot(x, between, ink)
			}
		}
		before = y
	}
}

// labels are the values at the rows of cells, where one is a whole step and there is room.
func (p *plot) labels(low, high, step float64) []string {
	labels := make([]string, p.height)
	for value := high; value >= low; value -= step {
		row := int(math.Round((high-value)/(high-low)*float64(4*p.height-1))) / 4
		if labels[row] == "" && (row == 0 || labels[row-1] == "" || value == low) {
			labels[row] = fmt.Sprintf("%.0f", value)
		}
	}
	return labels
}

// row is a row of cells.
func (p *plot) row(y int) string {
	line, run, ink := &strings.Builder{}, &strings.Builder{}, 0
	flush := func() {
		if run.Len() > 0 {
			line.WriteString(p.styles[ink].Render(run.String()))
			run.Reset()
		}
	}
	for cell := y * p.width; cell < (y+1)*p.width; cell++ {
		switch {
		case p.dots[cell] == 0:
			flush()
			line.WriteByte(' ')
			continue
		case p.inks[cell] != ink:
			flush()
			ink = p.inks[cell]
		}
		run.WriteRune(braille + p.dots[cell])
	}
	flush()
	return line.String()
}

// bars is a row of blocks, a value each, as high as their share of the most.
func bars(values []*float64, most float64) string {
	line := &strings.Builder{}
	steps := []rune(" ▁▂▃▄▅▆▇█")
	for i := 0; i+1 < len(values); i += 2 { // two columns of dots are one cell
		value := 0.0
		for _, half := range values[i : i+2] {
			if half != nil {
				value = max(value, *half)
			}
		}
		height := 0
		if most > 0 {
			height = min(int(math.Round(value/most*8)), 8)
		}
		line.WriteRune(steps[height])
	}
	return line.String()
}

// scale returns edges that have room for all values, in whole steps.
func scale(curves [][]*float64, step float64) (low, high float64, known bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, curve := range curves {
		for _, value := range curve {
			if value != nil {
				low, high, known = min(low, *value), max(high, *value), true
			}
		}
	}
	low, high = math.Floor(low/step)*step, math.Ceil(high/step)*step
	if high-low < 2*step {
		high = low + 2*step
	}
	return low, high, known
}
