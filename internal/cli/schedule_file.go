package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/nwp500/nwp500/internal/schedule"
)

// readDocument reads the one schedule of a file, or of standard input when the path is "-".
func (p *program) readDocument(ctx context.Context, path string, into any) error {
	name, from := "standard input", p.stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return usagef("%s: %w", path, reason(err))
		}
		defer file.Close() //nolint:errcheck // it was only read
		name, from = path, file
	}
	reader := newPatientReader(ctx, from, func() error { return nil })
	data, err := io.ReadAll(io.LimitReader(reader, schedule.MaxDocument+1))
	if ended := context.Cause(ctx); err != nil && ended != nil {
		return fmt.Errorf("%s: %w", name, ended)
	}
	if err != nil {
		return usagef("%s: %w", name, reason(err))
	}
	if err := schedule.Decode(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
