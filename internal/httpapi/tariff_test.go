package httpapi

import (
	"fmt"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// twoPrices are 0.20 by night and on weekends, and 0.50 on weekdays from 7 to 19:59.
var twoPrices = prices{
	{Months: nwp500.AllMonths, Days: nwp500.Weekdays, StartHour: 0, EndHour: 6, EndMinute: 59, Min: nwp500.Price{Value: 20, Decimals: 2}, Max: nwp500.Price{Value: 20, Decimals: 2}},
	{Months: nwp500.AllMonths, Days: nwp500.Weekdays, StartHour: 7, EndHour: 19, EndMinute: 59, Min: nwp500.Price{Value: 50, Decimals: 2}, Max: nwp500.Price{Value: 50, Decimals: 2}},
	{Months: nwp500.AllMonths, Days: nwp500.Weekdays, StartHour: 20, EndHour: 23, EndMinute: 59, Min: nwp500.Price{Value: 20, Decimals: 2}, Max: nwp500.Price{Value: 20, Decimals: 2}},
	{Months: nwp500.AllMonths, Days: nwp500.Weekend, EndHour: 23, EndMinute: 59, Min: nwp500.Price{Value: 200, Decimals: 3}, Max: nwp500.Price{Value: 200, Decimals: 3}},
}

func TestPriceOfAnHour(t *testing.T) {
	all := func(period nwp500.TOUPeriod) nwp500.TOUPeriod {
		period.Months, period.Days = nwp500.AllMonths, nwp500.EveryDay
		return period
	}
	cents := func(value int) nwp500.Price { return nwp500.Price{Value: value, Decimals: 2} }
	for name, test := range map[string]struct {
		prices prices
		hour   string
		want   float64 // negative: unknown
	}{
		"night of a weekday":         {twoPrices, "2026-11-23T06", 0.20}, // a Monday
		"day of a weekday":           {twoPrices, "2026-11-23T07", 0.50},
		"last hour of the day":       {twoPrices, "2026-11-23T19", 0.50},
		"evening":                    {twoPrices, "2026-11-23T20", 0.20},
		"weekend":                    {twoPrices, "2026-11-22T12", 0.20},
		"no hour":                    {twoPrices, "2026-11-23", -1},
		"no tariff":                  {nil, "2026-11-23T07", -1},
		"a minute that has no price": {prices{all(nwp500.TOUPeriod{EndHour: 23, EndMinute: 58, Min: cents(1), Max: cents(1)})}, "2026-11-23T23", -1},
		"two tiers":                  {prices{all(nwp500.TOUPeriod{EndHour: 23, EndMinute: 59, Min: cents(1), Max: cents(2)})}, "2026-11-23T23", -1},
		"two prices in an hour": {prices{
			all(nwp500.TOUPeriod{EndHour: 7, EndMinute: 29, Min: cents(1), Max: cents(1)}),
			all(nwp500.TOUPeriod{StartHour: 7, StartMinute: 30, EndHour: 23, EndMinute: 59, Min: cents(2), Max: cents(2)}),
		}, "2026-11-23T07", -1},
		"one price in two periods": {prices{
			all(nwp500.TOUPeriod{EndHour: 7, EndMinute: 29, Min: cents(1), Max: cents(1)}),
			all(nwp500.TOUPeriod{StartHour: 7, StartMinute: 30, EndHour: 23, EndMinute: 59, Min: cents(1), Max: cents(1)}),
		}, "2026-11-23T07", 0.01},
		"periods that contradict each other": {prices{
			all(nwp500.TOUPeriod{EndHour: 23, EndMinute: 59, Min: cents(1), Max: cents(1)}),
			all(nwp500.TOUPeriod{EndHour: 23, EndMinute: 59, Min: cents(2), Max: cents(2)}),
		}, "2026-11-23T07", -1},
	} {
		if got, known := test.prices.at(test.hour); known != (test.want >= 0) || known && got != test.want {
			t.Errorf("%s: %v, %v, want %v", name, got, known, test.want)
		}
	}
}

func use(heatPump, elements int) api.Usage {
	return api.Usage{HeatPumpWh: &heatPump, ElementWh: &elements}
}

// cost shows a cost, "-" when there is none.
func cost(use api.Usage) string {
	if use.Cost == nil {
		return "-"
	}
	return fmt.Sprintf("%.4f %s", *use.Cost, use.Currency)
}

func TestCostByPrice(t *testing.T) {
	flat := Tariff{Currency: "EUR", Price: 0.3}
	half := api.Usage{HeatPumpWh: use(1, 1).HeatPumpWh}
	for want, priced := range map[string]*api.Usage{
		"0.4500 EUR": flat.of(new(use(1000, 500))),
		"0.0000 EUR": flat.of(new(use(0, 0))),
		"-":          flat.of(&half),
	} {
		if got := cost(*priced); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	known := use(1000, 0)
	if flat.of(&known); known.Cost != nil {
		t.Error("the use itself was changed, which others show, too")
	}
	if flat.of(nil) != nil || cost(*Tariff{}.of(&known)) != "-" || cost(*Tariff{Price: 1, UseTOU: true}.of(&known)) != "-" {
		t.Error("something has a cost of which none is known")
	}
}

func TestCostByHours(t *testing.T) {
	hour := func(date string, usage api.Usage) api.EnergyItem { return api.EnergyItem{Date: date, Usage: usage} }
	hours := []api.EnergyItem{
		hour("2026-11-22T12", use(1000, 0)),
		hour("2026-11-23T06", use(1000, 0)),
		hour("2026-11-23T07", use(1000, 1000)),
		hour("2026-11-24T07", use(400, 0)),
		hour("2026-11-25T07", api.Usage{}),
	}
	days := []api.EnergyItem{
		hour("2026-11-22", use(1000, 0)),
		hour("2026-11-23", use(2000, 1000)),
		hour("2026-11-24", use(500, 0)), // 100 more than its hours
		hour("2026-11-25", use(7, 0)),   // of which the hours are unknown
		hour("2026-11-26", use(0, 0)),
		hour("2026-11-27", use(4000, 0)), // priced as a whole
		hour("2027-01-01", use(0, 0)),
		hour("2027-01-02", use(0, 0)),
		hour("2027-02-02", api.Usage{}),
	}
	for name, test := range map[string]struct {
		items []api.EnergyItem
		want  string
	}{
		"hours":                       {hours[:3], "0.2000 EUR, 0.2000 EUR, 1.0000 EUR: 1.4000 EUR"},
		"days":                        {days[:2], "0.2000 EUR, 1.2000 EUR: 1.4000 EUR"},
		"an hour is missing":          {days[1:3], "1.2000 EUR, -: -"},
		"nothing was used":            {days[4:5], "0.0000 EUR: 0.0000 EUR"},
		"hours that are unknown":      {days[3:5], "-, 0.0000 EUR: -"},
		"a whole day":                 {days[5:6], "1.0000 EUR: 1.0000 EUR"},
		"a month with an unknown day": {[]api.EnergyItem{hour("2026-11", use(7507, 1000))}, "-: -"},
		"a month":                     {[]api.EnergyItem{hour("2027-01", use(0, 0))}, "0.0000 EUR: 0.0000 EUR"},
		"a month that is unknown":     {[]api.EnergyItem{hour("2027-02", api.Usage{})}, "-: -"},
		"a month whose days lack":     {[]api.EnergyItem{hour("2027-01", use(5, 0))}, "-: -"},
		"nothing":                     {nil, ": -"},
	} {
		answer := api.EnergyUse{Items: append([]api.EnergyItem(nil), test.items...)}
		known := twoPrices.hours(hours)
		known.addDays(days, func(date string) (float64, bool) { return 0.25, date == "2026-11-27" })
		Tariff{Currency: "EUR"}.sum(&answer, known)
		got := ""
		for i, item := range answer.Items {
			if i > 0 {
				got += ", "
			}
			got += cost(item.Usage)
		}
		if got += ": " + cost(answer.Total); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

// A day is shared out to its hours by the power that was drawn.
func TestPriceOfADay(t *testing.T) {
	watts := func(value float64) *float64 { return &value }
	day := func(hours map[string]*float64) shares { return shares{"2026-11-23": hours} }
	for name, test := range map[string]struct {
		shares shares
		want   float64 // negative: unknown
	}{
		"one price":           {day(map[string]*float64{"2026-11-23T01": watts(400), "2026-11-23T02": watts(1)}), 0.2},
		"two prices":          {day(map[string]*float64{"2026-11-23T06": watts(300), "2026-11-23T07": watts(600)}), 0.4},
		"an hour at rest":     {day(map[string]*float64{"2026-11-23T06": watts(300), "2026-11-23T07": watts(0)}), 0.2},
		"an hour unheard of":  {day(map[string]*float64{"2026-11-23T06": watts(300), "2026-11-23T07": nil}), -1},
		"an hour without one": {day(map[string]*float64{"2026-11-23T06": watts(300), "2026-11-2xT07": watts(300)}), -1},
		"nothing was drawn":   {day(map[string]*float64{"2026-11-23T06": watts(0)}), -1},
		"another day":         {shares{}, -1},
	} {
		got, known := test.shares.price(twoPrices, "2026-11-23")
		if known != (test.want >= 0) || known && math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: %v, %v, want %v", name, got, known, test.want)
		}
	}
}

// The day on which summer time ends has an hour twice, and both count.
func TestHourThatComesTwice(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2026, 11, 1, 1, 0, 0, 0, zone).Unix()
	watts := func(value float64) *float64 { return &value }
	for _, test := range []struct {
		one, two *float64
		want     float64 // negative: unknown
	}{{watts(300), watts(100), 400}, {nil, watts(100), -1}, {watts(300), nil, -1}} {
		read := make(shares)
		read.add(api.Series{Fields: []api.Curve{{Times: []int64{first, first + 3600}, Mean: []*float64{test.one, test.two}}}}, zone)
		got := -1.0
		if power := read["2026-11-01"]["2026-11-01T01"]; power != nil {
			got = *power
		}
		if got != test.want {
			t.Errorf("%v, want %v", got, test.want)
		}
	}
}

func TestDaysOfAQuery(t *testing.T) {
	for _, test := range []struct{ by, from, to, wantFrom, wantTo string }{
		{"day", "2026-11-22", "2026-11-23", "2026-11-22", "2026-11-23"},
		{"month", "2026-11-22", "2027-02-01", "2026-11-01", "2027-02-28"},
		{"year", "2027-11-22", "2028-02-01", "2027-01-01", "2028-12-31"},
	} {
		first, last, err := span(api.EnergyQuery{By: test.by, From: test.from, To: test.to})
		if err != nil || first.Format(time.DateOnly) != test.wantFrom || last.Format(time.DateOnly) != test.wantTo {
			t.Errorf("%+v: %v, %v, %v", test, first, last, err)
		}
	}
}

// A day of a simulated heater costs what its hours cost by the heater's own tariff; about as much where the heater does not
// tell its hours and they are known by the power that was drawn.
func TestCostOfADay(t *testing.T) {
	tou := home{
		past: true, tariff: Tariff{Currency: "USD", UseTOU: true},
		cloud: simulator.Config{Models: []simulator.Model{{HourlyEnergy: true}}},
	}
	inHome(t, tou, func(h *house) {
		const tariff = `{"schedule":{"reservation_use":false,"reservation":[
			{"months":["all"],"days":["all"],"start":"00:00","end":"11:59","price_min":0.25,"price_max":0.25},
			{"months":["all"],"days":["all"],"start":"12:00","end":"23:59","price_min":0.75,"price_max":0.75}]}}`
		if answer := h.write("PUT", "/schedules/tou", tariff, "If-Match", "*"); answer.status != http.StatusOK {
			h.Fatalf("the tariff: %d %s", answer.status, answer.body)
		}
		year, month, before := time.Now().UTC().Add(-time.Minute).Date()
		day := time.Date(year, month, before+1, 0, 0, 0, 0, time.UTC)
		time.Sleep(time.Until(day.AddDate(0, 0, 2).Add(90 * time.Minute))) // the history asks for hours that are well over, by and by
		date := day.Format(time.DateOnly)
		ask := func(by string) []api.EnergyItem {
			use, err := h.client.Energy(h.Context(), api.EnergyQuery{Heater: h.heater().ID(), By: by, From: date, To: date})
			if err != nil {
				h.Fatal(err)
			}
			return use.Items
		}
		hours := 0.0
		for _, item := range ask("hour") {
			price := 0.25
			if item.Date[11:] >= "12" {
				price = 0.75
			}
			wattHours, _ := energy(item.Usage)
			hours += wattHours / 1000 * price
		}
		whole := ask("day")
		if len(whole) != 1 || whole[0].Cost == nil || whole[0].Currency != "USD" || hours == 0 || math.Abs(*whole[0].Cost-hours) > 1e-5 {
			h.Fatalf("the hours cost %v, and the day is %+v", hours, whole)
		}

		prices, err := readPrices(h.heater().State().TOU.Schedule)
		if err != nil {
			h.Fatal(err)
		}
		power, err := h.api.shares(h.Context(), h.api.history, h.heater().ID(), day, day)
		if err != nil {
			h.Fatal(err)
		}
		price, known := power.price(prices, date)
		wattHours, _ := energy(whole[0].Usage)
		if about := wattHours / 1000 * price; !known || math.Abs(about-hours) > 0.03*hours {
			h.Errorf("the day cost %v by the hours, %v by the power", hours, about)
		}
	})
}
