package httpapi

import (
	"context"
	"slices"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
)

// hourForm is how an hour is written.
const hourForm = "2006-01-02T15"

// costs prices the hours of a query, and sums them up to days, months and years. No heater is known to tell the use of its
// hours (docs/protocol.md §3); where one does not, the use of a day is shared out to its hours by the power that was drawn in them.
func (a *API) costs(ctx context.Context, store *history.Store, prices prices, asked api.EnergyQuery) (costs, error) {
	first, last, err := span(asked)
	if err != nil {
		return nil, err
	}
	asked.From, asked.To = first.Format(time.DateOnly), last.Format(time.DateOnly)
	asked.By = "hour"
	hours, err := store.Energy(ctx, asked)
	if err != nil {
		return nil, err
	}
	asked.By = "day"
	days, err := store.Energy(ctx, asked)
	if err != nil {
		return nil, err
	}
	known := prices.hours(hours.Items)
	var power shares
	if !known.account(days.Items) {
		if power, err = a.shares(ctx, store, asked.Heater, first, last); err != nil {
			return nil, err
		}
	}
	known.addDays(days.Items, func(date string) (float64, bool) { return power.price(prices, date) })
	return known, nil
}

// account tells whether the costs of all days are known by their hours.
func (c costs) account(days []api.EnergyItem) bool {
	return !slices.ContainsFunc(days, func(day api.EnergyItem) bool {
		wattHours, _ := energy(day.Usage)
		return wattHours != 0 && (!c[day.Date].known || c[day.Date].wattHours != wattHours)
	})
}

// addDays takes days whose hours account for them, prices others as a whole, and adds all up to months and years.
func (c costs) addDays(days []api.EnergyItem, price func(date string) (perKWh float64, known bool)) {
	for _, day := range days {
		wattHours, counted := energy(day.Usage)
		cost := spent{wattHours: wattHours, known: counted}
		if !c.account([]api.EnergyItem{day}) {
			perKWh, known := price(day.Date)
			cost = spent{wattHours, wattHours / 1000 * perKWh, counted && known}
		} else if wattHours != 0 {
			cost = c[day.Date]
		}
		c[day.Date] = cost
		c.add(day.Date[:len("2026-11")], cost)
		c.add(day.Date[:len("2026")], cost)
	}
}

// span returns the first and the last day that a query is about: months and years count as wholes.
func span(asked api.EnergyQuery) (first, last time.Time, err error) {
	if first, err = time.Parse(time.DateOnly, asked.From); err != nil {
		return first, last, err
	}
	if last, err = time.Parse(time.DateOnly, asked.To); err != nil {
		return first, last, err
	}
	switch asked.By {
	case "month":
		return first.AddDate(0, 0, 1-first.Day()), time.Date(last.Year(), last.Month()+1, 0, 0, 0, 0, 0, time.UTC), nil
	case "year":
		return first.AddDate(0, 0, 1-first.YearDay()), time.Date(last.Year(), time.December, 31, 0, 0, 0, 0, time.UTC), nil
	}
	return first, last, nil
}

// hours prices hours as the heater has counted them, and adds them up by day.
func (p prices) hours(counted []api.EnergyItem) costs {
	known := make(costs)
	for _, hour := range counted {
		wattHours, complete := energy(hour.Usage)
		price, priced := p.at(hour.Date)
		part := spent{wattHours, wattHours / 1000 * price, complete && (priced || wattHours == 0)}
		known[hour.Date] = part
		known.add(hour.Date[:len(time.DateOnly)], part)
	}
	return known
}

// shares are the mean power of hours in watts, by the day and the hour; nil of an hour in which it was not known.
type shares map[string]map[string]*float64

// powerField is the power that a heater draws, of both sources.
const powerField = "current_inst_power"

// mostDays is how many days of hours the history tells at once.
const mostDays = 800

// shares reads the power of the hours of some days. A heater whose calendar is not that of our clock, as of a simulation
// that is in a hurry, has none: curves are dated by our clock.
func (a *API) shares(ctx context.Context, store *history.Store, heater string, first, last time.Time) (shares, error) {
	read := make(shares)
	now, calendar := time.Now(), a.fleet.Calendar()
	if calendar.Sub(now).Abs() > time.Minute {
		return read, nil
	}
	at := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Location())
	}
	if day := at(last); day.After(now) {
		last = now
	}
	for ; !first.After(last); first = first.AddDate(0, 0, mostDays) {
		from, to := at(first), at(first.AddDate(0, 0, mostDays))
		if end := at(last.AddDate(0, 0, 1)); to.After(end) {
			to = end
		}
		series, err := store.Series(ctx, api.SeriesQuery{
			Heater: heater, From: from, To: to, Fields: []string{powerField}, Points: int(to.Sub(from) / time.Hour),
		})
		if err != nil {
			return nil, err
		}
		read.add(series, calendar.Location())
	}
	return read, nil
}

// add adds a series that has a point for each hour.
func (s shares) add(series api.Series, zone *time.Location) {
	for _, curve := range series.Fields {
		for i, at := range curve.Times {
			hour := time.Unix(at, 0).In(zone).Format(hourForm)
			day := hour[:len(time.DateOnly)]
			if s[day] == nil {
				s[day] = make(map[string]*float64)
			}
			s[day][hour] = joined(s[day], hour, curve.Mean[i])
		}
	}
}

// joined returns the power of an hour, with that of the hour of the same name before it on the day on which summer time ends.
func joined(hours map[string]*float64, hour string, power *float64) *float64 {
	before, twice := hours[hour]
	switch {
	case !twice:
		return power
	case before == nil || power == nil:
		return nil
	}
	sum := *before + *power
	return &sum
}

// price returns the mean price of a day, weighed by the power of its hours. It is known if the power of all of them is up to
// now, and the price of each in which there was any.
func (s shares) price(prices prices, day string) (price float64, known bool) {
	sum, all := 0.0, 0.0
	for hour, power := range s[day] {
		if power == nil {
			return 0, false
		}
		if *power == 0 {
			continue
		}
		price, priced := prices.at(hour)
		if !priced {
			return 0, false
		}
		sum += *power * price
		all += *power
	}
	if all == 0 {
		return 0, false
	}
	return sum / all, true
}
