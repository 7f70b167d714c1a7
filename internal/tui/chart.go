package tui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/nwp500/nwp500/api"
)

// chart is the last hours of the heater that is shown.
type chart struct {
	hours  int
	asked  time.Time // when it was asked for last
	series api.Series
	of     string // the heater's ID, "" while there is nothing
	err    error  // why there is none
}

// curves is what the server's history has.
type curves struct {
	heater string
	hours  int
	series api.Series
	err    error
}

// The fields of the chart, as they are printed.
const (
	fieldUpper    = "tank_upper_temperature"
	fieldLower    = "tank_lower_temperature"
	fieldSetpoint = "dhw_temperature_setting"
	fieldPower    = "current_inst_power"
)

// chartEvery is how often a chart is read anew; each minute has a column at most.
const chartEvery = 30 * time.Second

func (c *chart) due(now time.Time) bool { return now.Sub(c.asked) >= chartEvery }

// clear forgets the curves of a heater that is no longer shown.
func (c *chart) clear() { c.of, c.series, c.err = "", api.Series{}, nil }

// widen shows more hours, and the fewest after the most.
func (c *chart) widen() {
	spans := [...]int{1, 6, 24, 72}
	c.hours = spans[(slices.Index(spans[:], c.hours)+1)%len(spans)]
	c.clear()
}

// fetch asks the server for the curves of the heater that is shown.
func (m *model) fetch() {
	h := m.heater()
	if h == nil || m.lost != nil {
		return
	}
	m.chart.asked = m.now
	id, hours := h.ID, m.chart.hours
	query := api.SeriesQuery{
		Heater: id, From: m.now.Add(-time.Duration(hours) * time.Hour), To: m.now,
		Fields: []string{fieldUpper, fieldLower, fieldSetpoint, fieldPower},
		Points: max(100, 2*m.width),
	}
	m.start(func(ctx context.Context) tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		series, err := m.client.Series(ctx, query)
		return curves{id, hours, series, err}
	})
}

// take keeps curves, unless something else is shown by now. An answer that did not come
// leaves those that are there.
func (m *model) take(message curves) {
	h := m.heater()
	if h == nil || h.ID != message.heater || m.chart.hours != message.hours {
		return
	}
	m.chart.err = message.err
	if message.err == nil {
		m.chart.series, m.chart.of = message.series, message.heater
	}
}

// curve returns a field at the times of so many columns, the last at the end of the
// series; nil is unknown.
func (c *chart) curve(field string, columns int) []*float64 {
	values := make([]*float64, columns)
	at := slices.IndexFunc(c.series.Fields, func(curve api.Curve) bool { return curve.Field == field })
	if at < 0 || columns < 2 {
		return values
	}
	curve := c.series.Fields[at]
	n := min(len(curve.Times), len(curve.Mean))
	from, to := c.series.From.Unix(), c.series.To.Unix()
	next := 0
	for i := range values {
		when := from + (to-from)*int64(i)/int64(columns-1)
		for next < n && curve.Times[next] <= when {
			next++
		}
		if next == 0 {
			continue
		}
		// A change holds until the next one, a mean for the time that it is of.
		if step := int64(c.series.StepSeconds); step > 0 && when-curve.Times[next-1] >= 2*step {
			continue
		}
		values[i] = curve.Mean[next-1]
	}
	return values
}
