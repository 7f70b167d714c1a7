package simulator

import (
	"encoding/hex"
	"slices"
)

// schedule is a list of reservations, of recirculation times or of TOU periods,
// as a heater keeps it: whole numbers in the order of their table.
type schedule struct {
	Use     int     `json:"use"` // 2 on
	Entries [][]int `json:"entries"`
}

// scheduleTable says what an entry of a schedule is made of (docs/protocol.md
// §4).
type scheduleTable struct {
	columns []column
	most    int // entries
	padded  int // the hex form has at least so many; 0: there is none
}

// column is one value of an entry.
type column struct {
	name      string
	low, high int
}

var (
	reservationTable = scheduleTable{columns: []column{
		{"enable", off, on},
		{"week", 2, 254},
		{"hour", 0, 23},
		{"min", 0, 59},
		{"mode", modeHeatPump, modePowerOff},
		{"param", 0, 255},
	}, most: 32, padded: 16}

	recirculationTable = scheduleTable{columns: []column{
		{"enable", off, on},
		{"week", 2, 254},
		{"hour", 0, 23},
		{"min", 0, 59},
		{"mode", 1, 2},
		{"param", -1, 255},
	}, most: 20, padded: 20}

	touTable = scheduleTable{columns: []column{
		{"season", 1, 4095},
		{"week", 2, 254},
		{"startHour", 0, 23},
		{"startMinute", 0, 59},
		{"endHour", 0, 23},
		{"endMinute", 0, 59},
		{"priceMin", 0, 1<<31 - 1},
		{"priceMax", 0, 1<<31 - 1},
		{"decimalPoint", 0, 10},
	}, most: mostPeriods}
)

// take reads a written list. Its entries have all columns, no others, and nothing
// that is impossible, or the heater takes none of it; that it does not take
// part of it is unconfirmed.
func (t *scheduleTable) take(written []map[string]int) (entries [][]int, ok bool) {
	if written == nil || len(written) > t.most {
		return nil, false
	}
	entries = make([][]int, 0, len(written))
	for _, w := range written {
		var entry []int
		for _, c := range t.columns {
			v, there := w[c.name]
			if !there || v < c.low || v > c.high || c.name == "week" && v&1 != 0 {
				return nil, false
			}
			entry = append(entry, v)
		}
		if len(w) != len(entry) {
			return nil, false
		}
		entries = append(entries, entry)
	}
	return entries, true
}

// check says whether a restored schedule can have been written.
func (t *scheduleTable) check(s schedule) bool {
	for _, entry := range s.Entries {
		if len(entry) != len(t.columns) {
			return false
		}
	}
	_, ok := t.take(t.written(s))
	return ok && s.Use >= 0 && s.Use <= on
}

// written is a schedule as a command writes it.
func (t *scheduleTable) written(s schedule) []map[string]int {
	written := make([]map[string]int, 0, len(s.Entries))
	for _, entry := range s.Entries {
		w := make(map[string]int)
		for i, c := range t.columns {
			w[c.name] = entry[i]
		}
		written = append(written, w)
	}
	return written
}

// list writes the schedule as objects.
func (t *scheduleTable) list(d *document, s schedule) {
	d.add("reservationUse", s.Use)
	d.list("reservation", len(s.Entries), func(d *document, i int) {
		for n, c := range t.columns {
			d.add(c.name, s.Entries[i][n])
		}
	})
}

// hex writes the schedule packed, a byte a value, with zeros after it. How many
// zeros is unconfirmed.
func (t *scheduleTable) hex(d *document, s schedule) {
	var packed []byte
	for _, entry := range s.Entries {
		for _, v := range entry {
			packed = append(packed, byte(v)) // −1 is 255
		}
	}
	if n := t.padded*len(t.columns) - len(packed); n > 0 {
		packed = append(packed, make([]byte, n)...)
	}
	d.add("reservationUse", s.Use)
	d.addText("reservation", hex.EncodeToString(packed))
}

