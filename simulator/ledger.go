package simulator

import (
	"fmt"
	"iter"
	"math"
	"time"
)

// ledger is what a heater has taken and done since it was installed: electricity
// by the hour, the rest as totals. Days, months, lifetime and installer
// diagnostics are sums over the same hours, so that they agree. It can be
// exchanged whole: the heater calls step and fault, and reads.
//
// Hours are counted since 1970 by the clock on the wall, whatever its offset: a
// day has 24 of them, also when summer time begins or ends.
type ledger struct {
	Past past     `json:"past"`
	Work work     `json:"work"`
	Use  []hourly `json:"use"` // since the past, hours in which nothing ran left out

	// What goes on.
	Rest     usageRest `json:"rest"` // too little for a whole number yet
	Running  running   `json:"running"`
	Draw     draws     `json:"draw"`     // from the tap that is open
	Recovery float64   `json:"recovery"` // s, since heating began

	// What Past and Use come to; nil until somebody asks. No snapshot has it.
	sum *usage
}

// usage is what heat pump and elements took. Whole numbers, because sums of
// them do not depend on how they are put together.
type usage struct {
	HeatPump     int `json:"heatPump"` // Wh, its fan included
	Elements     int `json:"elements"` // Wh
	HeatPumpTime int `json:"heatPumpTime"`
	ElementsTime int `json:"elementsTime"` // s, as of the compressor above
}

func (u *usage) add(more usage) {
	u.HeatPump += more.HeatPump
	u.Elements += more.Elements
	u.HeatPumpTime += more.HeatPumpTime
	u.ElementsTime += more.ElementsTime
}

// hourly is the usage of one hour, in small numbers, because a heater keeps some ten
// of them a day for as long as it lives.
type hourly struct {
	Hour         int32 `json:"hour"`
	HeatPump     int32 `json:"heatPump"`
	Elements     int32 `json:"elements"`
	HeatPumpTime int32 `json:"heatPumpTime"`
	ElementsTime int32 `json:"elementsTime"`
}

func newHourly(hour int, u usage) hourly {
	return hourly{int32(hour), int32(u.HeatPump), int32(u.Elements), int32(u.HeatPumpTime), int32(u.ElementsTime)}
}

func (h hourly) usage() usage {
	return usage{int(h.HeatPump), int(h.Elements), int(h.HeatPumpTime), int(h.ElementsTime)}
}

type usageRest struct {
	HeatPump     float64 `json:"heatPump"`
	Elements     float64 `json:"elements"`
	HeatPumpTime float64 `json:"heatPumpTime"`
	ElementsTime float64 `json:"elementsTime"`
}

// whole takes the whole number out of a value.
func whole(v *float64) int {
	n := int(*v)
	*v -= float64(n)
	return n
}

// use books what has come to whole numbers.
func (l *ledger) use(hour int) {
	u := usage{whole(&l.Rest.HeatPump), whole(&l.Rest.Elements), whole(&l.Rest.HeatPumpTime), whole(&l.Rest.ElementsTime)}
	if u == (usage{}) {
		return
	}
	if l.sum != nil {
		l.sum.add(u)
	}
	last := len(l.Use) - 1
	if last >= 0 && l.Use[last].Hour == int32(hour) {
		u.add(l.Use[last].usage())
		l.Use[last] = newHourly(hour, u)
		return
	}
	if n := len(l.Use); n == cap(l.Use) {
		l.Use = append(make([]hourly, 0, n+n/8+24), l.Use...) // by less than append would, for what lives so long
	}
	l.Use = append(l.Use, newHourly(hour, u))
}

// hours are all hours in which something ran, of the past and since.
func (l *ledger) hours() iter.Seq2[int, usage] {
	return func(yield func(int, usage) bool) {
		for hour, u := range l.Past.hours() {
			if !yield(hour, u) {
				return
			}
		}
		for _, h := range l.Use {
			if !yield(int(h.Hour), h.usage()) {
				return
			}
		}
	}
}

// reading is usage as the wire has it: Wh and hours.
type reading usage

// reading leaves out what is less than an hour.
func (u usage) reading() reading {
	return reading{u.HeatPump, u.Elements, u.HeatPumpTime / 3600, u.ElementsTime / 3600}
}

