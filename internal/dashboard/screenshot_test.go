//go:build integration

package dashboard

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
	"github.com/nwp500/nwp500/simulator"
)

var screenshots = flag.String("screenshots", "", "keep the pictures of TestScreenshots in this `directory`; docs/dashboard.md shows them")

// mostBytes is how large a picture may be that is kept beside the documents.
const mostBytes = 200 << 10

var (
	desktop = look{width: 1280, height: 800}
	phone   = look{width: 390, height: 844, phone: true, density: 1.5}
)

// night returns a look in the dark.
func (l look) night() look {
	l.dark = true
	return l
}

// shoot takes a picture of what the window shows.
func (t *tab) shoot(name string) {
	t.Helper()
	eval[bool](t, `document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))`)
	picture, err := chromedp.Run(t.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) > mostBytes || len(picture) < 5<<10 {
		t.Errorf("%s: %d bytes, of 5 to %d KiB", name, len(picture), mostBytes>>10)
	}
	directory := *screenshots
	if directory == "" {
		directory = t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(directory, name+".png"), picture, 0o644); err != nil { //nolint:gosec // to be read by all
		t.Fatal(err)
	}
}

// to scrolls to a section and waits until something is in it.
func (t *tab) to(section, what string) {
	t.Helper()
	// What is above may still grow while it is read: so go there again until it stands still.
	t.wait(section, `(one('`+section+`').scrollIntoView(), `+what+` && Math.abs(one('`+section+`').getBoundingClientRect().top - 72) < 2)`)
}

// busy is a house with a past, in which the heat pump runs and somebody showers.
func busy(t *testing.T) *house {
	t.Helper()
	const past = 9 * 24 * time.Hour
	var statuses string
	h := newHouse(t, plan{
		simulator: simulator.Config{
			Heaters: 2, Models: []simulator.Model{{}, {Gallons: 50, NewFirmware: true, Recirculation: true, Draws: simulator.NoDraws}},
			Start: time.Now().Add(-past), Paused: true,
		},
		names: []string{"Basement", "Guest house"},
		before: func(cloud *simulator.Simulator) {
			statuses = live(t, cloud, past)
			cloud.Resume()
		},
		past: func(store *history.Store) { remember(t, store, statuses) },
	})
	h.id(1)
	h.write(api.SetReservations, `{"reservation_use": true, "reservation": [
		{"enable": true, "days": ["mon", "tue", "wed", "thu", "fri"], "time": "05:30", "mode": "energy_saver", "temperature": 55},
		{"enable": true, "days": ["sat", "sun"], "time": "07:00", "mode": "high_demand", "temperature": 57},
		{"enable": true, "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "time": "22:00", "mode": "heat_pump", "temperature": 48}]}`)
	h.heaters[0].SetTank(48.7, 33.4)
	return h
}

// camera is a tab for pictures, which are in degrees Celsius.
func camera(t *testing.T, h *house, l look) *tab {
	t.Helper()
	tab := newTab(t, l)
	tab.expect("favicon.ico", "ERR_", "icon from the Manifest") // one picture is taken while the server is gone
	tab.open(h.url + "/fonts/OFL.txt")
	eval[bool](tab, `(localStorage.setItem('nwp500.units', 'metric'), true)`)
	return tab
}

func TestScreenshots(t *testing.T) {
	h := busy(t)
	first, second := h.url+"/#/"+h.id(0), h.url+"/#/"+h.id(1)
	running := `text('.doing').includes('heat pump') && one('#history .plot-line')`

	tab := camera(t, h, desktop)
	tab.open(first)
	tab.wait("the heat pump to run", running)
	tab.shoot("desktop")
	tab.to("#history", `one('#history .plot-line.is-upper') && one('#energy .plot-bar')`)
	tab.shoot("history")
	tab.to("#reservations", `one('#reservations .block')`)
	tab.shoot("week")
	tab = camera(t, h, look{width: 1280, height: 320})
	tab.open(h.url)
	tab.wait("two heaters", `all('.card').filter((card) => card.innerText.includes('Live')).length === 2`)
	tab.shoot("heaters")

	tab = camera(t, h, desktop.night())
	tab.open(second)
	tab.says(".doing", "Standing by")
	h.do(1, api.Command{Name: api.SetMode, Mode: "electric"})
	h.heaters[1].SetTank(42, 24)
	h.heaters[1].Draw(200)
	tab.wait("an element, and its power", `one('.tank-element.on') && one('.tank-pipe.on') && /\d\s*kW$/m.test(text('.figure'))`)
	tab.shoot("dark")
	tab.open(first)
	tab.to("#tou", `one('#tou .block') && one('#reservations .block')`)
	tab.shoot("tariff-dark")

	tab = camera(t, h, phone)
	tab.open(first)
	tab.says(".doing", "heat pump")
	tab.shoot("phone")
	tab.press("#setpoint", "Warmer")
	tab.press("#setpoint", "Warmer")
	eval[bool](tab, `(one('.controls').scrollIntoView(), true)`)
	tab.shoot("phone-confirm")
	tab = camera(t, h, phone.night())
	tab.open(first)
	tab.to("#history", `one('#history .plot-line.is-upper') && one('#energy .plot-bar')`)
	tab.shoot("phone-history-dark")

	h.heaters[0].RaiseFault(799, 0)
	tab = camera(t, h, phone)
	tab.open(first)
	tab.says("[role=alert]", "E799")
	tab.shoot("fault")
	h.heaters[0].ClearFault()

	tab = camera(t, h, desktop)
	tab.open(first)
	tab.wait("no fault, and a settled page", `!seen(one('.notice.fault')) && one('#history .plot-line')`)
	h.gate.Shut()
	tab.says(".notice", "No connection to nwp500")
	tab.wait("the pulse", `text('.pulse').startsWith('Not connected')`)
	tab.shoot("offline")
	h.gate.Open()
}

func TestScreenshotOfTheFirstMinute(t *testing.T) {
	h := newHouse(t, plan{names: []string{"Basement"}, away: true})
	h.heaters[0].SetSilent(true)
	h.arrive()
	tab := camera(t, h, desktop)
	tab.open(h.url)
	tab.says("h1", "Basement")
	tab.shoot("first-minute")
}
