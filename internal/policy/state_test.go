package policy

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// packageState finds init functions, and package variables that are not constant in all but the keyword: the errors,
// regular expressions and tables that Go has no constants for may be variables as long as no statement writes to them.
func packageState(t *tree) []string {
	var found []string
	for _, files := range t.packages() {
		known := resolve(t, files)
		for _, file := range files {
			for _, decl := range file.syntax.Decls {
				switch decl := decl.(type) {
				case *ast.FuncDecl:
					if decl.Recv == nil && decl.Name.Name == "init" {
						found = append(found, t.at(decl.Pos(), "init function"))
					}
				case *ast.GenDecl:
					if decl.Tok == token.VAR {
						found = append(found, inconstant(t, decl, known)...)
					}
				}
			}
			for _, written := range writes(file.syntax, known) {
				found = append(found, t.at(written.Pos(), "package variable %s is written to", written.Name))
			}
		}
	}
	return found
}

// resolve tells what the names in a package stand for. The imports stay unknown, and so do the types made of them: the
// package's own variables are all that matters here.
func resolve(t *tree, files []source) map[*ast.Ident]types.Object {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	var syntax []*ast.File
	for _, file := range files {
		syntax = append(syntax, file.syntax)
	}
	_, _ = config.Check("", t.fset, syntax, info) // the errors are those of the imports
	return info.Uses
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not loaded") }

// constructors are the calls of other packages that make something constant.
var constructors = []string{
	"errors.New", "fmt.Errorf", "regexp.MustCompile", "slices.Concat", "strings.NewReplacer", "template.Must", "time.Date", "sync.OnceValue", "sync.OnceValues",
}

func inconstant(t *tree, decl *ast.GenDecl, known map[*ast.Ident]types.Object) []string {
	var found []string
	for _, spec := range decl.Specs {
		spec := spec.(*ast.ValueSpec)
		embedded := embeds(decl.Doc) || embeds(spec.Doc)
		for i, name := range spec.Names {
			switch {
			case name.Name == "_" || embedded:
			case len(spec.Values) == 0:
				found = append(found, t.at(name.Pos(), "package variable %s has no value: it is there to be changed", name.Name))
			case !constant(spec.Values[min(i, len(spec.Values)-1)], known):
				found = append(found, t.at(name.Pos(), "package variable %s is neither an error, a regular expression nor a table", name.Name))
			}
		}
	}
	return found
}

// embeds tells whether a go:embed directive gives the variable its value.
func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// constant tells whether an expression makes a value that only a write to the variable could change.
func constant(expr ast.Expr, known map[*ast.Ident]types.Object) bool {
	switch e := expr.(type) {
	case *ast.BasicLit:
		return true
	case *ast.CompositeLit:
		return len(e.Elts) > 0 // an empty one is there to be filled
	case *ast.UnaryExpr: // &table{…} is one table, wherever it is used; also -1
		return constant(e.X, known)
	case *ast.ParenExpr:
		return constant(e.X, known)
	case *ast.BinaryExpr:
		return constant(e.X, known) && constant(e.Y, known)
	case *ast.Ident:
		_, isFunc := known[e].(*types.Func)
		return !isFunc // a function in a variable is there to be exchanged
	case *ast.CallExpr:
		switch fun := e.Fun.(type) {
		case *ast.ArrayType: // []byte("…")
			return true
		case *ast.Ident: // a table made by a function of the package; new and make are none
			_, builtin := known[fun].(*types.Builtin)
			return !builtin
		case *ast.SelectorExpr:
			return slices.Contains(constructors, types.ExprString(fun))
		}
	}
	return false
}

// writes returns the package variables that statements of a file assign to, in whole or in part.
func writes(file *ast.File, known map[*ast.Ident]types.Object) []*ast.Ident {
	var written []*ast.Ident
	note := func(exprs ...ast.Expr) {
		for _, expr := range exprs {
			if name := base(expr); name != nil && isPackageVariable(known[name]) {
				written = append(written, name)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			note(n.Lhs...)
		case *ast.IncDecStmt:
			note(n.X)
		case *ast.RangeStmt:
			note(n.Key, n.Value)
		case *ast.CallExpr:
			if fun, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, fun.Name) && len(n.Args) > 0 {
				note(n.Args[0])
			}
		}
		return true
	})
	return written
}

// base returns the variable that an expression such as x[i].f is a part of.
func base(expr ast.Expr) *ast.Ident {
	for {
		switch e := expr.(type) {
		case *ast.Ident:
			return e
		case *ast.IndexExpr:
			expr = e.X
		case *ast.SliceExpr:
			expr = e.X
		case *ast.SelectorExpr:
			expr = e.X
		case *ast.StarExpr:
			expr = e.X
		case *ast.ParenExpr:
			expr = e.X
		default:
			return nil
		}
	}
}

func isPackageVariable(object types.Object) bool {
	v, ok := object.(*types.Var)
	return ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}
