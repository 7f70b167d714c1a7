package simulator

import (
	"slices"
	"strconv"
	"strings"
)

// Keywords of what happens.
var deedKeywords = []string{
	"draw", "draws", "leak", "weather", "fault", "clear", "offline", "wifi", "cloud", "grid", "owner", "expect",
}

// deed reads what happens.
func (p *scenarioParser) deed(l *scenarioLine, c *cue) {
	keyword := l.choose("what happens", deedKeywords...)
	switch keyword {
	case "draw":
		litres, flow := l.litres("the draw", 5000), tapFlow
		if l.accept("at") {
			flow, _ = l.measure("the flow", flowUnits, 0.1, mostFlow)
		}
		c.begin = func(h *Heater) outcome { h.openTap(litres, flow); return obeyed }
	case "draws":
		profile := l.drawProfile()
		c.begin = func(h *Heater) outcome { h.drawBy(profile); return obeyed }
	case "leak":
		flow, _ := l.measure("the leak", flowUnits, 0, mostFlow)
		c.begin = func(h *Heater) outcome { h.Leak = flow; return obeyed }
		c.end = func(h *Heater) { h.Leak = 0 }
	case "weather":
		p.weather(l, c)
	case "fault":
		p.fault(l, c)
	case "clear":
		p.clear(l, c)
	case "offline":
		c.begin = func(h *Heater) outcome { h.unplug(true); return obeyed }
		c.end = func(h *Heater) { h.unplug(false) }
	case "wifi":
		rssi := l.whole("the strength of the signal", 0, highestRSSI)
		c.begin = func(h *Heater) outcome { h.receiveAt(rssi); return obeyed }
		c.end = func(h *Heater) { h.receiveAt(usualRSSI) }
	case "cloud":
		p.cloud(l, c)
	case "grid":
		p.grid(l, c)
	case "owner":
		p.owner(l, c)
	case "expect":
		p.expect(l, c)
	}
	if !c.lasts.zero() && c.end == nil && c.cloud == nil && c.expect == nil {
		l.fail("%s has no end: it cannot be for a time", keyword)
	}
}

// drawProfile reads who draws.
func (l *scenarioLine) drawProfile() DrawProfile {
	name := l.choose("who draws", drawProfiles[:]...)
	return DrawProfile(max(slices.Index(drawProfiles[:], name), 0))
}

// weather reads the air around the heater, which may go up and down with the hour,
// and the water that comes in.
func (p *scenarioParser) weather(l *scenarioLine, c *cue) {
	var does []func(*Weather)
	for first := true; first || l.accept(","); first = false {
		switch l.choose("the weather", "air", "inlet", "by-season") {
		case "air":
			air, swing := l.celsius("the air", coldestRoom, hottestRoom), 0.0
			if l.accept("swing") {
				swing, _ = l.measure("the swing", differenceUnits, 0, 40)
			}
			does = append(does, func(w *Weather) { w.Room, w.RoomSeason, w.RoomDay = air, 0, swing })
		case "inlet":
			inlet := l.celsius("the inlet", coldestInlet, hottestInlet)
			does = append(does, func(w *Weather) { w.Inlet, w.InletSeason = inlet, 0 })
		case "by-season":
			does = append(does, nil)
		}
	}
	c.begin = func(h *Heater) outcome {
		for _, do := range does {
			if do == nil {
				h.Weather = h.climate
			} else {
				do(&h.Weather)
			}
		}
		return obeyed
	}
}

// fault reads an error code, with E before it or not, and its sub-code.
func (p *scenarioParser) fault(l *scenarioLine, c *cue) {
	code, sub := p.faultCode(l), 0
	if d := defectOf(code); d != nil {
		sub = d.Subs[0].Code
	}
	if l.accept("sub") {
		sub = l.whole("the sub-code", 0, mostFaultCode)
	}
	if l.problem != "" {
		return
	}
	if err := CheckFault(code, sub); err != nil {
		l.fail("%s", strings.TrimPrefix(err.Error(), "simulator: "))
	}
	c.begin = func(h *Heater) outcome { h.raise(code, sub); return obeyed }
	c.end = mends(code)
}

func (p *scenarioParser) faultCode(l *scenarioLine) int {
	if word := l.peek(); strings.HasPrefix(word, "e") && len(l.rest) > 0 {
		if _, err := strconv.Atoi(word[1:]); err == nil {
			l.rest[0].lower = word[1:]
		}
	}
	return l.whole("the error code", 1, mostFaultCode)
}

// clear reads which fault ends, or that all do.
func (p *scenarioParser) clear(l *scenarioLine, c *cue) {
	if l.acceptOne("all", "faults") {
		c.begin = func(h *Heater) outcome {
			h.mend(func(StandingFault) bool { return true })
			return obeyed
		}
		return
	}
	mend := mends(p.faultCode(l))
	c.begin = func(h *Heater) outcome { mend(h); return obeyed }
}

func mends(code int) func(*Heater) {
	return func(h *Heater) { h.mend(func(f StandingFault) bool { return f.Code == code }) }
}

// grid reads what the utility asks of the heater (docs/protocol.md §4).
func (p *scenarioParser) grid(l *scenarioLine, c *cue) {
	names := []string{"shed", "load-up", "advanced-load-up", "peak", "emergency"}
	event := DemandEvent(1 + slices.Index(names, l.choose("what the grid asks", names...)))
	c.begin = func(h *Heater) outcome { h.hearGrid(event, 0); return obeyed }
	c.end = func(h *Heater) { h.hearGrid(DemandNone, 0) }
}
