package openei

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Price is what a kilowatt-hour costs in a period.
type Price struct {
	// Period is the index of the period in Plan.Rates.
	Period int
	// Low and High are the prices of the cheapest and the dearest tier in $/kWh, with
	// their adjustments. They are the same when the period has one tier.
	Low, High float64
}

// PeriodAt returns the index of the period in force in an hour of a month, 0 to 23,
// on a working day or on a weekend. It fails with a *RangeError when there is no such
// month or hour, or the plan has no period for it. Plans do not say which period
// holds on a holiday.
func (p Plan) PeriodAt(month time.Month, hour int, weekend bool) (int, error) {
	switch {
	case month < time.January || month > time.December:
		return 0, &RangeError{"month", strconv.Itoa(int(month)), "1 to 12"}
	case hour < 0 || hour > 23:
		return 0, &RangeError{"hour", strconv.Itoa(hour), "0 to 23"}
	}
	name, table := "energyweekdayschedule", p.Weekdays
	if weekend {
		name, table = "energyweekendschedule", p.Weekends
	}
	if len(table) != 12 {
		return 0, &RangeError{name, fmt.Sprintf("%d months", len(table)), "12"}
	}
	hours := table[month-time.January]
	if len(hours) != 24 {
		return 0, &RangeError{fmt.Sprintf("%s, %s", name, month), fmt.Sprintf("%d hours", len(hours)), "24"}
	}
	period := hours[hour]
	if period < 0 || period >= len(p.Rates) {
		return 0, &RangeError{fmt.Sprintf("%s, %s, %d:00", name, month, hour), fmt.Sprintf("period %d", period), p.periods()}
	}
	return period, nil
}

// PriceAt returns the price at a time. The hour, the month and the day of the week
// are those of the time's own location, which must be the heater's: a plan knows no
// time zone. It fails as PeriodAt and PriceOf do.
func (p Plan) PriceAt(at time.Time) (Price, error) {
	day := at.Weekday()
	period, err := p.PeriodAt(at.Month(), at.Hour(), day == time.Saturday || day == time.Sunday)
	if err != nil {
		return Price{}, err
	}
	return p.PriceOf(period)
}

// PriceOf returns the price in a period, by its index in Rates. It fails with a
// *RangeError when there is no such period, or a tier of it has no price.
func (p Plan) PriceOf(period int) (Price, error) {
	if period < 0 || period >= len(p.Rates) {
		return Price{}, &RangeError{"period", strconv.Itoa(period), p.periods()}
	}
	tiers := p.Rates[period]
	if len(tiers) == 0 {
		return Price{}, &RangeError{fmt.Sprintf("energyratestructure, period %d", period), "an empty list", "at least one tier"}
	}
	price := Price{Period: period, Low: math.Inf(1), High: math.Inf(-1)}
	for i, tier := range tiers {
		sum := tier.price()
		if math.IsNaN(sum) || math.IsInf(sum, 0) {
			return Price{}, &RangeError{fmt.Sprintf("energyratestructure, period %d, tier %d", period, i), "a tier without a rate", "a rate in $/kWh"}
		}
		price.Low, price.High = min(price.Low, sum), max(price.High, sum)
	}
	return price, nil
}

// price is the rate with its adjustment. Their sum is rounded to ten decimals, as many
// as a heater takes, for 0.2 + 0.0125 is 0.21250000000000002.
func (t Tier) price() float64 {
	if t.Adj == 0 {
		return t.Rate
	}
	const decimals = 1e10
	return math.Round((t.Rate+t.Adj)*decimals) / decimals
}

// periods says which indices of periods there are.
func (p Plan) periods() string {
	if len(p.Rates) == 0 {
		return "no index, for energyratestructure has no period"
	}
	return fmt.Sprintf("0 to %d", len(p.Rates)-1)
}
