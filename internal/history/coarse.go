package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/nwp500/nwp500/api"
)

// tail is the last span of a heater while it may still grow: what was known last counts until now.
type tail struct {
	span
	now int64
}

// tail returns a heater's last span if it lasts; one that does not has no time to extend.
func (s *Store) tail(ctx context.Context, from asker, heater int64) (tail, error) {
	var t tail
	err := from.QueryRowContext(ctx, `SELECT start, until FROM span WHERE heater = $1 ORDER BY start DESC LIMIT 1`, heater).Scan(&t.start, &t.until)
	if errors.Is(err, sql.ErrNoRows) {
		return tail{}, nil
	}
	t.now = t.until
	if now := s.now().Unix() + 1; now > t.until && now-t.until <= s.gap {
		t.now = now
	}
	return t, err
}

// extend lets the span last until now.
func (t tail) extend(spans []span) {
	if n := len(spans); n > 0 && spans[n-1].start == t.start {
		spans[n-1].until = t.now
	}
}

// rollUps are the roll-ups of some fields of a heater over a time, as they are read.
type rollUps struct {
	spans   []span
	hours   map[int64][]*cell  // by the hour and the index of the field; nil where there is no row
	minutes map[int64][][]byte // alike, packed
	fresh   map[int64]*rolled  // the hours that were rolled up just now, because their rows are stale
	known   []knownHour
}

// coarse answers from the roll-ups.
func (s *Store) coarse(ctx context.Context, asked asker, w window, step int64, series *api.Series) error {
	r, err := s.readRollUps(ctx, asked, w, step < hour)
	if err != nil {
		return err
	}
	series.StepSeconds = int(step)
	from := w.from - w.from%step
	for i, place := range w.places {
		points := make([]cell, w.count(step, s.now()))
		put := func(at int64, c cell) {
			if index := (at - from) / step; at >= from && index < int64(len(points)) {
				points[index].add(c)
			}
		}
		if err := r.walk(from, i, place, put); err != nil {
			return fmt.Errorf("history: %s: %w", s.fields[place].name, err)
		}
		addPoints(&series.Fields[i], from, step, points)
	}
	return nil
}

// readRollUps reads what a window needs, from the beginning of its first day on, because rows lead on from one to the next.
func (s *Store) readRollUps(ctx context.Context, from asker, w window, minutes bool) (*rollUps, error) {
	r := &rollUps{hours: make(map[int64][]*cell), minutes: make(map[int64][][]byte), fresh: make(map[int64]*rolled)}
	first := w.from - w.from%secondsADay
	w.to = hourOf(w.to-1) + hour // a row is about all of its hour
	live, err := s.tail(ctx, from, w.heater)
	if err != nil {
		return nil, err
	}
	if r.spans, err = spansOf(ctx, from, w.heater, first, w.to); err != nil {
		return nil, err
	}
	live.extend(r.spans)
	r.known = knownHours(r.spans, first, w.to, minutes)
	index, list := s.listed(w.places)
	query := `SELECT field, at, known, low, high, total, last FROM hour WHERE heater = $1 AND field IN (` + list + `) AND at >= $2 AND at < $3`
	err = each(ctx, from, query, []any{w.heater, first, w.to}, func(rows *sql.Rows) error {
		var field, at int64
		var low, high, total, last sql.NullInt64
		c := new(cell)
		err := rows.Scan(&field, &at, &c.known, &low, &high, &total, &last)
		c.low, c.high, c.total, c.last = low.Int64, high.Int64, total.Int64, orUnknown(last)
		if r.hours[at] == nil {
			r.hours[at] = make([]*cell, len(w.places))
		}
		r.hours[at][index[field]] = c
		return err
	})
	if err == nil && minutes {
		query := `SELECT field, at, cells FROM minutes WHERE heater = $1 AND field IN (` + list + `) AND at >= $2 AND at < $3`
		err = each(ctx, from, query, []any{w.heater, hourOf(w.from), w.to}, func(rows *sql.Rows) error {
			var field, at int64
			var packed []byte
			err := rows.Scan(&field, &at, &packed)
			if r.minutes[at] == nil {
				r.minutes[at] = make([][]byte, len(w.places))
			}
			r.minutes[at][index[field]] = packed
			return err
		})
	}
	if err == nil {
		err = s.rollUpStale(ctx, from, w, first, live, r)
	}
	return r, err
}

