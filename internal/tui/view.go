package tui

import (
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"github.com/nwp500/nwp500/api"
)

// View is the whole screen.
func (m *model) View() tea.View {
	view := tea.NewView(strings.Join(m.screen(), "\n"))
	view.AltScreen = true
	view.WindowTitle = "nwp500 top"
	return view
}

// screen are the lines of the screen: as many as it has, none wider than it.
func (m *model) screen() []string {
	var lines []string
	h := m.heater()
	switch {
	case m.help:
		lines = helpLines()
	case h == nil:
		lines = append([]string{newPalette().title.Render("nwp500 top"), ""}, m.waiting()...)
	default:
		lines = m.about(h)
	}
	footer := m.footer(h)
	footer = footer[max(0, len(footer)-m.height):] // the keys stand last
	lines = lines[:min(len(lines), max(0, m.height-len(footer)))]
	for len(lines)+len(footer) < m.height {
		lines = append(lines, "")
	}
	lines = append(lines, footer...)
	for i, line := range lines {
		lines[i] = cut(line, m.width)
	}
	return lines
}

// The least that parts of the screen need.
const (
	tankNeeds  = 60 // columns, with the facts beside it
	tankRows   = 9
	mostTank   = 14
	chartNeeds = 6 // rows
	chartWants = 14
	tabsNeed   = 20
)

// about is what is shown of a heater, the most important first.
func (m *model) about(h *heater) []string {
	lines := []string{m.header(h)}
	if len(m.heaters) > 1 && m.height >= tabsNeed {
		lines = append(lines, m.tabs())
	}
	lines = append(lines, m.banners(h)...)
	room := m.height - len(lines) - len(m.footer(h))
	var body []string
	if m.width >= tankNeeds && room >= tankRows {
		rows := min(max(room*2/5, tankRows), mostTank)
		body = columns(m.tank(h, rows), m.beside(h, m.width-tankWidth-2, rows), 2)
	} else {
		body = m.beside(h, m.width, room)
	}
	lines = append(lines, body...)
	room -= len(body)
	if spare := min(3, room-chartWants); spare > 0 { // room for the last events, too
		events := m.happened(h, spare)
		lines = append(lines, m.drawn(h, room-len(events))...)
		return append(lines, events...)
	}
	if room >= chartNeeds {
		lines = append(lines, m.drawn(h, room)...)
	}
	return lines
}

// header names the heater and says how it can be reached.
func (m *model) header(h *heater) string {
	p := newPalette()
	name := p.title.Render(cut(h.Name, max(12, m.width/2)))
	if n := len(m.heaters); n > 1 {
		name += p.faint.Render(fmt.Sprintf("  %d of %d", m.current+1, n))
	}
	state := map[api.ConnectionState]string{
		api.Up: p.good.Render("● up"), api.Down: p.warn.Render("○ interrupted"), api.Silent: p.warn.Render("○ silent"),
		api.Connecting: p.faint.Render("○ connecting"), api.Refused: p.bad.Render("✗ refused"),
	}[h.Connection.State]
	switch {
	case m.lost != nil:
		state = p.warn.Render("○ not connected")
	case state == "":
		state = words(string(h.Connection.State))
	}
	if !h.StatusAt.IsZero() {
		state += p.faint.Render(" · status " + span(m.now.Sub(h.StatusAt)) + " old")
	}
	return spread(name, state+p.faint.Render(m.now.Format(" · 15:04:05")), m.width)
}

// tabs are the heaters, around the one that is shown.
func (m *model) tabs() string {
	p := newPalette()
	tab := func(at int) string {
		h := m.heaters[at]
		text := fmt.Sprintf(" %d %s %s ", at+1, cut(h.Name, 16), h.measures(m.units).temperature(h.status.Water))
		switch {
		case h.Fault != nil:
			text = p.bad.Render(strings.TrimRight(text, " ") + "! ")
		case !h.Connection.Fresh:
			text = p.faint.Render(text)
		}
		if at == m.current {
			text = lipgloss.NewStyle().Reverse(true).Render(text)
		}
		return text
	}
	line := tab(m.current)
	for near := 1; near < len(m.heaters); near++ {
		if at := m.current + near; at < len(m.heaters) && lipgloss.Width(line+tab(at)) <= m.width {
			line += tab(at)
		}
		if at := m.current - near; at >= 0 && lipgloss.Width(line+tab(at)) <= m.width {
			line = tab(at) + line
		}
		if lipgloss.Width(line) > m.width-8 {
			break
		}
	}
	return line
}

