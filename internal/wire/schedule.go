package wire

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// entryBytes is the length of an entry of a schedule in hex.
const entryBytes = 6

// ScheduleEntries takes the reservation member of a message apart: a list of objects
// as it is, or hex, whose entries become the same objects (docs/protocol.md §4,
// "Schedules"). kind says whose entries they are. In hex, entries of zeros are padding
// and left out; so is a last entry that is incomplete, which incomplete tells. ok is
// false when v is neither.
func ScheduleEntries(v jsontext.Value, kind Kind) (entries []Object, incomplete, ok bool) {
	text, isText := Text(v)
	if !isText {
		entries, ok = objects(v)
		return entries, false, ok
	}
	data, err := hex.DecodeString(text + strings.Repeat("0", len(text)%2))
	if err != nil {
		return nil, false, false
	}
	for i := range len(text) / (2 * entryBytes) {
		entry := [entryBytes]byte(data[i*entryBytes:])
		if entry != [entryBytes]byte{} {
			entries = append(entries, hexEntry(entry, kind))
		}
	}
	return entries, len(text)%(2*entryBytes) != 0, true
}

// hexEntry makes the object of an entry that came in hex.
func hexEntry(entry [entryBytes]byte, kind Kind) Object {
	o := make(Object, entryBytes)
	for i, name := range [entryBytes]string{"enable", "week", "hour", "min", "mode", "param"} {
		n := int(entry[i])
		if name == "param" && n == 255 && kind == KindRecirculation {
			n = -1 // the pump has no parameter
		}
		o[i] = Member{name, strconv.AppendInt(nil, int64(n), 10)}
	}
	return o
}

// entries writes the entries of a schedule, from a list or from hex.
func (w *writer) entries(v jsontext.Value) bool {
	list, _, ok := ScheduleEntries(v, w.schedule)
	if ok {
		w.objects(entryShape(w.schedule), list)
	}
	return ok
}

func entryShape(schedule Kind) *shape {
	switch schedule {
	case KindRecirculation:
		return pumpEntryShape
	case KindTOU:
		return periodShape
	}
	return reservationEntryShape
}

func deriveReservation(w *writer, o Object) {
	deriveTimes(w, o)
	if raw, ok := o.integer("param"); ok {
		n, _ := EncodingHalfCelsius.hundredths(raw, w.units, w.formula)
		w.name("temperature")
		w.hundredths(n)
	}
}

// deriveTimes writes the days of an entry, and its time or its start and end. What the
// entry does not say, or says out of range, is left out.
func deriveTimes(w *writer, o Object) {
	if week, ok := o.integer("week"); ok && week >= 0 && week <= 255 {
		w.name("days")
		w.texts(weekdays(week))
	}
	w.clock("time", o, "hour", "min")
	w.clock("start", o, "startHour", "startMinute", "startMin")
	w.clock("end", o, "endHour", "endMinute", "endMin")
}

// weekdays lists the days of a week byte, Monday first: Sunday is bit 7, Monday bit 6
// and so on down to Saturday, bit 1.
func weekdays(week int64) []string {
	var days []string
	for i, day := range [...]string{"mon", "tue", "wed", "thu", "fri", "sat"} {
		if week&(64>>i) != 0 {
			days = append(days, day)
		}
	}
	if week&128 != 0 {
		days = append(days, "sun")
	}
	return days
}

// clock writes a time of day as 06:30 from an hour and a minute, of which each may have
// several names.
func (w *writer) clock(printed string, o Object, hourName string, minuteNames ...string) {
	hour, ok := o.integer(hourName)
	if !ok || hour < 0 || hour > 23 {
		return
	}
	for _, name := range minuteNames {
		if minute, ok := o.integer(name); ok && minute >= 0 && minute <= 59 {
			w.name(printed)
			w.text(fmt.Sprintf("%02d:%02d", hour, minute))
			return
		}
	}
}

// maxDecimalPoint is the largest decimalPoint of a price.
const maxDecimalPoint = 10

// price writes a price of the period o as an exact decimal.
func (w *writer) price(v jsontext.Value, o Object) bool {
	n, ok := Integer(v)
	places, hasPlaces := o.integer("decimalPoint")
	if !ok || !hasPlaces || places < 0 || places > maxDecimalPoint {
		return false
	}
	w.next()
	w.dst = appendDecimal(w.dst, n, int(places))
	return true
}
