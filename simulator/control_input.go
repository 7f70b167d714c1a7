package simulator

import (
	"errors"
	"fmt"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// An input is a member of what can be posted to the control.
type input struct {
	Name string
	Kind inputKind

	// Of a number.
	Low, High float64
	Step      float64
	Unit      string

	Words []string // of a word: those that there are

	// With is another member that this one belongs to; empty: it stands alone.
	With string
}

type inputKind int

const (
	inputNumber inputKind = iota
	inputToggle           // true or false
	inputWord             // one of a few texts
	inputText             // any text
)

// allowed says what an input takes.
func (i *input) allowed() string {
	switch i.Kind {
	case inputNumber:
		return strings.TrimSpace(fmt.Sprintf("%s to %s %s", plainNumber(i.Low), plainNumber(i.High), i.Unit))
	case inputToggle:
		return "true or false"
	case inputWord:
		return strings.Join(i.Words, ", ")
	}
	return i.Unit
}

func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// inputs are the values of a post, by name: float64, bool or string.
type inputs map[string]any

// number returns a number that was posted, or another.
func (in inputs) number(name string, otherwise float64) float64 {
	if v, ok := in[name].(float64); ok {
		return v
	}
	return otherwise
}

func (in inputs) has(name string) bool { return in[name] != nil }

// isForm says whether a page posts its form.
func isForm(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/x-www-form-urlencoded"
}

// pageOf is the page that posts, as a path.
func pageOf(r *http.Request) string {
	if from, err := url.Parse(r.Referer()); err == nil && strings.HasPrefix(from.Path, controlBase+"/") {
		return (&url.URL{Path: from.Path, RawQuery: from.RawQuery}).String()
	}
	return controlBase + "/"
}

// read takes what was posted apart, or says what is wrong with it.
func readInputs(r *http.Request, known []input) (inputs, error) {
	values := make(inputs)
	var err error
	if isForm(r) {
		err = values.readForm(r, known)
	} else {
		err = values.readJSON(r, known)
	}
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return nil, &notDone{status: http.StatusRequestEntityTooLarge, Message: fmt.Sprintf("more than %d bytes", tooLong.Limit)}
	case err != nil:
		return nil, err
	case len(values) == 0:
		return nil, &notDone{status: http.StatusUnprocessableEntity, Message: "nothing is to be done", Allowed: inputNames(known)}
	}
	for _, i := range known {
		if values.has(i.Name) && i.With != "" && !values.has(i.With) {
			return nil, i.refuse(values[i.Name], fmt.Sprintf("%s says more about %s, which is missing", i.Name, i.With))
		}
	}
	return values, nil
}

func inputNames(known []input) string {
	var list []string
	for _, i := range known {
		list = append(list, i.Name)
	}
	return strings.Join(list, ", ")
}

// readForm leaves out what was left empty.
func (in inputs) readForm(r *http.Request, known []input) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("the form: %w", err)
	}
	for name, given := range r.PostForm {
		i, err := findInput(known, name)
		switch {
		case err != nil:
			return err
		case len(given) > 1:
			return i.refuse(strings.Join(given, ", "), name+" is there more than once")
		case strings.TrimSpace(given[0]) == "":
			continue
		}
		if in[name], err = i.parse(strings.TrimSpace(given[0])); err != nil {
			return err
		}
	}
	return nil
}

func (in inputs) readJSON(r *http.Request, known []input) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &notDone{
			status: http.StatusUnsupportedMediaType, Message: "the Content-Type is not JSON",
			Field: "Content-Type", Value: r.Header.Get("Content-Type"), Allowed: "application/json",
		}
	}
	var members map[string]jsontext.Value
	if err := json.UnmarshalRead(r.Body, &members); err != nil {
		var tooLong *http.MaxBytesError
		if errors.As(err, &tooLong) {
			return err
		}
		refused := &notDone{status: http.StatusBadRequest, Message: "this is no JSON object", Allowed: inputNames(known)}
		var other *json.SemanticError // JSON of another kind: it speaks of Go's types
		if !errors.As(err, &other) {
			refused.Message += ": " + err.Error()
		}
		return refused
	}
	for name, value := range members {
		i, err := findInput(known, name)
		if err != nil {
			return err
		}
		given := string(value)
		switch kind := value.Kind(); {
		case kind == '"' && i.Kind >= inputWord:
			if err := json.Unmarshal(value, &given); err != nil {
				return err
			}
		case kind == '0' && i.Kind == inputNumber, (kind == 't' || kind == 'f') && i.Kind == inputToggle:
		default:
			return i.refuse(value, fmt.Sprintf("%s is a %s", name, kind))
		}
		if in[name], err = i.parse(given); err != nil {
			return err
		}
	}
	return nil
}

func findInput(known []input, name string) (*input, error) {
	i := slices.IndexFunc(known, func(i input) bool { return i.Name == name })
	if i < 0 {
		return nil, &notDone{
			status: http.StatusUnprocessableEntity, Message: fmt.Sprintf("%q is not known here", name),
			Field: name, Allowed: inputNames(known),
		}
	}
	return &known[i], nil
}

// parse returns the value that a text stands for.
func (i *input) parse(given string) (any, error) {
	switch i.Kind {
	case inputNumber:
		v, err := strconv.ParseFloat(given, 64)
		switch {
		case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
			return nil, i.refuse(given, i.Name+" is no number")
		case v < i.Low || v > i.High:
			return nil, i.refuse(v, i.Name+" is out of range")
		case i.Step == 1 && v != math.Trunc(v):
			return nil, i.refuse(v, i.Name+" is no whole number")
		}
		return v, nil
	case inputToggle:
		if given != "true" && given != "false" {
			return nil, i.refuse(given, i.Name+" is neither true nor false")
		}
		return given == "true", nil
	case inputWord:
		if !slices.Contains(i.Words, given) {
			return nil, i.refuse(given, i.Name+" is none of those that there are")
		}
	}
	return given, nil
}

func (i *input) refuse(value any, why string) *notDone {
	return &notDone{status: http.StatusUnprocessableEntity, Message: why, Field: i.Name, Value: value, Allowed: i.allowed()}
}
