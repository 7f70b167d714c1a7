package simulator

import (
	"fmt"
	"slices"
	"time"
)

// DrawProfile says who draws hot water from a heater, and when: a random household,
// nobody, or one of the four draw patterns of the uniform test procedure for water
// heaters (10 CFR 430, Subpart B, Appendix E), day after day. Its times are those of
// the heater's owner: of the heater's time zone, whatever the heater's own clock says.
type DrawProfile int

// The profiles.
const (
	Household DrawProfile = iota // about 180 litres a day, other draws every day
	NoDraws                      // only what Draw and SetLeak take
	VerySmall                    // 10 gallons a day
	LowUse                       // 38 gallons
	MediumUse                    // 55 gallons
	HighUse                      // 84 gallons
)

var drawProfiles = [...]string{"household", "none", "very-small", "low", "medium", "high"}

// String returns the profile's name, as ParseDrawProfile takes it.
func (p DrawProfile) String() string {
	if p.check() != nil {
		return fmt.Sprintf("DrawProfile(%d)", int(p))
	}
	return drawProfiles[p]
}

// ParseDrawProfile returns the profile of a name: household, none, very-small, low,
// medium or high.
func ParseDrawProfile(name string) (DrawProfile, error) {
	i := slices.Index(drawProfiles[:], name)
	if i < 0 {
		return 0, fmt.Errorf("simulator: no draw profile %q: there are %s", name, drawProfiles)
	}
	return DrawProfile(i), nil
}

func (p DrawProfile) check() error {
	if p < 0 || int(p) >= len(drawProfiles) {
		return fmt.Errorf("simulator: no draw profile has the number %d", int(p))
	}
	return nil
}

// tapFlow is how fast water is drawn when nothing else is said, in litres a minute.
const tapFlow = 8.0

// mostFlow is how many litres a minute at most can be drawn.
const mostFlow = 100.0

// mostTap is how many litres at most are still to be drawn: three months of it.
const mostTap = 1e6

// draw is hot water that somebody will use.
type draw struct {
	at     time.Time // zero: never
	litres float64
	flow   float64 // l/min
}

// drawAfter returns the first draw later than t, by the clock of t's location.
func (h *Heater) drawAfter(t time.Time) draw {
	switch h.Draws {
	case Household:
		return h.home.after(t)
	case NoDraws:
		return draw{}
	}
	return h.Draws.pattern().after(t)
}

// SetDraws exchanges the profile by which water is drawn. A tap that is open stays
// so until it has drawn its litres. A profile that does not exist changes nothing.
func (h *Heater) SetDraws(p DrawProfile) {
	if p.check() != nil {
		return
	}
	h.change(func() { h.drawBy(p) })
}

func (h *Heater) drawBy(p DrawProfile) {
	h.Draws = p
	h.nextDraw = h.drawAfter(h.At)
}

// SetLeak lets hot water run out of the tank beside all draws, in litres a minute,
// at most 100. Zero, less, or what is no number ends it. The heater does not take
// it for a draw, but raises the fault of a water leak, 799 (docs/protocol.md §6).
func (h *Heater) SetLeak(litresPerMinute float64) {
	if !(litresPerMinute > 0) {
		litresPerMinute = 0
	}
	h.change(func() { h.Leak = min(litresPerMinute, mostFlow) })
}
