package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// errDSN shows nothing of the DSN, nor of what pgx says of it: a password that is written wrongly is not recognised as one.
var errDSN = errors.New("the DSN cannot be understood: it is postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %XX for whatever is no letter, digit, - . _ or ~, or host=HOST dbname=DATABASE")

// CheckDSN tells whether a DSN can be understood. Nothing is connected.
func CheckDSN(dsn string) error {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return errDSN
	}
	return nil
}

// openPostgres connects to a PostgreSQL database. Statements differ in their number of rows, so the server
// keeps none of them.
func (s *Store) openPostgres(ctx context.Context, dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return errDSN
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	s.write = stdlib.OpenDB(*config)
	s.write.SetMaxOpenConns(2 + readers)
	s.write.SetMaxIdleConns(2)
	s.read = s.write
	if err := s.write.PingContext(ctx); err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	return nil
}

// chunk is how many seconds of a hypertable one of its parts holds: a week.
const chunk = 7 * 24 * 60 * 60

// hypertables makes the large tables hypertables where the TimescaleDB extension can be had. Without it, or without the
// right to use it, they are ordinary tables, which serve as well.
func (s *Store) hypertables(ctx context.Context) error {
	var available bool
	err := s.write.QueryRowContext(ctx, `SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'timescaledb'`).Scan(&available)
	if err != nil || !available {
		return err
	}
	if err := s.makeHypertables(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("history: TimescaleDB is there and cannot be used; going on without it", "err", err)
	}
	return ctx.Err()
}

func (s *Store) makeHypertables(ctx context.Context) error {
	if _, err := s.write.ExecContext(ctx, `CREATE EXTENSION IF NOT EXISTS timescaledb`); err != nil {
		return err
	}
	var schema string // which need not be on the search path
	err := s.write.QueryRowContext(ctx, `SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
		WHERE e.extname = 'timescaledb'`).Scan(&schema)
	if err != nil {
		return err
	}
	for _, table := range []string{"change", "hour", "minutes"} {
		_, err := s.write.ExecContext(ctx,
			`SELECT `+schema+`.create_hypertable($1::text::regclass, 'at', chunk_time_interval => $2::bigint, if_not_exists => true, migrate_data => true)`,
			table, chunk)
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// turn is the advisory lock that one writing transaction has at a time, so that two processes do not extend the same span.
const turn = 0x6e777035 // "nwp5"

func takeTurn(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, turn)
	return err
}
