package openei

import (
	"errors"
	"fmt"
	"time"
)

// mostPrice is the highest price that is believed, in $/kWh: no tariff is near it, and
// one in cents is a mistake. The lowest is 0, for a heater's schedule has no sign
// (docs/protocol.md §4, Schedules).
const mostPrice = 10

// Validate tells whether the plan is whole: both schedules have 12 months of 24
// hours, and each hour names a period that has a price. The error names the plan and
// holds a *RangeError that says where the first fault is.
func (p Plan) Validate() error {
	_, err := p.year()
	return p.wrap(err)
}

// UsableForTOU tells whether a heater can save by the plan, and why not: it must be
// whole, its prices must lie between 0, for a heater takes no negative ones
// (docs/protocol.md §4), and 10 $/kWh, and the price must change within a week, not
// only with the season. A heater takes 16 periods at the most, but how many a plan makes is known
// only when the vendor has converted it.
func (p Plan) UsableForTOU() error {
	year, err := p.year()
	if err != nil {
		return p.wrap(err)
	}
	changes := false
	for _, month := range year {
		for _, price := range month {
			if price.Low < 0 || price.High > mostPrice {
				return p.wrap(&RangeError{
					fmt.Sprintf("energyratestructure, period %d", price.Period),
					fmt.Sprintf("%g to %g $/kWh", price.Low, price.High),
					fmt.Sprintf("0 to %d $/kWh", mostPrice),
				})
			}
			changes = changes || price.Low != month[0].Low || price.High != month[0].High
		}
	}
	if !changes {
		return p.wrap(errors.New("the price is the same at all hours of a week"))
	}
	return nil
}

// year returns the prices of each month's hours: 24 of a working day, then 24 of a
// weekend.
func (p Plan) year() (year [12][48]Price, err error) {
	for month := range year {
		for i := range year[month] {
			period, err := p.PeriodAt(time.January+time.Month(month), i%24, i >= 24)
			if err != nil {
				return year, err
			}
			if year[month][i], err = p.PriceOf(period); err != nil {
				return year, err
			}
		}
	}
	return year, nil
}

// wrap names the plan in an error of its own.
func (p Plan) wrap(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plan %q: %w", p.Name, err)
}
