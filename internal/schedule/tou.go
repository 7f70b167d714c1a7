package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/nwp500/nwp500"
)

// TOU is a tariff as tou show -o json prints it, with seasons, or as a person writes it, a list of periods.
type TOU struct {
	head
	Use          *bool        `json:"reservation_use"`
	Info         *touInfo     `json:"tou_info"`
	Periods      []periodText `json:"reservation"`
	RegisterPath ignored      `json:"register_path"`
	SourceType   ignored      `json:"source_type"`
	Serial       ignored      `json:"controller_serial_number"`
	Name         ignored      `json:"name"`
	Utility      ignored      `json:"utility"`
}

type touInfo struct {
	Name          ignored `json:"name"`
	Utility       ignored `json:"utility"`
	ZIP           ignored `json:"zip_code"`
	ControllerID  ignored `json:"controller_id"`
	ManufactureID ignored `json:"manufacture_id"`
	Schedule      []struct {
		Season   *int           `json:"season"`
		Months   *names         `json:"months"`
		Interval []periodText   `json:"interval"`
		Unknown  map[string]any `json:"unknown"`
	} `json:"schedule"`
	Unknown map[string]any `json:"unknown"`
}

// periodText is a period: months, days, start and end for people, the rest as the wire has it. Either will do.
type periodText struct {
	Months   *names    `json:"months"`
	Days     *names    `json:"days"`
	Start    *string   `json:"start"`
	End      *string   `json:"end"`
	PriceMin *flexible `json:"price_min"`
	PriceMax *flexible `json:"price_max"`

	Season      *int `json:"season"`
	Week        *int `json:"week"`
	StartHour   *int `json:"start_hour"`
	StartMinute *int `json:"start_minute"`
	EndHour     *int `json:"end_hour"`
	EndMinute   *int `json:"end_minute"`
	Decimals    *int `json:"decimal_point"`

	Unknown map[string]any `json:"unknown"`
}

// Schedule returns the tariff. It is off when the file does not say.
func (f TOU) Schedule() (tariff nwp500.TOUSchedule, err error) {
	if err := f.check("tou"); err != nil {
		return tariff, err
	}
	if (f.Info == nil) == (f.Periods == nil) {
		return tariff, mistakef("a tariff has either tou_info, or reservation with a list of periods")
	}
	periods := f.Periods
	if f.Info != nil {
		for _, season := range f.Info.Schedule {
			for _, period := range season.Interval {
				period.Season, period.Months = season.Season, season.Months
				periods = append(periods, period)
			}
		}
	}
	tariff.Enabled = f.Use != nil && *f.Use
	for i, text := range periods {
		period, err := text.period()
		if err != nil {
			return tariff, fmt.Errorf("TOU period %d: %w", i+1, err)
		}
		tariff.Periods = append(tariff.Periods, period)
	}
	return tariff, nil
}

func (t periodText) period() (period nwp500.TOUPeriod, err error) {
	if period.Months, err = entryMonths(t.Months, t.Season); err != nil {
		return period, err
	}
	if period.Days, err = entryDays(t.Days, t.Week); err != nil {
		return period, err
	}
	start, err := entryTime("start", t.Start, "start_hour", t.StartHour, "start_minute", t.StartMinute)
	if err != nil {
		return period, err
	}
	end, err := entryTime("end", t.End, "end_hour", t.EndHour, "end_minute", t.EndMinute)
	if err != nil {
		return period, err
	}
	period.StartHour, period.StartMinute = start.Hour, start.Minute
	period.EndHour, period.EndMinute = end.Hour, end.Minute
	period.Min, period.Max, err = t.prices()
	return period, err
}

// entryMonths returns the months of a season, which has them by name, as the number of the wire, or as both.
func entryMonths(named *names, season *int) (nwp500.Months, error) {
	if named == nil && season == nil {
		return 0, mistakef("months are missing")
	}
	if season != nil && (*season < 1 || *season > int(nwp500.AllMonths)) {
		return 0, &nwp500.RangeError{Field: "season", Value: fmt.Sprint(*season), Allowed: "1 to 4095, the sum of the months' numbers"}
	}
	if named == nil {
		return nwp500.Months(*season), nil
	}
	months, err := ParseMonths(string(*named))
	if err == nil && season != nil && nwp500.Months(*season) != months {
		err = disagree("months", MonthsText(months), "season", *season)
	}
	return months, err
}

var plainPrice = regexp.MustCompile(`^-?[0-9]+(?:\.([0-9]+))?$`)

// mostDecimals is how many decimals a price can have.
const mostDecimals = 10

// prices returns both prices with the same number of decimals: decimal_point, or else as many as are written. The
// highest is the lowest when it is not named.
func (t periodText) prices() (lowest, highest nwp500.Price, err error) {
	if t.PriceMin == nil {
		return lowest, highest, mistakef("price_min is missing")
	}
	from, to := string(*t.PriceMin), string(*t.PriceMin)
	if t.PriceMax != nil {
		to = string(*t.PriceMax)
	}
	allowed := mostDecimals
	if t.Decimals != nil {
		allowed = *t.Decimals
	}
	decimals := 0
	for _, text := range []string{from, to} {
		written, err := decimalsOf(text, allowed)
		if err != nil {
			return lowest, highest, err
		}
		decimals = max(decimals, written)
	}
	if t.Decimals != nil {
		decimals = allowed
	}
	if lowest, err = nwp500.ParsePrice(from, decimals); err != nil {
		return lowest, highest, err
	}
	highest, err = nwp500.ParsePrice(to, decimals)
	return lowest, highest, err
}

// decimalsOf returns how many decimals a price needs, so that nothing is rounded off it.
func decimalsOf(price string, allowed int) (int, error) {
	parts := plainPrice.FindStringSubmatch(price)
	if parts == nil {
		return 0, mistakef("%q is no price: it looks like 0.36261", price)
	}
	decimals := len(strings.TrimRight(parts[1], "0"))
	if decimals > allowed {
		return 0, &nwp500.RangeError{Field: "price", Value: price, Allowed: "no more decimals than " + strconv.Itoa(allowed)}
	}
	return decimals, nil
}
