package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/wire"
)

// TestStatusColumns holds the columns against the language. One that is added changes the header of files that users
// have: it needs a way to go on with those.
func TestStatusColumns(t *testing.T) {
	want := []string{"time", "name", "mac_address", "units", "usable_energy", "error"}
	for _, field := range wire.StatusFields() {
		want = append(want, field.Printed)
	}
	if !slices.Equal(statusColumns, want) {
		t.Errorf("columns %q\nwant %q", statusColumns, want)
	}
}

func TestStatusFileHeaders(t *testing.T) {
	header := strings.Join(statusColumns, ",") + "\r\n"
	for _, c := range []struct{ name, content, want, complaint string }{
		{"new", "", header, ""},
		{"as it was", header + "record\r\n", header + "record\r\n", ""},
		{"other line ends", strings.TrimRight(header, "\r\n") + "\n", strings.TrimRight(header, "\r\n") + "\n", ""},
		{"a record cut off", header + "rec", header + "rec\r\n", ""},
		{"a header alone", strings.TrimRight(header, "\r\n"), header, ""},
		{"of a spreadsheet", "\ufeff" + header, "\ufeff" + header, ""},
		{"another column", "time,what\r\n", "", `column 2 is "what", not "name"`},
		{"too few", "time,name\n", "", `ends before the column "mac_address"`},
		{"too many", strings.TrimRight(header, "\r\n") + ",more\r\n", "", `has a column "more"`},
		{"no CSV", "\"time\n", "", "does not begin with the header"},
		{"an empty line", "\n", "", "does not begin with the header"},
	} {
		path := filepath.Join(t.TempDir(), "statuses.csv")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := openStatusFile(path, nwp500.Metric)
		if c.complaint != "" {
			if err == nil || !strings.Contains(err.Error(), c.complaint) || exitStatus(err) != exitUsage {
				t.Errorf("%s: error %v, want %q", c.name, err, c.complaint)
			}
			c.want = c.content
		} else if err != nil || file.close() != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != c.want {
			t.Errorf("%s: %q, want %q; %v", c.name, got, c.want, err)
		}
	}
	if _, err := openStatusFile(t.TempDir(), nwp500.Metric); exitStatus(err) != exitUsage {
		t.Errorf("a directory: %v", err)
	}
}
