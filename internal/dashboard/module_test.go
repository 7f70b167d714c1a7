//go:build integration

package dashboard

import (
	"net/http/httptest"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// newDesk is a page on which the modules can be tried: the dashboard without a server behind it.
func newDesk(t *testing.T) *tab {
	t.Helper()
	server := httptest.NewServer(Handler())
	t.Cleanup(server.Close)
	tab := newTab(t, look{})
	tab.expect("favicon.ico") // a text names no icon of its own
	tab.open(server.URL + "/fonts/OFL.txt")
	return tab
}

// try imports a module and evaluates an expression with what it exports.
func try[T any](t *tab, module, names, expression string) T {
	t.Helper()
	return eval[T](t, `import('/js/`+module+`').then(({ `+names+` }) => (`+expression+`))`)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// What a draft changes is put on top of what somebody else has written, and nothing else.
func TestDraftIsRebased(t *testing.T) {
	desk := newDesk(t)
	rebased := func(base, draft, current string) string {
		return try[string](desk, "schedule/draft.js", "rebase",
			`rebase({ entries: [`+base+`].map((at) => ({ at })) }, { entries: [`+draft+`].map((at) => ({ at })) }, { version: 2, entries: [`+current+`].map((at) => ({ at })) }).entries.map(({ at }) => at).join()`)
	}
	equal(t, "nothing changed", rebased("1, 2", "1, 2", "3"), "3")
	equal(t, "one added", rebased("1", "1, 2", "1, 3"), "1,3,2")
	equal(t, "one removed", rebased("1, 2", "2", "1, 2, 3"), "2,3")
	equal(t, "one changed that is gone", rebased("1", "2", ""), "2")
	equal(t, "the same added by both", rebased("1", "1, 2", "1, 2"), "1,2")
	equal(t, "one of two equal ones removed", rebased("1, 1", "1", "1, 1, 4"), "1,4")
	changed := try[bool](desk, "schedule/draft.js", "difference", `difference({ entries: [{ a: 1, raw: 1 }, { b: 2 }] }, { entries: [{ b: 2 }, { raw: 2, a: 1 }] }).changed`)
	equal(t, "another order is a change", changed, false)
}

// What is changed in a dialog is found again when the schedule was read meanwhile.
func TestEntryIsReplacedAfterARead(t *testing.T) {
	desk := newDesk(t)
	left := func(entries, entry string) string {
		return try[string](desk, "schedule/draft.js", "besides", `(() => {
			const entries = [`+entries+`].map((at) => ({ at }));
			return besides(entries, `+entry+`).map(({ at }) => at).join();
		})()`)
	}
	equal(t, "itself", left("1, 2, 1", "entries[2]"), "1,2")
	equal(t, "read anew", left("1, 2, 3", "{ at: 2, raw: {} }"), "1,3")
	equal(t, "read anew, one of two equal ones", left("2, 2, 3", "{ at: 2 }"), "2,3")
	equal(t, "gone", left("1, 3", "{ at: 2 }"), "1,3")
}

func TestWeekOfAProgram(t *testing.T) {
	desk := newDesk(t)
	blocks := func(happenings string) string {
		return try[string](desk, "schedule/week.js", "untilNext",
			`untilNext(`+happenings+`, (one, day, start, end, begins) => [one.name, day, start, end, begins ? 'begins' : ''].join(' ')).join('; ')`)
	}
	equal(t, "none", blocks(`[]`), "")
	equal(t, "one a week lasts until itself", blocks(`[{ name: 'a', index: 6, minutes: 720 }]`),
		"a 6 720 1440 begins; a 0 0 1440 ; a 1 0 1440 ; a 2 0 1440 ; a 3 0 1440 ; a 4 0 1440 ; a 5 0 1440 ; a 6 0 720 ")
	equal(t, "two over midnight", blocks(`[{ name: 'b', index: 1, minutes: 60 }, { name: 'a', index: 0, minutes: 1380 }]`)[:36],
		"a 0 1380 1440 begins; a 1 0 60 ; b 1")
}

func TestPumpTimesAreThoseOfTheWire(t *testing.T) {
	desk := newDesk(t)
	there := func(entries string) string {
		return try[string](desk, "schedule/recirculation.js", "recirculation", `(() => {
			const document = { reservation_use: true, reservation: `+entries+` }, model = recirculation.read(document);
			const back = recirculation.write(model).reservation.map(({ week, hour, min, mode }) => [week, hour, min, mode].join(' '));
			return model.entries.map((entry) => recirculation.tell(entry)).join('; ') + ' | ' + back.join('; ');
		})()`)
	}
	equal(t, "a window", there(`[{ week: 124, hour: 6, min: 0, mode: 'pump_on' }, { week: 124, hour: 8, min: 0, mode: 'pump_off' }]`),
		"Monday to Friday, 6:00 to 8:00: pump on | 124 6 0 pump_on; 124 8 0 pump_off")
	equal(t, "over midnight", there(`[{ week: 2, hour: 23, min: 0, mode: 'pump_on' }, { week: 128, hour: 1, min: 0, mode: 'pump_off' }]`),
		"Saturday, 23:00 to 1:00: pump on | 2 23 0 pump_on; 128 1 0 pump_off")
	equal(t, "a start alone", there(`[{ week: 2, hour: 23, min: 0, mode: 'pump_on' }]`), "Saturday, 23:00: pump on | 2 23 0 pump_on")
}

func TestMonthsAndDays(t *testing.T) {
	desk := newDesk(t)
	for season, want := range map[string]string{"4095": "All year", "480": "Jun – Sep", "3615": "Oct – May", "5": "Jan, Mar", "0": "In no month"} {
		equal(t, season, try[string](desk, "schedule/days.js", "monthsText", `monthsText(`+season+`)`), want)
	}
	for week, want := range map[string]string{"254": "Every day", "124": "Monday to Friday", "130": "Saturday and Sunday", "64": "Monday", "80": "Monday and Wednesday", "0": "On no day"} {
		equal(t, week, try[string](desk, "schedule/days.js", "daysText", `daysText(`+week+`)`), want)
	}
	equal(t, "the days after Saturday and Sunday", try[int](desk, "schedule/days.js", "nextDays", `nextDays(130)`), 192)
}

func TestTicks(t *testing.T) {
	desk := newDesk(t)
	for _, row := range [][3]string{{"0, 600, 4", "0,200,400,600"}, {"34.2, 52.1, 4", "35,40,45,50"}, {"0, 5.2, 4", "0,2,4"}} {
		equal(t, row[0], try[string](desk, "chart/scale.js", "ticks", `ticks(`+row[0]+`).join()`), row[1])
	}
	// In a year of summer time the days keep their midnights.
	midnights := try[bool](desk, "chart/scale.js", "timeTicks", `timeTicks(Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 20), 8).every(({ at }) => new Date(at).getHours() === 0)`)
	equal(t, "midnights", midnights, true)
}

func TestUnitsSayWhatIsUnknown(t *testing.T) {
	desk := newDesk(t)
	for expression, want := range map[string]string{
		"METRIC.temperature(51.25)": "51.3 °C", "METRIC.temperature(0)": "0.0 °C", "METRIC.temperature(null)": "–",
		"US.temperature(49)": "120.2 °F", "US.setting(49)": "120 °F", "US.difference(5)": "9.0 °F", "US.volume(246)": "65 gal",
		"power(1)": "1 W", "power(5203)": "5.20 kW", "energy(46550)": "46.6 kWh", "energy(0)": "0.0 kWh", "energy(undefined)": "–",
		"money(1.5, 'USD')": "US$1.50", "money(1.5, 'points')": "1.50 points", "money(null, 'USD')": "–",
	} {
		got := try[string](desk, "units.js", "METRIC, US, power, energy, money", expression+`.replaceAll('\u00a0', ' ')`)
		equal(t, expression, got, want)
	}
}

// Sums of which a part is unknown are unknown.
func TestTotalIsOfBothSources(t *testing.T) {
	desk := newDesk(t)
	for usage, want := range map[string]string{
		"{ heat_pump_wh: 3, element_wh: 4 }": "7", "{ heat_pump_wh: 0, element_wh: 0 }": "0",
		"{ heat_pump_wh: 3, element_wh: null }": "null", "{ element_wh: 3 }": "null", "null": "null",
	} {
		equal(t, usage, try[string](desk, "view/now.js", "total", `String(total(`+usage+`))`), want)
	}
}

// Days are those of the calendar, of which one has 23 hours and one 25.
func TestDaysOfSummerTime(t *testing.T) {
	desk := newDesk(t)
	tell(desk, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Berlin"})
	for at, want := range map[string]string{
		"2026-03-30T00:30:00+02:00": "2026-03-29", "2026-10-25T23:30:00+01:00": "2026-10-24", "2026-11-22T12:00:00+01:00": "2026-11-21",
	} {
		equal(t, "the day before "+at, try[string](desk, "time.js", "dayText, midnight", `dayText(midnight(Date.parse('`+at+`'), -1))`), want)
	}
}

// A new connection is live when all was told anew, and not before.
func TestStreamIsLiveWhenReady(t *testing.T) {
	desk := newDesk(t)
	got := try[string](desk, "stream.js", "Stream", `(async () => {
		let feed;
		globalThis.fetch = async () => new Response(new ReadableStream({ start: (controller) => { feed = controller; } }));
		const told = [], next = () => new Promise((resolve) => setTimeout(resolve, 50));
		const stream = new Stream('events/stream', (event) => told.push(event), ({ state }) => told.push(state));
		stream.renew();
		for (const message of ['heater', 'ready', 'heater']) {
			await next();
			feed.enqueue(new TextEncoder().encode('event: ' + message + '\ndata: {}\n\n'));
		}
		await next();
		stream.stop();
		return told.join();
	})()`)
	equal(t, "told", got, "connecting,heater,ready,live,heater,live")
}

// An answer of which nobody knows who gave it says nothing of the command's end.
func TestEndBehindAProxy(t *testing.T) {
	desk := newDesk(t)
	for status, want := range map[string]string{"502": "outcome unknown", "403": "refused"} {
		got := try[string](desk, "api.js", "command", `(async () => {
			globalThis.fetch = async () => new Response('<html>', { status: `+status+` });
			return (await command('0123456789', 'power', { on: true })).end;
		})()`)
		equal(t, status, got, want)
	}
}

// What never comes is not waited for without an end, or a schedule would not be read again after a sleep.
func TestAnswerThatDoesNotCome(t *testing.T) {
	desk := newDesk(t)
	got := try[string](desk, "api.js", "command, read, schedule", `(async () => {
		const waits = [], soon = AbortSignal.timeout.bind(AbortSignal);
		AbortSignal.timeout = (wait) => (waits.push(wait / 1000), soon(10));
		globalThis.fetch = (path, { signal }) => new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
		const late = await schedule('0123456789', 'tou').catch((error) => error.message);
		const curves = await read('heaters/0123456789/history', {}, { signal: new AbortController().signal }).catch((error) => error.message);
		const { end } = await command('0123456789', 'power', { on: true });
		return [...waits, late, curves, end].join();
	})()`)
	equal(t, "what was told", got, "45,45,100,nwp500 cannot be reached from here,nwp500 cannot be reached from here,outcome unknown")
}
