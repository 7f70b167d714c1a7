package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// choice is a command that is being chosen.
type choice interface {
	// change takes a key.
	change(key string)
	// lines tells what has been chosen and, last, what the keys do.
	lines() []string
	// give is the command, as it is chosen now.
	give() given
}

// given is a command and how it is told: "setpoint 56.5 °C".
type given struct {
	api.Command
	text string
}

// refresh asks the heater for everything anew.
func refresh() given { return given{api.Command{Name: api.Refresh}, "a fresh status"} }

// setpointChoice chooses a setpoint, in steps of half a °C or a whole °F.
type setpointChoice struct {
	name                  string
	in                    measures
	step                  float64 // degrees, as the others
	was, is, lowest, most float64
}

// The limits of a setpoint while the heater has not said its own; the server knows better
// and refuses what the heater does not take.
const (
	lowestCelsius  = 35.0
	highestCelsius = 65.5
)

// newSetpointChoice begins at the setpoint that is; it is nil while that is unknown.
func newSetpointChoice(h *heater, in measures) *setpointChoice {
	if h.status.Setpoint == nil {
		return nil
	}
	lowest, highest := lowestCelsius, highestCelsius
	if h.features.Lowest != nil && h.features.Highest != nil {
		lowest, highest = *h.features.Lowest, *h.features.Highest
	}
	c := &setpointChoice{
		name: h.Name, in: in, step: 0.5, was: in.degrees(*h.status.Setpoint), lowest: in.degrees(lowest), most: in.degrees(highest),
	}
	switch {
	case in.us:
		// A degree is allowed when the half degree Celsius next to it is, 0.45 °F away at most: 150 °F are 65.5 °C.
		c.step, c.was, c.lowest, c.most = 1, math.Round(c.was), math.Ceil(c.lowest-0.45), math.Floor(c.most+0.45)
	case h.features.Steps != nil && *h.features.Steps == int(nwp500.WholeDegrees):
		c.step, c.lowest, c.most = 1, math.Ceil(c.lowest), math.Floor(c.most)
	}
	c.is = c.was
	return c
}

func (c *setpointChoice) change(key string) {
	by := map[string]float64{"up": 1, "+": 1, "down": -1, "-": -1, "pgup": 10, "pgdown": -10}[key]
	c.is = min(max(c.is+by*c.step, c.lowest), c.most)
}

func (c *setpointChoice) degrees(value float64) string {
	if c.in.us {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.1f", value)
}

func (c *setpointChoice) lines() []string {
	return []string{
		fmt.Sprintf("setpoint of %s: %s → %s %s, of %s to %s", c.name,
			c.degrees(c.was), c.degrees(c.is), c.in.sign(), c.degrees(c.lowest), c.degrees(c.most)),
		"↑↓ change · enter set it · esc leave it",
	}
}

func (c *setpointChoice) give() given {
	value := c.is
	command := api.Command{Name: api.SetTemperature, Celsius: &value}
	if c.in.us {
		command.Celsius, command.Fahrenheit = nil, &value
	}
	return given{command, "setpoint " + c.degrees(value) + " " + c.in.sign()}
}

// modeChoice chooses a mode, and days for a vacation.
type modeChoice struct {
	name  string
	was   string
	modes []string
	at    int
	days  int
}

// The days that a vacation may have (docs/protocol.md §3), and those that are offered first.
const (
	mostVacation = 30
	someVacation = 7
)

// newModeChoice begins at the mode that is; it is nil when the heater has none.
func newModeChoice(h *heater) *modeChoice {
	c := &modeChoice{name: h.Name, was: unknown, days: someVacation}
	if h.status.Mode != nil {
		c.was = *h.status.Mode
	}
	if set := h.status.Vacation; set != nil && *set > 0 {
		c.days = min(*set, mostVacation)
	}
	for _, mode := range []struct {
		name   string
		fitted *bool
	}{
		{"heat_pump", h.features.HeatPump},
		{"energy_saver", h.features.EnergySaver},
		{"high_demand", h.features.HighDemand},
		{"electric", h.features.Electric},
		{"vacation", h.features.Vacation},
	} {
		if !lacks(mode.fitted) {
			c.modes = append(c.modes, mode.name)
		}
	}
	if len(c.modes) == 0 {
		return nil
	}
	c.at = max(0, slices.Index(c.modes, c.was))
	return c
}

func (c *modeChoice) change(key string) {
	switch key {
	case "right", "down", "tab", "m":
		c.at = (c.at + 1) % len(c.modes)
	case "left", "up", "shift+tab":
		c.at = (c.at + len(c.modes) - 1) % len(c.modes)
	case "+":
		c.days = min(c.days+1, mostVacation)
	case "-":
		c.days = max(c.days-1, 1)
	}
}

func (c *modeChoice) vacation() bool { return c.modes[c.at] == "vacation" }

func (c *modeChoice) lines() []string {
	var names []string
	for i, mode := range c.modes {
		name := words(mode)
		if i == c.at {
			name = "[" + name + "]"
		}
		names = append(names, name)
	}
	to, keys := words(c.modes[c.at]), "←→ choose · enter set it · esc leave it"
	if c.vacation() {
		to = fmt.Sprintf("%s of %s", to, days(c.days))
		keys = "←→ choose · +- days · enter set it · esc leave it"
	}
	return []string{
		fmt.Sprintf("mode of %s: %s → %s", c.name, words(c.was), to),
		strings.Join(names, "  "),
		keys,
	}
}

func (c *modeChoice) give() given {
	command := api.Command{Name: api.SetMode, Mode: c.modes[c.at]}
	text := "mode " + words(command.Mode)
	if c.vacation() {
		length := c.days
		command.Days = &length
		text = "vacation of " + days(length)
	}
	return given{command, text}
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}

// powerChoice turns the heater off, or on.
type powerChoice struct {
	name string
	on   bool // what it is to be
}

func newPowerChoice(h *heater) *powerChoice { return &powerChoice{name: h.Name, on: h.off()} }

func (c *powerChoice) change(string) {}

func (c *powerChoice) lines() []string {
	what := "turn " + c.name + " off? It then heats nothing"
	if c.on {
		what = "turn " + c.name + " on?"
	}
	return []string{what, "enter " + strings.TrimPrefix(c.give().text, "power ") + " · esc leave it"}
}

func (c *powerChoice) give() given {
	on := c.on
	text := "power off"
	if on {
		text = "power on"
	}
	return given{api.Command{Name: api.SetPower, On: &on}, text}
}
