package daemon

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The journal has a clock, a file has none, even below a service whose own log goes to the journal.
func TestTimesInTheLog(t *testing.T) {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	journal, reader := os.NewFile(uintptr(pair[0]), "journal"), os.NewFile(uintptr(pair[1]), "reader")
	defer journal.Close()
	defer reader.Close()
	var stat syscall.Stat_t
	if err := syscall.Fstat(pair[0], &stat); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JOURNAL_STREAM", strconv.FormatUint(stat.Dev, 10)+":"+strconv.FormatUint(stat.Ino, 10))
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, format := range []string{"text", "json"} {
		newLogger(journal, Log{Format: format}).Info("said")
		newLogger(file, Log{Format: format}).Info("said")
	}
	told := make([]byte, 4096)
	n, err := reader.Read(told)
	if err != nil || !strings.Contains(string(told[:n]), "said") || strings.Contains(string(told[:n]), "time") {
		t.Errorf("the journal was told %q (%v)", told[:n], err)
	}
	kept, err := os.ReadFile(file.Name())
	if err != nil || strings.Count(string(kept), "time") != 2 {
		t.Errorf("the file has %q (%v)", kept, err)
	}
}
