package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nwp500/nwp500/api"
)

// query reads the parameters of a request, each of which may be given once. The first that is wrong, and one that nobody has
// asked for, is the error of end.
type query struct {
	values url.Values
	wrong  *api.Error
}

func newQuery(r *http.Request) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	q := &query{values: values}
	if err != nil {
		q.refuse("", "the parameters after ? cannot be read")
	}
	return q
}

// end returns what was wrong.
func (q *query) end() error {
	for name := range q.values {
		if !tame(name) {
			name = ""
		}
		q.refuse(name, "there is no such parameter")
	}
	if q.wrong == nil {
		return nil
	}
	return q.wrong
}

func (q *query) refuse(name, format string, values ...any) {
	if q.wrong == nil {
		q.wrong = &api.Error{Status: http.StatusBadRequest, Text: fmt.Sprintf(format, values...), Field: name}
	}
}

// text returns a parameter, "" when it is not given.
func (q *query) text(name string) string {
	given := q.values[name]
	delete(q.values, name)
	switch {
	case len(given) == 0:
		return ""
	case len(given) > 1:
		q.refuse(name, "it is given twice")
	case given[0] == "":
		q.refuse(name, "it is empty")
	case len(given[0]) > 4096:
		q.refuse(name, "it is too long")
	}
	return given[0]
}

// list returns the words of a parameter, apart by commas, that are all of an alphabet of small letters, digits, - and _.
func (q *query) list(name string, most int) []string {
	text := q.text(name)
	if text == "" {
		return nil
	}
	words := strings.Split(text, ",")
	if len(words) > most {
		q.refuse(name, "it takes at most %d names", most)
	}
	for _, word := range words {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			q.refuse(name, "it takes names apart by commas")
		}
	}
	return words
}

// time returns a moment, or the usual one when it is not given.
func (q *query) time(name string, usual time.Time) time.Time {
	text := q.text(name)
	if text == "" {
		return usual
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.Year() < 1970 || at.Year() > 9998 {
		q.refuse(name, "a time such as 2026-11-22T07:00:00Z is wanted")
	}
	return at
}

// day returns a day of the calendar, or the usual one.
func (q *query) day(name string, usual time.Time) string {
	text := q.text(name)
	if text == "" {
		return usual.Format(time.DateOnly)
	}
	if at, err := time.Parse(time.DateOnly, text); err != nil || at.Year() < 1970 {
		q.refuse(name, "a day such as 2026-11-22 is wanted")
	}
	return text
}

// number returns a whole number of a range, or the usual one, which may lie outside.
func (q *query) number(name string, least, most, usual int64) int64 {
	text := q.text(name)
	if text == "" {
		return usual
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < least || number > most {
		q.refuse(name, "a whole number from %d to %d is wanted", least, most)
	}
	return number
}

// word returns one of several words; if it is not given, the first.
func (q *query) word(name string, words ...string) string {
	text := q.text(name)
	if text == "" {
		return words[0]
	}
	for _, word := range words {
		if text == word {
			return word
		}
	}
	q.refuse(name, "it takes %s", strings.Join(words, ", "))
	return words[0]
}
