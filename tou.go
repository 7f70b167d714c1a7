package nwp500

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// TOUPeriod is a time with a price of electricity, in the months and on the days that
// it names (docs/protocol.md §4, Schedules). Periods can be compared with ==.
type TOUPeriod struct {
	// Months are the season, at least one month.
	Months Months
	// Days are at least one.
	Days Days
	// StartHour and EndHour are 0 to 23, StartMinute and EndMinute 0 to 59. The end
	// minute belongs to the period, 0:00 to 15:59, and is not before the start: a
	// period over midnight is two.
	StartHour, StartMinute, EndHour, EndMinute int
	// Min and Max are the prices of the lowest and of the highest tier, with the same
	// number of decimals.
	Min, Max Price
}

// TOUSchedule is what a heater is told of a tariff over MQTT, as a whole.
type TOUSchedule struct {
	// Enabled tells whether the heater goes by the tariff.
	Enabled bool
	// Periods are 1 to 16, in no particular order.
	Periods []TOUPeriod
}

// TOUPlan is a tariff as the cloud knows it (docs/protocol.md §2, touInfo). What the
// cloud did not say is empty.
type TOUPlan struct {
	// Name and Utility are the tariff's and the supplier's.
	Name, Utility string
	// ZIP is the ZIP code that the tariff was chosen for.
	ZIP string
	// ControllerID is the serial number of the heater's controller, ManufactureID
	// that of its maker. Both print as "[secret]". Only the tariff of a heater has them.
	ControllerID, ManufactureID Secret
	// Periods are those of all seasons, in the order of the answer.
	Periods []TOUPeriod
}

// TOU is the tariff that the cloud keeps for a heater (docs/protocol.md §2). A heater
// with a tariff goes by it only when TOU is on: Status.TOU.
type TOU struct {
	TOUPlan
	// RegisterPath is how the tariff was entered: "bt" or "wifi".
	RegisterPath string
	// SourceType is where it comes from: "openei".
	SourceType string
	// Unknown are the members of the answer that no document knows, and those that
	// cannot be read.
	Unknown Members

	message kept[*wire.Envelope]
}

// AppendJSON appends the tariff as one JSON object, with the names and the rules of
// docs/protocol.md §10. It is what Decode makes of the answer; what was not read from
// one is null.
func (t *TOU) AppendJSON(dst []byte, units Units) []byte {
	return appendMessage(dst, t.message.get(), units)
}

// parseTOU reads the data of an answer.
func parseTOU(call string, data jsontext.Value) (*TOU, error) {
	answer := newShape(data)
	if answer == nil {
		return nil, fmt.Errorf("%s: the answer has no data", call)
	}
	message, err := wire.ParseEnvelope(data)
	if err != nil { // not after newShape
		return nil, fmt.Errorf("%s: %w", call, err)
	}
	t := &TOU{RegisterPath: answer.text("registerPath"), SourceType: answer.text("sourceType"), message: keep(message)}
	if info := answer.inner("touInfo"); info != nil {
		t.TOUPlan = parsePlan(info)
		t.Unknown = info.unknown()
	}
	for member, value := range answer.unknown() {
		if t.Unknown == nil {
			t.Unknown = make(Members)
		}
		t.Unknown[member] = value
	}
	return t, nil
}

// parsePlan reads a touInfo.
func parsePlan(info *shape) TOUPlan {
	plan := TOUPlan{
		Name: info.text("name"), Utility: info.text("utility"), ZIP: info.text("zipCode"),
		ControllerID: NewSecret(info.text("controllerId")), ManufactureID: NewSecret(info.text("manufactureId")),
	}
	for _, element := range info.list("schedule") {
		season := newShape(element)
		if season == nil {
			continue
		}
		months := season.integer("season").Or(0)
		for _, interval := range season.list("interval") {
			if entry := newShape(interval); entry != nil {
				plan.Periods = append(plan.Periods, newPeriod(months, entry.integer))
			}
		}
	}
	return plan
}

// newPeriod reads a period of a season. What it does not say is zero.
func newPeriod(months int, member func(name string) Value[int]) TOUPeriod {
	if months < 0 || months > int(AllMonths) {
		months = 0
	}
	price := func(name string) Price { return Price{member(name).Or(0), member("decimalPoint").Or(0)} }
	return TOUPeriod{
		Months: Months(months), Days: daysOf(member("week")),
		StartHour: member("startHour").Or(0), StartMinute: member("startMinute").Or(0),
		EndHour: member("endHour").Or(0), EndMinute: member("endMinute").Or(0),
		Min: price("priceMin"), Max: price("priceMax"),
	}
}

// entry returns the period as the wire has it. The plan of REST has the season apart.
func (p TOUPeriod) entry() wire.Object {
	return newEntry(periodMembers, int(p.Months), int(p.Days),
		p.StartHour, p.StartMinute, p.EndHour, p.EndMinute, p.Min.Value, p.Max.Value, p.Min.Decimals)
}

// schedule returns the schedule as the wire has it.
func (t TOUSchedule) schedule() schedule {
	s := schedule{kind: &touKind, use: inUse(t.Enabled), entries: make([]wire.Object, len(t.Periods))}
	for i, period := range t.Periods {
		s.entries[i] = period.entry()
	}
	return s
}

// AppendJSON appends the schedule as one JSON object, with the names and the rules of
// docs/protocol.md §10: what Decode makes of a heater's answer with these periods.
func (t TOUSchedule) AppendJSON(dst []byte, units Units) []byte {
	return appendSchedule(dst, units, nil, t.schedule())
}

// Equal reports whether two schedules mean the same: both are on or neither is, and
// they have the same periods, in whatever order.
func (t TOUSchedule) Equal(other TOUSchedule) bool { return t.schedule().equal(other.schedule()) }

// checkPeriods refuses what no heater takes for a tariff.
func checkPeriods(periods []TOUPeriod) error {
	if n := len(periods); n < 1 || n > touKind.most {
		return &RangeError{touKind.name, fmt.Sprint(n), fmt.Sprintf("1 to %d", touKind.most)}
	}
	for i, period := range periods {
		if err := period.check(); err != nil {
			return fmt.Errorf("TOU period %d: %w", i+1, err)
		}
	}
	return nil
}

func (p TOUPeriod) check() error {
	for _, err := range []error{
		p.Months.check(), p.Days.check(),
		checkTime("start ", p.StartHour, p.StartMinute), checkTime("end ", p.EndHour, p.EndMinute),
		p.Min.check(), p.Max.check(),
	} {
		if err != nil {
			return err
		}
	}
	if 60*p.EndHour+p.EndMinute < 60*p.StartHour+p.StartMinute {
		return &RangeError{
			"end", fmt.Sprintf("%02d:%02d", p.EndHour, p.EndMinute),
			fmt.Sprintf("%02d:%02d to 23:59; a period over midnight is two", p.StartHour, p.StartMinute),
		}
	}
	if p.Min.Decimals != p.Max.Decimals {
		return &RangeError{"highest price", p.Max.String(), fmt.Sprintf("as many decimals as the lowest, %d", p.Min.Decimals)}
	}
	if p.Max.Value < p.Min.Value {
		return &RangeError{"highest price", p.Max.String(), "at least the lowest, " + p.Min.String()}
	}
	return nil
}
