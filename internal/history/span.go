package history

import (
	"context"
	"database/sql"
	"errors"
	"math"
)

// span is a time of which something is known; until is no part of it.
type span struct{ start, until int64 }

// spansOf returns the spans that overlap a time, in order.
func spansOf(ctx context.Context, from asker, heater, start, until int64) ([]span, error) {
	var spans []span
	read := func(rows *sql.Rows) error {
		var s span
		err := rows.Scan(&s.start, &s.until)
		if s.until > start {
			spans = append(spans, s)
		}
		return err
	}
	// The last one that begins before may reach into the time; those before it do not.
	err := each(ctx, from, `SELECT start, until FROM span WHERE heater = $1 AND start < $2 ORDER BY start DESC LIMIT 1`,
		[]any{heater, start}, read)
	if err != nil {
		return nil, err
	}
	return spans, each(ctx, from, `SELECT start, until FROM span WHERE heater = $1 AND start >= $2 AND start < $3 ORDER BY start`,
		[]any{heater, start, until}, read)
}

// jitter is how far back a status may lie without meaning that the clock was set back.
const jitter = 2

// place returns the track that a status goes on with: that of its heater, the one of an earlier span that ended just before,
// or a new one without values. It is nil when something else stands at that time.
func (b *batch) place(ctx context.Context, o observation) (*track, error) {
	t := b.tracks[o.heater]
	if t != nil && !b.checked[o.heater] {
		var err error
		if t, err = b.check(ctx, o.heater, t); err != nil {
			return nil, err
		}
	}
	follows := t != nil && t.end <= o.at && o.at-t.end <= b.store.gap
	if follows && (o.at < t.next || b.replace) && t.next < hourOf(o.at)+hour && hourOf(t.end) < hourOf(o.at) {
		if dropped, err := b.dropped(ctx, o.heater, hourOf(o.at)); err != nil || dropped {
			return nil, err
		}
	}
	switch {
	case follows && o.at < t.next:
		return t, nil
	case follows && b.replace: // into what a clock recorded that was ahead
		if err := b.carve(ctx, o.heater, t.end+1, o.at+1); err != nil {
			return nil, err
		}
		next, err := b.nextSpan(ctx, o.heater, t.start)
		replaced := *t
		replaced.next = next
		return &replaced, err
	case t != nil && t.end <= o.at && !b.replace:
		if err := b.bridge(ctx, o.heater, t); err != nil {
			return nil, err
		}
	}
	delete(b.tracks, o.heater)
	if s := b.stands[o.heater]; s.start <= o.at && o.at < s.until {
		return nil, nil //nolint:nilnil // no track is what it returns
	}
	return b.find(ctx, o)
}

// check returns a track from before this transaction as it is now, nil when somebody else has gone on with its span.
func (b *batch) check(ctx context.Context, heater int64, t *track) (*track, error) {
	var until int64
	var next sql.NullInt64
	err := b.tx.QueryRowContext(ctx, `SELECT until, (SELECT min(start) FROM span WHERE heater = $1 AND start > $2) FROM span
		WHERE heater = $1 AND start = $2`, heater, t.start).Scan(&until, &next)
	if errors.Is(err, sql.ErrNoRows) || err == nil && until != t.end+1 {
		delete(b.tracks, heater)
		return nil, nil //nolint:nilnil // no track is what it returns
	}
	checked := *t
	if checked.next = never; next.Valid {
		checked.next = next.Int64
	}
	b.tracks[heater], b.checked[heater] = &checked, true
	return &checked, err
}

// bridge closes the gap between a track and the span after it, when it is none.
func (b *batch) bridge(ctx context.Context, heater int64, t *track) error {
	if t.next-t.end > b.store.gap {
		return nil
	}
	if at := hourOf(t.next); at > t.end && at < t.next {
		if dropped, err := b.dropped(ctx, heater, at); err != nil || dropped {
			return err
		}
	}
	b.restate(heater, t, t.next)
	b.mark(heater, t.end)
	b.spans[spanKey{heater, t.start}] = t.next
	return nil
}

