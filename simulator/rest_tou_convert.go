package simulator

import (
	"math"
	"slices"
)

// tariff is an OpenEI rate plan (docs/protocol.md §8), as far as it is converted.
// The captured one has no weekend.
type tariff struct {
	Utility  string    `json:"utility"`
	Name     string    `json:"name"`
	Rates    [][]tier  `json:"energyratestructure"`
	Weekdays [][24]int `json:"energyweekdayschedule"`
	Weekend  [][24]int `json:"energyweekendschedule"`
}

type tier struct {
	Rate float64 `json:"rate"`
	Adj  float64 `json:"adj"`
}

// pricePlaces is the decimalPoint of converted prices, as captured.
const pricePlaces = 5

// convertPlans turns tariffs into schedules for a heater.
func (s *Simulator) convertPlans(c *call) (any, *restError) {
	var asked struct {
		UserID        string   `json:"userId"`
		UserType      string   `json:"userType"`
		SourceType    string   `json:"sourceType"`
		SourceVersion int      `json:"sourceVersion"`
		SourceData    []tariff `json:"sourceData"`
	}
	if refused := c.decode(&asked); refused != nil {
		return nil, refused
	}
	if refused := c.own(asked.UserID); refused != nil {
		return nil, refused
	}
	if asked.UserType != "O" || asked.SourceType != "openei" || asked.SourceVersion != 7 {
		return nil, &badRequest
	}
	type converted struct {
		Utility  string      `json:"utility"`
		Name     string      `json:"name"`
		Schedule []touSeason `json:"schedule"`
	}
	plans := make([]converted, 0, len(asked.SourceData))
	for _, t := range asked.SourceData {
		if !t.valid() {
			return nil, &badRequest
		}
		plans = append(plans, converted{t.Utility, t.Name, t.seasons()})
	}
	return struct {
		TOUInfo []converted `json:"touInfo"`
	}{plans}, nil
}

func (t *tariff) valid() bool {
	if t.Name == "" || len(t.Weekdays) != 12 || len(t.Weekend) != 12 && len(t.Weekend) != 0 {
		return false
	}
	for _, tiers := range t.Rates {
		for _, tier := range tiers {
			if price := tier.Rate + tier.Adj; price < 0 || price > 10 {
				return false
			}
		}
	}
	for _, day := range slices.Concat(t.Weekdays, t.Weekend) {
		for _, period := range day {
			if period < 0 || period >= len(t.Rates) || len(t.Rates[period]) == 0 {
				return false
			}
		}
	}
	return true
}

// seasons puts months with the same days together, by their first month.
func (t *tariff) seasons() []touSeason {
	var seasons []touSeason
	var firsts []int
	for month := range 12 {
		same := func(first int) bool {
			return t.Weekdays[first] == t.Weekdays[month] && (len(t.Weekend) == 0 || t.Weekend[first] == t.Weekend[month])
		}
		i := slices.IndexFunc(firsts, same)
		if i < 0 {
			i = len(firsts)
			firsts = append(firsts, month)
			intervals := t.intervals(weekdays, t.Weekdays[month])
			if len(t.Weekend) > 0 {
				intervals = append(intervals, t.intervals(weekend, t.Weekend[month])...)
			}
			seasons = append(seasons, touSeason{Interval: intervals})
		}
		seasons[i].Season |= 1 << month
	}
	return seasons
}

// intervals joins hours of one period; the last minute belongs to it.
func (t *tariff) intervals(week int, day [24]int) []touInterval {
	var intervals []touInterval
	for hour := 0; hour < 24; {
		end := hour
		for end < 23 && day[end+1] == day[hour] {
			end++
		}
		low, high := t.prices(day[hour])
		intervals = append(intervals, touInterval{week, hour, 0, end, 59, low, high, pricePlaces})
		hour = end + 1
	}
	return intervals
}

// prices are the lowest and the highest tier of a period.
func (t *tariff) prices(period int) (low, high int) {
	for i, tier := range t.Rates[period] {
		price := int(math.Floor((tier.Rate+tier.Adj)*math.Pow10(pricePlaces) + 0.5 + 1e-7))
		if i == 0 {
			low, high = price, price
		}
		low, high = min(low, price), max(high, price)
	}
	return low, high
}
