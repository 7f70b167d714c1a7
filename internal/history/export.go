package history

import (
	"context"
	"fmt"
	"time"

	"github.com/nwp500/nwp500/internal/fleet"
)

// Record is how a heater stood at a time.
type Record struct {
	Heater Heater
	At     time.Time
	// Values are all fields that are recorded, known or not, in the order of Fields and in metric units.
	Values []fleet.Value
}

// Fields returns the names of the fields that are recorded, in the order in which a status is printed.
func (s *Store) Fields() []string {
	names := make([]string, len(s.fields))
	for i, f := range s.fields {
		names[i] = f.name
	}
	return names
}

// ExportQuery says which statuses to export.
type ExportQuery struct {
	Heater   string    // if empty, all, one after another
	From, To time.Time // if zero, from the beginning, and until now
}

// restateEvery is how far the records of an export are apart at most while something is known, unless that would be a gap when
// they are read again.
const restateEvery = 5 * minute

// Export gives give a record of each second in which something changed, in the order of time, and one every five minutes
// while nothing does. Where the changes are kept no longer, there is one for the end of each minute, or of each hour,
// instead. An hour is held in memory at a time. An error of give ends it.
func (s *Store) Export(ctx context.Context, query ExportQuery, give func(Record) error) error {
	heaters, err := s.Heaters(ctx)
	if err != nil {
		return err
	}
	from, to := int64(0), s.now().Unix()+1
	if !query.From.IsZero() {
		from = query.From.Unix()
	}
	if !query.To.IsZero() {
		to = min(to, query.To.Unix())
	}
	for _, heater := range heaters {
		if query.Heater != "" && query.Heater != heater.ID {
			continue
		}
		if err := s.exportHeater(ctx, heater, from, to, give); err != nil {
			return fmt.Errorf("history: %w", err)
		}
	}
	return nil
}

func (s *Store) exportHeater(ctx context.Context, heater Heater, from, to int64, give func(Record) error) error {
	number, err := s.number(ctx, heater.ID)
	if err != nil {
		return err
	}
	e := &exporter{store: s, heater: heater, from: from, to: to, give: give}
	for at := hourOf(from); at < to; at += hour {
		p, err := s.readPage(ctx, s.read, number, at)
		if err != nil {
			return err
		}
		switch {
		case len(p.spans) == 0:
			next, err := s.nextKnown(ctx, number, at)
			if err != nil || next == 0 {
				return err
			}
			at = hourOf(next) - hour
			continue
		case len(p.changes) > 0:
			err = e.page(p)
		default:
			err = e.rolledUp(ctx, number, at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// nextKnown returns when the first span after a time begins, 0 when there is none.
func (s *Store) nextKnown(ctx context.Context, heater, after int64) (next int64, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT coalesce(min(start), 0) FROM span WHERE heater = $1 AND start > $2`, heater, after).Scan(&next)
	return next, err
}

// exporter gives the records of a heater.
type exporter struct {
	store    *Store
	heater   Heater
	from, to int64
	give     func(Record) error
}

// page gives the records of an hour.
func (e *exporter) page(p *page) error {
	changes, every := p.changes, min(restateEvery, e.store.gap)
	for _, s := range p.spans {
		values := e.store.values(nil)
		start, end := max(s.start, p.at), min(s.until, p.at+hour)
		for at := start; at < end; {
			for len(changes) > 0 && changes[0].at <= at {
				if changes[0].at >= start {
					values[changes[0].place] = changes[0].value
				}
				changes = changes[1:]
			}
			if err := e.record(at, values); err != nil {
				return err
			}
			next := at - at%every + every
			if len(changes) > 0 {
				next = min(next, changes[0].at)
			}
			if at < s.until-1 { // the last second of which something is known
				next = min(next, max(s.until-1, at+1))
			}
			at = next
		}
	}
	return nil
}

// rolledUp gives the records of an hour of which only roll-ups are left: what each field was last.
func (e *exporter) rolledUp(ctx context.Context, number, at int64) error {
	w := window{heater: number, from: at, to: at + hour}
	for place := range e.store.fields {
		w.places = append(w.places, place)
	}
	fine := e.store.kept(e.store.keep.Minutes, at)
	var r *rollUps
	err := e.store.snapshot(ctx, func(from asker) (err error) {
		r, err = e.store.readRollUps(ctx, from, w, fine)
		return err
	})
	if err != nil {
		return err
	}
	step := int64(hour)
	if fine {
		step = minute
	}
	rows := make(map[int64][]int64)
	for place := range e.store.fields {
		err := r.walk(at, place, place, func(begin int64, c cell) {
			if rows[begin] == nil {
				rows[begin] = e.store.values(nil)
			}
			rows[begin][place] = c.last
		})
		if err != nil {
			return err
		}
	}
	for begin := at; begin < at+hour; begin += step {
		if values := rows[begin]; values != nil {
			if err := e.record(begin+step-1, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// record gives a record, if its time was asked for.
func (e *exporter) record(at int64, values []int64) error {
	if at < e.from || at >= e.to {
		return nil
	}
	r := Record{Heater: e.heater, At: time.Unix(at, 0), Values: make([]fleet.Value, len(values))}
	for place, value := range values {
		f := e.store.fields[place]
		v := fleet.Value{Name: f.name, Kind: f.kind, Unit: f.unit, Known: value != unknown}
		if v.Known {
			v.Number = float64(value) / hundred
			if f.kind == fleet.Enumeration {
				v.Text = nameOf(f.name, value)
			}
		}
		r.Values[place] = v
	}
	return e.give(r)
}