// leadOn lets the hour in which the next span begins be rolled up anew, because its rows depend on how what is before it
// ends. One whose changes are gone gets all its rows instead.
func (b *batch) leadOn(ctx context.Context, heater int64, t *track) error {
	at := hourOf(t.next)
	if t.next == never || at <= t.end || b.led[spanKey{heater, at}] {
		return nil
	}
	b.led[spanKey{heater, at}] = true
	dropped, err := b.dropped(ctx, heater, at)
	if err == nil && dropped {
		return b.store.spellOut(ctx, b.tx, heater, at)
	}
	b.mark(heater, at)
	return err
}

// find looks for the place of a status in the database.
func (b *batch) find(ctx context.Context, o observation) (*track, error) {
	if err := b.flush(ctx); err != nil {
		return nil, err
	}
	dropped, err := b.dropped(ctx, o.heater, hourOf(o.at))
	if err != nil || dropped {
		return nil, err
	}
	before, err := b.spanBefore(ctx, o)
	if err != nil {
		return nil, err
	}
	if before.until > o.at {
		if !b.replace {
			b.stands[o.heater] = before
			return nil, nil //nolint:nilnil // no track is what it returns
		}
		if err := b.carve(ctx, o.heater, o.at, o.at+1); err != nil {
			return nil, err
		}
		if before, err = b.spanBefore(ctx, o); err != nil {
			return nil, err
		}
	}
	b.checked[o.heater] = true
	t := &track{start: o.at}
	if before.until > before.start && o.at-before.until < b.store.gap {
		p, err := b.store.readPage(ctx, b.tx, o.heater, hourOf(before.until-1))
		if err != nil {
			return nil, err
		}
		if len(p.changes) > 0 { // else they are gone
			t = &track{start: before.start, end: before.until - 1, values: p.valuesAt(before.until - 1)}
		}
	}
	t.next, err = b.nextSpan(ctx, o.heater, o.at)
	return t, err
}

// spanBefore returns the last span that begins at or before a status, or an empty one.
func (b *batch) spanBefore(ctx context.Context, o observation) (before span, err error) {
	err = b.tx.QueryRowContext(ctx, `SELECT start, until FROM span WHERE heater = $1 AND start <= $2 ORDER BY start DESC LIMIT 1`,
		o.heater, o.at).Scan(&before.start, &before.until)
	if errors.Is(err, sql.ErrNoRows) {
		return span{math.MinInt64, math.MinInt64}, nil
	}
	return before, err
}

// nextSpan returns when the first span after a time begins.
func (b *batch) nextSpan(ctx context.Context, heater, after int64) (int64, error) {
	var next sql.NullInt64
	err := b.tx.QueryRowContext(ctx, `SELECT min(start) FROM span WHERE heater = $1 AND start > $2`, heater, after).Scan(&next)
	if !next.Valid {
		return never, err
	}
	return next.Int64, err
}

// dropped reports whether something is known of an hour whose changes are gone. Nothing can be added to its roll-ups.
func (b *batch) dropped(ctx context.Context, heater, at int64) (bool, error) {
	spans, err := spansOf(ctx, b.tx, heater, at, at+hour)
	if err != nil || len(spans) == 0 {
		return false, err
	}
	var there bool
	err = b.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM change WHERE heater = $1 AND at >= $2 AND at < $3)`,
		heater, at, at+hour).Scan(&there)
	return !there, err
}

// carve takes out what was recorded of a time. What is left after it begins with all its values.
func (b *batch) carve(ctx context.Context, heater, from, to int64) error {
	if err := b.flush(ctx); err != nil {
		return err
	}
	spans, err := spansOf(ctx, b.tx, heater, from, to)
	if err != nil {
		return err
	}
	for _, s := range spans {
		if s.until > to {
			p, err := b.store.readPage(ctx, b.tx, heater, hourOf(to))
			if err != nil {
				return err
			}
			for place, value := range p.valuesAt(to) {
				if value != unknown {
					b.change(heater, to, place, value)
				}
			}
			b.spans[spanKey{heater, to}] = s.until
		}
		if s.start < from {
			b.spans[spanKey{heater, s.start}] = from
			continue
		}
		if _, err := b.tx.ExecContext(ctx, `DELETE FROM span WHERE heater = $1 AND start = $2`, heater, s.start); err != nil {
			return err
		}
	}
	_, err = b.tx.ExecContext(ctx, `DELETE FROM change WHERE heater = $1 AND at >= $2 AND at < $3`, heater, from, to)
	if err != nil {
		return err
	}
	for at := hourOf(from); at <= to; at += hour {
		b.mark(heater, at)
	}
	return b.flush(ctx)
}
