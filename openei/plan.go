package openei

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"
)

// Plan is a rate plan: what a utility takes for electricity, by the hour
// (docs/protocol.md §8). A member that is missing, or of another type than expected,
// leaves its field at zero; one of another type is in Unknown.
type Plan struct {
	// Label is OpenEI's own name of the plan, 24 hexadecimal digits; each version of
	// a plan has its own.
	Label string
	// Utility is the name of the utility.
	Utility string
	// EIAID is the utility's number at the Energy Information Administration; 0 is
	// unknown.
	EIAID int
	// Name is the plan's name.
	Name string
	// Approved tells whether an expert has checked the plan.
	Approved bool
	// Start is when the plan came into force, in UTC; zero is unknown.
	Start time.Time
	// End is when it ended or will end, in UTC; zero is unknown, or no end.
	End time.Time
	// Description is the plan in words, sometimes long.
	Description string

	// Rates are the periods, each a list of tiers: the first for the first
	// kilowatt-hours that are used, and so on.
	Rates [][]Tier
	// Weekdays and Weekends say which period is in force, as an index of Rates:
	// 12 months from January, each 24 hours from midnight, in local time. Validate
	// tells whether they are whole.
	Weekdays, Weekends [][]int

	// Unknown are the members that no field above holds, as they came.
	Unknown map[string]json.RawMessage
	// Raw is the whole plan as it came. It is what the vendor's conversion into a
	// schedule takes as sourceData (docs/protocol.md §2).
	Raw json.RawMessage
}

// Tier is a price up to an amount of electricity.
type Tier struct {
	// Rate is the price in $/kWh; NaN is unknown.
	Rate float64
	// Adj is an adjustment in $/kWh that is added to Rate, 0 when there is none.
	Adj float64
	// Max is the amount at which the next tier begins, in Unit; 0 when there is no
	// bound.
	Max float64
	// Unit is the unit of Max: "kWh" is kilowatt-hours a month, "kWh daily" a day.
	Unit string
}

// UnmarshalJSON reads a plan as OpenEI writes it, or as MarshalJSON did. It fails
// when data is no JSON object, and takes what there is otherwise.
func (p *Plan) UnmarshalJSON(data []byte) error {
	var m members
	if err := json.Unmarshal(data, &m); err != nil || m == nil {
		return errors.New("a plan is a JSON object")
	}
	*p = Plan{
		Label:       take[string](m, "label"),
		Utility:     take[string](m, "utility"),
		EIAID:       int(take[whole](m, "eiaid")),
		Name:        take[string](m, "name"),
		Approved:    take[bool](m, "approved"),
		Start:       take[date](m, "startdate").Time,
		End:         take[date](m, "enddate").Time,
		Description: take[string](m, "description"),
		Rates:       take[[][]Tier](m, "energyratestructure"),
		Weekdays:    take[schedule](m, "energyweekdayschedule").table(),
		Weekends:    take[schedule](m, "energyweekendschedule").table(),
		Raw:         slices.Clone(data),
	}
	if len(m) > 0 {
		p.Unknown = m
	}
	return nil
}

// MarshalJSON returns Raw, so that a plan is written as it came. It fails for a plan
// that was not read.
func (p Plan) MarshalJSON() ([]byte, error) {
	if len(p.Raw) == 0 {
		return nil, errors.New("the plan did not come from OpenEI: it has no raw form")
	}
	return p.Raw, nil
}

// UnmarshalJSON reads a tier.
func (t *Tier) UnmarshalJSON(data []byte) error {
	var m members
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	*t = Tier{Rate: math.NaN(), Adj: take[float64](m, "adj"), Max: take[float64](m, "max"), Unit: take[string](m, "unit")}
	if rate := take[*float64](m, "rate"); rate != nil {
		t.Rate = *rate
	}
	return nil
}

// members are the members of an object that nobody has taken yet.
type members map[string]json.RawMessage

// take reads a member and removes it. What cannot be read stays; null is nothing.
func take[T any](m members, name string) T {
	var value, none T
	raw, ok := m[name]
	if !ok {
		return none
	}
	if !isNull(raw) && json.Unmarshal(raw, &value) != nil {
		return none
	}
	delete(m, name)
	return value
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// whole is a whole number, which may come as 7 or as 7.0.
type whole int

// UnmarshalJSON reads a whole number; null and fractions are none.
func (w *whole) UnmarshalJSON(data []byte) error {
	var number *float64
	if err := json.Unmarshal(data, &number); err != nil {
		return err
	}
	if number == nil || float64(int(*number)) != *number {
		return errors.New("no whole number")
	}
	*w = whole(*number)
	return nil
}

// date is a time in seconds since 1970.
type date struct{ time.Time }

// UnmarshalJSON reads a date.
func (d *date) UnmarshalJSON(data []byte) error {
	var seconds float64
	if err := json.Unmarshal(data, &seconds); err != nil {
		return err
	}
	if math.Abs(seconds) > endOfDates {
		return errors.New("no date")
	}
	d.Time = time.Unix(int64(seconds), 0).UTC()
	return nil
}

// endOfDates is the end of the year 9999 in seconds since 1970: later dates cannot be
// written as most formats have them.
const endOfDates = 253402300799

// schedule is a table of period indices as it is read.
type schedule [][]whole

func (s schedule) table() [][]int {
	var table [][]int
	for _, month := range s {
		hours := make([]int, len(month))
		for i, period := range month {
			hours[i] = int(period)
		}
		table = append(table, hours)
	}
	return table
}
