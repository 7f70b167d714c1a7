package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// model is what is shown. Bubble Tea's goroutine alone has it.
type model struct {
	client *api.Client
	units  nwp500.Units
	start  func(task)
	wanted string // the heater that is to be shown, until it is there

	now           time.Time
	width, height int

	heaters []*heater // by name
	current int
	picked  bool      // it is settled which heater is shown
	ready   bool      // all heaters have been told
	lost    error     // why the stream is interrupted
	lostAt  time.Time // since when
	listed  listed    // how the accounts are doing, while there is no heater
	events  []api.Event

	chart  chart
	choice choice // what is being chosen, nil when nothing is
	order  *order // the last command
	help   bool
	quits  bool  // q was pressed while a command was on its way
	end    error // with which Run ends
}

// mostEvents is how many events are kept to be shown.
const mostEvents = 50

func newModel(config Config, now time.Time) *model {
	return &model{
		client: config.Client, units: config.Units, wanted: config.Heater,
		now: now, width: 80, height: 24, chart: chart{hours: cmp.Or(config.Hours, 6)},
	}
}

// Init does nothing: Run has started all that there is to start.
func (m *model) Init() tea.Cmd { return nil }

// Update takes a message.
func (m *model) Update(message tea.Msg) (tea.Model, tea.Cmd) {
	switch message := message.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = message.Width, message.Height
		m.fetch()
	case tick:
		m.now = time.Time(message)
		m.passed()
	case told:
		m.hear(api.Update(message))
	case ended:
		m.end = message.err
		return m, tea.Quit
	case listed:
		m.listed = message
	case finished:
		m.finish(message)
	case curves:
		m.take(message)
	case tea.KeyPressMsg:
		return m, m.press(message.String())
	}
	return m, nil
}

// passed does what is due now and then.
func (m *model) passed() {
	if m.chart.due(m.now) {
		m.fetch()
	}
	if m.ready && len(m.heaters) == 0 && m.lost == nil && m.now.Second()%5 == 0 {
		m.start(func(ctx context.Context) tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			accounts, err := m.client.Accounts(ctx)
			return listed{accounts, err}
		})
	}
}

// patience is how long an answer of the server is waited for, other than a command's.
const patience = 10 * time.Second

// hear takes what the stream tells.
func (m *model) hear(update api.Update) {
	switch {
	case update.Heater != nil:
		m.place(newHeater(*update.Heater))
	case update.Event != nil:
		m.events = append(m.events, *update.Event)
		m.events = m.events[max(0, len(m.events)-mostEvents):]
	case update.Removed != "":
		m.remove(update.Removed)
	case update.Ready:
		m.ready, m.lost = true, nil
		m.picked = m.picked || len(m.heaters) > 0 // one that comes later does not take its place
		m.fetch()
	case update.Interrupted != nil:
		if m.lost == nil {
			m.lostAt = m.now
		}
		m.lost = update.Interrupted
	}
}

// place puts a heater where it was, or among the others by its name. Until it is
// settled which is shown it is the first.
func (m *model) place(h *heater) {
	shown := m.heater()
	at := slices.IndexFunc(m.heaters, func(other *heater) bool { return other.ID == h.ID })
	if at < 0 {
		m.heaters = append(m.heaters, h)
	} else {
		m.heaters[at] = h
	}
	slices.SortStableFunc(m.heaters, func(a, b *heater) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	switch {
	case !m.picked && m.wants(h):
		m.picked = true
		m.show(slices.Index(m.heaters, h))
	case shown == nil, !m.picked && m.heaters[0].ID != shown.ID:
		m.show(0)
	default:
		m.current = slices.IndexFunc(m.heaters, func(other *heater) bool { return other.ID == shown.ID })
	}
}

// wants reports whether a heater is the one that is to be shown first.
func (m *model) wants(h *heater) bool {
	return m.wanted != "" && (strings.EqualFold(h.Name, m.wanted) || h.ID == m.wanted)
}

// remove forgets a heater. What was chosen for it is dropped.
func (m *model) remove(id string) {
	at := slices.IndexFunc(m.heaters, func(h *heater) bool { return h.ID == id })
	if at < 0 {
		return
	}
	m.heaters = slices.Delete(m.heaters, at, at+1)
	switch {
	case at < m.current:
		m.current--
	case at == m.current:
		m.show(min(at, len(m.heaters)-1))
	}
}

// show shows another heater.
func (m *model) show(at int) {
	m.current, m.choice = max(0, at), nil
	m.chart.clear()
	m.fetch()
}

// heater is the one that is shown, nil when there is none.
func (m *model) heater() *heater {
	if m.current >= len(m.heaters) {
		return nil
	}
	return m.heaters[m.current]
}
