package httpapi

import (
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/schedule"
)

// prices are those of a heater's tariff.
type prices []nwp500.TOUPeriod

func readPrices(document []byte) (prices, error) {
	var tariff schedule.TOU
	if err := schedule.Decode(document, &tariff); err != nil {
		return nil, err
	}
	read, err := tariff.Schedule()
	return read.Periods, err
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
			if !covers(period, at, minute) {
				continue
			}
			here := period.Min.Float()
			if period.Max.Float() != here || (found || minute > 0) && here != price {
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

// covers tells whether a minute of an hour belongs to a period.
func covers(period nwp500.TOUPeriod, hour time.Time, minute int) bool {
	at := 60*hour.Hour() + minute
	return period.Months.Has(hour.Month()) && period.Days.Has(hour.Weekday()) &&
		at >= 60*period.StartHour+period.StartMinute && at <= 60*period.EndHour+period.EndMinute
}
