package httpapi

import (
	"context"
	"math"

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
		a.log.WarnContext(ctx, "the tariff of a heater cannot be read, so nothing has a cost", "heater", state.Name, "err", err)
		return nil
	}
	costs, err := a.costs(ctx, store, prices, asked)
	if err != nil {
		return err
	}
	a.tariff.sum(use, costs)
	return nil
}

// spent is what a time has used and cost.
type spent struct {
	wattHours, cost float64
	known           bool // all of the cost is
}

// costs are what hours, days, months and years have cost, by their dates: "2026-11-22T07", "2026-11-22", "2026-11", "2026".
type costs map[string]spent

// add adds a part to a sum, which is known if all of its parts are.
func (c costs) add(date string, part spent) {
	sum, begun := c[date]
	c[date] = spent{sum.wattHours + part.wattHours, sum.cost + part.cost, (sum.known || !begun) && part.known}
}

// sum sets the cost of each item whose parts account for all of it, and of the total if every item has one.
func (t Tariff) sum(use *api.EnergyUse, by costs) {
	total, complete := 0.0, len(use.Items) > 0
	for i := range use.Items {
		item := &use.Items[i]
		wattHours, known := energy(item.Usage)
		parts := by[item.Date]
		if wattHours == 0 {
			parts = spent{known: true}
		}
		if !known || !parts.known || parts.wattHours != wattHours {
			complete = false
			continue
		}
		t.set(&item.Usage, parts.cost)
		total += parts.cost
	}
	if complete {
		t.set(&use.Total, total)
	}
}
