package simulator

import "time"

const litresPerGallon = 3.785411784

// pattern is a day of the uniform test procedure: what is drawn at which minute of
// the day, in US gallons and gallons a minute (10 CFR 430, Subpart B, Appendix E,
// tables III.1 to III.4).
type pattern []struct {
	minute  int
	gallons float64
	flow    float64
}

var verySmall = pattern{
	{0, 2, 1},
	{1 * 60, 1, 1},
	{1*60 + 5, 0.5, 1},
	{1*60 + 10, 0.5, 1},
	{1*60 + 15, 0.5, 1},
	{8 * 60, 1, 1},
	{8*60 + 15, 2, 1},
	{9 * 60, 1.5, 1},
	{9*60 + 15, 1, 1},
}

var lowUse = pattern{
	{0, 15, 1.7},
	{30, 2, 1},
	{1 * 60, 1, 1},
	{10*60 + 30, 6, 1.7},
	{11*60 + 30, 4, 1.7},
	{12 * 60, 1, 1},
	{12*60 + 45, 1, 1},
	{12*60 + 50, 1, 1},
	{16*60 + 15, 2, 1},
	{16*60 + 45, 2, 1.7},
	{17 * 60, 3, 1.7},
}

var mediumUse = pattern{
	{0, 15, 1.7},
	{30, 2, 1},
	{1*60 + 40, 9, 1.7},
	{10*60 + 30, 9, 1.7},
	{11*60 + 30, 5, 1.7},
	{12 * 60, 1, 1},
	{12*60 + 45, 1, 1},
	{12*60 + 50, 1, 1},
	{16 * 60, 1, 1},
	{16*60 + 15, 2, 1},
	{16*60 + 45, 2, 1.7},
	{17 * 60, 7, 1.7},
}

var highUse = pattern{
	{0, 27, 3},
	{30, 2, 1},
	{40, 1, 1},
	{1*60 + 40, 9, 1.7},
	{10*60 + 30, 15, 3},
	{11*60 + 30, 5, 1.7},
	{12 * 60, 1, 1},
	{12*60 + 45, 1, 1},
	{12*60 + 50, 1, 1},
	{16 * 60, 2, 1},
	{16*60 + 15, 2, 1},
	{16*60 + 30, 2, 1.7},
	{16*60 + 45, 2, 1.7},
	{17 * 60, 14, 3},
}

// pattern is the day of a profile that has one.
func (p DrawProfile) pattern() pattern {
	switch p {
	case VerySmall:
		return verySmall
	case LowUse:
		return lowUse
	case MediumUse:
		return mediumUse
	}
	return highUse
}

// after returns the first draw of the pattern later than t, by the clock of t's
// location. It begins anew at midnight.
func (p pattern) after(t time.Time) draw {
	year, month, day := t.Date()
	for {
		for _, use := range p {
			at := time.Date(year, month, day, 0, use.minute, 0, 0, t.Location())
			if at.After(t) {
				return draw{at, use.gallons * litresPerGallon, use.flow * litresPerGallon}
			}
		}
		day++
	}
}
