package history

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the database to the form that this version wants. Each step is a transaction, so one that is interrupted is
// begun again.
func (s *Store) migrate(ctx context.Context) error {
	dialect, dir := goose.DialectSQLite3, "migrations/sqlite"
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if s.postgres {
		dialect, dir = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	steps, err := fs.Sub(migrations, dir)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(dialect, s.write, steps, options...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("the database cannot be brought up to date: %w", err)
	}
	has, wants, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if has > wants {
		return fmt.Errorf("the database has form %d and this version knows %d: a newer nwp500 wrote it", has, wants)
	}
	if s.postgres {
		return s.hypertables(ctx)
	}
	return nil
}
