package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"
)

// press takes a key.
func (m *model) press(key string) tea.Cmd {
	if key == "ctrl+c" {
		return tea.Quit
	}
	m.picked = m.picked || len(m.heaters) > 0
	if m.choice != nil {
		m.choose(key)
		return nil
	}
	if m.order != nil && m.order.over() {
		m.order = nil // its end was seen
	}
	if m.help {
		m.help = false
		if key != "q" {
			return nil
		}
	}
	if key != "q" {
		m.quits = false
	}
	switch key {
	case "q":
		if m.order == nil || m.quits {
			return tea.Quit
		}
		m.quits = true
	case "?":
		m.help = true
	case "tab", "right":
		m.turn(1)
	case "shift+tab", "left":
		m.turn(-1)
	case "h":
		m.chart.widen()
		m.fetch()
	case "up", "down", "+", "-", "m", "p", "r":
		m.begin(key)
	default:
		if n, err := strconv.Atoi(key); err == nil && n >= 1 && n <= len(m.heaters) {
			m.show(n - 1)
		}
	}
	return nil
}

// turn shows the next heater, or the one before.
func (m *model) turn(by int) {
	if n := len(m.heaters); n > 1 {
		m.show((m.current + by + n) % n)
	}
}

// begin begins to choose a command, unless another is on its way.
func (m *model) begin(key string) {
	h := m.heater()
	if h == nil || m.order != nil {
		return
	}
	switch key {
	case "m":
		if c := newModeChoice(h); c != nil {
			m.choice = c
		}
	case "p":
		m.choice = newPowerChoice(h)
	case "r":
		m.give(h, refresh())
	default:
		if c := newSetpointChoice(h, h.measures(m.units)); c != nil {
			m.choice = c
			c.change(key)
		}
	}
}

// choose takes a key while a command is being chosen.
func (m *model) choose(key string) {
	switch key {
	case "esc", "q":
		m.choice = nil
	case "enter":
		given, h := m.choice.give(), m.heater()
		m.choice = nil
		if h != nil {
			m.give(h, given)
		}
	default:
		m.choice.change(key)
	}
}
