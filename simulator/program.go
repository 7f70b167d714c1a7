package simulator

import (
	"fmt"
	"time"
)

// programs is what a heater's programs have come to. They go by the heater's own
// clock and need no cloud (docs/protocol.md §5). What they were told stands in
// settings.
type programs struct {
	Next time.Time `json:"-"` // when one of them has something to do; follows from all else

	Circulating bool       `json:"circulating"` // its schedule or the loop's temperature runs the pump
	Loop        float64    `json:"loop"`        // °C
	Freezing    bool       `json:"freezing"`
	Legionella  legionella `json:"legionella"`
	Demand      demand     `json:"demand"`
}

// attendPrograms does what is due at this moment by the clock, and what the water
// asks for.
func (h *Heater) attendPrograms() {
	h.attendVacation()
	if next := h.Programs.Next; !next.IsZero() && !next.After(h.At) {
		h.reschedule()
		if !h.broken().has(brokenClock) {
			h.fireReservations()
			h.startSterilising()
		}
	}
	h.attendSterilising()
	h.attendFreezing()
	h.attendLoop()
}

// reschedule puts in force what the schedules say of this moment, and finds out when
// they say something else. It is called when that has come, and when a schedule, the
// clock or the time zone has changed: at any other time it changes nothing. What
// happens at a minute and does not last is not made up.
func (h *Heater) reschedule() {
	h.attendDemand()
	h.attendWindow()
	h.attendCirculation()

	p := &h.Programs
	p.Next = time.Time{}
	earlier := func(t time.Time) {
		if !t.IsZero() && (p.Next.IsZero() || t.Before(p.Next)) {
			p.Next = t
		}
	}
	wall := h.wall()
	shown := func(t time.Time) {
		if !t.IsZero() {
			earlier(t.Add(-time.Duration(h.ClockOffset)))
		}
	}
	shown(h.Settings.Reservations.next(wall))
	shown(h.nextWindowEdge(wall))
	shown(h.nextCirculation(wall))
	shown(h.nextSterilising(wall))
	earlier(p.Demand.next(h.At))
}

// shift moves in time what waits.
func (p *programs) shift(by time.Duration) {
	for _, t := range []*time.Time{
		&p.Legionella.Last, &p.Legionella.Warm, &p.Demand.Ends, &p.Demand.Overridden,
	} {
		if !t.IsZero() {
			*t = t.Add(by)
		}
	}
}

// check refuses what no heater comes to.
func (p *programs) check(at time.Time) error {
	if !(p.Loop >= -40 && p.Loop <= 110) {
		return fmt.Errorf("loop is %v, not -40 to 110", p.Loop)
	}
	if p.Legionella.Last.After(at) || p.Legionella.Warm.After(at) {
		return fmt.Errorf("an anti-Legionella cycle that is to come")
	}
	if !p.Demand.Event.known() {
		return fmt.Errorf("demand event %d", int(p.Demand.Event))
	}
	return nil
}
