package history

import (
	"context"
	"database/sql"
	"errors"

	"github.com/nwp500/nwp500"
)

// LastMode returns the mode in which a heater last made hot water, which is neither vacation nor power off; 0 when none is
// kept.
func (s *Store) LastMode(ctx context.Context, heater string) (nwp500.Mode, error) {
	number, err := s.number(ctx, heater)
	if err != nil || number == 0 {
		return 0, err
	}
	var value int64
	err = s.read.QueryRowContext(ctx,
		`SELECT value FROM change WHERE heater = $1 AND field = $2 AND value BETWEEN $3 AND $4 ORDER BY at DESC LIMIT 1`,
		number, s.fields[s.places["dhw_operation_setting"]].number, nwp500.HeatPump*hundred, nwp500.HighDemand*hundred).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return nwp500.Mode(value / hundred), err
}
