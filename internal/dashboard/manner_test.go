//go:build integration

package dashboard

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// secondModel is the simulator's heater with a recirculation pump.
func secondModel() simulator.Config {
	return simulator.Config{Models: []simulator.Model{{Gallons: 50, NewFirmware: true, Recirculation: true, Draws: simulator.NoDraws}}}
}

// lived is a house of which there is something to see everywhere, and its page with all of it open.
func lived(t *testing.T, l look) (*house, *tab) {
	t.Helper()
	h := newHouse(t, plan{simulator: secondModel(), names: []string{"Basement"}})
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [`+entry("06:00", "energy_saver", 55)+`, `+entry("22:00", "high_demand", 48)+`]}`)
	h.write(api.SetRecirculation, `{"reservation_use": true, "schedule": [{"days": ["mon", "sat"], "start": "06:00", "end": "08:00"}]}`)
	h.heaters[0].RaiseFault(480, 1)
	tab := newTab(t, l)
	tab.open(h.url)
	tab.says("[role=alert]", "E480")
	tab.wait("settings", `!one('fieldset.controls').disabled`)
	for section, filled := range map[string]string{
		"history": ".plot-line", "energy": ".plot-column", "reservations": ".block", "tou": ".block", "recirculation": ".block", "events": ".event",
	} {
		tab.wait(section, fmt.Sprintf(`(one('#%s').scrollIntoView(), seen(one('#%s %s')))`, section, section, filled))
	}
	eval[bool](tab, `(all('details').forEach((one) => { one.open = true; }), true)`)
	tab.press("#setpoint", "Warmer")
	tab.press("#power", "Turn off")
	tab.says("#power .asking", "Turn the heater off?")
	return h, tab
}

// contrasts returns what is written too faintly: WCAG's ratio of each visible text to what is behind it.
const contrasts = `(() => {
	const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
	// What a browser calls a mixed colour has parts from 0 to 1.
	const rgba = (colour) => { const [r, g, b, a = 1] = numbers(colour); const scale = colour.startsWith('color(') ? 255 : 1; return [r * scale, g * scale, b * scale, a]; };
	const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
	const luminance = (parts) => parts.slice(0, 3).map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (element) => {
		const layers = [];
		for (let at = element; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
		return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
	};
	const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	let count = 0;
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
		if (!text || !seen(element) || element.closest('.visually-hidden, .skip, title, noscript, script, option')) continue;
		const style = getComputedStyle(element), back = behind(element);
		const front = over(rgba(element.ownerSVGElement ? style.fill : style.color), back);
		const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a), ratio = (high + 0.05) / (low + 0.05);
		count++;
		if (ratio < 4.5 || style.opacity !== '1') found.push(text.slice(0, 40) + ': ' + ratio.toFixed(2) + ' ' + element.className);
	}
	if (count < 100) found.push('only ' + count + ' texts were looked at');
	return [...new Set(found)];
})()`

func TestContrast(t *testing.T) {
	for name, l := range map[string]look{"light": {}, "dark": {dark: true}, "phone": {width: 390, height: 844, phone: true}} {
		t.Run(name, func(t *testing.T) {
			h, tab := lived(t, l)
			for _, faint := range eval[[]string](tab, contrasts) {
				t.Error(faint)
			}
			h.gate.Shut()
			tab.expect("ERR_", "icon from the Manifest")
			tab.says(".notice", "No connection to nwp500")
			for _, faint := range eval[[]string](tab, contrasts) {
				t.Error("offline: ", faint)
			}
		})
	}
}

// wide returns what reaches out of the window at the side.
const wide = `[
	...(document.scrollingElement.scrollWidth > innerWidth ? ['the page: ' + document.scrollingElement.scrollWidth + ' of ' + innerWidth] : []),
	...all('body *').filter((one) => seen(one) && !one.closest('.visually-hidden, .scroll, .skip') && (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1))
		.map((one) => one.tagName + '.' + (one.className.baseVal ?? one.className) + ' ' + Math.round(one.getBoundingClientRect().right)),
]`

// small returns what a finger would miss: WCAG asks for 24 pixels.
const small = `all('button, summary, select, input:not([type=radio], [type=checkbox]), .mode, .segments label, .toggles label').filter(seen).filter((one) => !one.closest('.week'))
	.filter((one) => { const { width, height } = one.getBoundingClientRect(); return width < 24 || height < 24; }).map((one) => one.outerHTML.slice(0, 80))`

func TestPhone(t *testing.T) {
	for _, width := range []int64{390, 320} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			_, tab := lived(t, look{width: width, height: 844, phone: true})
			for _, found := range eval[[]string](tab, wide) {
				t.Error("too wide: ", found)
			}
			for _, found := range eval[[]string](tab, small) {
				t.Error("too small: ", found)
			}
			tab.press("#reservations", "Add an entry")
			tab.says("dialog", "New entry")
			for _, found := range eval[[]string](tab, wide) {
				t.Error("too wide, in the dialog: ", found)
			}
		})
	}
}

func (t *tab) keys(keys string) {
	t.Helper()
	if err := chromedp.Do(t.ctx, chromedp.KeyEvent(keys)); err != nil {
		t.Fatal(err)
	}
}

// focus describes what has the focus, and whether it can be seen that it has.
const focus = `(() => {
	const at = document.activeElement, { top, bottom } = at.getBoundingClientRect();
	(at.type === 'radio' ? all('[name="' + at.name + '"]') : [at]).forEach((one) => { delete one.dataset.station; });
	const marks = [at, at.nextElementSibling, at.parentElement].filter(Boolean).map((one) => getComputedStyle(one));
	return {
		name: (at.getAttribute('aria-label') || at.labels?.[0]?.textContent || at.textContent || at.value || '').trim().slice(0, 60), tag: at.tagName, id: at.closest('[id]')?.id ?? '',
		shown: at === document.body || marks.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) && bottom > 0 && top < innerHeight,
	};
})()`

type focused struct {
	Name, Tag, ID string
	Shown         bool
}

// stations marks what Tab should stop at: of a group of radio buttons, one.
const stations = `(() => {
	const groups = new Set();
	return all('a[href], button, input, select, summary, [tabindex="0"]').filter((one) => seen(one) && one.tabIndex >= 0 && !one.matches(':disabled')).filter((one) => {
		if (one.type !== 'radio') return true;
		if (groups.has(one.name)) return false;
		return groups.add(one.name);
	}).map((one) => { (one.type === 'radio' ? all('[name="' + one.name + '"]') : [one]).forEach((part) => { part.dataset.station = 'missed'; }); }).length;
})()`

// Everything can be reached with the keyboard, has a name, and shows that it has the focus.
func TestKeyboardReachesEverything(t *testing.T) {
	_, tab := lived(t, look{})
	count := eval[int](tab, stations)
	eval[bool](tab, `(one('#skip').focus(), true)`) // the first; a focus that a script gives need not be seen
	for i := range count + 5 {
		at := eval[focused](tab, focus)
		if at.Tag == "BODY" {
			break
		}
		if !at.Shown && i > 0 {
			t.Errorf("the focus cannot be seen on %+v", at)
		}
		if at.Name == "" {
			t.Errorf("without a name: %+v", at)
		}
		tab.keys(kb.Tab)
	}
	for _, missed := range eval[[]string](tab, `all('[data-station=missed]').map((one) => one.outerHTML.slice(0, 120))`) {
		t.Errorf("Tab does not stop at %s", missed)
	}
}

// A mode and a temperature are set without a mouse, a dialog is closed, a week walked through.
func TestKeyboardSetsThings(t *testing.T) {
	h := newHouse(t, plan{})
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [`+entry("06:00", "energy_saver", 55)+`]}`)
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	eval[bool](tab, `(one('.setpoint-value').focus(), true)`)
	tab.keys(kb.ArrowUp + kb.ArrowUp + kb.Enter)
	tab.wait("the focus on what confirms", `document.activeElement === button('Set to 50 °C', '#setpoint')`)
	tab.keys(kb.Enter)
	tab.says("#setpoint .asking", "Done")
	if got := setting(h.heaters[0]); got != 100 {
		t.Errorf("set to %d half degrees, want 100", got)
	}
	eval[bool](tab, `(one('.setpoint-value').focus(), true)`)
	tab.keys(kb.ArrowDown + kb.Escape)
	tab.wait("the question to be taken back", `!seen(one('#setpoint .asking')) && one('.setpoint-value').value === '50'`)
	tab.keys(kb.ArrowDown + kb.Enter + kb.Escape)
	tab.wait("it to be taken back where it is confirmed, too", `!seen(one('#setpoint .asking')) && document.activeElement === one('.setpoint-value')`)
	eval[bool](tab, `(one('#power .button').focus(), true)`)
	tab.keys(kb.Enter + kb.Tab + kb.Enter)
	tab.wait("the focus to be back after Cancel", `!seen(one('#power .asking')) && document.activeElement === button('Turn off', '#power')`)

	eval[bool](tab, `(one('.mode :checked').focus(), true)`)
	tab.keys(kb.ArrowRight)
	tab.says("#mode .asking", "Change the mode to high demand?")
	tab.keys(kb.Tab + kb.Enter)
	tab.says("#mode .asking", "Done")

	eval[bool](tab, `(one('#reservations').scrollIntoView(), true)`)
	tab.wait("the week", `one('#reservations .block[tabindex="0"]')`)
	eval[bool](tab, `(one('#reservations .block[tabindex="0"]').focus(), true)`)
	before := eval[string](tab, `document.activeElement.parentElement.className + [...one('#reservations .week-grid').children].indexOf(document.activeElement.parentElement)`)
	tab.keys(kb.ArrowRight)
	if after := eval[string](tab, `document.activeElement.parentElement.className + [...one('#reservations .week-grid').children].indexOf(document.activeElement.parentElement)`); after == before {
		t.Error("the arrow key does not go to the next day")
	}
	tab.keys(kb.Enter)
	tab.says("dialog", "Change entry")
	tab.keys(kb.Escape)
	tab.wait("the dialog to close, and the focus to be back", `!one('dialog') && document.activeElement.matches('.block')`)
}

