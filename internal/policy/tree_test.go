package policy

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

const module = "github.com/nwp500/nwp500"

// A source is one text file of the tree.
type source struct {
	path   string // with slashes, from the root
	text   string
	syntax *ast.File // nil unless it is Go
}

func (s source) dir() string { return path.Dir(s.path) }

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) isMarkdown() bool { return strings.HasSuffix(s.path, ".md") }

// within tells whether the file lies below the directory named.
func (s source) within(dir string) bool { return strings.HasPrefix(s.path, dir+"/") }

// isPublic tells whether programs outside this module can import the file's package.
func (s source) isPublic() bool {
	return s.syntax != nil && !s.isTest() && s.syntax.Name.Name != "main" && !s.within("internal")
}

// A tree is the text files of a repository, read whole whatever their build constraints: a rule holds on every system.
type tree struct {
	fsys    fs.FS
	fset    *token.FileSet
	sources []source
}

func load(fsys fs.FS) (*tree, error) {
	t := &tree{fsys: fsys, fset: token.NewFileSet()}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if skipped(entry.Name()) {
				return fs.SkipDir
			}
			return nil
		case !slices.Contains([]string{".go", ".md", ".mod", ".yml", ".yaml", ".sh"}, path.Ext(name)) && path.Dir(name) != ".ci":
			return nil
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		s := source{path: name, text: string(text)}
		if path.Ext(name) == ".go" {
			if s.syntax, err = parser.ParseFile(t.fset, name, text, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return err
			}
		}
		t.sources = append(t.sources, s)
		return nil
	})
	return t, err
}

// skipped tells which directories are none of ours to judge: hidden ones, what is ignored by git, and fixtures.
func skipped(dir string) bool {
	if dir == "." || dir == ".ci" || dir == ".github" {
		return false
	}
	return strings.HasPrefix(dir, ".") || slices.Contains([]string{"testdata", "bin", "dist"}, dir)
}

// code returns the Go files that are not tests.
func (t *tree) code() []source {
	return t.filter(func(s source) bool { return s.syntax != nil && !s.isTest() })
}

func (t *tree) filter(keep func(source) bool) []source {
	var kept []source
	for _, s := range t.sources {
		if keep(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

// packages returns the Go files that are not tests by directory.
func (t *tree) packages() map[string][]source {
	byDir := map[string][]source{}
	for _, s := range t.code() {
		byDir[s.dir()] = append(byDir[s.dir()], s)
	}
	return byDir
}

// at words a finding that has a place in a Go file.
func (t *tree) at(pos token.Pos, format string, args ...any) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d: %s", p.Filename, p.Line, fmt.Sprintf(format, args...))
}

// A line is one line of a text file, with its place.
type line struct{ place, text string }

func (s source) lines() []line {
	var lines []line
	number := 0
	for text := range strings.Lines(s.text) {
		number++
		lines = append(lines, line{fmt.Sprintf("%s:%d", s.path, number), strings.TrimRight(text, "\r\n")})
	}
	return lines
}
