package nwp500

import (
	"strconv"
	"strings"
	"time"
)

// Days is a set of days of the week, with the bits of the wire (docs/protocol.md §4,
// Schedules). The lowest bit has no meaning and is left as it is. Sets are joined
// with |.
type Days byte

// The days of the week.
const (
	Sunday Days = 128 >> iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

const (
	// Weekdays are Monday to Friday.
	Weekdays = Monday | Tuesday | Wednesday | Thursday | Friday
	// Weekend is Saturday and Sunday.
	Weekend = Saturday | Sunday
	// EveryDay is the whole week.
	EveryDay = Weekdays | Weekend
)

var week = calendar{
	field:   "days",
	members: []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"},
	letters: 2,
	groups: map[string]int{
		"weekdays": 0b0111110, "weekday": 0b0111110, "weekend": 0b1000001, "weekends": 0b1000001,
		"everyday": 0b1111111, "daily": 0b1111111, "all": 0b1111111,
	},
	allowed: "days such as mon,tue or mon-fri, weekdays, weekend, all, or numbers from 0 (Sunday) to 6",
}

// ParseDays reads a set of days: names of two letters or more ("mo", "mon",
// "Monday"), numbers from 0, Sunday, to 6, ranges of them ("mon-fri", "sat-mon") and
// the words weekdays, weekend and all, apart by commas or spaces. An empty set and
// anything else is a *RangeError.
func ParseDays(text string) (Days, error) {
	set, err := week.parse(text)
	var days Days
	for i := range len(week.members) {
		if set&(1<<i) != 0 {
			days |= Sunday >> i
		}
	}
	return days, err
}

// Has reports whether a day is in the set.
func (d Days) Has(day time.Weekday) bool {
	return day >= time.Sunday && day <= time.Saturday && d&(Sunday>>day) != 0
}

// Names returns the days in three letters, Monday first: "mon", "tue".
func (d Days) Names() []string {
	names := []string{}
	for i := range 7 {
		if day := time.Weekday((i + 1) % 7); d.Has(day) {
			names = append(names, week.members[day][:3])
		}
	}
	return names
}

// String returns the days, "mon tue", or "no day". ParseDays reads it.
func (d Days) String() string { return orNothing(d.Names(), "no day") }

// MarshalText encodes what String returns.
func (d Days) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// next returns the days after each of the set.
func (d Days) next() Days {
	d &= EveryDay
	after := d >> 1
	if d&Saturday != 0 {
		after |= Sunday
	}
	return after & EveryDay
}

// check refuses a set that a schedule cannot have.
func (d Days) check() error {
	if d&EveryDay == 0 {
		return &RangeError{week.field, d.String(), "at least one day"}
	}
	return nil
}

// calendar is something that goes around, of members that have names and numbers.
type calendar struct {
	field   string
	members []string       // lower case
	first   int            // the number of the first
	letters int            // that tell members apart
	groups  map[string]int // sets of members, the first as bit 0
	allowed string
}

// parse reads a set, the first member as bit 0. It is not empty unless there is an
// error, a *RangeError.
func (c *calendar) parse(text string) (set int, err error) {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(", ;\t\n", r) })
	for _, word := range words {
		if group, ok := c.groups[word]; ok {
			set |= group
			continue
		}
		from, to, isRange := strings.Cut(word, "-")
		first, ok := c.member(from)
		last := first
		if ok && isRange {
			last, ok = c.member(to)
		}
		if !ok {
			return 0, &RangeError{c.field, strconv.Quote(word), c.allowed}
		}
		for i := first; ; i = (i + 1) % len(c.members) {
			set |= 1 << i
			if i == last {
				break
			}
		}
	}
	if set == 0 {
		return 0, &RangeError{c.field, strconv.Quote(text), c.allowed}
	}
	return set, nil
}

// member finds a member by its number or by the beginning of its name.
func (c *calendar) member(word string) (int, bool) {
	if number, err := strconv.Atoi(word); err == nil {
		return number - c.first, number >= c.first && number < c.first+len(c.members)
	}
	for i, member := range c.members {
		if len(word) >= c.letters && strings.HasPrefix(member, word) {
			return i, true
		}
	}
	return 0, false
}

// orNothing joins names, or says that there is none.
func orNothing(names []string, nothing string) string {
	if len(names) == 0 {
		return nothing
	}
	return strings.Join(names, " ")
}
