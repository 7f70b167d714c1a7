package httpapi

import (
	"context"
	"math"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/history"
)

// Tariff says what electricity costs. The zero value says nothing, and nothing has a cost.
type Tariff struct {
	// Currency is what prices are in, such as "EUR".
	Currency string
	// Price is of a kilowatt-hour, at any time; if zero, there is none.
	Price float64
	// UseTOU takes the prices of the heater's own tariff instead, hour by hour, as it is now.
	UseTOU bool
}

// of returns a use with its cost, if that is known without its hours. The use itself stays as it is.
func (t Tariff) of(use *api.Usage) *api.Usage {
	if use == nil || t.UseTOU || t.Price == 0 {
		return use
	}
	priced := *use
	if wattHours, known := energy(priced); known {
		t.set(&priced, wattHours/1000*t.Price)
	}
	return &priced
}

// set sets a cost, without the digits that binary fractions leave behind.
func (t Tariff) set(use *api.Usage, cost float64) {
	cost = math.Round(cost*1e6) / 1e6
	use.Cost, use.Currency = &cost, t.Currency
}

// energy returns the watt-hours of both sources. A use of which one is unknown is unknown.
func energy(use api.Usage) (wattHours float64, known bool) {
	if use.HeatPumpWh == nil || use.ElementWh == nil {
		return 0, false
	}
	return float64(*use.HeatPumpWh) + float64(*use.ElementWh), true
}

// price adds the costs to an answer that has none.
func (a *API) price(ctx context.Context, store *history.Store, state *fleet.State, asked api.EnergyQuery, use *api.EnergyUse) error {
	if !a.tariff.UseTOU {
		for i := range use.Items {
			use.Items[i].Usage = *a.tariff.of(&use.Items[i].Usage)
		}
		use.Total = *a.tariff.of(&use.Total)
		return nil
	}
	if state.TOU == nil {
		return nil
	}
	prices, err := readPrices(state.TOU.Schedule)
	if err != nil {
		a.log.WarnContext(ctx, "the tariff of a heater cannot be read, so nothing has a cost", "heater", state.Name, "error", err)
		return nil
	}
	hours := *use
	if asked.By != "hour" {
		if asked, err = hoursOf(asked); err != nil {
			return err
		}
		if hours, err = store.Energy(ctx, asked); err != nil {
			return err
		}
	}
	a.tariff.sum(use, prices.ledger(hours.Items))
	return nil
}

// hoursOf asks for the hours of a query's days, months or years, which count as wholes.
func hoursOf(asked api.EnergyQuery) (api.EnergyQuery, error) {
	from, err := time.Parse(time.DateOnly, asked.From)
	if err != nil {
		return asked, err
	}
	to, err := time.Parse(time.DateOnly, asked.To)
	if err != nil {
		return asked, err
	}
	switch asked.By {
	case "month":
		from, to = from.AddDate(0, 0, 1-from.Day()), time.Date(to.Year(), to.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	case "year":
		from, to = from.AddDate(0, 0, 1-from.YearDay()), time.Date(to.Year(), time.December, 31, 0, 0, 0, 0, time.UTC)
	}
	asked.By, asked.From, asked.To = "hour", from.Format(time.DateOnly), to.Format(time.DateOnly)
	return asked, nil
}

// spent is what hours have used and cost together.
type spent struct {
	wattHours, cost float64
	known           bool // the price of each hour in which something was used is known
}

// ledger adds hours up, by everything that an hour is part of: "2026-11-22T07", "2026-11-22", "2026-11" and "2026".
func (p prices) ledger(hours []api.EnergyItem) map[string]spent {
	sums := make(map[string]spent)
	for _, hour := range hours {
		wattHours, known := energy(hour.Usage)
		price, priced := p.at(hour.Date)
		if wattHours == 0 {
			priced = true
		}
		for _, length := range []int{len("2006-01-02T15"), len("2006-01-02"), len("2006-01"), len("2006")} {
			if len(hour.Date) < length {
				continue
			}
			key := hour.Date[:length]
			sum, began := sums[key]
			sum.known = (sum.known || !began) && known && priced
			sum.wattHours += wattHours
			sum.cost += wattHours / 1000 * price
			sums[key] = sum
		}
	}
	return sums
}

// sum sets the cost of each item whose hours account for all of it, and of the total if every item has one.
func (t Tariff) sum(use *api.EnergyUse, ledger map[string]spent) {
	total, complete := 0.0, len(use.Items) > 0
	for i := range use.Items {
		item := &use.Items[i]
		wattHours, known := energy(item.Usage)
		hours := ledger[item.Date]
		if wattHours == 0 {
			hours = spent{known: true}
		}
		if !known || !hours.known || hours.wattHours != wattHours {
			complete = false
			continue
		}
		t.set(&item.Usage, hours.cost)
		total += hours.cost
	}
	if complete {
		t.set(&use.Total, total)
	}
}