// listed returns the numbers of fields as a list for a statement, and the index of each among them.
func (s *Store) listed(places []int) (index map[int64]int, list string) {
	index = make(map[int64]int, len(places))
	numbers := make([]string, len(places))
	for i, place := range places {
		index[s.fields[place].number], numbers[i] = i, fmt.Sprint(s.fields[place].number)
	}
	return index, strings.Join(numbers, ", ")
}

// rollUpStale rolls up the hours whose rows are not there yet or no longer right, without writing them, and those that
// only the last status reaches into.
func (s *Store) rollUpStale(ctx context.Context, from asker, w window, first int64, live tail, r *rollUps) error {
	var stale []int64
	err := each(ctx, from, `SELECT at FROM stale WHERE heater = $1 AND at >= $2 AND at < $3 ORDER BY at`, []any{w.heater, first, w.to},
		func(rows *sql.Rows) error {
			var at int64
			err := rows.Scan(&at)
			stale = append(stale, at)
			return err
		})
	if err != nil {
		return err
	}
	for _, at := range stale {
		p, err := s.readPage(ctx, from, w.heater, at)
		if err != nil {
			return err
		}
		live.extend(p.spans)
		r.fresh[at] = p.rollUp()
	}
	if live.now == live.until {
		return nil
	}
	p, err := s.readPage(ctx, from, w.heater, hourOf(live.until-1))
	if err != nil {
		return err
	}
	for at := hourOf(live.until-1) + hour; at < min(live.now, w.to); at += hour {
		next := &page{at: at, fields: p.fields, spans: []span{{live.start, live.now}}}
		for place, value := range p.valuesAt(live.until - 1) {
			next.changes = append(next.changes, change{at, place, value})
		}
		r.fresh[at] = next.rollUp()
	}
	return nil
}

// knownHour is an hour that spans cover, for so many seconds in all and of each minute.
type knownHour struct {
	at      int64
	seconds int64
	minutes []int64
}

// knownHours are the hours that spans cover, up to a time.
func knownHours(spans []span, first, to int64, minutes bool) []knownHour {
	var hours []knownHour
	for at := first; at < to && len(spans) > 0; at += hour {
		if spans[0].start >= at+hour { // nothing is known for a while
			at = hourOf(spans[0].start) - hour
			continue
		}
		h := knownHour{at: at}
		if minutes {
			h.minutes = covered(spans, at, minute, minutesAnHour)
			h.seconds = sum(h.minutes)
		} else {
			h.seconds = covered(spans, at, hour, 1)[0]
		}
		if h.seconds > 0 {
			hours = append(hours, h)
		}
		for len(spans) > 0 && spans[0].until <= at+hour {
			spans = spans[1:]
		}
	}
	return hours
}

// walk gives the cells of a field to put: of each minute, or of each hour, that a span covers. index is the field's
// among those that were read.
func (r *rollUps) walk(from int64, index, place int, put func(at int64, c cell)) error {
	carry, today := int64(unknown), int64(-1)
	for _, h := range r.known {
		if day := h.at / secondsADay; day != today {
			carry, today = unknown, day
		}
		c := held(carry, h.seconds)
		var minutes []cell
		fresh := r.fresh[h.at]
		if fresh != nil {
			c, minutes = fresh.hours[place], fresh.minutes[place]
		} else if row := r.hours[h.at]; row != nil && row[index] != nil {
			c = *row[index]
		}
		carry = c.last
		if h.at+hour <= from {
			continue
		}
		if h.minutes == nil {
			put(h.at, c)
			continue
		}
		if packed := r.minutes[h.at]; fresh == nil && packed != nil && packed[index] != nil {
			var err error
			if minutes, err = unpack(packed[index], h.minutes); err != nil {
				return err
			}
		}
		for i, seconds := range h.minutes {
			if seconds == 0 {
				continue
			}
			if minutes != nil {
				put(h.at+int64(i)*minute, minutes[i])
			} else {
				put(h.at+int64(i)*minute, c.part(seconds, h.seconds))
			}
		}
	}
	return nil
}
