package policy

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
)

// secretName is what a field is called that holds what no log may show: a secret, who or where somebody is, or a topic or a query that
// says so.
var secretName = regexp.MustCompile(`(?i)passw|token|secret|credential|signature|signed|api_?key|serial|e_?mail|^mac$|mac_?addr|address|latitude|longitude|phone|topic|userid|^query$|^keys?$`)

// shown are the types whose fields of that kind are bare texts all the same, by directory, and why.
var shown = map[string]string{
	"internal/cli deviceDocument":   "what the command devices prints when it is asked for it",
	"internal/cli locationDocument": "what the command devices prints when it is asked for it",
	"internal/cli whose":            "of which heater a command prints",
	"internal/cli scheduleHead":     "of which heater a schedule in a file is",
	"internal/cli touFile":          "a tariff in a file, for the controller of that number",
	"internal/cli simAccount":       "of simulated heaters",
	"internal/cli simHeater":        "simulated",
	"internal/cli piece":            "words of a command line",
	"internal/homeassistant Config": "how topics begin, in the owner's words",
}

// secretFields finds fields of structs that hold a secret as a bare text, which %+v, slog and encoding/json print. The root has Secret
// and MAC for that, openei has Key; a type that must have bare texts formats itself. The secrets of simulator and examples are made up.
func secretFields(t *tree) []string {
	var found []string
	for dir, files := range t.packages() {
		if dir == "simulator" || len(files) > 0 && files[0].within("examples") {
			continue
		}
		format := formatting(files)
		for _, file := range files {
			ast.Inspect(file.syntax, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				holder, ok := spec.Type.(*ast.StructType)
				if !ok || format[spec.Name.Name] || shown[dir+" "+spec.Name.Name] != "" {
					return true
				}
				for _, field := range holder.Fields.List {
					for _, name := range field.Names {
						if secretName.MatchString(name.Name) && isText(field.Type) {
							found = append(found, t.at(name.Pos(), "%s.%s is a bare text, which whoever prints it shows", spec.Name.Name, name.Name))
						}
					}
				}
				return true
			})
		}
	}
	return found
}

// formatting returns the types that say themselves how they are printed.
func formatting(files []source) map[string]bool {
	formats := map[string]bool{}
	for _, file := range files {
		for _, decl := range file.syntax.Decls {
			method, ok := decl.(*ast.FuncDecl)
			if !ok || method.Recv == nil || method.Name.Name != "Format" {
				continue
			}
			of := method.Recv.List[0].Type
			if pointer, ok := of.(*ast.StarExpr); ok {
				of = pointer.X
			}
			if name, ok := of.(*ast.Ident); ok {
				formats[name.Name] = true
			}
		}
	}
	return formats
}

// isText tells texts, bytes, and lists and maps of them.
func isText(of ast.Expr) bool {
	switch of := of.(type) {
	case *ast.ArrayType:
		return isText(of.Elt)
	case *ast.MapType:
		return isText(of.Key) || isText(of.Value)
	case *ast.StarExpr:
		return isText(of.X)
	}
	return slices.Contains([]string{"string", "byte", "any", "json.RawMessage", "jsontext.Value"}, types.ExprString(of))
}
