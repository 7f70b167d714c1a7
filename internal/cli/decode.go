package cli

import (
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
reported with its position, and the rest is still decoded.

--timeout does not apply: a stream may take as long as it likes.`,
		Example:           "  nwp500 decode --units metric < captured.jsonl",
		Args:              arguments(0, 0, "no arguments: it reads standard input"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.decode(cmd.Context())
		},
	}
}

// decode decodes standard input to its end.
func (p *program) decode(ctx context.Context) error {
	type decoded struct {
		document []byte
		err      error
	}
	messages := make(chan decoded)
	// A read of standard input cannot be called off: when a signal ends the loop below, the goroutine stays in its
	// read until the process ends.
	go func() {
		for decoder := nwp500.NewDecoder(p.stdin, p.options.units.units); ; {
			document, err := decoder.Next()
			select {
			case messages <- decoded{document, err}:
			case <-ctx.Done():
				return
			}
			if err != nil && !isAny[*nwp500.MessageError](err) {
				return
			}
		}
	}()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case message := <-messages:
			switch {
			case message.err == nil:
				if err := p.line(message.document); err != nil {
					return err
				}
			case isAny[*nwp500.MessageError](message.err):
				p.tell(message.err)
				failed = true
			case !errors.Is(message.err, io.EOF):
				return message.err
			case failed:
				return toldError{exitFailed}
			default:
				return nil
			}
		}
	}
}
