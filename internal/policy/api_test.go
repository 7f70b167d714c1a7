package policy

import (
	"go/ast"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// foreignTypes finds types of other modules, and of our own internal packages, in what the public packages export: a user
// must be able to name every type that the library hands out, and a dependency must be ours to exchange.
func foreignTypes(t *tree) []string {
	var found []string
	for _, file := range t.filter(source.isPublic) {
		foreign := foreignImports(file.syntax)
		for _, expr := range exportedTypes(file.syntax) {
			eachVisibleSelector(expr, func(sel *ast.SelectorExpr) {
				if from, ok := sel.X.(*ast.Ident); ok && foreign[from.Name] != "" {
					found = append(found, t.at(sel.Pos(), "%s.%s of %s is part of the public API", from.Name, sel.Sel.Name, foreign[from.Name]))
				}
			})
		}
	}
	return found
}

// eachVisibleSelector calls do for the qualified names in a type, leaving out the fields that only the package can see. An
// embedded field lends its methods, so it counts.
func eachVisibleSelector(expr ast.Expr, do func(*ast.SelectorExpr)) {
	ast.Inspect(expr, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			do(n)
		case *ast.StructType:
			for _, field := range n.Fields.List {
				if field.Names == nil || anyExported(field.Names) {
					eachVisibleSelector(field.Type, do)
				}
			}
			return false
		}
		return true
	})
}

// version is the last element of the import path of a module's second or later major version.
var version = regexp.MustCompile(`^v\d+$`)

// foreignImports returns the import paths, by the name that the file uses, of what must not show in the public API.
func foreignImports(file *ast.File) map[string]string {
	foreign := map[string]string{}
	for _, spec := range file.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(name, "/")
		dir, ours := within(spec.Path.Value)
		if ours && !strings.HasPrefix(dir, "internal/") || !strings.Contains(first, ".") {
			continue // a public package of ours, or the standard library's
		}
		local := path.Base(name)
		if version.MatchString(local) {
			local = path.Base(path.Dir(name))
		}
		if spec.Name != nil {
			local = spec.Name.Name
		}
		foreign[local] = name
	}
	return foreign
}

// exportedTypes returns the type expressions in the exported declarations of a file.
func exportedTypes(file *ast.File) []ast.Expr {
	var exprs []ast.Expr
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() && exportedReceiver(decl) {
				exprs = append(exprs, decl.Type)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					if spec.Name.IsExported() {
						exprs = append(exprs, spec.Type)
					}
				case *ast.ValueSpec:
					if spec.Type != nil && anyExported(spec.Names) {
						exprs = append(exprs, spec.Type)
					}
				}
			}
		}
	}
	return exprs
}

func anyExported(names []*ast.Ident) bool {
	for _, name := range names {
		if name.IsExported() {
			return true
		}
	}
	return false
}