func TestReducedMotion(t *testing.T) {
	for motion, want := range map[bool]bool{true: true, false: false} {
		h := newHouse(t, plan{})
		tab := newTab(t, look{motion: motion})
		tab.open(h.url)
		tab.says(".doing", "Standing by")
		h.heaters[0].Draw(100)
		tab.wait("water to flow", `one('.tank-pipe.hot').classList.contains('on')`)
		if got := eval[bool](tab, `document.getAnimations().length > 0`); got != want {
			t.Errorf("with motion %v: animations run is %v", motion, got)
		}
	}
}

// Where a system puts its own colours in the place of the page's, such as for more contrast, what is chosen still stands out.
func TestForcedColours(t *testing.T) {
	_, tab := lived(t, look{})
	tell(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	tab.press("#tou .entries", "Change")
	for _, place := range []string{".top .segments", "#history .segments", "dialog .toggles", ".modes"} {
		alike := eval[bool](tab, `(() => {
			const look = (label) => [label, ...label.children].map((part) => {
				const { backgroundColor, borderTopWidth } = getComputedStyle(part);
				return backgroundColor.match(/\d+/g).slice(0, 3).join() + borderTopWidth; // how clear the forced colour is shows nothing
			}).join();
			const [chosen, other] = [true, false].map((checked) => all('`+place+` label').find((label) => label.querySelector('input').checked === checked));
			return look(chosen) === look(other);
		})()`)
		if alike {
			t.Errorf("%s: what is chosen looks like what is not", place)
		}
	}
}
