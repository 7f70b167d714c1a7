package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/history"
)

// errNothing is a path at which there is nothing, or nothing any more.
var errNothing = &api.Error{Status: http.StatusNotFound, Text: "there is nothing at this path"}

// allow is the value of the header Allow.
func (m resource) allow() string {
	methods := slices.Collect(maps.Keys(m))
	if m[http.MethodGet] != nil {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

// encode makes JSON of a document. A text that is no UTF-8, such as the name that somebody gave a heater, spoils no answer.
func encode(document any) ([]byte, error) {
	return json.Marshal(document, jsontext.AllowInvalidUTF8(true))
}

// write answers with a document.
func write(w http.ResponseWriter, status int, document any) error {
	body, err := encode(document)
	if err != nil {
		return err
	}
	return writeBody(w, status, body)
}

// writeBody answers with the text of a document. When it cannot be written nobody is there to be told.
func writeBody(w http.ResponseWriter, status int, body []byte) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
	return nil
}

// leastPacked is how long a document must be to be worth packing.
const leastPacked = 4 << 10

// writeLarge answers with a document that is packed if it is long and the client can unpack it: curves shrink to a tenth.
func writeLarge(w http.ResponseWriter, r *http.Request, document any) error {
	text, err := encode(document)
	if err != nil {
		return err
	}
	w.Header().Set("Vary", "Accept-Encoding")
	if len(text) >= leastPacked && unpacks(r.Header.Get("Accept-Encoding")) {
		var packed bytes.Buffer
		packer, err := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
		if err != nil {
			return err
		}
		_, err = packer.Write(text)
		if err := errors.Join(err, packer.Close()); err != nil {
			return err
		}
		w.Header().Set("Content-Encoding", "gzip")
		text = packed.Bytes()
	}
	return writeBody(w, http.StatusOK, text)
}

// unpacks tells whether a client takes gzip.
func unpacks(accepted string) bool {
	for coding := range strings.SplitSeq(accepted, ",") {
		name, quality, _ := strings.Cut(coding, ";")
		quality = strings.TrimLeft(strings.TrimPrefix(strings.TrimSpace(quality), "q="), "0.")
		if strings.TrimSpace(name) == "gzip" && (quality != "" || !strings.Contains(coding, ";")) {
			return true
		}
	}
	return false
}

// fail answers with an error.
func (a *API) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // nobody is there to be told
	}
	told := a.explain(r, err)
	switch told.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", `Bearer realm="nwp500"`)
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", "10")
	}
	_ = write(w, told.Status, told) // two texts are always JSON
}

// explain tells a client as much of an error as is meant for it.
func (a *API) explain(r *http.Request, err error) *api.Error {
	var told *api.Error
	if errors.As(err, &told) {
		return told
	}
	var question *history.QueryError
	if errors.As(err, &question) {
		return &api.Error{Status: http.StatusBadRequest, Text: question.Reason, Field: question.Field}
	}
	var outOfRange *nwp500.RangeError
	var unsupported *nwp500.UnsupportedError
	status := http.StatusInternalServerError
	switch {
	case errors.As(err, &outOfRange):
		status = http.StatusBadRequest
	case errors.As(err, &unsupported):
		status = http.StatusConflict
	case errors.Is(err, nwp500.ErrNoAnswer), errors.Is(err, context.DeadlineExceeded):
		status = http.StatusGatewayTimeout
	case errors.Is(err, nwp500.ErrDisconnected), errors.Is(err, nwp500.ErrClosed), errors.Is(err, nwp500.ErrUnreachable),
		errors.Is(err, nwp500.ErrCredentials), errors.Is(err, nwp500.ErrPasswordNeeded), errors.Is(err, nwp500.ErrNotSignedIn):
		status = http.StatusServiceUnavailable
	default:
		a.log.ErrorContext(r.Context(), "a request failed", "method", r.Method, "path", r.URL.Path, "err", err)
		return &api.Error{Status: status, Text: "something went wrong inside; the log says what"}
	}
	return &api.Error{Status: status, Text: err.Error()}
}
