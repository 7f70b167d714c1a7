package history

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// The kinds of rows of energy. A period is a number that reads like a date: 202611, 20261122, 2026112207.
const (
	months = 1
	days   = 2
	hours  = 3
)

func periodOf(year int, month time.Month, day, hour int) (ofMonth, ofDay, ofHour int64) {
	ofMonth = int64(year)*100 + int64(month)
	ofDay = ofMonth*100 + int64(day)
	return ofMonth, ofDay, ofDay*100 + int64(hour)
}

// energyRows gathers rows of energy.
type energyRows struct {
	rows
	there map[[3]int64]bool
}

func newEnergyRows() *energyRows {
	return &energyRows{
		rows: rows{
			into: "energy (heater, kind, period, heat_pump, elements, heat_pump_minutes, element_minutes)", columns: 7,
			then: `ON CONFLICT (heater, kind, period) DO UPDATE SET
				heat_pump = coalesce(excluded.heat_pump, energy.heat_pump),
				elements = coalesce(excluded.elements, energy.elements),
				heat_pump_minutes = coalesce(excluded.heat_pump_minutes, energy.heat_pump_minutes),
				element_minutes = coalesce(excluded.element_minutes, energy.element_minutes)`,
		},
		there: make(map[[3]int64]bool),
	}
}

// add adds what a heater's record says, without what is still to come. The days of the running month also tell the month, and
// more freshly than its own item; of one that is over nobody knows whether the heater still has all days.
func (r *energyRows) add(heater int64, energy *nwp500.Energy, today time.Time) {
	thisMonth, thisDay, thisHour := periodOf(today.Year(), today.Month(), today.Day(), today.Hour())
	var running nwp500.Energy
	for _, item := range energy.Items {
		hour, _ := item.Hour.Get()
		ofMonth, ofDay, ofHour := periodOf(item.Year, item.Month, item.Day, hour)
		switch energy.Kind {
		case nwp500.EnergyByMonth:
			if ofMonth <= thisMonth {
				r.put(heater, months, ofMonth, item.EnergyUsage)
			}
		case nwp500.EnergyByDay:
			if ofDay > thisDay {
				continue
			}
			r.put(heater, days, ofDay, item.EnergyUsage)
			if ofMonth == thisMonth {
				running.Items = append(running.Items, item)
			}
		case nwp500.EnergyByHour:
			if ofHour <= thisHour {
				r.put(heater, hours, ofHour, item.EnergyUsage)
			}
		}
	}
	if len(running.Items) > 0 {
		r.put(heater, months, thisMonth, running.Sum())
	}
}

// put adds a row unless there is one of the same period.
func (r *energyRows) put(heater, kind, period int64, usage nwp500.EnergyUsage) {
	key := [3]int64{heater, kind, period}
	if r.there[key] {
		return
	}
	r.there[key] = true
	r.values = append(r.values, heater, kind, period, whole(usage.HeatPump), whole(usage.Elements), inMinutes(usage.HeatPumpTime), inMinutes(usage.ElementsTime))
}

func whole(value nwp500.Value[int]) any {
	if number, known := value.Get(); known {
		return int64(number)
	}
	return nil
}

// inMinutes is a time in minutes; the record has hours.
func inMinutes(value nwp500.Value[float64]) any {
	hours, known := value.Get()
	if minutes := math.Round(hours * 60); known && math.Abs(minutes) < math.MaxInt32 {
		return int64(minutes)
	}
	return nil
}

// energyForms are the ways to ask for energy: from which rows, and how a period reads.
var energyForms = map[string]struct {
	kind   int64
	per    int64 // rows' periods are divided by it
	period func(period int64) string
}{
	"hour":  {hours, 1, func(p int64) string { return fmt.Sprintf("%04d-%02d-%02dT%02d", p/1e6, p/1e4%100, p/100%100, p%100) }},
	"day":   {days, 1, func(p int64) string { return fmt.Sprintf("%04d-%02d-%02d", p/1e4, p/100%100, p%100) }},
	"month": {months, 1, func(p int64) string { return fmt.Sprintf("%04d-%02d", p/100, p%100) }},
	"year":  {months, 100, func(p int64) string { return fmt.Sprintf("%04d", p) }},
}

// Energy returns the electricity used by hours, days, months or years. What the heater never said has no item, and nothing
// has one before the first use. A part of a month or year counts as the whole. Empty limits are the ends of what is known;
// others are days, and all else is a [*QueryError].
func (s *Store) Energy(ctx context.Context, query api.EnergyQuery) (api.EnergyUse, error) {
	use := api.EnergyUse{By: query.By, Items: []api.EnergyItem{}}
	form, known := energyForms[query.By]
	if !known {
		return use, &QueryError{"by", fmt.Sprintf("%q is not allowed: hour, day, month and year are", query.By)}
	}
	from, to, err := limits(query, form.kind)
	if err != nil {
		return use, err
	}
	heater, err := s.number(ctx, query.Heater)
	if err != nil || heater == 0 {
		return use, err
	}
	began := false
	err = each(ctx, s.read, `SELECT period, heat_pump, elements, heat_pump_minutes, element_minutes FROM energy
		WHERE heater = $1 AND kind = $2 AND period <= $3 ORDER BY period`, []any{heater, form.kind, to},
		func(rows *sql.Rows) error {
			var period int64
			var values [4]sql.NullInt64
			if err := rows.Scan(&period, &values[0], &values[1], &values[2], &values[3]); err != nil {
				return err
			}
			began = began || values[0].Int64 > 0 || values[1].Int64 > 0
			if !began || period < from {
				return nil
			}
			date := form.period(period / form.per)
			if n := len(use.Items); n == 0 || use.Items[n-1].Date != date {
				use.Items = append(use.Items, api.EnergyItem{Date: date})
			}
			addUsage(&use.Items[len(use.Items)-1].Usage, values)
			addUsage(&use.Total, values)
			return nil
		})
	return use, err
}

// limits are the first and the last period of a query.
func limits(query api.EnergyQuery, kind int64) (from, to int64, err error) {
	from, to = 0, 1e12 // before and after every period
	for _, limit := range []struct {
		field, day string
		last       int
		period     *int64
	}{{"from", query.From, 0, &from}, {"to", query.To, 23, &to}} {
		if limit.day == "" {
			continue
		}
		date, err := time.Parse(time.DateOnly, limit.day)
		if err != nil {
			return 0, 0, &QueryError{limit.field, fmt.Sprintf("%q is no day: it looks like 2026-11-22", limit.day)}
		}
		ofMonth, ofDay, ofHour := periodOf(date.Year(), date.Month(), date.Day(), limit.last)
		*limit.period = map[int64]int64{months: ofMonth, days: ofDay, hours: ofHour}[kind]
	}
	if query.By == "year" {
		from, to = from/100*100, to/100*100+99
	}
	if to < from {
		return 0, 0, &QueryError{"to", "the time ends before it begins"}
	}
	return from, to, nil
}

func addUsage(to *api.Usage, values [4]sql.NullInt64) {
	for i, sum := range []**int{&to.HeatPumpWh, &to.ElementWh, &to.HeatPumpMinutes, &to.ElementMinutes} {
		if !values[i].Valid {
			continue
		}
		if *sum == nil {
			*sum = new(int)
		}
		**sum += int(values[i].Int64)
	}
}
