package simulator

import (
	"slices"
	"strings"
)

// longestName is how many words the longest of the names has that choose knows.
const longestName = 3

// choose reads one of several names. They are written with hyphens here, and in a
// scenario with hyphens or as words of their own: the longest that fits is taken.
func (l *scenarioLine) choose(what string, names ...string) string {
	if name, words := l.find(names); words > 0 {
		l.rest = l.rest[words:]
		return name
	}
	if l.over() {
		l.fail("%s is missing: %s", what, strings.Join(names, ", "))
		return ""
	}
	written := l.rest[0].written
	similar := ""
	for n := min(longestName, len(l.rest)); n > 0 && similar == ""; n-- {
		similar = nearest(l.joined(n), names)
	}
	if similar != "" {
		l.fail("%s is not %q: did you mean %s?", what, written, similar)
	} else {
		l.fail("%s is not %q: it is one of %s", what, written, strings.Join(names, ", "))
	}
	return ""
}

// find returns the name that comes next, and how many words it takes.
func (l *scenarioLine) find(names []string) (name string, words int) {
	for n := min(longestName, len(l.rest)); n > 0; n-- {
		if joined := l.joined(n); slices.Contains(names, joined) {
			return joined, n
		}
	}
	return "", 0
}

// joined returns the next words as one name.
func (l *scenarioLine) joined(n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = l.rest[i].lower
	}
	return strings.Join(parts, "-")
}

// onOff reads on or off.
func (l *scenarioLine) onOff(what string) bool { return l.choose(what, "on", "off") == "on" }

// nearest returns the name that was most likely meant, or nothing.
func nearest(word string, names []string) string {
	best, least := "", 1+len(word)/3
	for _, name := range names {
		if d := distance(word, name); d <= least && (best == "" || d < distance(word, best)) {
			best = name
		}
	}
	if len(word) < 2 {
		return ""
	}
	return best
}

// distance counts the letters that must be changed, added, left out, or swapped with
// the next to make one word of the other.
func distance(a, b string) int {
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// hyphenated writes names as choose takes them.
func hyphenated(names []string) []string {
	written := make([]string, 0, len(names))
	for _, name := range names {
		written = append(written, strings.ReplaceAll(name, " ", "-"))
	}
	return written
}
