package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// transaction runs do in a transaction that alone writes.
func (s *Store) transaction(ctx context.Context, do func(*sql.Tx) error) error {
	if err := s.there(); err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if s.postgres {
		err = takeTurn(ctx, tx)
	}
	if err == nil {
		err = do(tx)
	}
	if err != nil {
		_ = tx.Rollback() // it is undone already when SQLite ran out of space
		return err
	}
	return tx.Commit()
}

// snapshot runs do with the database as it is at one moment: rows that belong together may be written anew between two questions.
func (s *Store) snapshot(ctx context.Context, do func(from asker) error) error {
	options := sql.TxOptions{ReadOnly: true} // with which SQLite takes no lock
	if s.postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	tx, err := s.read.BeginTx(ctx, &options)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	return do(tx)
}

// asker is a database or a transaction.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// each asks and reads every row that answers.
func each(ctx context.Context, from asker, query string, args []any, read func(*sql.Rows) error) (err error) {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := read(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rows are rows to insert.
type rows struct {
	into    string // the table and its columns
	columns int
	then    string // what to do with a row that is there already
	values  []any
}

// rowsAtOnce is how many rows one statement inserts.
const rowsAtOnce = 128

// insert inserts rows and forgets them.
func (s *Store) insert(ctx context.Context, tx *sql.Tx, r *rows) error {
	for left := r.values; len(left) > 0; {
		n := min(len(left)/r.columns, rowsAtOnce)
		if _, err := tx.ExecContext(ctx, r.statement(n, s.postgres), left[:n*r.columns]...); err != nil {
			return fmt.Errorf("%s: %w", strings.Fields(r.into)[0], err)
		}
		left = left[n*r.columns:]
	}
	r.values = r.values[:0]
	return nil
}

// statement is the statement for n rows. SQLite would look each numbered mark up among all others.
func (r *rows) statement(n int, numbered bool) string {
	text := make([]byte, 0, 64+n*r.columns*6)
	text = append(text, "INSERT INTO "+r.into+" VALUES "...)
	for i := range n * r.columns {
		switch {
		case i == 0:
			text = append(text, '(')
		case i%r.columns == 0:
			text = append(text, "),("...)
		default:
			text = append(text, ',')
		}
		if !numbered {
			text = append(text, '?')
			continue
		}
		text = append(text, '$')
		text = strconv.AppendInt(text, int64(i+1), 10)
	}
	return string(append(append(text, ") "...), r.then...))
}
