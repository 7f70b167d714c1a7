package history

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
)

// page is an hour of a heater as its changes tell it: they need nothing from before.
type page struct {
	at      int64
	fields  int
	spans   []span // that overlap the hour
	changes []change
}

// change is what a field changed to.
type change struct {
	at    int64
	place int
	value int64
}

// readPage reads an hour, with all fields or with some.
func (s *Store) readPage(ctx context.Context, from asker, heater, at int64) (*page, error) {
	return s.readChanges(ctx, from, heater, at, at+hour)
}

// readChanges reads a time that begins with an hour, as a page.
func (s *Store) readChanges(ctx context.Context, from asker, heater, at, until int64) (*page, error) {
	p := &page{at: at, fields: len(s.fields)}
	var err error
	if p.spans, err = spansOf(ctx, from, heater, at, until); err != nil {
		return nil, err
	}
	return p, each(ctx, from, `SELECT at, field, value FROM change WHERE heater = $1 AND at >= $2 AND at < $3 ORDER BY at, field`,
		[]any{heater, at, until}, func(rows *sql.Rows) error {
			var c change
			var number int64
			var value sql.NullInt64
			if err := rows.Scan(&c.at, &number, &value); err != nil {
				return err
			}
			place, recorded := s.numbers[number]
			if recorded {
				c.place, c.value = place, orUnknown(value)
				p.changes = append(p.changes, c)
			}
			return nil
		})
}

// valuesAt returns the values at a time of the page that a span covers.
func (p *page) valuesAt(at int64) []int64 {
	values := make([]int64, p.fields)
	since := p.at
	for _, s := range p.spans {
		if s.start <= at {
			since = max(since, s.start)
		}
	}
	for i := range values {
		values[i] = unknown
	}
	for _, c := range p.changes {
		if c.at >= since && c.at <= at {
			values[c.place] = c.value
		}
	}
	return values
}

// stretch is a time through which a field had one value, or was unknown; until is no part of it.
type stretch struct {
	from, until int64
	value       int64
}

// stretches yields what each field was, in order and without what no span covers. Each span begins with every field unknown.
func (p *page) stretches(until int64) [][]stretch {
	fields := make([][]stretch, p.fields)
	changes := p.changes
	for _, s := range p.spans {
		start, end := max(s.start, p.at), min(s.until, until)
		first, _ := slices.BinarySearchFunc(changes, start, func(c change, at int64) int { return cmp.Compare(c.at, at) })
		changes = changes[first:]
		open := make([]stretch, p.fields)
		for i := range open {
			open[i] = stretch{start, start, unknown}
		}
		n := 0
		for ; n < len(changes) && changes[n].at < end; n++ {
			c := changes[n]
			if c.value == open[c.place].value {
				continue
			}
			fields[c.place] = appendStretch(fields[c.place], open[c.place], c.at)
			open[c.place] = stretch{from: c.at, value: c.value}
		}
		changes = changes[n:]
		for place, last := range open {
			fields[place] = appendStretch(fields[place], last, end)
		}
	}
	return fields
}

func appendStretch(to []stretch, s stretch, until int64) []stretch {
	if until <= s.from {
		return to
	}
	s.until = until
	return append(to, s)
}
