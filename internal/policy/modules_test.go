package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// needed is every module that the root package and what it imports may need: what a user of the library takes on. No
// database, no web server, no terminal.
var needed = []string{
	"github.com/aws/aws-sdk-go-v2",
	"github.com/aws/smithy-go", // of the signer
	"github.com/go-json-experiment/json",
	"github.com/gorilla/websocket",
	"golang.org/x/time",
}

func TestLibraryNeedsFewModules(t *testing.T) {
	packages, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil || len(packages) == 0 {
		t.Fatalf("no root package: %v", err)
	}
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-json=ImportPath,Module", ".")
	command.Dir = root
	output, err := command.Output()
	if err != nil {
		exit := &exec.ExitError{}
		errors.As(err, &exit)
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	}
	found, err := strangers(strings.NewReader(string(output)), needed)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range found {
		t.Error(finding)
	}
}

// strangers reads what go list -deps -json prints and finds the packages of modules that are neither ours nor named.
func strangers(list io.Reader, named []string) ([]string, error) {
	var found []string
	for packages := json.NewDecoder(list); ; {
		var p struct {
			ImportPath string
			Module     *struct{ Path string } // nil in the standard library
		}
		switch err := packages.Decode(&p); {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, err
		case p.Module != nil && p.Module.Path != module && !slices.Contains(named, p.Module.Path):
			found = append(found, fmt.Sprintf("the library needs %s of module %s", p.ImportPath, p.Module.Path))
		}
	}
}

func TestStrangers(t *testing.T) {
	got, err := strangers(strings.NewReader(`
		{"ImportPath": "io"}
		{"ImportPath": "github.com/nwp500/nwp500/internal/wire", "Module": {"Path": "github.com/nwp500/nwp500"}}
		{"ImportPath": "golang.org/x/time/rate", "Module": {"Path": "golang.org/x/time"}}
		{"ImportPath": "modernc.org/sqlite", "Module": {"Path": "modernc.org/sqlite"}}`), needed)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"the library needs modernc.org/sqlite of module modernc.org/sqlite"}, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

var (
	// required is a requirement in go.mod: the module, and the comment on one that only dependencies need.
	required = regexp.MustCompile(`(?m)^(?:require|\t)\s*([^\s()]+\.[^\s()]+) v\S+( // indirect)?$`)
	// tableRow is a row of the table of dependencies: the module in its first cell.
	tableRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|")
)

// dependencies finds modules that go.mod requires directly and the table of dependencies in CONTRIBUTING.md gives no reason
// for, rows whose module is required no more, and second rows of a module.
func dependencies(t *tree) []string {
	mod, err := fs.ReadFile(t.fsys, "go.mod")
	if err != nil {
		return []string{"go.mod: " + err.Error()}
	}
	guide, err := fs.ReadFile(t.fsys, "CONTRIBUTING.md")
	if err != nil {
		return []string{"CONTRIBUTING.md: " + err.Error()}
	}
	var rows []string
	for _, match := range tableRow.FindAllStringSubmatch(string(guide), -1) {
		rows = append(rows, match[1])
	}
	var found, all []string
	for _, match := range required.FindAllStringSubmatch(string(mod), -1) {
		all = append(all, match[1])
		if match[2] == "" && !slices.Contains(rows, match[1]) {
			found = append(found, "CONTRIBUTING.md: no reason is given for the dependency "+match[1])
		}
	}
	for i, row := range rows {
		if slices.Contains(rows[:i], row) {
			found = append(found, "CONTRIBUTING.md: reasons are given twice for the dependency "+row)
		}
		if !slices.Contains(all, row) {
			found = append(found, "CONTRIBUTING.md: a reason is given for "+row+", which is no dependency")
		}
	}
	return found
}
