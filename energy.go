package nwp500

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// EnergyKind is what the items of an Energy stand for.
type EnergyKind int

const (
	// EnergyByDay has an item for each day of the months asked for.
	EnergyByDay EnergyKind = iota
	// EnergyByMonth has an item for each month of the years asked for.
	EnergyByMonth
	// EnergyByHour has an item for each hour of the day asked for.
	EnergyByHour
)

var energyKindNames = map[EnergyKind]string{EnergyByDay: "by day", EnergyByMonth: "by month", EnergyByHour: "by hour"}

// String returns "by day", "by month" or "by hour".
func (k EnergyKind) String() string { return name(energyKindNames, k, "energy") }

// MarshalText encodes the name with underscores, "by_day".
func (k EnergyKind) MarshalText() ([]byte, error) { return snake(k), nil }

// Energy is what a heater has used in a time (docs/protocol.md §4, Energy history). It
// is never changed after it was made.
type Energy struct {
	// Kind says what an item stands for.
	Kind EnergyKind
	// Total is the heater's whole life, whatever was asked for: Sum adds the items up.
	Total EnergyUsage
	// Items are in the order of time, as far as the heater sent them: a heater may
	// send a whole year of months of which some are still to come. What stands for a
	// day that the month does not have is left out.
	Items []EnergyItem
	// MAC is the heater's address.
	MAC MAC
	// Received is when the client got the answer.
	Received time.Time

	message kept[*wire.Envelope]
}

// EnergyItem is what a heater used in a month, a day or an hour of its own time.
type EnergyItem struct {
	Year  int
	Month time.Month
	// Day is 0 in an item that is a month.
	Day int
	// Hour is 0 to 23, and unknown in an item that is a day or a month.
	Hour Value[int]
	EnergyUsage
}

// Date returns the month, the day or the hour: "2026-10", "2026-10-07" or
// "2026-10-07 05:00".
func (i EnergyItem) Date() string {
	switch hour, ok := i.Hour.Get(); {
	case i.Day == 0:
		return fmt.Sprintf("%04d-%02d", i.Year, i.Month)
	case ok:
		return fmt.Sprintf("%04d-%02d-%02d %02d:00", i.Year, i.Month, i.Day, hour)
	}
	return fmt.Sprintf("%04d-%02d-%02d", i.Year, i.Month, i.Day)
}

// EnergyUsage is electricity used and how long, by source. What the heater left out is
// unknown: an item without times carries the two energies alone.
type EnergyUsage struct {
	// HeatPump and Elements are in watt-hours.
	HeatPump Value[int]
	Elements Value[int]
	// HeatPumpTime and ElementsTime are in hours.
	HeatPumpTime Value[float64]
	ElementsTime Value[float64]
}

// All returns what both sources used, in watt-hours; one that is unknown counts for
// nothing unless both are.
func (u EnergyUsage) All() Value[int] { return plus(u.HeatPump, u.Elements) }

// Sum adds up the items. What is unknown in some of them adds nothing; what is unknown
// in all of them is unknown.
func (e *Energy) Sum() EnergyUsage {
	var sum EnergyUsage
	for _, item := range e.Items {
		sum.HeatPump = plus(sum.HeatPump, item.HeatPump)
		sum.Elements = plus(sum.Elements, item.Elements)
		sum.HeatPumpTime = plus(sum.HeatPumpTime, item.HeatPumpTime)
		sum.ElementsTime = plus(sum.ElementsTime, item.ElementsTime)
	}
	return sum
}

func plus[T int | float64](a, b Value[T]) Value[T] {
	if !a.known && !b.known {
		return Value[T]{}
	}
	return ValueOf(a.value + b.value) // an unknown value is 0
}

// AppendJSON appends the answer as one JSON object, with the names and the rules of
// docs/protocol.md §10: what Decode makes of the message.
func (e *Energy) AppendJSON(dst []byte, units Units) []byte {
	return appendMessage(dst, e.message.get(), units)
}

func newEnergy(envelope *wire.Envelope, kind EnergyKind, mac MAC, received time.Time) *Energy {
	e := &Energy{Kind: kind, MAC: mac, Received: received, message: keep(envelope)}
	answer := answerOf(envelope)
	if total := answer.inner("total"); total != nil {
		e.Total = readUsage(total)
	}
	for _, element := range answer.list("usage") {
		part := newShape(element)
		if part == nil {
			continue // it stays in what AppendJSON prints
		}
		year, month, day := part.integer("year").Or(0), part.integer("month").Or(0), part.integer("day").Or(0)
		for i, data := range part.list("data") {
			if item, ok := readItem(kind, year, month, day, i, data); ok {
				e.Items = append(e.Items, item)
			}
		}
	}
	return e
}

// readItem reads the data at an index of a period. It is none when there is no such
// date.
func readItem(kind EnergyKind, year, month, day, index int, data jsontext.Value) (EnergyItem, bool) {
	values := newShape(data)
	if values == nil {
		return EnergyItem{}, false
	}
	item := EnergyItem{Year: year, Month: time.Month(month), Day: day, EnergyUsage: readUsage(values)}
	switch kind {
	case EnergyByMonth:
		item.Month, item.Day = time.Month(index+1), 0
		return item, item.Month <= time.December
	case EnergyByHour:
		item.Hour = ValueOf(index)
		return item, index < 24 && dateExists(year, month, day)
	}
	item.Day = index + 1
	return item, dateExists(year, month, item.Day)
}

func dateExists(year, month, day int) bool {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Month() == time.Month(month)
}

func readUsage(values *shape) EnergyUsage {
	return EnergyUsage{
		HeatPump: values.integer("hpUsage"), Elements: values.integer("heUsage"),
		HeatPumpTime: values.number("hpTime"), ElementsTime: values.number("heTime"),
	}
}
