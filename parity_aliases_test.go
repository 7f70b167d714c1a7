package nwp500_test

import (
	"go/ast"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The page has the table of aliases that the program has.
func TestParityAliases(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "parity.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```aliases\n")
	block, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the page has no block of aliases")
	}
	listed := [][]string{}
	for line := range strings.Lines(block) {
		python, here, _ := strings.Cut(line, "→")
		listed = append(listed, []string{strings.TrimSpace(python), strings.TrimSpace(here)})
	}
	files, _ := parse(t, filepath.Join("internal", "cli"), func(name string) bool { return name == "aliases.go" })
	accepted := [][]string{}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || spec.Names[0].Name != "aliases" {
				return true
			}
			table, _ := spec.Values[0].(*ast.CompositeLit)
			for _, entry := range table.Elts {
				accepted = append(accepted, texts(entry))
			}
			return false
		})
	}
	if len(accepted) == 0 {
		t.Fatal("the program has no aliases")
	}
	if diff := cmp.Diff(accepted, listed); diff != "" {
		t.Errorf("aliases (-program +page):\n%s", diff)
	}
}

// texts returns the texts in an expression.
func texts(expr ast.Node) (found []string) {
	ast.Inspect(expr, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				found = append(found, text)
			}
		}
		return true
	})
	return found
}
