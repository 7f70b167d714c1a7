package simulator

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
)

// ParseScenario reads the text of a scenario; docs/simulator.md has the format. Name is
// that of its file. What is wrong with the text is all told by a [*ScenarioError].
func ParseScenario(name string, text []byte) (*Scenario, error) {
	if problem := tooMuch(text); problem != "" {
		return nil, newScenarioError(name, []ScenarioProblem{{0, problem}})
	}
	lines, problems := splitScenario(text)
	p := &scenarioParser{
		scenario: &Scenario{Name: name},
		problems: problems,
		once:     make(map[string]int),
		names:    make(map[string][]int),
		location: time.UTC,
	}
	var story []*scenarioLine
	for _, l := range lines {
		if l.tellsStory() {
			story = append(story, l)
			continue
		}
		p.fact(l)
		p.note(l)
	}
	p.settle()
	if !p.scenario.Start.IsZero() { // or no date makes sense
		for _, l := range story {
			p.story(l)
			p.note(l)
		}
	}
	slices.SortStableFunc(p.scenario.cues, func(a, b *cue) int { return a.line - b.line })
	if err := newScenarioError(name, p.problems); err != nil {
		return nil, err
	}
	return p.scenario, nil
}

// scenarioParser knows what has been read of a scenario: first the facts, then the
// story, which goes by them.
type scenarioParser struct {
	scenario *Scenario
	problems []ScenarioProblem
	once     map[string]int   // where keywords stand that may stand once
	names    map[string][]int // of heaters
	location *time.Location

	starts func() time.Time // nil: nobody knows
	lasts  span
	end    time.Time

	draws    *DrawProfile // of heaters that do not say it themselves
	ownDraws []bool       // which heaters do
	tariff   tariffLines
}

// note keeps a line's problem.
func (p *scenarioParser) note(l *scenarioLine) {
	l.end()
	if l.problem != "" {
		p.problems = append(p.problems, ScenarioProblem{l.line, l.problem})
	}
}

// tellsStory says whether a line is one of those with a date.
func (l *scenarioLine) tellsStory() bool {
	switch l.peek() {
	case "at", "every":
		return true
	case "heater", "heaters":
		n := 2 // after the number or name
		for l.peekAt(n) == "," {
			n += 2
		}
		return l.peekAt(n) == "at" || l.peekAt(n) == "every"
	}
	return false
}

// Keywords with which a line begins.
var scenarioKeywords = []string{
	"title", "start", "zone", "lasts", "seed", "speed", "heater", "draws", "weather", "tariff", "at", "every",
}

// fact reads a line that holds for all of the scenario.
func (p *scenarioParser) fact(l *scenarioLine) {
	keyword := l.choose("a line's first word", scenarioKeywords...)
	switch keyword {
	case "heater", "tariff", "at", "every", "":
	default:
		if before := p.once[keyword]; before > 0 {
			l.fail("%s stands in line %d already", keyword, before)
		}
		p.once[keyword] = l.line
	}
	switch keyword {
	case "title":
		p.scenario.Title = l.remaining("the title")
	case "zone":
		if zone := l.zone(); zone != nil {
			p.location = zone
		}
	case "start":
		year, month, day := l.date("the start")
		minute := 0
		if !l.over() {
			minute = l.clock("the time of the start")
		}
		if l.problem != "" {
			break
		}
		p.starts = func() time.Time {
			start := l.moment(year, month, day, minute, p.location)
			p.note(l)
			return start
		}
	case "lasts":
		p.lasts = l.duration("how long it lasts")
	case "seed":
		p.scenario.Seed = uint64(l.whole("the seed", 0, math.MaxInt32))
	case "speed":
		p.scenario.Speed = l.whole("the speed", 1, MostSpeed)
	case "heater":
		p.heater(l)
	case "draws":
		draws := l.drawProfile()
		p.draws = &draws
	case "weather":
		p.always(l, p.weather)
	case "tariff":
		p.tariff.read(l)
	}
}

// always makes a cue for the start out of a line without a date.
func (p *scenarioParser) always(l *scenarioLine, read func(*scenarioLine, *cue)) *cue {
	c := &cue{line: l.line, text: l.text}
	read(l, c)
	p.scenario.cues = append(p.scenario.cues, c)
	return c
}

// remaining reads the rest of the line as it was written.
func (l *scenarioLine) remaining(what string) string {
	_, text, _ := strings.Cut(l.text, " ")
	if text == "" {
		l.fail("%s is missing", what)
	}
	l.rest = nil
	return text
}

// zone reads the name of a time zone; nil when it is none.
func (l *scenarioLine) zone() *time.Location {
	name := l.next().written
	for _, spelling := range []string{name, titled(name), strings.ToUpper(name)} {
		if location, err := time.LoadLocation(spelling); err == nil && spelling != "" && spelling != "Local" {
			return location
		}
	}
	if name == "" {
		l.fail("the zone is missing, such as America/Denver")
	} else {
		l.fail("no time zone is called %q: one is America/Denver", name)
	}
	return nil
}

// titled spells a name as most time zones are: to most file systems case matters.
func titled(name string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		was := begins
		begins = strings.ContainsRune("/_-", r)
		if was {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, name)
}

// settle draws the conclusions of the facts that the story needs.
func (p *scenarioParser) settle() {
	s := p.scenario
	if s.Title == "" {
		s.Title = s.Name
	}
	if len(s.models) == 0 {
		s.models, s.zones, p.ownDraws = []Model{{Gallons: 65}}, []*time.Location{nil}, []bool{false}
	}
	for i := range s.models {
		if p.draws != nil && !p.ownDraws[i] {
			s.models[i].Draws = *p.draws
		}
	}
	missing := func(keyword string) {
		if p.once[keyword] == 0 {
			p.problems = append(p.problems, ScenarioProblem{0, keyword + " is missing"})
		}
	}
	missing("start")
	missing("lasts")
	if p.starts == nil || p.lasts.zero() {
		return
	}
	start := p.starts()
	p.end = p.lasts.after(start)
	s.Start, s.Lasts = start, p.end.Sub(start)
	for _, c := range s.cues {
		c.when.at = start
	}
	if c := p.tariff.cue(); c != nil {
		c.when.at = start
		s.cues = append(s.cues, c)
	}
}
