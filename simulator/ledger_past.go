package simulator

import (
	"iter"
	"math/rand/v2"
	"time"
)

// past is the life of a heater before the simulator began, from the day on which
// it was installed, in energy saver mode at 49 °C. It is made from the seed, half day
// by half day and whenever it is asked for: water is drawn, the tank loses heat, and
// when it has lost enough the heat pump runs.
type past struct {
	Seed  uint64 `json:"seed"`
	First int    `json:"first"` // the first hour of the day on which it was installed
	Until int    `json:"until"` // the first hour of which the ledger has its own records

	Litres  float64     `json:"litres"` // of the tank
	Draws   DrawProfile `json:"draws"`
	Weather Weather     `json:"weather"`
}

// A heater was installed so many days ago, and up to so many more, unless Config.Past
// says when.
const (
	pastDays     = 340
	pastDaysMore = 50
	longestPast  = 20 * 366 * 24 * time.Hour
)

// newLedger begins the records of a heater that was installed so long ago: about a
// year if that is 0, now if it is less.
func newLedger(at time.Time, ago time.Duration, seed uint64, m Model, w Weather) ledger {
	days := int(max(ago, 0) / (24 * time.Hour))
	if ago == 0 {
		days = pastDays + int(rand.NewPCG(seed, 0).Uint64()%pastDaysMore)
	}
	until := wallHour(at)
	l := ledger{Past: past{seed, min(24*(wallDay(at)-days), until), until, m.litres(), m.Draws, w}}
	if ago < 0 {
		l.Past.First = until
	}
	l.Past.work(&l.Work)
	return l
}

// halfDay is half a day: what was drawn, and the run of the heat pump at its end, if the
// tank was cold enough.
type halfDay struct {
	hour        int     // in which the run begins
	short, long draws   // before it
	carried     float64 // Wh, with the water
	lost        float64 // Wh, to the air
	air         float64 // °C
	watts       float64 // of the heat pump
	compressor  float64 // s, and
	element     float64 // s at its beginning, that they run
}

// What the tank itself comes to, nearly.
const (
	pastWater   = 47.5 // °C, drawn
	pastMean    = 44.0 // °C, of all the water; if none is drawn, pastWater
	pastLower   = 40.0 // °C, at the condenser
	pastColder  = 9.0  // K, by which the mean is colder before the heat pump runs
	pastIdle    = 1.8  // Wh a litre of the tank, by an element when nothing was drawn
	morning     = 7    // o'clock
	evening     = 17
	calmWeather = 10 // o'clock, when the room is as warm as it is over the day
)

// lots are some values from 0 to 1.
type lots uint64

func (l *lots) draw() float64 {
	v := float64(*l&0xffff) / 0xffff
	*l >>= 16
	return v
}

// day is what a profile draws on an ordinary day.
func (p DrawProfile) day() (short, long draws) {
	add := func(litres, flow float64) {
		one := draws{1, litres, litres / flow * 60}
		if one.Seconds < longDraw {
			short.add(one)
		} else {
			long.add(one)
		}
	}
	switch p {
	case Household:
		for _, use := range uses {
			add(use.litres, tapFlow)
		}
	case NoDraws:
	default:
		for _, use := range p.pattern() {
			add(use.gallons*litresPerGallon, use.flow*litresPerGallon)
		}
	}
	return short, long
}

// part is what half of a day has of its draws: the second one, if their number is odd,
// one more.
func (d draws) part(second int, share float64) draws {
	return draws{(d.Times + second) / 2, d.Litres * share, d.Seconds * share}
}

