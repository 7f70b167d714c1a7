package policy

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// root is the repository, seen from this package's directory.
const root = "../.."

// rules is every rule: its name, which is also its fixture's, and what it finds wrong in a tree.
var rules = []struct {
	name  string
	check func(*tree) []string
}{
	{"imports", imports},
	{"package-comments", packageComments},
	{"exported-comments", exportedComments},
	{"foreign-types", foreignTypes},
	{"package-state", packageState},
	{"file-length", fileLength},
	{"words", words},
	{"secret-fields", secretFields},
	{"real-clock", realClock},
	{"test-manners", testManners},
	{"links", links},
	{"sections", sections},
	{"dependencies", dependencies},
}

func TestRules(t *testing.T) {
	here, err := load(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, finding := range rule.check(here) {
				t.Error(finding)
			}
		})
	}
}

// TestRulesFind shows that each rule finds what it is there to find, and no more. The head of a fixture lists the findings.
func TestRulesFind(t *testing.T) {
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			archive, err := txtar.ParseFile(filepath.Join("testdata", rule.name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{}
			for _, file := range archive.Files {
				files[file.Name] = &fstest.MapFile{Data: file.Data}
			}
			bad, err := load(files)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Sorted(strings.SplitSeq(strings.TrimSpace(string(archive.Comment)), "\n"))
			got := slices.Sorted(slices.Values(rule.check(bad)))
			if len(got) == 0 {
				t.Fatal("the rule finds nothing in its own fixture")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
