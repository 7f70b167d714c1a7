package httpapi

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/api"
)

// mostBody bounds the body of a request; the largest schedule takes 10 KB.
const mostBody = 1 << 20

// readBody reads the document that a request carries. Unknown members, members twice and anything after it are refused.
func readBody(w http.ResponseWriter, r *http.Request, document any) error {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return &api.Error{Status: http.StatusUnsupportedMediaType, Text: "the body must be of the type application/json", Field: "Content-Type"}
	}
	tooLarge := &api.Error{Status: http.StatusRequestEntityTooLarge, Text: fmt.Sprintf("the body may have %d bytes", mostBody)}
	if r.ContentLength > mostBody {
		return tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return tooLarge
	case err != nil:
		return &api.Error{Status: http.StatusBadRequest, Text: "the body ended before its time"}
	}
	if err := json.Unmarshal(body, document, json.RejectUnknownMembers(true)); err != nil {
		return malformed(err)
	}
	return nil
}

// malformed says what is wrong with a body, without repeating any of it but a member's name.
func malformed(err error) *api.Error {
	told := &api.Error{Status: http.StatusBadRequest, Text: "the body is not one JSON document"}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic):
		told.Field = member(semantic.JSONPointer)
		told.Text = "a JSON " + semantic.JSONKind.String() + " does not fit here"
		if errors.Is(err, json.ErrUnknownName) {
			told.Text = "there is no such member"
		}
	case errors.As(err, &syntactic):
		told.Text = fmt.Sprintf("the body is not one JSON document: see byte %d", syntactic.ByteOffset)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			told.Field, told.Text = member(syntactic.JSONPointer), "the member stands there twice"
		}
	}
	return told
}

// member names what a pointer points at, if it can be a name of ours.
func member(pointer jsontext.Pointer) string {
	name := strings.TrimPrefix(string(pointer), "/")
	if !tame(name) {
		return ""
	}
	return name
}

// mostText bounds the texts of a command: modes and versions are short.
const mostText = 128

// tame tells texts that can go into logs, events and databases as they are.
func tame(text string) bool {
	return len(text) <= mostText && utf8.ValidString(text) && !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' || c == 0x7f })
}
