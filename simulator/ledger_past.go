package simulator

import (
	"iter"
	"math/rand/v2"
	"time"
)

// past is the life of a heater before the simulator began, from the day on which
// it was installed. It is made from the seed, day by day and whenever it is asked
// for: two runs of the heat pump a day, for the water drawn and for what the tank
// lost, now and then with an element.
type past struct {
	Seed  uint64 `json:"seed"`
	First int    `json:"first"` // the first hour of the day on which it was installed
	Until int    `json:"until"` // the first hour of which the ledger has its own records

	Litres  float64     `json:"litres"` // of the tank
	Draws   DrawProfile `json:"draws"`
	Weather Weather     `json:"weather"`
}

// A heater was installed so many days ago, and up to so many more.
const (
	pastDays     = 340
	pastDaysMore = 50
)

// newLedger begins the records of a heater.
func newLedger(at time.Time, seed uint64, m Model, w Weather) ledger {
	ago := pastDays + int(rand.NewPCG(seed, 0).Uint64()%pastDaysMore)
	l := ledger{Past: past{seed, 24 * (wallDay(at) - ago), wallHour(at), m.litres(), m.Draws, w}}
	l.Past.work(&l.Work)
	return l
}

// run is one of the two of a day.
type run struct {
	hour       int     // in which it begins
	litres     float64 // drawn before it
	air, inlet float64 // °C
	compressor float64 // s
	watts      float64 // with the compressor
	element    float64 // s, at its beginning
}

// lost is what the tank lost to the air in the twelve hours before it, in Wh.
func (p past) lost(r run) float64 {
	return 12 * lossWattsPerKelvin * surface(p.Litres) * (pastWater - r.air)
}

// carried is what the water took with it, in Wh.
func (r run) carried() float64 { return r.litres * wattHoursPerLitreKelvin * (pastWater - r.inlet) }

// An ordinary day in energy saver mode, near to what the tank itself comes to.
const (
	pastWater = 47.5 // °C, drawn
	pastLower = 40.0 // °C, at the condenser
	morning   = 7    // o'clock
	evening   = 17
)

// runs are those of a day, by its first hour.
func (p past) runs(first int) [2]run {
	bits := rand.NewPCG(p.Seed, uint64(first)).Uint64()
	lot := func() float64 { // from 0 to 1
		v := float64(bits&0xffff) / 0xffff
		bits >>= 16
		return v
	}
	litres, share := p.Draws.litres()*(0.6+0.8*lot()), 0.4+0.2*lot()
	runs := [2]run{
		{hour: first + morning, litres: litres * share},
		{hour: first + evening, litres: litres * (1 - share), element: max(lot()-0.97, 0) * 10000},
	}
	for i, end := range []int{evening, 24} {
		r := &runs[i]
		r.air, r.inlet = p.Weather.at(hourDate(r.hour))
		r.watts = compressorWatts(r.air, pastLower)
		heat := r.carried() + p.lost(*r) - r.element*elementWatts/3600
		r.compressor = max(heat, 0) * 3600 / (r.watts * cop(r.air, pastLower))
		r.compressor = min(r.compressor, float64(first+end-r.hour)*3600)
	}
	return runs
}

// all are the runs that began in time.
func (p past) all() iter.Seq[run] {
	return func(yield func(run) bool) {
		for day := p.First; day < p.Until; day += 24 {
			for _, r := range p.runs(day) {
				if r.hour < p.Until && !yield(r) {
					return
				}
			}
		}
	}
}

// hours spreads the runs over the hours in which they were.
func (p past) hours() iter.Seq2[int, usage] {
	return func(yield func(int, usage) bool) {
		for r := range p.all() {
			for hour := r.hour; hour < p.Until; hour++ {
				compressor, element := min(r.compressor, 3600), min(r.element, 3600)
				r.compressor, r.element = r.compressor-compressor, r.element-element
				u := usage{int(compressor * r.watts / 3600), int(element * elementWatts / 3600), int(compressor), int(element)}
				if u == (usage{}) {
					break
				}
				if !yield(hour, u) {
					return
				}
			}
		}
	}
}

// work adds up what is counted over the heater's life.
func (p past) work(w *work) {
	for r := range p.all() {
		lasts := float64(p.Until-r.hour) * 3600
		w.CompressorStarts++
		w.FanStarts++
		w.FanTime += min(r.compressor, lasts) + fanStarts.Seconds() + fanRunsOn.Seconds()
		w.ValveTravel += 2 * (valveStroke - valveOpening(r.air))
		w.Recoveries++
		w.RecoveryTime += min(r.compressor, lasts)
		w.Pumped += min(r.compressor, lasts) / 3600 * r.watts * cop(r.air, pastLower)
		w.Carried += r.carried()
		w.Lost += p.lost(r)
		if r.element > 0 {
			w.UpperStarts++
			w.UpperTime += float64(int(min(r.element, lasts))) // as hours has it
		}
		// Showers, and hands washed in between.
		if r.litres > 0 {
			w.Long.add(draws{3, 0.85 * r.litres, 0.85 * r.litres / tapFlow * 60})
			w.Short.add(draws{2, 0.15 * r.litres, 0.15 * r.litres / tapFlow * 60})
		}
	}
}
