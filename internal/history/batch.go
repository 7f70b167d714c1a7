package history

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"math"
	"slices"
)

// hour is the seconds of an hour.
const hour = 3600

func hourOf(at int64) int64 { return at - at%hour }

// observation is a status as it is recorded.
type observation struct {
	heater int64 // its number in the database
	at     int64
	values []int64 // by the place of the field
}

// track is the span of a heater that grows, as it was written.
type track struct {
	start  int64
	end    int64   // when the last status came
	values []int64 // of that status
	next   int64   // when a later span begins, or never
}

// never is after every time.
const never = math.MaxInt64

// batch is what is written in one transaction.
type batch struct {
	store *Store
	tx    *sql.Tx
	// replace tells that what comes is right where something was recorded already; else that stands.
	replace bool
	tracks  map[int64]*track
	checked map[int64]bool   // the heaters whose next span was looked up in this transaction
	stands  map[int64]span   // of a heater, the one that something was left out for last
	led     map[spanKey]bool // the hours that leadOn has seen to

	changes rows
	written map[changeKey]int // the index of a change among the values of changes
	spans   map[spanKey]int64 // until when
	marks   map[spanKey]bool  // hours that are stale
}

type changeKey struct{ heater, at, field int64 }

type spanKey struct{ heater, start int64 }

// batch runs do with a batch in one transaction. tracks are where the heaters were; those where they are then are returned.
func (s *Store) batch(ctx context.Context, tracks map[int64]*track, replace bool, do func(b *batch) error) (map[int64]*track, error) {
	b := &batch{
		store: s, replace: replace, tracks: maps.Clone(tracks), checked: make(map[int64]bool), stands: make(map[int64]span), led: make(map[spanKey]bool),
		changes: rows{
			into: "change (heater, at, field, value)", columns: 4,
			then: "ON CONFLICT (heater, at, field) DO UPDATE SET value = excluded.value",
		},
	}
	if b.tracks == nil {
		b.tracks = make(map[int64]*track)
	}
	b.forget()
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		b.tx = tx
		if err := do(b); err != nil {
			return err
		}
		return b.flush(ctx)
	})
	if err != nil {
		return nil, err
	}
	return b.tracks, nil
}

// observe records a status, and reports whether it did. One that says nothing is none: an hour with a span has changes.
func (b *batch) observe(ctx context.Context, o observation) (bool, error) {
	if !slices.ContainsFunc(o.values, func(value int64) bool { return value != unknown }) {
		return false, nil
	}
	if t := b.tracks[o.heater]; b.replace && t != nil && o.at < t.end && t.end-o.at <= jitter {
		o.at = t.end
	}
	t, err := b.place(ctx, o)
	if err != nil || t == nil {
		return false, err
	}
	after := &track{start: t.start, end: o.at, values: o.values, next: t.next}
	begins := len(t.values) == 0
	if !begins {
		b.restate(o.heater, t, o.at)
	}
	first := o.at%hour == 0 && o.at > t.end // of its hour, which begins with all values
	for place, value := range o.values {
		was := int64(unknown)
		if !begins {
			was = t.values[place]
		}
		if value != was || first && value != unknown {
			b.change(o.heater, o.at, place, value)
		}
	}
	b.tracks[o.heater] = after
	b.spans[spanKey{o.heater, t.start}] = o.at + 1
	b.mark(o.heater, o.at)
	return true, b.leadOn(ctx, o.heater, after)
}

// restate writes the values of a track into the hours that begin after it and before a time until which they were held.
func (b *batch) restate(heater int64, t *track, until int64) {
	if hourOf(t.end) == hourOf(until) {
		return
	}
	b.mark(heater, t.end)
	for at := hourOf(t.end) + hour; at < until; at += hour {
		for place, value := range t.values {
			if value != unknown {
				b.change(heater, at, place, value)
			}
		}
		b.mark(heater, at)
	}
}

// change writes a value; of two of the same second the later counts.
func (b *batch) change(heater, at int64, place int, value int64) {
	number := b.store.fields[place].number
	key := changeKey{heater, at, number}
	if index, there := b.written[key]; there {
		b.changes.values[index] = nullable(value)
		return
	}
	b.changes.values = append(b.changes.values, heater, at, number, nullable(value))
	b.written[key] = len(b.changes.values) - 1
}

// mark says that an hour has to be rolled up anew.
func (b *batch) mark(heater, at int64) { b.marks[spanKey{heater, hourOf(at)}] = true }

// forget begins anew.
func (b *batch) forget() {
	b.written, b.spans, b.marks = make(map[changeKey]int), make(map[spanKey]int64), make(map[spanKey]bool)
}

// flush writes what was gathered.
func (b *batch) flush(ctx context.Context) error {
	spans := rows{
		into: "span (heater, start, until)", columns: 3,
		then: "ON CONFLICT (heater, start) DO UPDATE SET until = excluded.until",
	}
	for key, until := range b.spans {
		spans.values = append(spans.values, key.heater, key.start, until)
	}
	stale := rows{into: "stale (heater, at)", columns: 2, then: "ON CONFLICT (heater, at) DO NOTHING"}
	for key := range b.marks {
		stale.values = append(stale.values, key.heater, key.start)
	}
	defer b.forget()
	return errors.Join(b.store.insert(ctx, b.tx, &b.changes), b.store.insert(ctx, b.tx, &spans), b.store.insert(ctx, b.tx, &stale))
}
