//go:build integration

package nwp500_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The list of rows that this repository keeps is the one that was asked for: nothing is left out of it but what joins words,
// and nothing is in another place.
func TestParityRowsAreThoseAskedFor(t *testing.T) {
	asked, err := os.ReadFile(filepath.Join("..", "shared", "parity.md"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join("testdata", "parity-rows.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(asked), "## The documents\n")
	if !ok {
		t.Fatal("the list has no documents")
	}
	rest = strings.Join(strings.Fields(alternatives(rest)), " ")
	for line := range strings.Lines(string(kept)) {
		row := strings.TrimSpace(line)
		rest = strings.TrimPrefix(rest, joins.FindString(rest))
		after, found := strings.CutPrefix(rest, row)
		switch {
		case found:
			rest = after
		case strings.HasPrefix(line, "\t"):
			t.Fatalf("the list goes on with %.80q, and not with %q", rest, row)
		}
	}
	if left := strings.TrimPrefix(rest, joins.FindString(rest)); left != "" {
		t.Errorf("rows are missing from %.80q on", left)
	}
}

var (
	// joins is what stands between the rows of the list.
	joins = regexp.MustCompile("^(?:[-,;:. ()]|and |with |## Besides)*")
	// choice is a name with several words to choose from, `tou get|set`.
	choice = regexp.MustCompile("`([a-z-]+ )([a-z-]+(?:\\|[a-z-]+)+)`")
)

// alternatives writes `tou get|set` as `tou get`, `tou set`.
func alternatives(text string) string {
	return choice.ReplaceAllStringFunc(text, func(name string) string {
		match := choice.FindStringSubmatch(name)
		return "`" + match[1] + strings.ReplaceAll(match[2], "|", "`, `"+match[1]) + "`"
	})
}
