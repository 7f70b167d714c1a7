//go:build integration

package dashboard

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"github.com/nwp500/nwp500/simulator"
)

// setting is the setpoint of a heater, in half degrees Celsius.
func setting(heater *simulator.Heater) int { return heater.Status()["dhwTemperatureSetting"] }

// metric has a page show degrees Celsius.
func metric(tab *tab) {
	tab.Helper()
	tab.wait("the heater's own units", `one('input[name=units][value=us]').checked`)
	eval[bool](tab, `(one('input[name=units][value=metric]').click(), true)`)
	tab.wait("a setpoint of 49 °C", `one('.setpoint-value').value === '49' && !one('fieldset.controls').disabled`)
}

func TestSetpointIsAskedAboutAndSet(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	tab.press("#setpoint", "Warmer")
	tab.says("#setpoint .asking", "Set the water to 49.5 °C?")
	if got := setting(h.heaters[0]); got != 98 {
		t.Errorf("set to %d half degrees before it was confirmed", got)
	}
	tab.press("#setpoint", "Set to 49.5 °C")
	tab.says("#setpoint .asking", "Done")
	tab.wait("the heater's own setpoint", `one('.setpoint-value').value === '49.5' && text('.tank').replaceAll('\u00a0', ' ').includes('set to 49.5 °C')`)
	if got := setting(h.heaters[0]); got != 99 {
		t.Errorf("set to %d half degrees, want 99", got)
	}
}

func TestSetpointIsTakenBack(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	tab.press("#setpoint", "Cooler")
	tab.press("#setpoint", "Cancel")
	tab.wait("the setpoint from before", `one('.setpoint-value').value === '49' && !seen(one('#setpoint .asking'))`)
}

// The highest temperature in half degrees Celsius is that of the whole degree Fahrenheit which stands for it.
func TestHighestSetpointInFahrenheit(t *testing.T) {
	h := newHouse(t, plan{before: func(cloud *simulator.Simulator) {
		cloud.Accounts()[0].Heaters[0].SetFeature("dhwTemperatureMax", 124)
	}})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says("#setpoint", "95 to 144 °F")
	eval[bool](tab, `(one('.setpoint-value').value = '150', one('.setpoint-value').dispatchEvent(new Event('change')))`)
	tab.press("#setpoint", "Set to 144 °F")
	tab.says("#setpoint .asking", "Done")
	equal(t, "half degrees", setting(h.heaters[0]), 124)
}

// A temperature that is asked about in one unit is none of the other: 121 °F are not shown as 121 °C.
func TestUnitsChangeWhileASetpointIsAskedAbout(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.press("#setpoint", "Warmer")
	tab.says("#setpoint .asking", "Set the water to 121 °F?")
	metric(tab)
	equal(t, "a question in the old units", eval[bool](tab, `seen(one('#setpoint .asking'))`), false)
	tab.press("#setpoint", "Warmer")
	tab.says("#setpoint .asking", "Set the water to 49.5 °C?")
}

