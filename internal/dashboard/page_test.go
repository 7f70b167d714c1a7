//go:build integration

package dashboard

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/simulator"
)

func TestFirstMinute(t *testing.T) {
	h := newHouse(t, plan{away: true})
	h.heaters[0].SetSilent(true)
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says("main", "No heater is known yet")
	h.arrive()
	tab.says("h1", h.heaters[0].Name())
	tab.wait("no number that nobody sent", `all('.figure-value, .tank-temperature').every((one) => one.textContent === '–')`)
	tab.wait("settings that wait", `one('fieldset.controls').disabled`)
	h.heaters[0].SetSilent(false)
	tab.says(".doing", "Standing by")
	tab.says(".pulse", "Live")
	tab.wait("settings that can be made", `!one('fieldset.controls').disabled`)
	tab.says(".tank", "set to 120 °F")
}

func TestLiveChange(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".doing", "Standing by")
	h.heaters[0].Draw(30)
	tab.wait("the pipe to flow", `one('.tank-pipe.hot').classList.contains('on')`)
	h.heaters[0].SetTank(30, 20)
	tab.says(".doing", "eating")
	tab.wait("the tank's drawing to say so", `one('.tank title').textContent.includes('On:')`)
}

func TestFaultIsShownWithWhatToDo(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".doing", "Standing by")
	h.heaters[0].RaiseFault(799, 0)
	tab.says("[role=alert]", "E799 water leak")
	tab.says("[role=alert]", "What to do:")
	tab.wait("the title to say so", `document.title.includes('⚠')`)
	h.heaters[0].ClearFault()
	tab.wait("the notice to go", `!seen(one('.notice.fault'))`)
}

func TestSeveralHeaters(t *testing.T) {
	h := newHouse(t, plan{simulator: simulator.Config{Heaters: 3}, names: []string{"Basement", "Attic", "Guests"}})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.wait("three cards", `all('.card').filter((card) => card.textContent.includes('Live')).length === 3`)
	tab.press("main", "Attic")
	tab.says("h1", "Attic")
	tab.wait("a link of its own", fmt.Sprintf(`location.hash === '#/%s'`, h.id(1)))
	tab.press("header", "‹ All heaters")
	tab.says("h1", "Heaters")
	tab.open(h.url + "/#/" + h.id(2))
	tab.says("h1", "Guests")
}

// The names that an owner gives are text, whatever they look like.
func TestHostileNames(t *testing.T) {
	names := []string{`<script>alert(1)</script>`, `"><img src=x onerror="alert(2)">`}
	h := newHouse(t, plan{simulator: simulator.Config{Heaters: 2}, names: names})
	tab := newTab(t, look{})
	tab.open(h.url)
	for i, name := range names {
		tab.says(".card-name", name)
		tab.open(h.url + "/#/" + h.id(i))
		tab.says("h1", name)
		if !strings.Contains(eval[string](tab, `document.title`), name) {
			t.Errorf("the title does not have the name as it is: %s", eval[string](tab, `document.title`))
		}
		if n := eval[int](tab, `document.querySelectorAll('main script, main img, body > script').length`); n != 0 {
			t.Errorf("%d elements came of a name", n)
		}
		tab.open(h.url + "/#/")
	}
}

func TestUnits(t *testing.T) {
	h := newHouse(t, plan{})
	tab := newTab(t, look{})
	tab.open(h.url)
	tab.says(".tank", "°F")
	tab.says(".figure", "gal (")
	eval[bool](tab, `(one('input[name=units][value=metric]').click(), true)`)
	tab.says(".tank", "°C")
	tab.says(".figure", " l at 40 °C")
	tab.wait("the setpoint to follow", `one('.setpoint-value').value === '49'`)
	tab.open(h.url + "/?again")
	tab.says(".tank", "°C")
}

func TestSignIn(t *testing.T) {
	const token = "a token of thirty-two characters"
	h := newHouse(t, plan{token: token})
	tab := newTab(t, look{})
	tab.expect("status of 401") // a page that is not signed in is told so, which the browser logs
	tab.open(h.url)
	tab.says("main", "This address asks for a token")
	write := func(text string) {
		eval[bool](tab, fmt.Sprintf(`(one('input[type=password]').value = %q, true)`, text))
		tab.press("form", "Sign in")
	}
	write("another token")
	tab.says("[role=alert]", "That is not the token.")
	write(token)
	tab.says("h1", h.heaters[0].Name())
	tab.open(h.url + "/?again")
	tab.says("h1", h.heaters[0].Name())
}
