package httpapi

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500"
)

// prices are those of a heater's tariff.
type prices []period

// period is a time with a price, as a schedule is printed (docs/protocol.md §10). What it does not say is nil or zero.
type period struct {
	Season      nwp500.Months `json:"season"`
	Week        nwp500.Days   `json:"week"`
	StartHour   int           `json:"start_hour"`
	StartMinute int           `json:"start_minute"`
	EndHour     int           `json:"end_hour"`
	EndMinute   int           `json:"end_minute"`
	PriceMin    *float64      `json:"price_min"`
	PriceMax    *float64      `json:"price_max"`
}

func readPrices(schedule []byte) (prices, error) {
	var document struct {
		Periods prices `json:"reservation"`
	}
	err := json.Unmarshal(schedule, &document)
	return document.Periods, err
}

// at returns the price of a kilowatt-hour in an hour, "2026-11-22T07". It is known if it is one price during the whole
// hour and for any amount: of a period with two tiers nobody here knows which one the house has reached.
func (p prices) at(hour string) (price float64, known bool) {
	at, err := time.Parse("2006-01-02T15", hour)
	if err != nil {
		return 0, false
	}
	for minute := range 60 {
		found := false
		for _, period := range p {
			if !period.covers(at, minute) {
				continue
			}
			here, single := period.price()
			if !single || (found || minute > 0) && here != price {
				return 0, false
			}
			price, found = here, true
		}
		if !found {
			return 0, false
		}
	}
	return price, true
}

// price returns the price of a period, if it has only one.
func (p period) price() (price float64, single bool) {
	if p.PriceMin == nil || p.PriceMax == nil {
		return 0, false
	}
	return *p.PriceMin, *p.PriceMin == *p.PriceMax
}

// covers tells whether a minute of an hour belongs to a period.
func (p period) covers(hour time.Time, minute int) bool {
	at := 60*hour.Hour() + minute
	return p.Season.Has(hour.Month()) && p.Week.Has(hour.Weekday()) &&
		at >= 60*p.StartHour+p.StartMinute && at <= 60*p.EndHour+p.EndMinute
}
