package simulator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a scenario's text.
const (
	mostScenarioBytes = 256 << 10
	mostScenarioLines = 2000
	mostLineBytes     = 500
)

// scenarioLine is a line of a scenario that is being read, from left to right. What is
// read after a problem is nothing, so that readers need not look for problems.
type scenarioLine struct {
	line    int
	text    string         // without comment and needless spaces
	rest    []scenarioWord // not read yet
	problem string         // the first one
}

// scenarioWord is a word, a number, a unit, or a sign that stands for itself.
type scenarioWord struct {
	written string
	lower   string
}

// tooMuch says why a text is not read at all.
func tooMuch(text []byte) string {
	switch lines := 1 + bytes.Count(bytes.TrimSuffix(text, []byte("\n")), []byte("\n")); {
	case len(text) > mostScenarioBytes: // of a file, no more than that may have been read
		return fmt.Sprintf("the file has more than %d bytes", mostScenarioBytes)
	case lines > mostScenarioLines:
		return fmt.Sprintf("the file has %d lines, more than %d", lines, mostScenarioLines)
	}
	return ""
}

// splitScenario returns the lines that say something, and what forbids to read others.
func splitScenario(text []byte) (lines []*scenarioLine, problems []ScenarioProblem) {
	split := bytes.Split(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
	for i, raw := range split {
		raw = bytes.TrimSuffix(raw, []byte("\r"))
		if unreadable := unreadable(raw); unreadable != "" {
			problems = append(problems, ScenarioProblem{i + 1, unreadable})
			continue
		}
		said := strings.ReplaceAll(string(raw), "−", "-")
		if at := strings.IndexByte(said, '#'); at >= 0 {
			said = said[:at]
		}
		if said = strings.Join(strings.Fields(said), " "); said != "" {
			lines = append(lines, &scenarioLine{line: i + 1, text: said, rest: scenarioWords(said)})
		}
	}
	return lines, problems
}

// unreadable says why a line is no text.
func unreadable(raw []byte) string {
	odd := func(r rune) bool { return unicode.IsControl(r) && r != '\t' }
	switch at := bytes.IndexFunc(raw, odd); {
	case len(raw) > mostLineBytes:
		return fmt.Sprintf("the line has %d bytes, more than %d", len(raw), mostLineBytes)
	case !utf8.Valid(raw):
		return "the line is not UTF-8"
	case at >= 0:
		r, _ := utf8.DecodeRune(raw[at:])
		return fmt.Sprintf("the line has a control character, %U", r)
	}
	return ""
}

// scenarioWords takes a line apart: at spaces, around commas, semicolons and signs of
// comparison, and between a number and its unit.
func scenarioWords(text string) []scenarioWord {
	var words []scenarioWord
	add := func(word string) { words = append(words, scenarioWord{word, strings.ToLower(word)}) }
	split := func(word string) {
		for word != "" {
			n := leadingNumber(word)
			unit, _ := utf8.DecodeRuneInString(word[n:])
			if n == 0 || !unicode.IsLetter(unit) && unit != '%' && unit != '°' {
				add(word)
				return
			}
			add(word[:n])
			word = word[n:]
			if n = strings.IndexAny(word, "0123456789"); n < 0 { // the next number of 1h30min
				n = len(word)
			}
			add(word[:n])
			word = word[n:]
		}
	}
	const separators, comparisons = ",;", "<>=!"
	for _, field := range strings.Fields(text) {
		for field != "" {
			switch n := strings.IndexAny(field, separators+comparisons); {
			case n < 0:
				split(field)
				field = ""
			case n > 0:
				split(field[:n])
				field = field[n:]
			default:
				n = 1
				for strings.Contains(comparisons, field[:1]) && n < len(field) && strings.Contains(comparisons, field[n:n+1]) {
					n++
				}
				add(field[:n])
				field = field[n:]
			}
		}
	}
	return words
}

// leadingNumber returns how many bytes of a word are a decimal number.
func leadingNumber(word string) int {
	n := len(word) - len(strings.TrimLeft(word, "+-"))
	if n > 1 {
		return 0
	}
	digits := len(word[n:]) - len(strings.TrimLeft(word[n:], "0123456789"))
	if digits == 0 {
		return 0
	}
	n += digits
	if strings.HasPrefix(word[n:], ".") {
		if part := len(word[n+1:]) - len(strings.TrimLeft(word[n+1:], "0123456789")); part > 0 {
			n += 1 + part
		}
	}
	return n
}

// fail notes what is wrong, unless something else was before it.
func (l *scenarioLine) fail(format string, args ...any) {
	if l.problem == "" {
		l.problem = fmt.Sprintf(format, args...)
	}
	l.rest = nil
}

// peek returns the next word in lower case, or nothing at the end.
func (l *scenarioLine) peek() string { return l.peekAt(0) }

func (l *scenarioLine) peekAt(n int) string {
	if n >= len(l.rest) {
		return ""
	}
	return l.rest[n].lower
}

// saying returns what is left, as it was written.
func (l *scenarioLine) saying() string {
	text := ""
	for i, word := range l.rest {
		if i > 0 && word.written != "," && word.written != ";" {
			text += " "
		}
		text += word.written
	}
	return text
}

// next reads a word.
func (l *scenarioLine) next() scenarioWord {
	if len(l.rest) == 0 {
		return scenarioWord{}
	}
	word := l.rest[0]
	l.rest = l.rest[1:]
	return word
}

// accept reads words if they are the next ones.
func (l *scenarioLine) accept(words ...string) bool {
	for i, word := range words {
		if l.peekAt(i) != word {
			return false
		}
	}
	l.rest = l.rest[len(words):]
	return len(words) > 0
}

// acceptOne reads a word if it is one of these.
func (l *scenarioLine) acceptOne(words ...string) bool {
	if len(l.rest) == 0 || !slices.Contains(words, l.peek()) {
		return false
	}
	l.next()
	return true
}

// want reads a word that has to be there.
func (l *scenarioLine) want(word string) {
	if l.problem == "" && !l.accept(word) {
		l.fail("%s is to follow%s", word, l.instead())
	}
}

// instead tells what is there in place of what was wanted.
func (l *scenarioLine) instead() string {
	if len(l.rest) == 0 {
		return ", and the line ends"
	}
	return fmt.Sprintf(", not %q", l.rest[0].written)
}

// end refuses what is left.
func (l *scenarioLine) end() {
	if len(l.rest) > 0 {
		l.fail("%q is too much", l.rest[0].written)
	}
}

// over tells whether nothing is left, or what is left is of no use.
func (l *scenarioLine) over() bool { return len(l.rest) == 0 }
