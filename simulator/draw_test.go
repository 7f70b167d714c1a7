package simulator

import (
	"math"
	"testing"
	"time"
)

func TestAHouseholdDraws(t *testing.T) {
	p := household{1, 2}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	end := at.AddDate(0, 0, 30)
	var litres float64
	n := 0
	for d := p.after(at); d.at.Before(end); d = p.after(d.at) {
		if d.litres <= 0 || d.litres > 60 {
			t.Errorf("%.1f litres", d.litres)
		}
		litres, n = litres+d.litres, n+1
		if other := p.after(d.at.Add(-time.Nanosecond)); other != d {
			t.Fatalf("asked again: %v, not %v", other, d)
		}
	}
	if n < 290 || n > 300 || litres/30 < 140 || litres/30 > 220 {
		t.Errorf("%d draws, %.0f litres a day", n, litres/30)
	}
	if p.after(at) == (household{1, 3}).after(at) {
		t.Error("two households are one")
	}
}

// The patterns come to the volumes after which the procedure names them, in gallons,
// and no draw begins before the one before it is over.
func TestDrawPatterns(t *testing.T) {
	for profile, is := range map[DrawProfile]struct {
		draws   int
		gallons float64
	}{
		VerySmall: {9, 10}, LowUse: {11, 38}, MediumUse: {12, 55}, HighUse: {14, 84},
	} {
		t.Run(profile.String(), func(t *testing.T) {
			begin := time.Date(2026, 5, 17, 0, 0, 0, 0, time.FixedZone("", -7*3600))
			n, gallons, over := 0, 0.0, begin
			for d := profile.pattern().after(begin.Add(-time.Second)); d.at.Before(begin.AddDate(0, 0, 1)); d = profile.pattern().after(d.at) {
				if d.at.Before(over) {
					t.Errorf("a draw at %v, before %v", d.at, over)
				}
				over = d.at.Add(time.Duration(d.litres / d.flow * float64(time.Minute)))
				n, gallons = n+1, gallons+d.litres/3.785412
			}
			short, long := profile.day()
			if short.add(long); short.Times != n || math.Abs(short.Litres/3.785412-gallons) > 1e-4 {
				t.Errorf("a day is %+v", short)
			}
			if n != is.draws || math.Abs(gallons-is.gallons) > 1e-4 {
				t.Errorf("%d draws of %.2f gallons, not %d of %.0f", n, gallons, is.draws, is.gallons)
			}
		})
	}
}

func TestDrawProfileNames(t *testing.T) {
	for p := Household; p <= HighUse; p++ {
		if back, err := ParseDrawProfile(p.String()); err != nil || back != p {
			t.Errorf("%v is parsed as %v: %v", p, back, err)
		}
	}
	for _, name := range []string{"", "Medium", "huge", "DrawProfile(6)"} {
		if p, err := ParseDrawProfile(name); err == nil {
			t.Errorf("%q is %v", name, p)
		}
	}
	if got := DrawProfile(6).String(); got != "DrawProfile(6)" {
		t.Error(got)
	}
	if _, err := New(Config{Models: []Model{{Draws: 6}}}); err == nil {
		t.Error("a model with a profile that does not exist")
	}
}

// A profile's times are the owner's, also when summer time begins: on that day as many
// litres are drawn as on any other.
func TestDrawsGoByTheOwnersClock(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []interface{ after(time.Time) draw }{mediumUse, household{3, 4}} {
		for _, day := range []int{7, 8, 9} { // of March 2026; on the 8th 2 o'clock is left out
			at := time.Date(2026, 3, day, 0, 0, 0, -1, zone)
			n := 0
			for d := p.after(at); d.at.Day() == day; d = p.after(d.at) {
				n++
			}
			if n < 10 {
				t.Errorf("%d draws on the %dth of March", n, day)
			}
		}
	}
	if at := mediumUse.after(time.Date(2026, 3, 8, 5, 0, 0, 0, zone)).at; at.Hour() != 10 || at.Minute() != 30 {
		t.Errorf("drawn at %v, not at 10:30", at)
	}
}
