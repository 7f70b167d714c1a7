package tui

import (
	"encoding/json"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

var update = flag.Bool("update", false, "write the golden files")

// seven is when everything in these tests is looked at.
var seven = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

// screen is a model without a terminal and without a server. What it would wait for is in
// tasks, and is done when a test says so.
type screen struct {
	*testing.T
	*model
	tasks []task
}

func newScreen(t *testing.T, width, height int) *screen {
	s := &screen{T: t, model: newModel(Config{Client: api.New("http://127.0.0.1:1", ""), Units: nwp500.Metric}, seven)}
	s.start = func(do task) { s.tasks = append(s.tasks, do) }
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	return s
}

// send sends messages and returns the command of the last.
func (s *screen) send(messages ...tea.Msg) (command tea.Cmd) {
	for _, message := range messages {
		_, command = s.Update(message)
	}
	return command
}

// press presses keys, by their names: "up", "enter", "m".
func (s *screen) press(keys ...string) (command tea.Cmd) {
	special := map[string]rune{
		"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab,
	}
	for _, key := range keys {
		code, is := special[key]
		if !is {
			code = []rune(key)[0]
		}
		message := tea.KeyPressMsg{Code: code}
		if !is {
			message.Text = key
		}
		command = s.send(message)
	}
	return command
}

// garage is a heater that heats.
func garage() api.Heater {
	number := func(value float64) *float64 { return &value }
	whole := func(value int) *int { return &value }
	return api.Heater{
		ID: "a1b2c3d4e5", Name: "Garage", Account: "home", StatusAt: seven.Add(-12 * time.Second),
		Connection: api.Connection{State: api.Up, Fresh: true, Since: seven.Add(-time.Hour)},
		Status: json.RawMessage(`{"dhw_temperature":51.5,"dhw_temperature_setting":55,"tank_upper_temperature":52,"tank_lower_temperature":31.5,
			"dhw_operation_setting":"energy_saver","current_inst_power":466,"dhw_charge_per":82,"dhw_use":true,"current_dhw_flow_rate":6.2,
			"ambient_temperature":18.5,"temperature_type":"fahrenheit","comp_use":true,"heat_upper_use":false,"heat_lower_use":false}`),
		Features: json.RawMessage(`{"dhw_temperature_min":35,"dhw_temperature_max":65.5,"heatpump_use":true,"high_demand_use":true}`),
		Summary: &api.Summary{
			Doing: "heating with the heat pump", Why: "hot water is being drawn, and the lower tank is below the setpoint",
			Sources: []string{"heat_pump"}, HotLitres: number(183.4), Showers: number(3.668),
		},
		Today: &api.Usage{HeatPumpWh: whole(2130), ElementWh: whole(0)},
		Month: &api.Usage{HeatPumpWh: whole(48210), ElementWh: whole(3900)},
	}
}

func cellar() api.Heater {
	h := garage()
	h.ID, h.Name = "0123456789", "Utility room"
	h.Status = json.RawMessage(`{"dhw_temperature":48,"dhw_temperature_setting":50,"dhw_operation_setting":"heat_pump"}`)
	h.Features = json.RawMessage(`{"dhw_temperature_min":35,"dhw_temperature_max":65.5,"dhw_temperature_setting_use":3}`)
	h.Summary = &api.Summary{Doing: "standing by"}
	h.Fault = &api.Fault{Code: 799, Name: "E799 water leak", Detail: "the sensor under the tank is wet", Advice: "Close the cold water, turn the heater off at its breaker and call a plumber."}
	return h
}

// heard tells heaters and that they are all.
func (s *screen) heard(heaters ...api.Heater) {
	for i := range heaters {
		s.send(told{Heater: &heaters[i]})
	}
	s.send(told{Ready: true})
}

// past is six hours of a heater that heats from four to half past five, with a gap.
func past() api.Series {
	series := api.Series{From: seven.Add(-6 * time.Hour), To: seven, StepSeconds: 60}
	curves := map[string]func(hour float64) float64{
		fieldUpper:    func(h float64) float64 { return 50 + 3*math.Sin(h) },
		fieldLower:    func(h float64) float64 { return 32 + 2*h },
		fieldSetpoint: func(float64) float64 { return 55 },
		fieldPower: func(h float64) float64 {
			if h > 3 && h < 4.5 {
				return 466
			}
			return 2
		},
	}
	for _, field := range []string{fieldUpper, fieldLower, fieldSetpoint, fieldPower} {
		curve := api.Curve{Field: field}
		for minute := range 361 {
			curve.Times = append(curve.Times, series.From.Add(time.Duration(minute)*time.Minute).Unix())
			value := curves[field](float64(minute) / 60)
			mean := &value
			if minute > 100 && minute < 130 {
				mean = nil
			}
			curve.Min, curve.Mean, curve.Max = append(curve.Min, mean), append(curve.Mean, mean), append(curve.Max, mean)
		}
		series.Fields = append(series.Fields, curve)
	}
	return series
}

var styling = regexp.MustCompile("\x1b\\[[0-9;]*m")

// plain is the screen without its styles, in the width and the height that it has.
func (s *screen) plain() string {
	s.Helper()
	lines := s.screen()
	if len(lines) > s.height {
		s.Errorf("%d lines, and the screen has %d", len(lines), s.height)
	}
	text := &strings.Builder{}
	for _, line := range lines {
		if width := lipgloss.Width(line); width > s.width {
			s.Errorf("a line is %d wide, and the screen %d: %q", width, s.width, line)
		}
		text.WriteString(strings.TrimRight(styling.ReplaceAllString(line, ""), " ") + "\n")
	}
	return text.String()
}

// looks compares the screen with a golden file.
func (s *screen) looks(name string) {
	s.Helper()
	got, path := s.plain(), filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		s.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestScreens(t *testing.T) {
	charted := func(s *screen) {
		s.heard(garage(), cellar())
		s.send(curves{heater: "a1b2c3d4e5", hours: 6, series: past()})
	}
	for _, test := range []struct {
		name          string
		width, height int
		do            func(s *screen)
	}{
		{"usual", 80, 24, charted},
		{"large", 120, 40, func(s *screen) {
			s.send(told{Event: &api.Event{At: seven.Add(-time.Hour), Heater: "a1b2c3d4e5", Text: "setpoint 53.0 °C → 55.0 °C", By: "homeassistant"}})
			charted(s)
		}},
		{"narrow", 50, 24, charted},
		{"low", 80, 12, charted},
		{"tiny", 24, 6, charted},
		{"speck", 9, 2, charted},
		{"first-minute", 80, 24, func(*screen) {}},
		{"no-heater", 80, 24, func(s *screen) {
			s.heard()
			s.send(listed{accounts: []api.Account{{Name: "home", Connection: api.Connection{
				State: api.Refused, Error: "the credentials are refused", Advice: "sign in with the right e-mail and password",
			}}}})
		}},
		{"no-status", 80, 24, func(s *screen) {
			s.heard(api.Heater{ID: "a1b2c3d4e5", Name: "Garage", Connection: api.Connection{State: api.Connecting}})
		}},
		{"no-history", 80, 24, func(s *screen) {
			s.heard(garage())
			s.send(curves{heater: "a1b2c3d4e5", hours: 6, err: &api.Error{Status: 503, Text: "no history is kept."}})
		}},
		{"fault", 80, 24, func(s *screen) { charted(s); s.press("tab") }},
		{"lost", 80, 24, func(s *screen) {
			charted(s)
			s.send(told{Interrupted: errors.New("connection refused")}, tick(seven.Add(90*time.Second)))
		}},
		{"silent", 80, 24, func(s *screen) {
			h := garage()
			h.Connection = api.Connection{State: api.Silent, Since: seven.Add(-20 * time.Minute), Error: "no answer", Advice: "look after its power and its WiFi"}
			h.StatusAt = seven.Add(-21 * time.Minute)
			s.heard(h)
		}},
		{"setpoint", 80, 24, func(s *screen) { charted(s); s.press("up", "up", "up") }},
		{"mode", 80, 24, func(s *screen) { charted(s); s.press("m", "right", "right", "right", "+") }},
		{"power", 80, 24, func(s *screen) { charted(s); s.press("p") }},
		{"on-its-way", 80, 24, func(s *screen) {
			charted(s)
			s.press("down", "enter")
			s.send(tick(seven.Add(3 * time.Second)))
		}},
		{"outcome-unknown", 80, 24, func(s *screen) {
			charted(s)
			s.press("down", "enter")
			s.send(finished{s.order, api.Result{End: api.OutcomeUnknown, Error: "no answer within 20 s"}})
		}},
		{"help", 80, 24, func(s *screen) { charted(s); s.press("?") }},
		{"us", 80, 24, func(s *screen) { s.units = nwp500.Auto; charted(s); s.press("up") }},
		{"hostile", 80, 24, func(s *screen) {
			h := garage()
			h.Name = "\x1b[2J\x1b]0;title\x07热水器🔥\nsecond line " + strings.Repeat("long ", 40)
			h.Summary.Why, h.Fault = "\x1b[31mred", &api.Fault{Name: strings.Repeat("x", 200), Advice: "\r\n\t"}
			s.heard(h, h)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScreen(t, test.width, test.height)
			test.do(s)
			s.looks(test.name)
		})
	}
}

// TestEverySize draws everything in all small sizes: nothing may be wider or higher than
// the screen, whatever there is to say.
func TestEverySize(t *testing.T) {
	for _, width := range []int{1, 2, 9, 21, 41, 60, 80, 119} {
		for _, height := range []int{1, 2, 3, 6, 11, 16, 24, 41} {
			s := newScreen(t, width, height)
			s.send(told{Event: &api.Event{At: seven, Heater: "0123456789", Text: "fault"}})
			s.heard(garage(), cellar())
			s.send(curves{heater: "a1b2c3d4e5", hours: 6, series: past()})
			for _, key := range []string{"m", "esc", "up", "enter", "?", "tab", "h"} {
				s.press(key)
				s.plain()
			}
		}
	}
}

// TestNothingSteersTheTerminal has each text of others try it: what is left of escape sequences is the screen's own colours.
func TestNothingSteersTheTerminal(t *testing.T) {
	const evil = "\x1b]0;title\x07\x1b[2J\x1b[31m\u009b1m\u202e\r\n\b"
	h := garage()
	h.Name, h.Connection.Error, h.Connection.Advice = "G"+evil, "E"+evil, "A"+evil
	h.Connection.State = api.Silent
	h.Summary.Doing, h.Summary.Why = "D"+evil, "W"+evil
	h.Fault = &api.Fault{Name: "F" + evil, Detail: "f" + evil, Advice: "a" + evil}
	h.Status = json.RawMessage(`{"dhw_operation_setting":"\u001b[2J\u0007"}`)
	s := newScreen(t, 100, 60)
	s.heard(h, cellar())
	s.send(told{Event: &api.Event{At: seven, Heater: h.ID, Text: "T" + evil, By: "B" + evil}})
	for _, show := range []func(){
		func() {},
		func() { s.press("m") },
		func() {
			s.press("esc", "r")
			s.send(finished{s.order, api.Result{End: api.End("x" + evil), Error: "R" + evil}})
		},
		func() { s.send(told{Interrupted: errors.New("I" + evil)}) },
		func() {
			s.heard()
			s.send(told{Removed: h.ID}, told{Removed: cellar().ID}, listed{accounts: []api.Account{{Name: "N" + evil, Connection: api.Connection{Error: "e" + evil}}}})
		},
		func() { s.send(listed{err: errors.New("L" + evil)}) },
	} {
		show()
		for _, line := range s.screen() {
			if at := strings.IndexFunc(styling.ReplaceAllString(line, ""), func(r rune) bool { return !unicode.IsPrint(r) }); at >= 0 {
				t.Errorf("%q", line)
			}
		}
	}
}
