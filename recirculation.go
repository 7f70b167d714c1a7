package nwp500

import (
	"fmt"

	"github.com/nwp500/nwp500/internal/wire"
)

// RecirculationWindow is a time in which the recirculation pump runs
// (docs/protocol.md §4, Schedules). The wire knows no windows: each is written as an
// entry that starts the pump and one that stops it. Windows can be compared with ==.
type RecirculationWindow struct {
	// Enabled tells whether the window is carried out.
	Enabled bool
	// Days are the days on which it starts, at least one.
	Days Days
	// StartHour and EndHour are 0 to 23, StartMinute and EndMinute 0 to 59. A window
	// whose end is not after its start ends on the next day; one that ends when it
	// starts is not allowed.
	StartHour, StartMinute, EndHour, EndMinute int
}

// RecirculationEntry is a time at which the recirculation pump is started or stopped,
// as the wire has it (docs/protocol.md §4, Schedules). Entries can be compared with
// ==.
type RecirculationEntry struct {
	// Enabled tells whether the entry is carried out.
	Enabled bool
	// Days are the days on which it is carried out, at least one.
	Days Days
	// Hour is 0 to 23, Minute 0 to 59.
	Hour, Minute int
	// Pump is what happens to the pump: On or Off.
	Pump OnOff
}

// RecirculationTimetable is the schedule of the recirculation pump as a whole: what
// Heater.RecirculationSchedule reads and Heater.SetRecirculationSchedule writes. No
// heater with a pump was at hand to see either (docs/protocol.md §3).
type RecirculationTimetable struct {
	// Enabled tells whether the timetable runs. It is false also when the heater does
	// not say.
	Enabled bool
	// Windows are the times in which the pump runs.
	Windows []RecirculationWindow
	// Entries are those that make no window: a start without its stop, or the other
	// way round. They are written beside the windows, so that what another program
	// set survives.
	Entries []RecirculationEntry

	message kept[*wire.Envelope]
}

const (
	// noParameter is what an entry of the pump has in the place of a temperature, and
	// noParameterHex the same as a byte.
	noParameter    = -1
	noParameterHex = 255
)

// newTimetable returns the timetable of an answer.
func newTimetable(read schedule, message *wire.Envelope) *RecirculationTimetable {
	entries := make([]RecirculationEntry, len(read.entries))
	for i, entry := range read.entries {
		member := entryReader(entry)
		entries[i] = RecirculationEntry{
			Enabled: OnOff(member("enable").Or(0)).IsOn(), Days: daysOf(member("week")),
			Hour: member("hour").Or(0), Minute: member("min").Or(0), Pump: OnOff(member("mode").Or(0)),
		}
	}
	t := &RecirculationTimetable{Enabled: read.use.IsOn(), message: keep(message)}
	t.Windows, t.Entries = pairEntries(entries)
	return t
}

// entry returns the entry as the wire has it.
func (e RecirculationEntry) entry() wire.Object {
	return newEntry(entryMembers, int(inUse(e.Enabled)), int(e.Days), e.Hour, e.Minute, int(e.Pump), noParameter)
}

// all returns the entries of the timetable, those of the windows first.
func (t RecirculationTimetable) all() []RecirculationEntry {
	var entries []RecirculationEntry
	for _, window := range t.Windows {
		start, stop := window.entries()
		entries = append(entries, start, stop)
	}
	return append(entries, t.Entries...)
}

// schedule returns the timetable as the wire has it.
func (t RecirculationTimetable) schedule() schedule {
	s := schedule{kind: &recirculationKind, use: inUse(t.Enabled), entries: []wire.Object{}}
	for _, entry := range t.all() {
		s.entries = append(s.entries, entry.entry())
	}
	return s
}

// Equal reports whether two timetables mean the same: both run or neither does, and
// they have the same entries, in windows or not, in whatever order.
func (t RecirculationTimetable) Equal(other RecirculationTimetable) bool {
	return t.schedule().equal(other.schedule())
}

// AppendJSON appends the timetable as one JSON object, with the names and the rules of
// docs/protocol.md §10, in the units asked for. As long as it means what was read, it
// is what Decode makes of the same message, with entries and not windows.
func (t RecirculationTimetable) AppendJSON(dst []byte, units Units) []byte {
	return appendSchedule(dst, units, t.message.get(), t.schedule())
}

// check says what is wrong with a timetable whatever the heater, but for the entries
// that the heater itself said: its odd ones must go back as they came.
func (t RecirculationTimetable) check() error {
	for i, window := range t.Windows {
		if err := window.check(); err != nil {
			return fmt.Errorf("recirculation window %d: %w", i+1, err)
		}
	}
	said, _ := recirculationKind.said(t.message.get())
	err := eachNew("recirculation entry", said, len(t.Entries),
		func(i int) wire.Object { return t.Entries[i].entry() },
		func(i int) error { return t.Entries[i].check() })
	if err != nil {
		return err
	}
	return recirculationKind.checkCount(len(t.all()))
}

func (w RecirculationWindow) check() error {
	if err := w.Days.check(); err != nil {
		return err
	}
	if err := checkTime("start ", w.StartHour, w.StartMinute); err != nil {
		return err
	}
	if err := checkTime("end ", w.EndHour, w.EndMinute); err != nil {
		return err
	}
	if w.StartHour == w.EndHour && w.StartMinute == w.EndMinute {
		return &RangeError{"end", fmt.Sprintf("%02d:%02d", w.EndHour, w.EndMinute), "another time than the start"}
	}
	return nil
}

func (e RecirculationEntry) check() error {
	if err := e.Days.check(); err != nil {
		return err
	}
	if err := checkTime("", e.Hour, e.Minute); err != nil {
		return err
	}
	if e.Pump != On && e.Pump != Off {
		return &RangeError{"pump", e.Pump.String(), "on or off"}
	}
	return nil
}
