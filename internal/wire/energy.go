package wire

import (
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// usage writes the data of the energy usage o, each item with the date, or the month,
// that follows from its place: a usage with a month has its days, one without has the
// months of the year. One with a day has hours, which is unconfirmed: the heater tried
// never answered (docs/protocol.md §4, "Energy history").
func (w *writer) usage(v jsontext.Value, o Object) bool {
	list, ok := objects(v)
	if !ok {
		return false
	}
	year, hasYear := o.integer("year")
	hasYear = hasYear && year >= 1 && year <= 9999
	month, hasMonth := o.integer("month")
	day, hasDay := o.integer("day")
	w.open('[')
	for i, item := range list {
		w.open('{')
		place := int64(i) + 1
		switch {
		case !hasYear:
		case hasDay:
			w.date("date", time.DateOnly, year, month, day)
			w.name("hour")
			w.integer(int64(i))
		case hasMonth:
			w.date("date", time.DateOnly, year, month, place)
		default:
			w.date("month", "2006-01", year, place, 1)
		}
		w.members(usageItemShape, item)
		w.close('}')
	}
	w.close(']')
	return true
}

// date writes a date that exists; any other is left out.
func (w *writer) date(name, layout string, year, month, day int64) {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return
	}
	date := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if date.Day() != int(day) {
		return
	}
	w.name(name)
	w.text(date.Format(layout))
}

// deriveUsage says that an item does not tell its times.
func deriveUsage(w *writer, o Object) {
	for _, f := range fields(EncodingInteger, "hpTime", "heTime") {
		if !o.has(f.Name) {
			w.name(f.Printed)
			w.literal("null")
		}
	}
}