// banners are what must not be overlooked: a server that is lost, a heater that cannot be
// reached, a fault.
func (m *model) banners(h *heater) []string {
	p := newPalette()
	var lines []string
	most := 1
	if m.height >= tabsNeed {
		most = 2
	}
	bar := func(style lipgloss.Style, text string) {
		for _, line := range wrapped(text, m.width-1, most) {
			lines = append(lines, style.Render(fill(line, m.width)))
		}
	}
	if m.lost != nil {
		bar(p.banner, "connection lost for "+span(m.now.Sub(m.lostAt))+", trying again; what is shown is old: "+explain(m.lost))
	} else if text := reach(h, m.now); text != "" {
		bar(p.banner, text)
	}
	if fault := h.Fault; fault != nil {
		bar(p.alarm, joined(": ", fault.Name, fault.Detail))
		if advice := shown(fault.Advice); advice != "" && most > 1 {
			for _, line := range wrapped(advice, m.width-1, most) {
				lines = append(lines, " "+line)
			}
		}
	}
	return lines
}

// reach says why a heater cannot be reached, and nothing while it can.
func reach(h *heater, now time.Time) string {
	text := map[api.ConnectionState]string{
		api.Connecting: "the account is being reached for the first time",
		api.Down:       "the cloud is interrupted",
		api.Silent:     "the heater does not answer",
		api.Refused:    "the cloud refuses the account's credentials",
	}[h.Connection.State]
	switch {
	case text == "" && h.Connection.Fresh:
		return ""
	case text == "" && h.StatusAt.IsZero():
		return "" // the facts say that a first status is waited for
	case text == "":
		return "the last status is old"
	}
	if since := h.Connection.Since; !since.IsZero() {
		text += ", for " + span(now.Sub(since))
	}
	return joined(": ", text, joined("; ", h.Connection.Error, h.Connection.Advice))
}

// joined joins texts that are not empty.
func joined(with string, texts ...string) string {
	var said []string
	for _, text := range texts {
		if text = sentence(text); text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, with)
}

// happened are the last events of a heater, the newest last.
func (m *model) happened(h *heater, most int) []string {
	p := newPalette()
	var lines []string
	for _, event := range m.events {
		if event.Heater != h.ID && event.Heater != "" {
			continue
		}
		text := event.At.In(m.now.Location()).Format("15:04") + "  " + shown(event.Text)
		if event.By != "" {
			text += " (" + shown(event.By) + ")"
		}
		lines = append(lines, p.faint.Render(cut(text, m.width)))
	}
	return lines[max(0, len(lines)-most):]
}

// waiting says why no heater is shown.
func (m *model) waiting() []string {
	switch {
	case m.lost != nil:
		return wrapped("The server cannot be reached, trying again: "+explain(m.lost), max(m.width, 20), 4)
	case !m.ready:
		return []string{"connecting…"}
	case m.listed.err != nil:
		return wrapped("No heater is known yet, and the server does not say why: "+explain(m.listed.err), max(m.width, 20), 4)
	case len(m.listed.accounts) == 0:
		return []string{"no heater is known yet"}
	}
	var lines []string
	for _, account := range m.listed.accounts {
		state := string(account.Connection.State)
		if account.Connection.State == api.Up && account.Heaters == 0 {
			state = "connected, and it has no heater"
		}
		text := joined(": ", account.Name, state, joined("; ", account.Connection.Error, account.Connection.Advice))
		lines = append(lines, wrapped(text, max(m.width, 20), 3)...)
	}
	return lines
}
