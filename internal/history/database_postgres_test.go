//go:build integration

package history

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"
)

// onPostgres runs a test in a schema of its own of the database that NWP500_TEST_POSTGRES names.
func onPostgres(t *testing.T, test func(*testing.T, Config)) {
	t.Helper()
	t.Run("PostgreSQL", func(t *testing.T) { test(t, Config{DSN: schema(t)}) })
}

// schema makes a schema and returns the DSN that leads to it.
func schema(t *testing.T) string {
	t.Helper()
	dsn, err := url.Parse(os.Getenv("NWP500_TEST_POSTGRES"))
	if err != nil || dsn.Host == "" {
		t.Fatal("NWP500_TEST_POSTGRES names no database; .ci/components starts one")
	}
	name := "history_" + strings.ToLower(rand.Text())
	database, err := sql.Open("pgx", dsn.String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := database.ExecContext(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := database.Exec("DROP SCHEMA " + name + " CASCADE"); err != nil {
			t.Error(err)
		}
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	query := dsn.Query()
	query.Set("search_path", name)
	dsn.RawQuery = query.Encode()
	return dsn.String()
}
