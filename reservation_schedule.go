package nwp500

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/topic"
	"github.com/nwp500/nwp500/internal/wire"
)

// scheduleKind is one of the schedules that a heater keeps (docs/protocol.md §3 and
// §4). On the wire the entries of each are reservations.
type scheduleKind struct {
	name    string // for people
	wire    wire.Kind
	members []string // of an entry
	most    int      // entries

	readCode, writeCode     topic.Code
	readSuffix, writeSuffix string
	answer                  string // suffix of the topic of both answers
}

var (
	entryMembers  = []string{"enable", "week", "hour", "min", "mode", "param"}
	periodMembers = []string{
		"season", "week", "startHour", "startMinute", "endHour", "endMinute", "priceMin", "priceMax", "decimalPoint",
	}

	reservationKind = scheduleKind{
		name: "reservations", wire: wire.KindReservations, members: entryMembers,
		most:     32, // were accepted by a heater; documents say 16
		readCode: topic.ReservationRead, readSuffix: topic.SuffixReservationRead,
		writeCode: topic.ReservationWrite, writeSuffix: topic.SuffixReservationWrite, answer: topic.AnswerReservation,
	}
	recirculationKind = scheduleKind{
		name: "recirculation entries", wire: wire.KindRecirculation, members: entryMembers, most: 20,
		readCode: topic.RecirculationRead, readSuffix: topic.SuffixRecirculationRead,
		writeCode: topic.RecirculationWrite, writeSuffix: topic.SuffixRecirculationWrite, answer: topic.AnswerRecirculation,
	}
	touKind = scheduleKind{ // without a read: over MQTT it is never answered
		name: "TOU periods", wire: wire.KindTOU, members: periodMembers, most: 16,
		writeCode: topic.TOUWrite, writeSuffix: topic.SuffixTOUWrite, answer: topic.AnswerTOU,
	}
)

// schedule is a list of entries as it travels. Entries keep the members that no
// document knows.
type schedule struct {
	kind    *scheduleKind
	use     OnOff
	entries []wire.Object
	from    *wire.Envelope // that it was read from, nil when it was made
}

// errNoList is an answer without entries. It is not an empty list: what is written
// from it would wipe the heater's.
var errNoList = errors.New("the heater's answer holds no list that can be read")

// readFrom takes a schedule from the body of an answer, a list or hex. incomplete
// tells that the last entry was left out because a part of it is missing.
func (k *scheduleKind) readFrom(body wire.Object) (s schedule, incomplete bool, err error) {
	s.kind = k
	value, _ := body.Get("reservation")
	var ok bool
	if s.entries, incomplete, ok = wire.ScheduleEntries(value, k.wire); !ok {
		return schedule{}, false, errNoList
	}
	value, _ = body.Get("reservationUse")
	s.use = OnOff(intOf(wire.Flag(value)).Or(0))
	return s, incomplete, nil
}

// body returns what a request or an answer says of the schedule.
func (s schedule) body() wire.Object {
	list := jsontext.Value{'['}
	for i, entry := range s.entries {
		if i > 0 {
			list = append(list, ',')
		}
		list = entry.Append(list)
	}
	return wire.Object{{Name: "reservationUse", Value: integerValue(int(s.use))}, {Name: "reservation", Value: append(list, ']')}}
}

func integerValue(n int) jsontext.Value { return strconv.AppendInt(nil, int64(n), 10) }

// textValue returns a text as JSON; what is no UTF-8 in it is replaced.
func textValue(text string) jsontext.Value {
	quoted, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "�")) // fails for nothing else
	return quoted
}

// newEntry returns an entry of these members, in the order of the names.
func newEntry(names []string, values ...int) wire.Object {
	entry := make(wire.Object, len(values))
	for i, value := range values {
		entry[i] = wire.Member{Name: names[i], Value: integerValue(value)}
	}
	return entry
}

// key returns what an entry means, whichever way it is written. It can be compared.
// What is missing or no number counts as zero, as where entries are read. Members that
// no document knows do not count: a heater may leave them out of its answer.
func (k *scheduleKind) key(entry wire.Object) string {
	var key []byte
	for _, member := range k.members {
		value, _ := entry.Get(member)
		number, isNumber := wire.Flag(value)
		switch {
		case member == "enable": // on only when 2
			key = strconv.AppendBool(key, number == int64(On))
		case !isNumber && member == "param": // unknown, which is not 0
			key = append(key, '?')
		case member == "week": // the lowest bit is unused
			key = strconv.AppendInt(key, int64(daysOf(intOf(number, true))&EveryDay), 10)
		case member == "param" && k == &recirculationKind && number == noParameterHex:
			key = strconv.AppendInt(key, noParameter, 10)
		default:
			key = strconv.AppendInt(key, number, 10)
		}
		key = append(key, ' ')
	}
	return string(key)
}

// keys returns how often each entry is there.
func (s schedule) keys() map[string]int {
	keys := make(map[string]int)
	for _, entry := range s.entries {
		keys[s.kind.key(entry)]++
	}
	return keys
}

// equal reports whether two schedules mean the same, the order of the entries aside.
// A schedule that does not say whether it is in use is equal to either.
func (s schedule) equal(other schedule) bool {
	return (s.use == NotSaid || other.use == NotSaid || s.use.IsOn() == other.use.IsOn()) && maps.Equal(s.keys(), other.keys())
}

// find returns the index of the first entry that means the same, or -1.
func (s schedule) find(entry wire.Object) int {
	wanted := s.kind.key(entry)
	return slices.IndexFunc(s.entries, func(e wire.Object) bool { return s.kind.key(e) == wanted })
}

// keeping returns the schedule with those entries that the heater has as the heater
// has them, with all their members.
func (s schedule) keeping(have schedule) schedule {
	rest := schedule{kind: s.kind, entries: slices.Clone(have.entries)}
	s.entries = slices.Clone(s.entries)
	for i, entry := range s.entries {
		if j := rest.find(entry); j >= 0 {
			s.entries[i] = rest.entries[j]
			rest.entries = slices.Delete(rest.entries, j, j+1)
		}
	}
	return s
}

// inUse is the wire's number for a schedule or an entry that is on or off.
func inUse(on bool) OnOff {
	if on {
		return On
	}
	return Off
}
