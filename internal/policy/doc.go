// Package policy holds the rules of the house as tests, so that the tree keeps the shape that docs/design.md draws.
//
// It has no code of its own. Each rule is a function from a source tree to its findings, in a file named after what it
// looks at, and has a row in the table of rules_test.go. The rules run twice: on this repository, where they must find nothing, and
// on a small tree under testdata named after the rule, where they must find exactly what the head of that file lists. A rule that
// cannot fail is thereby impossible to add.
//
// To build a new room, give it a row in the table of imports_test.go: which of our packages it may import. To make an
// exception, change the rule and say why beside it; there is no list of exempted files.
package policy
