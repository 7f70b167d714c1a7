package nwp500

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// EnergyDaily asks the heater for the days of one or more months, 1 to 12, of a year,
// 2000 to 2099 (docs/protocol.md §3 and §4, Energy history). Other months are a
// *RangeError and a heater without energyUsageUse an *UnsupportedError. It does not wait
// for a connection that is down: ErrDisconnected. A heater that does not answer in time
// is ErrNoAnswer.
func (h *Heater) EnergyDaily(ctx context.Context, year int, months ...int) (*Energy, error) {
	if err := numbersAllowed("year", 2000, 2099, year); err != nil {
		return nil, err
	}
	if err := numbersAllowed("month", 1, 12, months...); err != nil {
		return nil, err
	}
	months = inOrder(months)
	q := energyQuery{
		kind: EnergyByDay, code: topic.EnergyDailyRead, suffix: topic.SuffixEnergyDaily, answer: topic.AnswerEnergyDaily,
		says: []number{{"year", year}, {"month", months}},
	}
	for _, month := range months {
		q.periods = append(q.periods, period{year: year, month: month})
	}
	return h.energy(ctx, q)
}

// EnergyMonthly asks the heater for the months of one or more years, 2000 to 2099
// (docs/protocol.md §3 and §4, Energy history). Its errors are those of EnergyDaily.
func (h *Heater) EnergyMonthly(ctx context.Context, years ...int) (*Energy, error) {
	if err := numbersAllowed("year", 2000, 2099, years...); err != nil {
		return nil, err
	}
	years = inOrder(years)
	q := energyQuery{
		kind: EnergyByMonth, code: topic.EnergyMonthlyRead, suffix: topic.SuffixEnergyMonthly, answer: topic.AnswerEnergyMonthly,
		says: []number{{"year", years}},
	}
	for _, year := range years {
		q.periods = append(q.periods, period{year: year})
	}
	return h.energy(ctx, q)
}

// EnergyHourly asks the heater for the hours of a day (docs/protocol.md §3 and §4,
// Energy history). Its errors are those of EnergyDaily.
//
// The shape of the answer is unconfirmed: the heater that was tried never answered, so
// expect ErrNoAnswer.
func (h *Heater) EnergyHourly(ctx context.Context, year, month, day int) (*Energy, error) {
	if err := numbersAllowed("year", 2000, 2099, year); err != nil {
		return nil, err
	}
	if err := numbersAllowed("month", 1, 12, month); err != nil {
		return nil, err
	}
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	if err := numbersAllowed("day", 1, last, day); err != nil {
		return nil, err
	}
	return h.energy(ctx, energyQuery{
		kind: EnergyByHour, code: topic.EnergyHourlyRead, suffix: topic.SuffixEnergyHourly, answer: topic.AnswerEnergyHourly,
		says:    []number{{"year", year}, {"month", month}, {"day", []int{day}}},
		periods: []period{{year, month, day}}, unknown: true,
	})
}

// energyQuery is a question for a part of the energy history.
type energyQuery struct {
	kind    EnergyKind
	code    topic.Code
	suffix  string
	answer  string
	says    []number
	periods []period // in the order of time
	unknown bool     // see transaction
}

// number is a member of the request: an int, or a list of them.
type number struct {
	name  string
	value any
}

// period is what one entry of an answer's usage stands for; what it does not have is 0.
type period struct{ year, month, day int }

func (h *Heater) energy(ctx context.Context, q energyQuery) (*Energy, error) {
	features, err := h.knownFeatures(ctx, false)
	if err != nil {
		return nil, err
	}
	if err := needs(features.EnergyHistory, "energyUsageUse"); err != nil {
		return nil, err
	}
	var extra wire.Object
	for _, member := range q.says {
		value, err := json.Marshal(member.value)
		if err != nil {
			return nil, err
		}
		extra = append(extra, wire.Member{Name: member.name, Value: value})
	}
	envelope, err := h.ask(ctx, transaction{
		code: q.code, suffix: q.suffix, extra: extra, place: onClientTopic(q.answer),
		// Answers of this place need not repeat the request's id, so an answer has to
		// name the very periods asked for: a late one to an earlier question does not.
		// One that repeats the id is the answer even if it leaves periods out.
		wants: q.wants, echoSuffices: true, unknown: q.unknown,
	}, false)
	if err != nil {
		return nil, err
	}
	return newEnergy(envelope, q.kind, h.device.MAC, time.Now()), nil
}

// wants reports whether an answer names the periods asked for, and no others.
func (q energyQuery) wants(envelope *wire.Envelope) bool {
	return slices.Equal(periodsOf(envelope), q.periods)
}

// periodsOf returns the periods that an answer names, in the order of time.
func periodsOf(envelope *wire.Envelope) []period {
	var periods []period
	for _, element := range answerOf(envelope).list("usage") {
		if part := newShape(element); part != nil {
			periods = append(periods, period{
				part.integer("year").Or(0), part.integer("month").Or(0), part.integer("day").Or(0),
			})
		}
	}
	slices.SortFunc(periods, func(a, b period) int {
		return slices.Compare([]int{a.year, a.month, a.day}, []int{b.year, b.month, b.day})
	})
	return periods
}

// inOrder returns the numbers from the lowest, each once.
func inOrder(numbers []int) []int {
	return slices.Compact(slices.Sorted(slices.Values(numbers)))
}

// numbersAllowed says which number is out of range, or that there is none.
func numbersAllowed(field string, lowest, highest int, numbers ...int) error {
	allowed := strconv.Itoa(lowest) + " to " + strconv.Itoa(highest)
	if len(numbers) == 0 {
		return &RangeError{field, "(none)", "at least one of " + allowed}
	}
	for _, number := range numbers {
		if number < lowest || number > highest {
			return &RangeError{field, strconv.Itoa(number), allowed}
		}
	}
	return nil
}
