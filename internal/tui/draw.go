package tui

import (
	"fmt"
	"strings"
	"time"
)

// axisWidth is the width of the numbers left of a chart.
const axisWidth = 6

// drawn is the chart of the last hours in so many rows: the temperatures, the power below
// them, and the time.
func (m *model) drawn(h *heater, rows int) []string {
	p, in := newPalette(), h.measures(m.units)
	title := p.faint.Render(fmt.Sprintf("last %d h  ", m.chart.hours)) + p.hot.Render("upper") + " " + p.cold.Render("lower") + " " +
		p.warm.Render("setpoint") + p.faint.Render(" "+in.sign())
	width := m.width - axisWidth - 1
	c := &m.chart
	switch {
	case width < 20:
		return nil
	case c.err != nil && c.of == "":
		return append([]string{"", title}, wrapped("no chart: "+explain(c.err), m.width, 2)...)
	case c.of == "":
		return []string{"", title, p.faint.Render("reading the history…")}
	}
	var curves [][]*float64
	for _, field := range []string{fieldUpper, fieldLower, fieldSetpoint} {
		curves = append(curves, in.all(c.curve(field, 2*width)))
	}
	step := 5.0
	if in.us {
		step = 10
	}
	low, high, known := scale(curves, step)
	if !known {
		return []string{"", title, p.faint.Render("nothing is known of this time yet")}
	}
	plot := newPlot(width, rows-4, p.hot, p.cold, p.warm)
	plot.line(curves[2], low, high, 4, 2) // the setpoint, dotted
	plot.line(curves[1], low, high, 1, 1)
	plot.line(curves[0], low, high, 1, 0)
	lines := []string{"", title}
	labels := plot.labels(low, high, step)
	for y := range plot.height {
		lines = append(lines, p.faint.Render(fmt.Sprintf("%*s│", axisWidth, labels[y]))+plot.row(y))
	}
	power := c.curve(fieldPower, 2*width)
	most := highest(power)
	lines = append(lines, p.faint.Render(fmt.Sprintf("%*s│", axisWidth, number(most, "%.0f W")))+p.warn.Render(bars(power, *most)))
	return append(lines, p.faint.Render(strings.Repeat(" ", axisWidth)+hourMarks(c.series.From, c.series.To, width, m.now.Location())))
}

// all are temperatures in the units.
func (m measures) all(celsius []*float64) []*float64 {
	values := make([]*float64, len(celsius))
	for i, value := range celsius {
		if value != nil {
			degrees := m.degrees(*value)
			values[i] = &degrees
		}
	}
	return values
}

// highest is the highest value, 0 without any.
func highest(values []*float64) *float64 {
	most := 0.0
	for _, value := range values {
		if value != nil {
			most = max(most, *value)
		}
	}
	return &most
}

// hourMarks are the times below a chart: full hours of the day, as many as there is room for.
func hourMarks(from, to time.Time, width int, in *time.Location) string {
	const room = 12
	line := []rune(strings.Repeat(" ", width+1))
	every := time.Hour
	for _, candidate := range []time.Duration{10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour} {
		every = candidate
		if to.Sub(from)/candidate*room <= time.Duration(width) {
			break
		}
	}
	year, month, day := from.In(in).Date()
	for n := 0; ; n++ { // by the clock of the place, whose days may have 23 and 25 hours
		at := time.Date(year, month, day, 0, n*int(every.Minutes()), 0, 0, in)
		if at.After(to) {
			break
		}
		if at.Before(from) {
			continue
		}
		x := int(float64(width) * float64(at.Sub(from)) / float64(to.Sub(from)))
		mark := []rune("└" + at.Format("15:04"))
		if x+len(mark) <= len(line) {
			copy(line[x:], mark)
		}
	}
	return string(line)
}
