package nwp500

import (
	"fmt"

	"github.com/nwp500/nwp500/internal/wire"
)

// Reservation is an entry of a heater's weekly program: on these days, at this time of
// the heater's own clock, it goes to a mode and a setpoint (docs/protocol.md §4,
// Schedules, and §5 for what happens when one fires). Reservations can be compared
// with ==.
type Reservation struct {
	// Enabled tells whether the entry is carried out.
	Enabled bool
	// Days are the days that it is carried out on, at least one.
	Days Days
	// Hour is 0 to 23, Minute 0 to 59.
	Hour, Minute int
	// Mode is any of the modes; PowerOff turns the heater off.
	Mode Mode
	// Temperature is the setpoint in steps of half a degree Celsius, within the
	// heater's own limits. With Vacation and PowerOff it has no known meaning.
	Temperature Temperature
}

// String returns the entry in one line, "mon tue 06:30 energy saver 60 °C (140 °F)",
// and says when it is off.
func (r Reservation) String() string {
	text := fmt.Sprintf("%v %02d:%02d %v %v", r.Days, r.Hour, r.Minute, r.Mode, r.Temperature)
	if !r.Enabled {
		text += ", off"
	}
	return text
}

// Reservations is a heater's weekly program as a whole (docs/protocol.md §4,
// Schedules): what Heater.Reservations reads and Heater.SetReservations writes. What
// was read remembers the message: members that no document knows are written back
// with the entries that they came with.
type Reservations struct {
	// Enabled tells whether the program runs. It is false also when the heater does
	// not say.
	Enabled bool
	// Entries are at most 32, in no particular order.
	Entries []Reservation

	message kept[*wire.Envelope]
}

// newReservations returns the program of an answer.
func newReservations(read schedule, message *wire.Envelope) *Reservations {
	r := &Reservations{Enabled: read.use.IsOn(), Entries: make([]Reservation, len(read.entries)), message: keep(message)}
	for i, entry := range read.entries {
		r.Entries[i] = newReservation(entry)
	}
	return r
}

// newReservation reads an entry. What it does not say is zero, its temperature unknown.
func newReservation(entry wire.Object) Reservation {
	member := entryReader(entry)
	r := Reservation{
		Enabled: OnOff(member("enable").Or(0)).IsOn(), Days: daysOf(member("week")),
		Hour: member("hour").Or(0), Minute: member("min").Or(0), Mode: Mode(member("mode").Or(0)),
	}
	if raw, ok := member("param").Get(); ok {
		r.Temperature = halfCelsius(int64(raw))
	}
	return r
}

// daysOf returns the days of a week byte, none when it is none.
func daysOf(week Value[int]) Days {
	bits := week.Or(0)
	if bits < 0 || bits > 255 {
		return 0
	}
	return Days(bits)
}

// entryReader returns a function that reads the members of an entry.
func entryReader(entry wire.Object) func(name string) Value[int] {
	return func(name string) Value[int] {
		value, _ := entry.Get(name)
		return intOf(wire.Flag(value))
	}
}

// entry returns the reservation as the wire has it.
func (r Reservation) entry() wire.Object {
	entry := newEntry(entryMembers, int(inUse(r.Enabled)), int(r.Days), r.Hour, r.Minute, int(r.Mode))
	if r.Temperature.Known() {
		entry = append(entry, wire.Member{Name: "param", Value: integerValue(r.Temperature.raw())})
	}
	return entry
}

// schedule returns the program as the wire has it.
func (r Reservations) schedule() schedule {
	s := schedule{kind: &reservationKind, use: inUse(r.Enabled), entries: make([]wire.Object, len(r.Entries))}
	for i, entry := range r.Entries {
		s.entries[i] = entry.entry()
	}
	return s
}

// Equal reports whether two programs mean the same: both run or neither does, and
// they have the same entries, in whatever order.
func (r Reservations) Equal(other Reservations) bool { return r.schedule().equal(other.schedule()) }

// AppendJSON appends the program as one JSON object, with the names and the rules of
// docs/protocol.md §10, in the units asked for. As long as it means what was read, it
// is what Decode makes of the same message.
func (r Reservations) AppendJSON(dst []byte, units Units) []byte {
	return appendSchedule(dst, units, r.message.get(), r.schedule())
}
