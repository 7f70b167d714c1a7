//go:build integration

package dashboard

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// drawn makes a chart of ten minutes with a value a minute, of which two are unknown.
const drawn = `(() => {
	globalThis.moved = [];
	globalThis.chart = new LineChart({ title: 'Temperatures', height: 200, moved: (time) => { moved.push(time); chart.point(time); } });
	chart.element.style.width = '600px';
	document.body.replaceChildren(chart.element);
	const times = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => minute * 60_000), mean = times.map((time, i) => (i === 4 || i === 5 ? null : 40 + i));
	chart.draw({
		from: 0, to: 600_000, room: 10, format: (value) => value.toFixed(1), when: (time) => 'minute ' + Math.round(time / 60_000),
		curves: [{ name: 'Upper', type: 'is-upper', held: false, times, mean, min: mean.map((value) => value && value - 1), max: mean.map((value) => value && value + 1) }],
		ribbons: [{ name: 'Heat pump', type: 'is-pump', times, mean: times.map((time, i) => (i > 6 ? 1 : 0)) }],
	});
	return true;
})()`

// What is unknown is a gap, what was lost in a mean is in the band, and the keyboard reads it all.
func TestChart(t *testing.T) {
	desk := newDesk(t)
	try[bool](desk, "chart/line.js", "LineChart", drawn)
	desk.wait("the chart", `one('.plot-line')`)
	equal(t, "runs of the line", eval[int](desk, `one('.plot-line').getAttribute('d').split('M').length - 1`), 2)
	equal(t, "runs of the band", eval[int](desk, `one('.plot-band').getAttribute('d').split('M').length - 1`), 2)
	equal(t, "what ran", eval[int](desk, `all('.plot-ribbon rect').length`), 1)
	value := func() string { return eval[string](desk, `one('.plot-frame').getAttribute('aria-valuetext')`) }
	equal(t, "at first", value(), "Latest: Upper 49.0, Heat pump –")
	eval[bool](desk, `(one('.plot-frame').focus(), true)`)
	desk.keys(kb.Home)
	equal(t, "at the beginning", value(), "minute 0: Upper 40.0 (39.0 to 41.0), Heat pump off")
	desk.keys(kb.End)
	equal(t, "at the end", value(), "minute 10: Upper 49.0 (48.0 to 50.0), Heat pump on")
	desk.keys(kb.PageDown + kb.PageDown + kb.PageDown + kb.PageDown + kb.PageDown + kb.PageDown)
	if got := value(); !strings.Contains(got, "Upper –") {
		t.Errorf("in the gap: %s", got)
	}
	desk.keys(kb.Escape)
	equal(t, "after Escape", value(), "Latest: Upper 49.0, Heat pump –")
}

// A chart of a day that is not over has no values of the rest of it.
func TestChartOfWhatIsToCome(t *testing.T) {
	desk := newDesk(t)
	try[bool](desk, "chart/line.js", "LineChart", strings.NewReplacer("'is-upper',", "'is-upper', until: 560_000,", "'is-pump',", "'is-pump', until: 560_000,").Replace(drawn))
	desk.wait("the chart", `one('.plot-line')`)
	value := func() string { return eval[string](desk, `one('.plot-frame').getAttribute('aria-valuetext')`) }
	eval[bool](desk, `(chart.point(580_000), true)`)
	equal(t, "after now", value(), "minute 10: Upper –, Heat pump –")
	eval[bool](desk, `(one('.plot-frame').focus(), true)`)
	desk.keys(kb.End)
	equal(t, "the end for the keyboard", value(), "minute 9: Upper 49.0 (48.0 to 50.0), Heat pump on")
}

// A value that is written when it changes holds until the next one.
func TestHeldCurve(t *testing.T) {
	desk := newDesk(t)
	try[bool](desk, "chart/line.js", "LineChart", strings.ReplaceAll(drawn, "held: false", "held: true"))
	desk.wait("the chart", `one('.plot-line')`)
	path := eval[string](desk, `one('.plot-line').getAttribute('d')`)
	places := strings.FieldsFunc(path, func(r rune) bool { return r == 'M' || r == 'L' })
	// Four values are four levels; each but the last goes on to where the next begins, and the fourth to the gap.
	if len(places) != 16 || strings.Fields(places[0])[1] != strings.Fields(places[1])[1] || strings.Fields(places[1])[0] != strings.Fields(places[2])[0] {
		t.Errorf("the line is %s", path)
	}
}

// A bar that is looked at while its period is read anew is still looked at; one of another period is not.
func TestBarIsLookedAtStill(t *testing.T) {
	desk := newDesk(t)
	draw := func(month, text string) string {
		return `chart.draw({ summary: 'all', room: 10, format: String, bars: [1, 2].map((day) => ({ name: day + ' ` + month + `', label: day, text: '` + text + `', parts: [['is-pump', day]] })) })`
	}
	try[bool](desk, "chart/bars.js", "BarChart", `(() => {
		globalThis.chart = new BarChart({ title: 'Electricity', height: 200 });
		chart.element.style.width = '600px';
		document.body.replaceChildren(chart.element);
		`+draw("May", "3 kWh")+`;
		return true;
	})()`)
	desk.wait("the bars", `all('.plot-bar').length === 2`)
	eval[bool](desk, `(one('.plot-frame').focus(), true)`)
	desk.keys(kb.Home)
	equal(t, "a bar", eval[string](desk, `text('.reading')`), "1 May: 3 kWh")
	eval[bool](desk, `(`+draw("May", "4 kWh")+`, true)`)
	equal(t, "the bar, read anew", eval[string](desk, `text('.reading')`), "1 May: 4 kWh")
	eval[bool](desk, `(`+draw("June", "4 kWh")+`, true)`)
	equal(t, "another month", eval[string](desk, `text('.reading')`), "all")
}

func TestCurvesAndBarsOfAHeater(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".doing", "Standing by")
	eval[bool](tab, `(one('#history').scrollIntoView(), true)`)
	for _, period := range []string{"Week", "Month", "Year", "Day"} {
		eval[bool](tab, `(button('`+period+`', '#history').querySelector('input').click(), true)`)
		tab.wait("the curves of a "+period, `one('#history').getAttribute('aria-busy') === 'false' && one('#history .plot-line.is-upper')`)
	}
	tab.says("#history .legend", "Upper")
	eval[bool](tab, `(one('#energy').scrollIntoView(), true)`)
	tab.says("#energy .reading", "kWh")
	tab.press("#energy", "Earlier period") // in this month nothing may have been used yet
	tab.says("#energy .reading", "by the heat pump, US$")
	eval[bool](tab, `(button('Months', '#energy').querySelector('input').click(), true)`)
	read := `one('#energy').getAttribute('aria-busy') === 'false' && all('#energy .plot-column').length === 12`
	tab.wait("twelve months", read)
	bars := eval[int](tab, `all('#energy .plot-bar').length`)
	tab.press("#energy", "Earlier period")
	tab.wait("the year before", `Number(one('#energy .pager-name').textContent) === new Date().getFullYear() - 1`)
	tab.wait("its bars to be read", read)
	if bars += eval[int](tab, `all('#energy .plot-bar').length`); bars < 12 { // it is older than a year
		t.Errorf("%d bars in two years", bars)
	}
}