// halves are those that began in time.
func (p past) halves() iter.Seq[halfDay] {
	short, long := p.Draws.day()
	trigger := pastColder * wattHoursPerLitreKelvin * p.Litres
	lost := 12 * lossWattsPerKelvin * surface(p.Litres)
	mean := pastMean
	if p.Draws == NoDraws {
		mean = pastWater
	}
	return func(yield func(halfDay) bool) {
		owed, idle := 0.0, true
		for first := p.First; first < p.Until; first += 24 {
			lot := lots(rand.NewPCG(p.Seed, uint64(first)).Uint64())
			today, morningShare := 1.0, 0.5
			if p.Draws == Household {
				today, morningShare = 0.775+0.45*lot.draw(), 0.4+0.2*lot.draw()
			}
			air, inlet := p.Weather.at(hourDate(first + calmWeather))
			for _, d := range []halfDay{
				{hour: first + morning, short: short.part(0, today*morningShare), long: long.part(0, today*morningShare)},
				{hour: first + evening, short: short.part(1, today*(1-morningShare)), long: long.part(1, today*(1-morningShare))},
			} {
				if d.hour >= p.Until {
					return
				}
				litres := d.short.Litres + d.long.Litres
				d.air = air
				d.carried = litres * wattHoursPerLitreKelvin * (pastWater - inlet)
				d.lost = lost * (mean - air)
				owed += d.carried + d.lost
				idle = idle && litres == 0
				if owed > trigger {
					if idle {
						d.element = pastIdle * p.Litres * 3600 / elementWatts
					} else if d.hour == first+evening {
						d.element = max(lot.draw()-0.97, 0) * 10_000
					}
					owed -= d.run(owed)
					idle = true
				}
				if !yield(d) {
					return
				}
			}
		}
	}
}

// run gives the tank what it is owed, in Wh, as far as that is done before the next
// one. It returns what it gave.
func (d *halfDay) run(owed float64) (given float64) {
	const most = 7 * 3600 // s, from evening to midnight
	elements := d.element * elementWatts / 3600
	d.watts = compressorWatts(d.air, pastLower)
	heat := d.watts * cop(d.air, pastLower)
	d.compressor = min(max(owed-elements, 0)*3600/heat, most)
	return d.compressor*heat/3600 + elements
}

// hours spreads the runs over the hours in which they were.
func (p past) hours() iter.Seq2[int, usage] {
	return func(yield func(int, usage) bool) {
		for d := range p.halves() {
			for hour := d.hour; hour < p.Until; hour++ {
				compressor, element := min(d.compressor, 3600), min(d.element, 3600)
				d.compressor, d.element = d.compressor-compressor, d.element-element
				u := usage{int(compressor * d.watts / 3600), int(element * elementWatts / 3600), int(compressor), int(element)}
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
	for d := range p.halves() {
		w.Short.add(d.short)
		w.Long.add(d.long)
		w.Carried += d.carried
		w.Lost += d.lost
		lasts := float64(p.Until-d.hour) * 3600
		if d.compressor > 0 {
			runs := min(d.compressor, lasts)
			w.CompressorStarts++
			w.FanStarts++
			w.FanTime += runs + fanStarts.Seconds() + fanRunsOn.Seconds()
			w.ValveTravel += 2 * (valveStroke - valveOpening(d.air))
			w.Recoveries++
			w.RecoveryTime += runs
			w.Pumped += runs / 3600 * d.watts * cop(d.air, pastLower)
		}
		if d.element > 0 {
			w.UpperStarts++
			w.UpperTime += float64(int(min(d.element, lasts))) // as hours has it
		}
	}
}

// upgrade takes a ledger of version 2, which knew hours as this one does but had a past
// without seasons, to a past as a new heater has it. What was counted besides hours is
// counted anew, from them.
func (l *ledger) upgrade(like past) {
	like.Seed, like.First, like.Until = l.Past.Seed, l.Past.First, l.Past.Until
	l.Past, l.Work = like, work{}
	l.Past.work(&l.Work)
	last := hourly{}
	for _, h := range l.Use {
		began := func(now, before int32, count *int) {
			if now > 0 && (before == 0 || h.Hour > last.Hour+1) {
				*count++
			}
		}
		began(h.HeatPumpTime, last.HeatPumpTime, &l.Work.CompressorStarts)
		began(h.HeatPumpTime, last.HeatPumpTime, &l.Work.FanStarts)
		began(h.ElementsTime, last.ElementsTime, &l.Work.UpperStarts)
		l.Work.FanTime += float64(h.HeatPumpTime)
		l.Work.UpperTime += float64(h.ElementsTime)
		last = h
	}
}