// That something is done is told for a while, and as long as the focus is there, which it is after each command.
func TestDoneGoes(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tell(tab, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	tab.open(h.url)
	metric(tab)
	eval[bool](tab, `(() => {
		const after = setTimeout;
		globalThis.passed = 0;
		globalThis.setTimeout = (act, wait) => after(() => { act(); passed += wait === 8000; }, wait === 8000 ? 0 : wait);
		return true;
	})()`)
	tab.press("#setpoint", "Warmer")
	tab.press("#setpoint", "Set to 49.5 °C")
	tab.wait("the time in which the end is told", `passed === 1`)
	tab.says("#setpoint .asking", "Done")
	equal(t, "hidden when the focus goes", eval[bool](tab, `(document.activeElement.blur(), !seen(one('#setpoint .asking')))`), true)
}

func TestRefusedCommand(t *testing.T) {
	h := newHouse(t, plan{simulator: simulator.Config{CommandGap: time.Hour}})
	tab := newTab(t, look{})
	tab.expect("status of 409")
	tab.open(h.url)
	metric(tab)
	for _, ends := range []string{"Done", "Refused"} {
		tab.press("#setpoint", "Warmer")
		tab.press("#setpoint", "Set to")
		tab.says("#setpoint .asking", ends)
		tab.wait("an end of the wait", `!seen(one('#setpoint .spinner')) && one('.setpoint-value').value === '49.5'`)
	}
	tab.says("#setpoint .asking", "Nothing was changed.")
	if got := setting(h.heaters[0]); got != 99 {
		t.Errorf("set to %d half degrees, want 99", got)
	}
}

func TestOutcomeUnknown(t *testing.T) {
	h := newHouse(t, plan{answer: 10 * time.Second})
	tab := newTab(t, look{})
	tab.expect("status of 504")
	tab.open(h.url)
	metric(tab)
	h.heaters[0].LoseWrites(1)
	tab.press("#setpoint", "Warmer")
	tab.press("#setpoint", "Set to")
	tab.says("#setpoint .asking", "Outcome unknown")
	tab.says("#setpoint .asking", "not repeated by itself")
	tab.wait("the setpoint that the heater said last", `one('.setpoint-value').value === '49'`)
	tab.press("#setpoint", "Ask the heater now")
	tab.says("#setpoint .asking", "Done")
	tab.wait("the setpoint that the heater has", `one('.setpoint-value').value === '49'`)
}

func TestModeVacationAndPower(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	metric(tab)
	mode := func() int { return h.heaters[0].Status()["dhwOperationSetting"] }
	for _, step := range []struct {
		row, first, then string
		says             string
		mode             int
	}{
		{"#mode", "High demand", "Change the mode", "Done", 4},
		{"#vacation", "Start", "Start the vacation", "Done", 5},
		{"#vacation", "End", "End the vacation", "Done", 4},
		{"#power", "Turn off", "Turn off", "Done", 6},
		{"#power", "Turn on", "Turn on", "Done", 4},
	} {
		tab.press(step.row, step.first)
		tab.wait("a question", `seen(one('`+step.row+` .asking .button'))`)
		tab.press(step.row+" .asking", step.then)
		tab.says(step.row+" .asking", step.says)
		if got := mode(); got != step.mode {
			t.Errorf("%s: the heater is in mode %d, want %d", step.then, got, step.mode)
		}
	}
}

// A command that was under way when the page lost its server may have been carried out.
func TestCommandWithoutServer(t *testing.T) {
	h := newHouse(t, plan{answer: 30 * time.Second})
	tab := newTab(t, look{})
	tab.expect("ERR_", "icon from the Manifest")
	tab.open(h.url)
	metric(tab)
	h.heaters[0].SetSilent(true)
	tab.press("#setpoint", "Warmer")
	tab.press("#setpoint", "Set to")
	tab.says("#setpoint .asking", "Waiting for the heater")
	h.gate.Shut()
	tab.says("#setpoint .asking", "Outcome unknown")
}

// What was chosen stands there until the command has ended, and nothing that one might wish meanwhile hides how.
func TestCommandUnderWay(t *testing.T) {
	h := newHouse(t, plan{answer: 10 * time.Second})
	tab := newTab(t, look{})
	tab.expect("status of 504")
	tab.open(h.url)
	metric(tab)
	chosen := eval[string](tab, `one('#mode input:checked').value`)
	h.heaters[0].LoseWrites(1)
	tab.press("#mode", "High demand")
	tab.press("#mode .asking", "Change the mode")
	tab.says("#mode .asking", "Waiting for the heater")
	// A page looks again each second.
	if !eval[bool](tab, `new Promise((look) => setTimeout(look, 1500)).then(() => one('#mode input:checked').value === 'high_demand' && Boolean(one('#mode .modes').closest('[inert]')))`) {
		t.Error("the choice is gone, or another can be made, while the command is under way")
	}
	tab.says("#mode .asking", "Outcome unknown")
	tab.wait("the mode that the heater has", `one('#mode input:checked').value === '`+chosen+`' && !one('#mode [inert]')`)
}
