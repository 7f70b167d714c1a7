package daemon

import (
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// newLogger writes as the owner wants it: for people, with colours where a person looks on, or in JSON. The journal of
// systemd has a clock of its own.
func newLogger(to io.Writer, config Log) *slog.Logger {
	options := &slog.HandlerOptions{Level: config.Level}
	if isJournal(to) {
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

// isJournal tells a stream that systemd has connected to its journal: JOURNAL_STREAM is its device and inode. The variable
// alone says nothing, for whatever a service starts inherits it, a desktop's terminals included.
func isJournal(to io.Writer) bool {
	file, ok := to.(*os.File)
	_, inode, known := strings.Cut(os.Getenv("JOURNAL_STREAM"), ":")
	if !ok || !known {
		return false
	}
	is, err := os.Readlink("/proc/self/fd/" + strconv.FormatUint(uint64(file.Fd()), 10)) // JOURNAL_STREAM is of Linux alone
	return err == nil && is == "socket:["+inode+"]"
}
