package reliability

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/simulator"
)

// most is how many cases may stand on the list of those that cannot be shown.
const most = 8

// groups are the cases: so many of each letter, 90 in all.
var groups = map[string]int{"A": 15, "B": 11, "C": 16, "D": 11, "E": 12, "F": 13, "G": 12}

// ids returns the ids of all cases.
func ids() []string {
	var list []string
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		for n := range groups[group] {
			list = append(list, group+strconv.Itoa(n+1))
		}
	}
	return list
}

// A proof is a test of this package that is named after a case.
type proof struct {
	name     string
	literals []string // the texts in it
}

// proofs returns the tests by the id of their case.
func proofs(t *testing.T) map[string][]proof {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var parsed []*ast.File
	tables := make(map[string][]string) // the texts of each variable of the package
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		for _, d := range file.Decls {
			variables, _ := d.(*ast.GenDecl)
			if variables == nil || variables.Tok != token.VAR {
				continue
			}
			for _, spec := range variables.Specs {
				for _, name := range spec.(*ast.ValueSpec).Names {
					tables[name.Name] = literals(spec, nil)
				}
			}
		}
	}
	found := make(map[string][]proof)
	for i, name := range files {
		for _, d := range parsed[i].Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || !strings.HasPrefix(f.Name.Name, "TestFault") {
				continue
			}
			match := proofName.FindStringSubmatch(f.Name.Name)
			if match == nil {
				t.Errorf("%s: %s is not named TestFault_ID_Words", name, f.Name.Name)
				continue
			}
			found[match[1]] = append(found[match[1]], proof{f.Name.Name, literals(f, tables)})
		}
	}
	return found
}

// literals returns the texts in a piece of code, and in the tables that it names.
func literals(code ast.Node, tables map[string][]string) []string {
	var list []string
	ast.Inspect(code, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				list = append(list, text)
			}
		case *ast.Ident:
			list = append(list, tables[n.Name]...)
		}
		return true
	})
	return list
}

// A row is one of the table in docs/reliability.md.
type row struct {
	id, fault, does string
	tests           []string
}

func page(t *testing.T) (rows []row, unshown []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	section := ""
	caseID := regexp.MustCompile(`^[A-G][0-9]+$`)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "## "); ok {
			section = heading
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		if !strings.HasPrefix(line, "| ") || !caseID.MatchString(strings.TrimSpace(cells[0])) {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case section == "What cannot be shown":
			unshown = append(unshown, cells[0])
		case len(cells) != 4:
			t.Errorf("docs/reliability.md: a row of %d cells: %s", len(cells), line)
		default:
			rows = append(rows, row{cells[0], cells[1], cells[2], regexp.MustCompile(`\w+`).FindAllString(cells[3], -1)})
		}
	}
	return rows, unshown
}

// Each case has a test that lets the simulator commit its fault, or stands on the short list of those that cannot be shown.
func TestEveryCaseIsShown(t *testing.T) {
	tests := proofs(t)
	_, unshown := page(t)
	if len(unshown) > most {
		t.Errorf("%d cases cannot be shown: %d may", len(unshown), most)
	}
	all := ids()
	if len(all) != 90 {
		t.Fatalf("%d cases", len(all))
	}
	for id := range tests {
		if !slices.Contains(all, id) {
			t.Errorf("a test for case %s, which is none", id)
		}
	}
	for _, id := range all {
		if len(tests[id]) == 0 && !slices.Contains(unshown, id) {
			t.Errorf("%s: no test, and not on the list of docs/reliability.md", id)
		}
	}
}

// Each fault that the simulator has a name for is committed in a test of its case. That it fires, the harness sees.
func TestEveryNamedFaultIsCommitted(t *testing.T) {
	tests := proofs(t)
	names := make(map[string]bool)
	listed := make(map[string]bool)
	for _, c := range simulator.FaultCases() {
		if names[c.Name] || c.Name != strings.ToLower(c.Name) || strings.ContainsAny(c.Name, " ,") {
			t.Errorf("%s %q: not a name of its own, in lower case without blanks and commas", c.ID, c.Name)
		}
		names[c.Name], listed[c.ID] = true, true
		if c.Text == "" || len(c.Faults) == 0 {
			t.Errorf("%s %s: without text or faults", c.ID, c.Name)
		}
		if !slices.ContainsFunc(tests[c.ID], func(p proof) bool {
			return slices.Contains(p.literals, c.Name) || slices.Contains(p.literals, c.ID)
		}) {
			t.Errorf("%s %s: no test of this case commits it", c.ID, c.Name)
		}
	}
	for _, id := range ids() {
		if !listed[id] && id != "G12" { // which is all of them
			t.Errorf("%s: the simulator has no fault of this id", id)
		}
	}
}

// The table has each case once, in order, with the tests that there are.
func TestTableOfCases(t *testing.T) {
	tests := proofs(t)
	rows, _ := page(t)
	all := ids()
	if len(rows) != len(all) {
		t.Fatalf("%d rows for %d cases", len(rows), len(all))
	}
	for i, row := range rows {
		var have []string
		for _, p := range tests[row.id] {
			have = append(have, p.name)
		}
		slices.Sort(have)
		slices.Sort(row.tests)
		if row.id != all[i] || row.fault == "" || row.does == "" || !slices.Equal(have, row.tests) {
			t.Errorf("row %s: want %s with the tests %v, got %+v", row.id, all[i], have, row)
		}
	}
}
