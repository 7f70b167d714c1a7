//go:build !integration

package history

import "testing"

// onPostgres runs a test with PostgreSQL behind the tag integration alone.
func onPostgres(*testing.T, func(*testing.T, Config)) {}
