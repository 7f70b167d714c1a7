package policy

import (
	"go/ast"
	"go/types"
	"regexp"
	"slices"
)

// realClock finds tests that sleep outside a testing/synctest bubble, by themselves or through a helper of their package.
//
// It goes by names. What stands inside the arguments of a call to synctest.Test, or of a helper that itself calls
// synctest.Test, is in a bubble. A helper that sleeps passes the question to its callers. A function literal may be a step that
// a bubble runs later, as in a table, so it counts only in a test that makes no bubble.
func realClock(t *tree) []string {
	byDir := map[string][]*ast.FuncDecl{}
	for _, file := range t.filter(source.isTest) {
		for _, decl := range file.syntax.Decls {
			if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
				byDir[file.dir()] = append(byDir[file.dir()], decl)
			}
		}
	}
	var found []string
	for _, decls := range byDir {
		bubbles := map[string]bool{"synctest.Test": true}
		grow(bubbles, decls, func(decl *ast.FuncDecl) bool { return len(callsOf(decl, bubbles)) > 0 })
		sleeps := map[string]bool{"time.Sleep": true}
		grow(sleeps, decls, func(decl *ast.FuncDecl) bool { return len(outside(decl, sleeps, bubbles)) > 0 })
		for _, decl := range decls {
			if !isHelper(decl) {
				for _, call := range outside(decl, sleeps, bubbles) {
					found = append(found, t.at(call.Pos(), "sleeps on the real clock: use testing/synctest"))
				}
			}
		}
	}
	return found
}

// grow adds to the names those of the helpers that belong there, until none is left to add.
func grow(names map[string]bool, decls []*ast.FuncDecl, belongs func(*ast.FuncDecl) bool) {
	for before := -1; before != len(names); {
		before = len(names)
		for _, decl := range decls {
			if isHelper(decl) && belongs(decl) {
				names[decl.Name.Name] = true
			}
		}
	}
}

var testName = regexp.MustCompile(`^(Test|Benchmark|Fuzz|Example)`)

// isHelper tells whether tests call a function, rather than the testing package. An exported method is left out: its name
// may be that of many.
func isHelper(decl *ast.FuncDecl) bool {
	if decl.Recv != nil {
		return !decl.Name.IsExported()
	}
	return !testName.MatchString(decl.Name.Name)
}

// outside returns the calls of a function to one that sleeps, those in bubbles left out.
func outside(decl *ast.FuncDecl, sleeps, bubbles map[string]bool) []*ast.CallExpr {
	inBubbles := callsOf(decl, bubbles)
	var calls []*ast.CallExpr
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return len(inBubbles) == 0
		case *ast.CallExpr:
			if sleeps[called(n)] {
				calls = append(calls, n)
			}
			return !slices.Contains(inBubbles, n)
		}
		return true
	})
	return calls
}

// callsOf returns the calls of a function to those named.
func callsOf(decl *ast.FuncDecl, names map[string]bool) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && names[called(call)] {
			calls = append(calls, call)
		}
		return true
	})
	return calls
}

// called returns the name that a call calls: that of a function or method, and of the two that matter with their package.
func called(call *ast.CallExpr) string {
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		return fun.Name
	case *ast.SelectorExpr:
		if full := types.ExprString(fun); full == "time.Sleep" || full == "synctest.Test" {
			return full
		}
		return fun.Sel.Name
	}
	return ""
}