// total is the usage over the heater's life.
func (l *ledger) total() usage {
	if l.sum == nil {
		l.sum = new(usage)
		for _, u := range l.hours() {
			l.sum.add(u)
		}
	}
	return *l.sum
}

// readings reads the meter by whatever part of the heater's life an hour belongs to.
// An hour of running is read where it becomes complete, so that the parts make the
// whole.
func (l *ledger) readings(part func(hour int) int) map[int]reading {
	by := make(map[int]reading)
	var sum usage
	var before reading
	book := func(key int) {
		after := sum.reading()
		if after == before {
			return
		}
		r := by[key]
		r.HeatPump += after.HeatPump - before.HeatPump
		r.Elements += after.Elements - before.Elements
		r.HeatPumpTime += after.HeatPumpTime - before.HeatPumpTime
		r.ElementsTime += after.ElementsTime - before.ElementsTime
		by[key], before = r, after
	}
	key := 0
	for hour, u := range l.hours() {
		if k := part(hour); k != key {
			book(key)
			key = k
		}
		sum.add(u)
	}
	book(key)
	return by
}

// wallHour counts the hours since 1970 by the clock on the wall.
func wallHour(t time.Time) int { return 24*wallDay(t) + t.Hour() }

func wallDay(t time.Time) int {
	year, month, day := t.Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// hourDate is the date of an hour that wallHour counted; only its calendar means
// anything.
func hourDate(hour int) time.Time { return time.Unix(int64(hour)*3600, 0).UTC() }

// days is how long ago the heater was installed; a restored one's clock may have
// been set back behind that.
func (l *ledger) days(hour int) int { return max((hour-l.Past.First)/24, 0) }

// check refuses figures that no heater comes to.
func (l *ledger) check() error {
	for _, hour := range []int{l.Past.First, l.Past.Until} {
		// By the clock on the wall it may be a day earlier or later.
		if hour < wallHour(firstDate.Add(-longestPast))-48 || hour > wallHour(lastDate)+24 {
			return fmt.Errorf("a past of the hours %d to %d", l.Past.First, l.Past.Until)
		}
	}
	if days := (l.Past.Until - l.Past.First) / 24; days < 0 || days > int(longestPast.Hours()/24) {
		return fmt.Errorf("a past of %d days", days)
	}
	if r := l.Rest; max(r.HeatPump, r.Elements, r.HeatPumpTime, r.ElementsTime) >= 1 {
		return fmt.Errorf("a rest of %+v, not less than 1", r)
	}
	if l.Running.Valve > valveStroke {
		return fmt.Errorf("a valve at %d steps", l.Running.Valve)
	}
	if !(l.Past.Litres >= 0 && l.Past.Litres <= litres80) || l.Past.Draws.check() != nil {
		return fmt.Errorf("a past with a tank of %v litres and %v draws", l.Past.Litres, l.Past.Draws)
	}
	w := &l.Work
	figures := []float64{
		w.FanTime, w.UpperTime, w.RecirculationTime, w.RecoveryTime, l.Recovery, l.Draw.Litres, l.Draw.Seconds,
		w.Shed, w.LoadUp, w.AdvancedLoadUp, w.CriticalPeak, w.GridEmergency,
		w.Short.Litres, w.Short.Seconds, w.Long.Litres, w.Long.Seconds, w.Leaked, w.Pumped,
		math.Abs(w.Carried), math.Abs(w.Lost), math.Abs(w.Circulated), // it may be warmer outside
		l.Rest.HeatPump, l.Rest.Elements, l.Rest.HeatPumpTime, l.Rest.ElementsTime,
	}
	for _, n := range []int{
		w.CompressorStarts, w.FanStarts, w.UpperStarts, w.LowerStarts, w.RecirculationStarts,
		w.ValveTravel, w.PowerOns, w.Recoveries, w.FreezeBurns, l.Running.Valve,
		w.Short.Times, w.Long.Times, l.Draw.Times,
	} {
		figures = append(figures, float64(n))
	}
	for _, h := range l.Use {
		figures = append(figures, float64(h.HeatPump), float64(h.Elements), float64(h.HeatPumpTime), float64(h.ElementsTime))
	}
	for _, v := range figures {
		if !(v >= 0 && v <= math.MaxInt32) {
			return fmt.Errorf("a ledger with %v in it", v)
		}
	}
	return nil
}
