package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"time"
)

// scenarioView is a scenario that is played, or was.
type scenarioView struct {
	Title   string          `json:"title"`
	Start   time.Time       `json:"start"`
	End     time.Time       `json:"end"`
	Done    bool            `json:"done"`
	Met     bool            `json:"met"` // everything so far was as expected
	Log     []happeningView `json:"log"` // the latest first
	ToCome  []cueView       `json:"to_come"`
	Elapsed int             `json:"elapsed"` // %
}

// happeningView is a Happening.
type happeningView struct {
	At       time.Time `json:"at"`
	Line     int       `json:"line"`
	Text     string    `json:"text"`
	Expected bool      `json:"expected"`
	Met      bool      `json:"met"`
	Seen     string    `json:"seen,omitzero"`
}

// cueView is a line of a scenario that is still to come.
type cueView struct {
	At       time.Time `json:"at"`
	Line     int       `json:"line"`
	Text     string    `json:"text"`
	Expected bool      `json:"expected"`
}

// mostHappenings and mostCues are how many are shown.
const (
	mostHappenings = 200
	mostCues       = 20
)

// scenarios are those played since the simulator began.
func (c *console) scenarios() []scenarioView {
	f := c.simulator.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	f.advance()
	views := []scenarioView{}
	for _, p := range f.performances {
		views = append(views, p.view(f.date))
	}
	return views
}

// playing says whether there is a scenario to see.
func (c *console) playing() bool {
	f := c.simulator.fleet
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.performances) > 0
}

// view is what there is to see of a performance. The fleet's mutex is held.
func (p *Performance) view(now time.Time) scenarioView {
	s := p.scenario
	passed := float64(now.Sub(s.Start)) / float64(s.Lasts)
	v := scenarioView{
		Title: s.Title, Start: s.Start, End: s.End(), Met: p.Met(),
		Log: []happeningView{}, ToCome: []cueView{}, Elapsed: int(100 * min(max(passed, 0), 1)),
	}
	select {
	case <-p.done:
		v.Done = true
	default:
	}
	for _, a := range p.parts {
		if !v.Done && !a.next.IsZero() {
			v.ToCome = append(v.ToCome, cueView{a.next.In(s.Location()), a.line, a.who() + a.text, a.expect != nil})
		}
	}
	slices.SortStableFunc(v.ToCome, func(a, b cueView) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Line, b.Line)) })
	v.ToCome = v.ToCome[:min(len(v.ToCome), mostCues)]
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, o := range p.log[max(len(p.log)-mostHappenings, 0):] {
		v.Log = append(v.Log, happeningView(o))
	}
	slices.Reverse(v.Log)
	return v
}

func (c *console) readScenarios(*http.Request) (any, error) {
	return struct {
		Scenarios []scenarioView `json:"scenarios"`
	}{c.scenarios()}, nil
}

// scenariosPage is the page with the scenarios.
type scenariosPage struct {
	head
	Scenarios []scenarioView
}

func (c *console) showScenarios(w http.ResponseWriter, _ *http.Request) {
	p := scenariosPage{head: c.head("Scenario"), Scenarios: c.scenarios()}
	p.Here = "scenario"
	c.show(w, http.StatusOK, "scenario", p)
}
