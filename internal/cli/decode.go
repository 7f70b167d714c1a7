package cli

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/nwp500/nwp500"
)

func (p *program) decodeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "decode",
		Short: "Decode captured messages from standard input",
		Long: `Read messages of a heater on standard input, as JSON, and print each decoded as
JSON, a line each: what status -o json prints. A message is an envelope or a bare
body, on one line or many; an array stands for its elements. What is no message is
reported with its position, and the rest is still decoded. A part of a message that cannot
be used is noted.

--timeout does not apply: a stream may take as long as it likes.`,
		Example:           "  nwp500 decode --units metric < captured.jsonl",
		Args:              arguments(0, 0, "no arguments: it reads standard input"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.decode(cmd.Context())
		},
	}
}

// decode decodes standard input to its end. What it prints is collected, and written whenever it has to wait for more
// to read, so that a slow stream is followed and a long one is fast.
func (p *program) decode(ctx context.Context) error {
	documents, problems := bufio.NewWriter(p.stdout), bufio.NewWriter(p.stderr)
	flush := func() error { return errors.Join(documents.Flush(), problems.Flush()) }
	decoder := nwp500.NewDecoder(newPatientReader(ctx, p.stdin, flush), p.options.units.units)
	failed := false
	for {
		document, err := decoder.Next()
		switch {
		case err == nil:
			_, err = documents.Write(append(document, '\n'))
			for _, warning := range decoder.Warnings() {
				_, noteErr := problems.WriteString(noteLine(warning))
				err = errors.Join(err, noteErr)
			}
			if err != nil {
				return err
			}
		case isAny[*nwp500.MessageError](err):
			failed = true
			if _, err := problems.WriteString(errorLine(err.Error())); err != nil {
				return err
			}
		case !errors.Is(err, io.EOF):
			return errors.Join(err, flush())
		default:
			if err := flush(); err != nil {
				return err
			}
			if failed {
				return toldError{exitFailed}
			}
			return nil
		}
	}
}

// patientReader reads from what cannot be interrupted, until ctx ends, and calls idle before it waits.
type patientReader struct {
	ctx    context.Context
	chunks <-chan chunk
	idle   func() error
	rest   chunk
}

type chunk struct {
	data []byte
	err  error
}

// chunkSize is how much is read at once.
const chunkSize = 64 << 10

// newPatientReader begins to read. When ctx ends in the middle of a read, the goroutine that reads stays in it until
// the process ends.
func newPatientReader(ctx context.Context, from io.Reader, idle func() error) *patientReader {
	chunks := make(chan chunk)
	go func() {
		for {
			buffer := make([]byte, chunkSize)
			n, err := from.Read(buffer)
			select {
			case chunks <- chunk{buffer[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return &patientReader{ctx: ctx, chunks: chunks, idle: idle}
}

// Read waits for what comes next, or for the end of ctx.
func (r *patientReader) Read(p []byte) (int, error) {
	for len(r.rest.data) == 0 {
		if r.rest.err != nil {
			return 0, r.rest.err
		}
		if err := r.idle(); err != nil {
			return 0, err
		}
		select {
		case r.rest = <-r.chunks:
		case <-r.ctx.Done():
			return 0, r.ctx.Err()
		}
	}
	n := copy(p, r.rest.data)
	r.rest.data = r.rest.data[n:]
	return n, nil
}
