package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// memory is the path of a database that nobody keeps.
const memory = ":memory:"

// pragmas are the settings of a connection. With a write-ahead log readers and the writer do not wait for each other, and
// a process that is killed leaves a whole database; synchronous=normal means that a power cut may take the last transactions,
// but no more than that. Two megabytes of cache hold the pages that a heater's writes touch.
var pragmas = []string{
	"journal_mode(wal)", "synchronous(normal)", "busy_timeout(1000)", "cache_size(-2000)", "temp_store(memory)",
	"journal_size_limit(16777216)",
}

// openSQLite opens the file for one writer and several readers. A database in memory belongs to its connection, which then
// serves both.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	if path == "" {
		return errors.New("no path for the database")
	}
	if path == memory {
		database, err := sql.Open("sqlite", memory+"?_txlock=immediate&_pragma=temp_store(memory)")
		if err != nil {
			return err
		}
		database.SetMaxOpenConns(1) // nothing may ask while it reads rows
		database.SetConnMaxLifetime(0)
		s.write, s.read = database, database
		return nil
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := privateFile(path); err != nil {
		return err
	}
	s.path = path
	if s.file, err = os.Stat(path); err != nil {
		return fmt.Errorf("the database cannot be opened: %w", reason(err))
	}
	// Only a new file takes auto_vacuum: what retention frees is given back in small steps.
	if s.write, err = sql.Open("sqlite", address(path, append([]string{"auto_vacuum(incremental)"}, pragmas...))); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := s.write.PingContext(ctx); err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	s.read, err = sql.Open("sqlite", address(path, append([]string{"query_only(true)"}, pragmas...)))
	if err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(1)
	return nil
}

// there says why the file at the path is not the one that was opened, nil if it is. What is written to a file that was removed
// is lost when it is closed.
func (s *Store) there() error {
	if s.file == nil {
		return nil
	}
	now, err := os.Stat(s.path)
	switch {
	case err != nil:
		return fmt.Errorf("the database's file is not to be found (%w): put it back, or restart, which begins a new one", reason(err))
	case !os.SameFile(s.file, now):
		return errors.New("the database's file was replaced by another: put it back, or restart, which opens the other")
	}
	return nil
}

// readers is how many questions are answered at the same time.
const readers = 4

// privateFile makes the file and its directory, if they are not there, for their owner alone. SQLite gives the files
// beside it the same permissions.
func privateFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("the database's directory cannot be made: %w", reason(err))
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("the database cannot be opened: %w", reason(err))
	}
	info, err := file.Stat()
	if err == nil && !isDatabase(file) {
		err = errors.New("the file is no SQLite database")
	}
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		err = file.Chmod(0o600)
	}
	return errors.Join(err, file.Close())
}

// isDatabase reports whether a file is an SQLite database, or nothing yet.
func isDatabase(file io.Reader) bool {
	const begins = "SQLite format 3\x00"
	head := make([]byte, len(begins))
	n, err := io.ReadFull(file, head)
	return errors.Is(err, io.EOF) || string(head[:n]) == begins
}

// reason is why a file could not be used, without its path, which the user gave.
func reason(err error) error {
	if where := new(fs.PathError); errors.As(err, &where) {
		return where.Err
	}
	return err
}

// address is the URI of a database with the settings of its connections. A transaction of the writer takes the lock at
// its beginning: one that has read first could not wait for it.
func address(path string, pragmas []string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	query := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	return (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: query.Encode()}).String()
}
