package nwp500_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parityRow is a row of a table of docs/parity.md.
type parityRow struct {
	section string
	cells   []string
}

// Columns of the tables.
const (
	inPython = iota
	inGo
	difference
	performedBy
	columns
)

// readParity returns the rows of the tables, and the headings of the sections that have some.
func readParity(t *testing.T) []parityRow {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("docs", "parity.md"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []parityRow
	section := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			section = heading
		}
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "| --- ") || strings.HasPrefix(line, "| In Python ") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, parityRow{section, cells})
	}
	return rows
}

// quoted finds names in a cell.
var quoted = regexp.MustCompile("`([^`]+)`")

func names(cell string) []string {
	var found []string
	for _, match := range quoted.FindAllStringSubmatch(cell, -1) {
		found = append(found, match[1])
	}
	return found
}

// Everything that the Python client offers has its row, in the order of the list, and no cell is empty.
func TestParityIsWhole(t *testing.T) {
	list, err := os.ReadFile(filepath.Join("testdata", "parity-rows.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	section := ""
	for _, row := range readParity(t) {
		if row.section != section {
			section = row.section
			fmt.Fprintln(&got, section)
		}
		fmt.Fprintln(&got, "\t"+row.cells[inPython])
		if len(row.cells) != columns || slices.Contains(row.cells, "") {
			t.Errorf("%s: %v has an empty cell, or not %d", section, row.cells, columns)
			continue
		}
		for _, column := range []int{inGo, performedBy} {
			if len(names(row.cells[column])) == 0 {
				t.Errorf("%s: %s names nothing in %q", section, row.cells[inPython], row.cells[column])
			}
		}
	}
	if diff := cmp.Diff(strings.Split(string(list), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("rows of docs/parity.md (-list +page):\n%s", diff)
	}
}

// Every Go name of the page exists, every test of a row does, and the tests of a row use each of its names: that a name
// compiles is not parity yet.
func TestParityIsPerformed(t *testing.T) {
	api := map[string]*types.Package{"": typesOf(t, "."), "openei": typesOf(t, "openei")}
	tests := testsOf(t)
	for _, row := range readParity(t) {
		if len(row.cells) != columns {
			continue // TestParityIsWhole says so
		}
		var performed []performance
		for _, name := range names(row.cells[performedBy]) {
			test, ok := tests[name]
			if !ok {
				t.Errorf("%s: there is no test %s", row.cells[inPython], name)
			}
			performed = append(performed, test)
		}
		for _, name := range names(row.cells[inGo]) {
			if err := exists(api, name); err != nil {
				t.Errorf("%s: %v", row.cells[inPython], err)
			}
			if !slices.ContainsFunc(performed, func(p performance) bool { return p.uses(name) }) {
				t.Errorf("%s: none of its tests uses %s", row.cells[inPython], name)
			}
		}
		if row.section == "Command line" { // the Python names are to be accepted, too
			for _, name := range names(row.cells[inPython]) {
				if !isOption(name) {
					name = "nwp500 " + name
				}
				if !slices.ContainsFunc(performed, func(p performance) bool { return p.uses(name) }) {
					t.Errorf("none of the scripts of its row uses %s", name)
				}
			}
		}
		for _, name := range names(row.cells[difference]) {
			if head, _, _ := strings.Cut(name, "."); ast.IsExported(head) {
				if err := exists(api, name); err != nil {
					t.Errorf("%s: %v", row.cells[inPython], err)
				}
			}
		}
	}
}

// exists tells why there is no such thing: a directory, a command of the program, or a name of a package.
func exists(api map[string]*types.Package, name string) error {
	if strings.HasPrefix(name, "nwp500 ") || isOption(name) {
		return nil // a script that runs it is the proof
	}
	if strings.Contains(name, "/") {
		_, err := os.Stat(filepath.Join(filepath.FromSlash(name), "main.go"))
		return err
	}
	of := api[""]
	path := strings.Split(name, ".")
	if other, ok := api[path[0]]; ok {
		of, path = other, path[1:]
	}
	object := of.Scope().Lookup(path[0])
	if object == nil || !object.Exported() || len(path) > 2 {
		return fmt.Errorf("there is no %s", name)
	}
	if len(path) == 2 {
		member, _, _ := types.LookupFieldOrMethod(object.Type(), true, of, path[1])
		if member == nil || !member.Exported() {
			return fmt.Errorf("%s has no %s", path[0], path[1])
		}
	}
	return nil
}

// isOption tells whether a name of the command line is a flag, or a variable that stands for one.
func isOption(name string) bool {
	return strings.HasPrefix(name, "-") || strings.HasPrefix(name, "NAVIEN_")
}

// typesOf checks a package of this module by itself. What it imports stays unknown; its own names do not need it.
func typesOf(t *testing.T, dir string) *types.Package {
	t.Helper()
	files, fset := parse(t, dir, func(name string) bool { return !strings.HasSuffix(name, "_test.go") })
	config := types.Config{Importer: unknownImports{}, Error: func(error) {}}
	checked, _ := config.Check("nwp500", fset, files, nil) // the errors are those of the imports
	return checked
}

type unknownImports struct{}

func (unknownImports) Import(string) (*types.Package, error) { return nil, errors.New("not loaded") }

func parse(t *testing.T, dir string, wanted func(name string) bool) ([]*ast.File, *token.FileSet) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || !wanted(entry.Name()) {
			continue
		}
		file, err := parser.ParseFile(fset, filepath.Join(dir, entry.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files, fset
}

// performance is what a test does: the identifiers and texts in it and in the helpers that it calls, or the lines of a
// script.
type performance struct {
	words map[string]bool
	lines []string
}

// uses tells whether a test uses what a Go name ends in, or whether a script runs a command.
func (p performance) uses(name string) bool {
	if p.words == nil {
		words := strings.Fields(name)
		return slices.ContainsFunc(p.lines, func(line string) bool { return inOrder(strings.FieldsFunc(line, betweenWords), words) })
	}
	if strings.Contains(name, "/") {
		return p.words["run"] // of the program in that directory
	}
	return p.words[name[strings.LastIndex(name, ".")+1:]]
}

// betweenWords tells what separates the words of a script: spaces, and what assigns a variable or asks for its value.
func betweenWords(r rune) bool { return strings.ContainsRune(" \t=$", r) }

// inOrder tells whether a line has all words, in this order.
func inOrder(line, words []string) bool {
	for _, word := range line {
		if len(words) > 0 && word == words[0] {
			words = words[1:]
		}
	}
	return len(words) == 0
}

// testsOf returns every test of the module: those of the root by their name, others with their package before it, and scripts
// of the command line by the name of their file.
func testsOf(t *testing.T) map[string]performance {
	t.Helper()
	found := map[string]performance{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path.Ext(file) == ".txtar" {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			found[path.Base(file)] = performance{lines: strings.Split(string(text), "\n")}
			return nil
		}
		if !entry.IsDir() {
			return nil
		}
		if base := entry.Name(); file != "." && (base == "testdata" && path.Dir(file) != path.Join("internal", "cli") || strings.HasPrefix(base, ".")) {
			return fs.SkipDir
		}
		prefix := ""
		if file != "." {
			prefix = entry.Name() + "."
		}
		functions := functionsOf(t, file)
		for name := range functions {
			if strings.HasPrefix(name, "Test") {
				words := map[string]bool{}
				gather(words, functions, name)
				found[prefix+name] = performance{words: words}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// functionsOf returns the functions of a package's tests by name, with the words in them.
func functionsOf(t *testing.T, dir string) map[string]map[string]bool {
	t.Helper()
	files, _ := parse(t, dir, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
	functions := map[string]map[string]bool{}
	for _, file := range files {
		for _, decl := range file.Decls {
			decl, ok := decl.(*ast.FuncDecl)
			if !ok || decl.Body == nil {
				continue
			}
			words := map[string]bool{}
			ast.Inspect(decl.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					words[n.Name] = true
				case *ast.BasicLit:
					if text, err := strconv.Unquote(n.Value); err == nil {
						words[text] = true
					}
				}
				return true
			})
			functions[decl.Name.Name] = words
		}
	}
	return functions
}

// gather adds the words of a function and of the helpers that it names. What only tests name, no helper, ends there.
func gather(words map[string]bool, functions map[string]map[string]bool, name string) {
	for word := range functions[name] {
		if words[word] {
			continue
		}
		words[word] = true
		if !ast.IsExported(word) {
			gather(words, functions, word)
		}
	}
}
