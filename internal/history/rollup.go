package history

import (
	"context"
	"database/sql"
	"errors"
)

const secondsADay = 24 * hour

// rolled is an hour of a heater, rolled up, by the place of the field.
type rolled struct {
	covered []int64 // seconds of each minute
	hours   []cell
	minutes [][]cell // nil where the hour's cell tells all of them
}

// rollUp makes the cells of a page.
func (p *page) rollUp() *rolled {
	r := &rolled{covered: covered(p.spans, p.at, minute, minutesAnHour), hours: make([]cell, p.fields), minutes: make([][]cell, p.fields)}
	all := sum(r.covered)
	for place, stretches := range p.stretches(p.at + hour) {
		minutes := cells(stretches, p.at, minute, minutesAnHour)
		total := cell{last: unknown}
		for i, c := range minutes {
			if r.covered[i] > 0 {
				total.add(c)
			}
		}
		r.hours[place] = total
		if !total.tellsAll(all) {
			r.minutes[place] = minutes
		}
	}
	return r
}

// tellsAll reports whether the minutes of an hour, of which so many seconds are covered, follow from its cell.
func (c cell) tellsAll(covered int64) bool {
	return c.known == 0 || c.known == covered && c.low == c.high
}

func sum(numbers []int64) (total int64) {
	for _, n := range numbers {
		total += n
	}
	return total
}

// rollUpOnce rolls up the oldest stale hour that is over, and reports whether there was one. An hour is left alone until a
// status that comes later can no longer reach back into it.
func (s *Store) rollUpOnce(ctx context.Context) (done bool, err error) {
	var heater, at int64
	err = s.read.QueryRowContext(ctx, `SELECT heater, at FROM stale WHERE at <= $1 ORDER BY heater, at LIMIT 1`, s.rollUpBefore()).Scan(&heater, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.transaction(ctx, func(tx *sql.Tx) error { return s.rollUpHour(ctx, tx, heater, at) })
}

// rollUpBefore is when the last hour begins that can be rolled up.
func (s *Store) rollUpBefore() int64 { return s.now().Unix() - hour - s.gap }

// rollUpHour takes an hour's mark away and writes its rows anew from its changes. Where these are gone, or another process was
// faster, its rows stay.
func (s *Store) rollUpHour(ctx context.Context, tx *sql.Tx, heater, at int64) error {
	taken, err := tx.ExecContext(ctx, `DELETE FROM stale WHERE heater = $1 AND at = $2`, heater, at)
	if err != nil {
		return err
	}
	if marks, err := taken.RowsAffected(); err != nil || marks == 0 {
		return err
	}
	p, err := s.readPage(ctx, tx, heater, at)
	if err != nil || len(p.changes) == 0 && len(p.spans) > 0 {
		return err
	}
	carry, err := s.lastBefore(ctx, tx, heater, at)
	if err != nil {
		return err
	}
	for _, statement := range []string{
		`DELETE FROM hour WHERE heater = $1 AND field IN (SELECT id FROM field) AND at = $2`,
		`DELETE FROM minutes WHERE heater = $1 AND field IN (SELECT id FROM field) AND at = $2`,
	} {
		if _, err := tx.ExecContext(ctx, statement, heater, at); err != nil {
			return err
		}
	}
	hours, minutes := s.rollUpRows(heater, p, carry)
	return errors.Join(s.insert(ctx, tx, &hours), s.insert(ctx, tx, &minutes))
}

// spellOut writes the rows that an hour was spared because they follow from the hour before: something is put between them.
func (s *Store) spellOut(ctx context.Context, tx *sql.Tx, heater, at int64) error {
	carry, err := s.lastBefore(ctx, tx, heater, at)
	if err != nil {
		return err
	}
	spans, err := spansOf(ctx, tx, heater, at, at+hour)
	if err != nil {
		return err
	}
	seconds := covered(spans, at, hour, 1)[0]
	missing := hourRows()
	missing.then = "ON CONFLICT (heater, field, at) DO NOTHING"
	for place, value := range carry {
		missing.values = append(missing.values, hourRow(heater, s.fields[place].number, at, held(value, seconds))...)
	}
	return s.insert(ctx, tx, &missing)
}

func hourRows() rows {
	return rows{into: "hour (heater, field, at, known, low, high, total, last)", columns: 8}
}

func hourRow(heater, field, at int64, c cell) []any {
	row := []any{heater, field, at, c.known, nil, nil, nil, nullable(c.last)}
	if c.known > 0 {
		row[4], row[5], row[6] = c.low, c.high, c.total
	}
	return row
}

// rollUpRows returns the rows of an hour. carry is what each field was at the end of the hour before, as its rows tell it.
func (s *Store) rollUpRows(heater int64, p *page, carry []int64) (hours, minutes rows) {
	hours = hourRows()
	minutes = rows{into: "minutes (heater, field, at, cells)", columns: 4}
	r := p.rollUp()
	all := sum(r.covered)
	if all == 0 {
		return hours, minutes
	}
	for place, c := range r.hours {
		number := s.fields[place].number
		if c != held(carry[place], all) {
			hours.values = append(hours.values, hourRow(heater, number, p.at, c)...)
		}
		if r.minutes[place] != nil {
			minutes.values = append(minutes.values, heater, number, p.at, pack(r.minutes[place], r.covered))
		}
	}
	return hours, minutes
}

// lastBefore returns what each field was at the end of the hour before, as the rows of the same day tell it.
func (s *Store) lastBefore(ctx context.Context, tx *sql.Tx, heater, at int64) ([]int64, error) {
	carry := make([]int64, len(s.fields))
	for i := range carry {
		carry[i] = unknown
	}
	today := at - at%secondsADay
	if at == today {
		return carry, nil
	}
	query := `SELECT field.id, (SELECT last FROM hour WHERE heater = $1 AND field = field.id AND at >= $2 AND at < $3 ORDER BY at DESC LIMIT 1) FROM field`
	return carry, each(ctx, tx, query, []any{heater, today, at}, func(rows *sql.Rows) error {
		var number int64
		var last sql.NullInt64
		err := rows.Scan(&number, &last)
		if place, recorded := s.numbers[number]; recorded {
			carry[place] = orUnknown(last)
		}
		return err
	})
}
