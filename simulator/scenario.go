package simulator

import (
	"fmt"
	"slices"
	"time"
)

// A Scenario is a story that heaters are put through: who draws hot water and when, the
// weather, tariffs, what an owner does, what fails for how long, and what is expected
// of all that. It is written as text, a line for each thing; docs/simulator.md has the
// format. A Scenario does not change and may be played by several simulators.
type Scenario struct {
	// Name is that of its file, or that by which LoadScenario knows it.
	Name string
	// Title says in a few words what it is about. If it has none, its name.
	Title string
	// Start is when it begins, on the clock of the heaters and in their time zone.
	Start time.Time
	// Lasts is how long it takes by that clock.
	Lasts time.Duration
	// Seed is that for Config.
	Seed uint64
	// Speed is how many times faster than time the heaters' clock is to go, 1 to
	// 100 000. If zero, it says nothing about that.
	Speed int

	models []Model
	zones  []*time.Location // of each heater's own clock; nil: Location
	cues   []*cue           // in the order of their lines
}

// End returns when the scenario ends.
func (s *Scenario) End() time.Time { return s.Start.Add(s.Lasts) }

// Location returns the time zone of its dates, and of heaters without one of their own.
func (s *Scenario) Location() *time.Location { return s.Start.Location() }

// Heaters returns how many there are.
func (s *Scenario) Heaters() int { return len(s.models) }

// Config returns what the scenario says of the cloud: one account with its heaters, the
// date at which their clock begins, its speed, and the seed. The clock waits for Play.
func (s *Scenario) Config() Config {
	zones := slices.Clone(s.zones)
	for i, zone := range zones {
		if zone == nil {
			zones[i] = s.Location()
		}
	}
	return Config{
		Heaters: len(s.models), Models: slices.Clone(s.models), Locations: zones, Seed: s.Seed,
		Start: s.Start, Speed: s.Speed, Paused: true,
	}
}

// CloudFaults returns the faults of the cloud that it names, in the order of its lines.
func (s *Scenario) CloudFaults() (cases []FaultCase) {
	for _, c := range s.cues {
		if c.cloud != nil {
			cases = append(cases, c.cloud.cases...)
		}
	}
	return cases
}

// cue is something that happens in a scenario, once or again and again, or that is
// expected then.
type cue struct {
	line    int
	text    string
	heaters []int // from 0; nil: all
	when    occasion
	lasts   span

	begin  func(*Heater) outcome // nil: nothing
	end    func(*Heater)         // after lasts; nil: nothing ends
	cloud  *cloudFailure         // what fails meanwhile; nil: nothing
	expect []*expectation        // all of which have to hold
}

// occasion is when something happens: at one moment, or on days of the week.
type occasion struct {
	at time.Time // zero: on days

	days        int // bit 0 Sunday
	minute      int // of the day
	from, until time.Time
	location    *time.Location
}

// next returns the first occasion at a date or after it, and false when there is none.
func (o occasion) next(date time.Time) (time.Time, bool) {
	if o.days == 0 {
		return o.at, !o.at.Before(date)
	}
	if date.Before(o.from) {
		date = o.from
	}
	year, month, day := date.In(o.location).Date()
	for n := range 8 {
		at := time.Date(year, month, day+n, 0, o.minute, 0, 0, o.location)
		if o.days&(1<<at.Weekday()) != 0 && !at.Before(date) {
			return at, !at.After(o.until)
		}
	}
	return time.Time{}, false
}

// who names the heaters that a cue is about, before what happens to them; "" if it is
// about all.
func (c *cue) who() string {
	if c.heaters == nil {
		return ""
	}
	text := ""
	for _, n := range c.heaters {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprint(n + 1)
	}
	return "heater " + text + ": "
}

// concerns says whether the cue is about a heater, by its number from 0.
func (c *cue) concerns(n int) bool {
	return c.heaters == nil || slices.Contains(c.heaters, n)
}