func (h *Heater) writeReservations(a *asked) bool {
	entries, ok := h.reservations(a)
	if ok {
		h.Settings.Reservations = schedule{a.ReservationUse, entries}
		h.reschedule()
	}
	return ok
}

// reservations reads a list of reservations. Modes that heat need a temperature
// that could be set.
func (h *Heater) reservations(a *asked) (entries [][]int, ok bool) {
	entries, ok = reservationTable.take(a.Reservation)
	for _, entry := range entries {
		mode, param := entry[4], entry[5]
		ok = ok && (sources(mode) == 0 || h.settable(param))
	}
	return entries, ok && validUse(a.ReservationUse)
}

// writeRecirculation keeps 255, which is −1 in hex, as −1.
func (h *Heater) writeRecirculation(a *asked) bool {
	entries, ok := recirculationTable.take(a.Reservation)
	for _, entry := range entries {
		param := &entry[5]
		if *param == 255 {
			*param = -1
		}
		ok = ok && *param == -1
	}
	if ok = ok && validUse(a.ReservationUse); ok {
		h.Settings.Recirculation = schedule{a.ReservationUse, entries}
		h.reschedule()
	}
	return ok
}

func validUse(use int) bool { return use == off || use == on }

// writeTOU takes a TOU schedule; anything but 2 is off. The cloud shows it by
// REST from then on, under the name of the plan before.
func (h *Heater) writeTOU(a *asked) bool {
	entries, ok := touTable.take(a.Reservation)
	for _, entry := range entries {
		ok = ok && interval(entry).valid()
	}
	if !ok || a.ControllerSerialNumber != h.serial || a.ReservationUse < 0 || a.ReservationUse > on {
		return false
	}
	h.Settings.TOU = schedule{a.ReservationUse, entries}
	h.reschedule()
	h.Plan.TOUInfo.Schedule = seasons(entries)
	return true
}

func (h *Heater) sayReservations(r request) {
	h.saySchedule(r, &reservationTable, h.Settings.Reservations)
}

func (h *Heater) sayRecirculation(r request) {
	h.saySchedule(r, &recirculationTable, h.Settings.Recirculation)
}

func (h *Heater) sayTOU(r request) { h.saySchedule(r, &touTable, h.Settings.TOU) }

// saySchedule sends the list where it is asked for, and the packed form, if there
// is one, on the topic above. That the latter also comes after a write is
// unconfirmed.
func (h *Heater) saySchedule(r request, t *scheduleTable, s schedule) {
	h.reply(r, r.body.ResponseTopic, func(d *document) { t.list(d, s) })
	if above, ok := cutRead(r.body.ResponseTopic); ok && t.padded > 0 {
		h.reply(r, above, func(d *document) { t.hex(d, s) })
	}
}

// interval is a TOU period in the words of REST.
func interval(entry []int) touInterval {
	return touInterval{entry[1], entry[2], entry[3], entry[4], entry[5], entry[6], entry[7], entry[8]}
}

// seasons puts periods of the same months together, as REST has them.
func seasons(entries [][]int) []touSeason {
	all := []touSeason{}
	for _, entry := range entries {
		i := slices.IndexFunc(all, func(s touSeason) bool { return s.Season == entry[0] })
		if i < 0 {
			i = len(all)
			all = append(all, touSeason{Season: entry[0]})
		}
		all[i].Interval = append(all[i].Interval, interval(entry))
	}
	return all
}

// periods is what seasons undoes.
func (t *touInfo) periods() [][]int {
	var entries [][]int
	for _, s := range t.Schedule {
		for _, i := range s.Interval {
			entries = append(entries, []int{
				s.Season, i.Week, i.StartHour, i.StartMinute, i.EndHour, i.EndMinute, i.PriceMin, i.PriceMax, i.DecimalPoint,
			})
		}
	}
	return entries
}
