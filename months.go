package nwp500

import (
	"fmt"
	"time"
)

// Months is a set of months, a season of a tariff, with the bits of the wire
// (docs/protocol.md §4, Schedules). Sets are joined with |.
type Months uint16

// The months of the year.
const (
	January Months = 1 << iota
	February
	March
	April
	May
	June
	July
	August
	September
	October
	November
	December
)

// AllMonths is the whole year.
const AllMonths Months = 1<<12 - 1

var year = calendar{
	field: "months",
	members: []string{
		"january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december",
	},
	first:   1,
	letters: 3,
	groups:  map[string]int{"all": int(AllMonths), "year": int(AllMonths)},
	allowed: "months such as jun,jul or jun-sep, all, or numbers from 1 (January) to 12",
}

// ParseMonths reads a set of months: names of three letters or more ("jun", "June"),
// numbers from 1 to 12, ranges of them ("jun-sep", "oct-may") and the word all, apart
// by commas or spaces. An empty set and anything else is a *RangeError.
func ParseMonths(text string) (Months, error) {
	set, err := year.parse(text)
	return Months(set), err
}

// Has reports whether a month is in the set.
func (m Months) Has(month time.Month) bool {
	return month >= time.January && month <= time.December && m&(1<<(month-time.January)) != 0
}

// Names returns the months in three letters, January first: "jun", "jul".
func (m Months) Names() []string {
	names := []string{}
	for i, name := range year.members {
		if m&(1<<i) != 0 {
			names = append(names, name[:3])
		}
	}
	return names
}

// String returns the months, "jun jul", or "no month". ParseMonths reads it.
func (m Months) String() string { return orNothing(m.Names(), "no month") }

// MarshalText encodes what String returns.
func (m Months) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// check refuses a set that a tariff cannot have.
func (m Months) check() error {
	if m == 0 || m > AllMonths {
		return &RangeError{year.field, fmt.Sprint(uint16(m)), "at least one of the twelve months, 1 to 4095"}
	}
	return nil
}
