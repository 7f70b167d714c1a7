package policy

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
)

// fixedPort is an address to listen on that another program may have taken.
var fixedPort = regexp.MustCompile(`:[1-9]\d*$`)

// testManners finds tests that may skip themselves, and fixed ports.
func testManners(t *tree) []string {
	var found []string
	for _, file := range t.filter(source.isTest) {
		ast.Inspect(file.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, _ := sel.X.(*ast.Ident)
			switch {
			case from == nil:
			case slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) && slices.Contains([]string{"t", "b", "f", "tb"}, from.Name):
				found = append(found, t.at(call.Pos(), "may skip: what needs more than the repository carries the build tag integration"))
			case from.Name == "net" && sel.Sel.Name == "Listen" && len(call.Args) == 2 && isFixedPort(call.Args[1]):
				found = append(found, t.at(call.Pos(), "listens on a fixed port: use port 0"))
			}
			return true
		})
	}
	return found
}

func isFixedPort(expr ast.Expr) bool {
	literal, ok := expr.(*ast.BasicLit)
	if !ok {
		return false
	}
	address, err := strconv.Unquote(literal.Value)
	return err == nil && fixedPort.MatchString(address)
}
