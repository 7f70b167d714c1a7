package simulator

import (
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Kinds of energy history as typeOfUsage has them (docs/protocol.md §4). That
// hours are of the first kind is unconfirmed.
const (
	usageDaily   = 0
	usageMonthly = 1
)

// Years that can be asked for (docs/protocol.md §3).
const (
	firstYear = 2000
	lastYear  = 2099
)

// number reads the one number that a request names, numbers a list of them; ok
// says that they are there and within limits.
func number(v jsontext.Value, low, high int) (n int, ok bool) {
	ok = json.Unmarshal(v, &n) == nil && n >= low && n <= high
	return n, ok
}

func numbers(v jsontext.Value, low, high int) (list []int, ok bool) {
	const most = 31 // days of a month
	odd := func(n int) bool { return n < low || n > high }
	ok = json.Unmarshal(v, &list) == nil && len(list) > 0 && len(list) <= most && !slices.ContainsFunc(list, odd)
	return list, ok
}

// sayDaily answers with all days of each month, those to come included, as the
// captured months are.
func (h *Heater) sayDaily(r request) bool {
	year, ok := number(r.body.Request.Year, firstYear, lastYear)
	months, some := numbers(r.body.Request.Month, 1, 12)
	if !ok || !some {
		return false
	}
	h.reply(r, r.body.ResponseTopic, func(d *document) {
		by := h.history(d, usageDaily, func(hour int) int { return hour / 24 })
		d.list("usage", len(months), func(d *document, i int) {
			d.add("year", year)
			d.add("month", months[i])
			first := wallDay(calendarDay(year, months[i], 1))
			d.list("data", daysOf(year, months[i]), func(d *document, day int) { by[first+day].write(d) })
		})
	})
	return true
}

// sayMonthly answers with twelve months of each year.
func (h *Heater) sayMonthly(r request) bool {
	years, ok := numbers(r.body.Request.Year, firstYear, lastYear)
	if !ok {
		return false
	}
	h.reply(r, r.body.ResponseTopic, func(d *document) {
		by := h.history(d, usageMonthly, func(hour int) int {
			date := hourDate(hour)
			return 12*date.Year() + int(date.Month()) - 1
		})
		d.list("usage", len(years), func(d *document, i int) {
			d.add("year", years[i])
			d.list("data", 12, func(d *document, month int) { by[12*years[i]+month].write(d) })
		})
	})
	return true
}

// sayHourly answers with the 24 hours of each day, if the model answers at all.
// No heater was seen to: the whole shape is unconfirmed.
func (h *Heater) sayHourly(r request) bool {
	year, ok := number(r.body.Request.Year, firstYear, lastYear)
	month, one := number(r.body.Request.Month, 1, 12)
	days, some := numbers(r.body.Request.Day, 1, daysOf(year, month))
	if !ok || !one || !some || !h.model.HourlyEnergy {
		return false
	}
	h.reply(r, r.body.ResponseTopic, func(d *document) {
		by := h.history(d, usageDaily, func(hour int) int { return hour })
		d.list("usage", len(days), func(d *document, i int) {
			d.add("year", year)
			d.add("month", month)
			d.add("day", days[i])
			first := wallHour(calendarDay(year, month, days[i]))
			d.list("data", 24, func(d *document, hour int) { by[first+hour].write(d) })
		})
	})
	return true
}

func calendarDay(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func daysOf(year, month int) int { return calendarDay(year, month+1, 0).Day() }

// history writes what all three have, and reads the meter: the total is of the
// heater's life, whatever was asked.
func (h *Heater) history(d *document, kind int, part func(hour int) int) map[int]reading {
	total := h.Ledger.total().reading()
	d.add("typeOfUsage", kind)
	d.object("total", func(d *document) {
		total.writeUsage(d)
		total.writeTime(d)
	})
	return h.Ledger.readings(part)
}

// write adds one item. Where nothing was used the captured items have no times.
func (r reading) write(d *document) {
	r.writeUsage(d)
	if r != (reading{}) {
		r.writeTime(d)
	}
}

func (r reading) writeUsage(d *document) {
	d.add("heUsage", r.Elements)
	d.add("hpUsage", r.HeatPump)
}

func (r reading) writeTime(d *document) {
	d.add("heTime", r.ElementsTime)
	d.add("hpTime", r.HeatPumpTime)
}
