package simulator

import (
	"math/rand/v2"
	"time"
)

// household is what makes one house different from another. It makes its draws: the
// same ones for a date whenever it is asked.
type household [2]uint64

// uses are an ordinary day: about 180 litres of hot water.
var uses = [...]struct {
	minute int     // of the day
	spread int     // minutes, either way
	litres float64 // half of it to one and a half times it are drawn
}{
	{6*60 + 30, 25, 38},
	{7*60 + 15, 20, 38},
	{8 * 60, 30, 6},
	{9*60 + 30, 60, 4},
	{12*60 + 15, 30, 8},
	{15 * 60, 90, 5},
	{17*60 + 30, 30, 10},
	{19 * 60, 30, 20},
	{20*60 + 15, 30, 12},
	{21*60 + 30, 40, 38},
}

// after returns the first draw later than t, by the clock of t's location.
func (h household) after(t time.Time) draw {
	year, month, day := t.Date()
	for {
		var next draw
		random := rand.New(rand.NewPCG(h[0], h[1]^uint64(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix())))
		for _, use := range uses {
			second := (use.minute-use.spread)*60 + random.IntN(2*use.spread*60)
			litres := use.litres * (0.5 + random.Float64())
			at := time.Date(year, month, day, 0, 0, second, 0, t.Location())
			if at.After(t) && (next.at.IsZero() || at.Before(next.at)) {
				next = draw{at, litres, tapFlow}
			}
		}
		if !next.at.IsZero() {
			return next
		}
		day++
	}
}
