package daemon

import (
	"io"
	"log/slog"
	"os"

	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// newLogger writes as the owner wants it: for people, with colours where a person looks on, or in JSON. The journal of
// systemd has a clock of its own.
func newLogger(to io.Writer, config Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.Level}
	if os.Getenv("JOURNAL_STREAM") != "" {
		options.ReplaceAttr = func(groups []string, attr slog.Attr) slog.Attr {
			if len(groups) == 0 && attr.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attr
		}
	}
	if config.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	if file, ok := to.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return slog.New(tint.NewTextHandler(to, &tint.Options{Level: config.Level, TimeFormat: "15:04:05"}))
	}
	return slog.New(slog.NewTextHandler(to, options))
}
