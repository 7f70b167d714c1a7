package policy

import (
	"fmt"
	"regexp"
)

// mostLines is how long a file may be that is not a test: one concept, read in one sitting.
const mostLines = 400

// fileLength finds files of more than mostLines lines.
func fileLength(t *tree) []string {
	var found []string
	for _, file := range t.code() {
		if n := len(file.lines()); n > mostLines {
			found = append(found, fmt.Sprintf("%s: %d lines, of %d at the most: which of its concepts can move out?", file.path, n, mostLines))
		}
	}
	return found
}

// forbidden is what no text of the project says. The patterns are written so that they do not match themselves.
var forbidden = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`\b(TO[D]O|FIX[M]E|XX[X]|HA[C]K)\b`), "left open: mend it, or write it up in docs/rough-edges.md"},
	{regexp.MustCompile(`(^|[\s"'` + "`" + `(=:])/(work|root|farm|(home|Users)/[A-Za-z]\w*)/`), "a path of somebody's machine"},
	{regexp.MustCompile(`\bInsecureSkip[V]erify\b`), "TLS is always verified; trust another authority instead"},
}

// words finds the forbidden in code, documents and scripts.
func words(t *tree) []string {
	var found []string
	for _, file := range t.sources {
		for _, line := range file.lines() {
			for _, f := range forbidden {
				if word := f.pattern.FindString(line.text); word != "" {
					found = append(found, fmt.Sprintf("%s: %q: %s", line.place, word, f.why))
				}
			}
		}
	}
	return found
}
