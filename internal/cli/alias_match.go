package cli

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// translated returns the arguments of a command line with what is an alias in them replaced by what it is here.
func translated(root *cobra.Command, args []string) []string {
	if len(args) > 0 && strings.HasPrefix(args[0], "__") {
		return args // a shell that completes
	}
	taking := optionsTaking(root)
	for _, alias := range aliases {
		if here, is := alias.replace(parseLine(args, taking), taking); is {
			args = here
		}
	}
	return args
}

// piece is a part of a command line: a word, or an option with its value.
type piece struct {
	tokens []string // as they were written
	option string   // "" for a word
	value  string
}

// parseLine takes a command line to pieces. What comes after -- is left as it is.
func parseLine(tokens []string, taking map[string]bool) []piece {
	var pieces []piece
	for i := 0; i < len(tokens); i++ {
		token := tokens[i]
		name, value, attached := strings.Cut(token, "=")
		switch {
		case token == "--":
			return append(pieces, piece{tokens: tokens[i:], option: token})
		case token == "-" || !strings.HasPrefix(token, "-"):
			pieces = append(pieces, piece{tokens: tokens[i : i+1]})
		case attached || !taking[name] || i+1 == len(tokens):
			pieces = append(pieces, piece{tokens: tokens[i : i+1], option: name, value: value})
		default:
			i++
			pieces = append(pieces, piece{tokens: tokens[i-1 : i+1], option: name, value: tokens[i]})
		}
	}
	return pieces
}

// optionsTaking returns the options of all commands and of the aliases whose value may be the next argument, as one
// writes them.
func optionsTaking(root *cobra.Command) map[string]bool {
	taking := make(map[string]bool)
	note := func(flag *pflag.Flag) {
		if flag.NoOptDefVal == "" {
			taking["--"+flag.Name] = true
			taking["-"+flag.Shorthand] = flag.Shorthand != ""
		}
	}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.PersistentFlags().VisitAll(note)
		cmd.LocalFlags().VisitAll(note)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
	for _, alias := range aliases {
		words := strings.Fields(alias.python)
		for i, word := range words[:len(words)-1] {
			if strings.HasPrefix(word, "--") && !strings.HasPrefix(words[i+1], "-") {
				taking[word] = true
			}
		}
	}
	return taking
}

// replace returns the command line with the alias replaced, when the line has that form.
func (a alias) replace(line []piece, taking map[string]bool) ([]string, bool) {
	var words []int
	for i, piece := range line {
		if piece.option == "" {
			words = append(words, i)
		}
	}
	var taken []int
	arguments := make(map[string]string)
	for _, wanted := range parseLine(strings.Fields(a.python), taking) {
		found, want, got := -1, wanted.value, ""
		if wanted.option != "" {
			found = slices.IndexFunc(line, func(p piece) bool { return p.option == wanted.option })
		} else if len(words) > 0 {
			found, words = words[0], words[1:]
			want = wanted.tokens[0]
		}
		if found < 0 {
			return nil, false
		}
		if got = line[found].value; wanted.option == "" {
			got = line[found].tokens[0]
		}
		switch {
		case placeholder.MatchString(want):
			arguments[want] = got
		case got != want:
			return nil, false
		}
		taken = append(taken, found)
	}
	var replaced []string
	for i, piece := range line {
		switch {
		case i == taken[0]:
			replaced = append(replaced, fill(a.here, arguments)...)
		case !slices.Contains(taken, i):
			replaced = append(replaced, piece.tokens...)
		}
	}
	return replaced, true
}

var placeholder = regexp.MustCompile(`\b[A-Z]+\b`)

// fill puts arguments into a form. A number that is joined to another has two digits, as in 2026-07 and 6:05.
func fill(form string, arguments map[string]string) []string {
	words := strings.Fields(form)
	for i, word := range words {
		var filled strings.Builder
		done := 0
		for _, at := range placeholder.FindAllStringIndex(word, -1) {
			argument := arguments[word[at[0]:at[1]]]
			filled.WriteString(word[done:at[0]])
			if at[0] > 0 && len(argument) == 1 {
				filled.WriteString("0")
			}
			filled.WriteString(argument)
			done = at[1]
		}
		words[i] = filled.String() + word[done:]
	}
	return words
}
