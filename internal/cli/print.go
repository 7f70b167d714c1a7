package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"unicode"
)

// line writes a JSON document and ends the line, so that a reader has it at once.
func (p *program) line(document []byte) error {
	_, err := p.stdout.Write(append(document, '\n'))
	return err
}

// document writes a value as a JSON document on a line.
func (p *program) document(value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil { // ends the line
		return err
	}
	_, err := p.stdout.Write(text.Bytes())
	return err
}

// say writes a line for people.
func (p *program) say(format string, args ...any) error {
	_, err := fmt.Fprintln(p.stdout, printable(fmt.Sprintf(format, args...)))
	return err
}

// rows writes rows of cells, aligned; the first is the heading.
func (p *program) rows(rows [][]string) error {
	table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = printable(cell)
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	return table.Flush()
}

// sheet is what there is to know of one heater: groups of labels and values.
type sheet struct {
	title  string
	groups []group
}

type group struct {
	name  string
	facts []fact
}

type fact struct{ label, value string }

func (s *sheet) group(name string, facts ...fact) {
	s.groups = append(s.groups, group{name, facts})
}

// labelWidth is what the longest label takes, and a little.
const labelWidth = 20

func (p *program) sheet(s *sheet) error {
	var text strings.Builder
	fmt.Fprintln(&text, printable(s.title))
	for _, group := range s.groups {
		fmt.Fprintf(&text, "\n  %s\n", group.name)
		for _, fact := range group.facts {
			fmt.Fprintf(&text, "    %-*s %s\n", labelWidth, fact.label, printable(fact.value))
		}
	}
	_, err := p.stdout.Write([]byte(text.String()))
	return err
}

// printable takes out of a text what would steer a terminal: names come from the cloud.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
}
