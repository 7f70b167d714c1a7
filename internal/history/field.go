package history

import (
	"context"
	"database/sql"
	"math"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// field is a field of a status.
type field struct {
	name   string
	unit   string
	kind   fleet.ValueKind
	number int64 // in the database
}

// unrecorded are fields that say nothing of the heater: the code of the request that a status answers changes with nearly
// every status.
var unrecorded = map[string]bool{"command": true}

// loadFields gives every field of a status its number in the database.
func (s *Store) loadFields(ctx context.Context) error {
	s.places, s.numbers = make(map[string]int), make(map[int64]int)
	for _, value := range fleet.StatusValues(new(nwp500.Status)) {
		if value.Kind == fleet.Text || unrecorded[value.Name] {
			continue
		}
		s.places[value.Name] = len(s.fields)
		s.fields = append(s.fields, field{name: value.Name, unit: value.Unit, kind: value.Kind})
	}
	return s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.readNumbers(ctx, tx); err != nil {
			return err
		}
		missing := rows{into: "field (name, unit)", columns: 2}
		for _, f := range s.fields {
			if f.number == 0 {
				missing.values = append(missing.values, f.name, f.unit)
			}
		}
		if err := s.insert(ctx, tx, &missing); err != nil {
			return err
		}
		return s.readNumbers(ctx, tx)
	})
}

func (s *Store) readNumbers(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, `SELECT id, name FROM field`, nil, func(rows *sql.Rows) error {
		var number int64
		var name string
		err := rows.Scan(&number, &name)
		if place, recorded := s.places[name]; recorded {
			s.fields[place].number, s.numbers[number] = number, place
		}
		return err
	})
}

// A value is kept in hundredths, which is what a heater's values are printed with.
const (
	unknown   = math.MinInt64
	hundred   = 100
	mostValue = 1e13 // so that its sum over an hour is a number, too
)

// hundredths is a value as it is kept.
func hundredths(value float64) int64 {
	scaled := math.Round(value * hundred)
	if !(math.Abs(scaled) <= mostValue) { // nor NaN
		return unknown
	}
	return int64(scaled)
}

// nullable is a value as the database has it.
func nullable(value int64) any {
	if value == unknown {
		return nil
	}
	return value
}

// orUnknown is a value as it came from the database.
func orUnknown(value sql.NullInt64) int64 {
	if !value.Valid {
		return unknown
	}
	return value.Int64
}

// values are the fields of a status by their place.
func (s *Store) values(status []fleet.Value) []int64 {
	values := make([]int64, len(s.fields))
	for i := range values {
		values[i] = unknown
	}
	for _, value := range status {
		if place, recorded := s.places[value.Name]; recorded && value.Known {
			values[place] = hundredths(value.Number)
		}
	}
	return values
}
