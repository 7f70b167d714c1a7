package history

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Heater is a heater of which something is kept.
type Heater struct {
	ID, Name string
}

// Heaters returns the heaters of which something is kept, in the order in which they came.
func (s *Store) Heaters(ctx context.Context) ([]Heater, error) {
	var heaters []Heater
	err := each(ctx, s.read, `SELECT uid, name FROM heater ORDER BY id`, nil, func(rows *sql.Rows) error {
		var h Heater
		err := rows.Scan(&h.ID, &h.Name)
		heaters = append(heaters, h)
		return err
	})
	return heaters, err
}

// number returns a heater's number, 0 when nothing of it is kept.
func (s *Store) number(ctx context.Context, id string) (number int64, err error) {
	if known, ok := s.numberOf.Load(id); ok {
		number, _ = known.(int64)
		return number, nil
	}
	err = s.read.QueryRowContext(ctx, `SELECT id FROM heater WHERE uid = $1`, id).Scan(&number)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		s.numberOf.Store(id, number)
	}
	return number, err
}

// numbered returns a heater's number, and gives it one when it has none. A name that is known takes the place of the one
// from before.
func (s *Store) numbered(ctx context.Context, heater Heater) (number int64, err error) {
	return s.entered(ctx, heater, true)
}

// entered is numbered, but unless rename is true a heater that has a name keeps it.
func (s *Store) entered(ctx context.Context, heater Heater, rename bool) (number int64, err error) {
	heater.Name = strings.ToValidUTF8(strings.ReplaceAll(heater.Name, "\x00", ""), "\ufffd") // PostgreSQL takes no other
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO heater (uid, name) VALUES ($1, $2) ON CONFLICT (uid) DO NOTHING`, heater.ID, heater.Name)
		if err == nil && heater.Name != "" {
			_, err = tx.ExecContext(ctx, `UPDATE heater SET name = $1 WHERE uid = $2 AND name <> $1 AND ($3 OR name = '')`, heater.Name, heater.ID, rename)
		}
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT id FROM heater WHERE uid = $1`, heater.ID).Scan(&number)
	})
	return number, err
}
