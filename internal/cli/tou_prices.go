package cli

import (
	"slices"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
	"github.com/nwp500/nwp500/openei"
)

// price is what a kilowatt-hour costs at some times: the same from lowest to highest, or more the more was used before.
type price struct {
	months          nwp500.Months
	days            nwp500.Days
	start, end      schedule.TimeOfDay // the end belongs to it
	lowest, highest string
}

// periodPrices are the prices of a heater's tariff.
func periodPrices(periods []nwp500.TOUPeriod) (prices []price) {
	for _, period := range periods {
		prices = append(prices, price{
			months: period.Months, days: period.Days,
			start:  schedule.TimeOfDay{Hour: period.StartHour, Minute: period.StartMinute},
			end:    schedule.TimeOfDay{Hour: period.EndHour, Minute: period.EndMinute},
			lowest: period.Min.String(), highest: period.Max.String(),
		})
	}
	return prices
}

// planPrices are the prices of a plan that is whole: months with the same days together, and hours with the same price.
func planPrices(plan openei.Plan) (prices []price, err error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	same := func(a, b int) bool {
		return slices.Equal(plan.Weekdays[a], plan.Weekdays[b]) && slices.Equal(plan.Weekends[a], plan.Weekends[b])
	}
	done := make([]bool, len(plan.Weekdays))
	for first := range plan.Weekdays {
		if done[first] {
			continue
		}
		var months nwp500.Months
		for month := first; month < len(done); month++ {
			if same(first, month) {
				done[month] = true
				months |= nwp500.January << month
			}
		}
		weekdays, weekend := plan.Weekdays[first], plan.Weekends[first]
		if slices.Equal(weekdays, weekend) {
			prices, err = appendDay(prices, plan, months, nwp500.EveryDay, weekdays)
		} else if prices, err = appendDay(prices, plan, months, nwp500.Weekdays, weekdays); err == nil {
			prices, err = appendDay(prices, plan, months, nwp500.Weekend, weekend)
		}
		if err != nil {
			return nil, err
		}
	}
	return prices, nil
}

// appendDay appends the prices of the hours of a day, which have indices of the plan's periods.
func appendDay(prices []price, plan openei.Plan, months nwp500.Months, days nwp500.Days, hours []int) ([]price, error) {
	for start := 0; start < len(hours); {
		end := start
		for end+1 < len(hours) && hours[end+1] == hours[start] {
			end++
		}
		of, err := plan.PriceOf(hours[start])
		if err != nil {
			return nil, err
		}
		prices = append(prices, price{
			months, days, schedule.TimeOfDay{Hour: start, Minute: 0}, schedule.TimeOfDay{Hour: end, Minute: 59}, number(of.Low, shownDecimals), number(of.High, shownDecimals),
		})
		start = end + 1
	}
	return prices, nil
}

// shownDecimals is how many decimals of a plan's price are shown: those that the heater gets.
const shownDecimals = 5

// priceTable shows prices to a person.
func (p *program) priceTable(prices []price) error {
	if len(prices) == 0 {
		return p.say("  It has no prices.")
	}
	rows := [][]string{{"  SEASON", "DAYS", "HOURS", "PRICE PER kWh"}}
	for _, price := range prices {
		cost := price.lowest
		if price.highest != cost {
			cost += " to " + price.highest
		}
		rows = append(rows, []string{
			"  " + schedule.MonthsText(price.months), schedule.DaysText(price.days), price.start.String() + "-" + price.end.String(), cost,
		})
	}
	return p.rows(rows)
}

// priceHeader and priceRecords are prices in CSV.
var priceHeader = []string{"months", "days", "start", "end", "price_min", "price_max"}

func priceRecords(prices []price) (records [][]string) {
	for _, price := range prices {
		records = append(records, []string{
			price.months.String(), price.days.String(), price.start.String(), price.end.String(), price.lowest, price.highest,
		})
	}
	return records
}
