package policy

import (
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strings"
)

// leastWords is how many words a package comment has at the least: what the package is, and how one uses it.
const leastWords = 30

// packageComments finds packages whose comment is missing, begins wrongly, says too little, or stands in two files.
func packageComments(t *tree) []string {
	var found []string
	for dir, files := range t.packages() {
		var documented []source
		for _, file := range files {
			if file.syntax.Doc != nil {
				documented = append(documented, file)
			}
		}
		switch len(documented) {
		case 0:
			found = append(found, dir+": no package comment")
			continue
		case 1:
		default:
			found = append(found, dir+": a package comment in more than one file")
			continue
		}
		syntax := documented[0].syntax
		start := "Package " + syntax.Name.Name + " "
		if syntax.Name.Name == "main" {
			program := path.Base(dir)
			start = strings.ToUpper(program[:1]) + program[1:] + " "
		}
		text := syntax.Doc.Text()
		if !strings.HasPrefix(text, start) {
			found = append(found, t.at(syntax.Doc.Pos(), "package comment does not begin with %q", start))
		}
		if n := len(strings.Fields(text)); n < leastWords {
			found = append(found, t.at(syntax.Doc.Pos(), "package comment has %d words: say what the package is and how it is used", n))
		}
	}
	return found
}

// optionStruct is the name of a type whose fields each say what they do and what their zero value means.
var optionStruct = regexp.MustCompile(`(Config|Options)$`)

// exportedComments finds what the public packages export without a comment: types, functions, methods, constants, variables,
// and the fields of option structs and methods of interfaces. A comment on a group of constants or variables counts for all
// of it, and one above a run of fields for those that follow without a blank line.
func exportedComments(t *tree) []string {
	var found []string
	for _, file := range t.filter(source.isPublic) {
		for _, decl := range file.syntax.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Name.IsExported() && exportedReceiver(decl) && decl.Doc == nil {
					found = append(found, t.at(decl.Pos(), "%s has no comment", decl.Name.Name))
				}
			case *ast.GenDecl:
				found = append(found, undocumented(t, decl)...)
			}
		}
	}
	return found
}

// exportedReceiver tells whether a function is one, or a method of a type that others can name.
func exportedReceiver(decl *ast.FuncDecl) bool {
	if decl.Recv == nil {
		return true
	}
	expr := decl.Recv.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.IsExported()
		default:
			return false
		}
	}
}

func undocumented(t *tree, decl *ast.GenDecl) []string {
	var found []string
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if !spec.Name.IsExported() {
				continue
			}
			if decl.Doc == nil && spec.Doc == nil {
				found = append(found, t.at(spec.Pos(), "%s has no comment", spec.Name.Name))
			}
			switch of := spec.Type.(type) {
			case *ast.StructType:
				if !optionStruct.MatchString(spec.Name.Name) {
					continue
				}
				found = append(found, undocumentedFields(t, spec.Name.Name, of.Fields)...)
			case *ast.InterfaceType:
				found = append(found, undocumentedFields(t, spec.Name.Name, of.Methods)...)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && decl.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					found = append(found, t.at(name.Pos(), "%s has no comment", name.Name))
				}
			}
		}
	}
	return found
}

func undocumentedFields(t *tree, owner string, fields *ast.FieldList) []string {
	var found []string
	covered, last := false, 0
	for _, field := range fields.List {
		first := t.line(field.Pos())
		if field.Doc != nil {
			first = t.line(field.Doc.Pos())
		}
		covered = field.Doc != nil || covered && first == last+1
		last = t.line(field.End())
		for _, name := range field.Names {
			if name.IsExported() && !covered && field.Comment == nil {
				found = append(found, t.at(name.Pos(), "%s.%s has no comment", owner, name.Name))
			}
		}
	}
	return found
}

func (t *tree) line(pos token.Pos) int { return t.fset.Position(pos).Line }
