package history

import (
	"context"
	"database/sql"
	"math"
	"time"
)

// sliceOf is how much time of a heater's changes goes in one transaction.
const sliceOf = 2 * secondsADay

// forget takes out what is kept no longer, a part of it at a time, and reports whether there is more.
func (s *Store) forget(ctx context.Context) (more bool, err error) {
	var numbers []int64
	err = each(ctx, s.read, `SELECT id FROM heater ORDER BY id`, nil, func(rows *sql.Rows) error {
		var number int64
		err := rows.Scan(&number)
		numbers = append(numbers, number)
		return err
	})
	if err != nil {
		return false, err
	}
	raw, minutes, hours := s.cutoff(s.keep.Raw, hour), s.cutoff(s.keep.Minutes, hour), s.cutoff(s.keep.Hours, secondsADay)
	for _, number := range numbers {
		left, err := s.forgetChanges(ctx, number, raw)
		if err != nil {
			return false, err
		}
		more = more || left
		for _, d := range []struct {
			statement string
			before    int64
		}{
			{`DELETE FROM minutes WHERE heater = $1 AND field IN (SELECT id FROM field) AND at < $2`, minutes},
			{`DELETE FROM hour WHERE heater = $1 AND field IN (SELECT id FROM field) AND at < $2`, hours},
			{`DELETE FROM span WHERE heater = $1 AND until <= $2`, min(raw, minutes, hours)},
		} {
			if d.before == math.MinInt64 {
				continue
			}
			if _, err := s.write.ExecContext(ctx, d.statement, number, d.before); err != nil {
				return false, err
			}
		}
	}
	if events := s.cutoff(s.keep.Events, 1); events != math.MinInt64 {
		if _, err := s.write.ExecContext(ctx, `DELETE FROM event WHERE at < $1`, events*1000); err != nil {
			return false, err
		}
	}
	return more, s.shrink(ctx)
}

// cutoff is the time before which nothing is kept. It is a whole number of steps, so that what is left needs nothing from
// before.
func (s *Store) cutoff(keep time.Duration, step int64) int64 {
	if keep < 0 {
		return math.MinInt64
	}
	at := s.now().Add(-keep).Unix()
	return at - at%step
}

// forgetChanges takes out a slice of a heater's oldest changes, if all of it is rolled up.
func (s *Store) forgetChanges(ctx context.Context, heater, before int64) (more bool, err error) {
	var oldest sql.NullInt64
	err = s.read.QueryRowContext(ctx, `SELECT min(at) FROM change WHERE heater = $1`, heater).Scan(&oldest)
	if err != nil || !oldest.Valid || oldest.Int64 >= before {
		return false, err
	}
	until := min(before, hourOf(oldest.Int64)+sliceOf)
	return until < before, s.transaction(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM change WHERE heater = $1 AND at < $2
			AND NOT EXISTS (SELECT 1 FROM stale WHERE stale.heater = $1 AND stale.at < $2)`, heater, until)
		return err
	})
}

// shrink gives back some of the space that was freed.
func (s *Store) shrink(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	return each(ctx, s.write, `PRAGMA incremental_vacuum(256)`, nil, func(*sql.Rows) error { return nil })
}
