package openei

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"unicode"
)

type answering struct {
	status int
	body   []byte
}

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(bytes.NewReader(a.body))}, nil
}

// Whatever the service answers is a list of plans or an error, and neither the error nor the log says what it was asked: {key}
// and {zip} in an answer are what was sent.
func FuzzAnswer(f *testing.F) {
	const key, zip = "Qw3rTyUiOpAsDfGhJkLzXcVbNm0123456789AbCd", "94501"
	for _, body := range []string{
		`{"items":[]}`, `{"items":[{"label":"x","utility":"U","name":"N"}]}`, `{"items":[7]}`, `{"items":null}`, `{"items":{}}`, `{"error":"no such key {key}"}`, `{"error":{"message":"{zip} {key}"}}`,
		`{"error":{"message":7}}`, `{"error":""}`, `{"error":null,"items":[]}`, `{"items":[{"startdate":{zip}.5}]}`, `{"items":[{"startdate":"{key}"}]}`, `{"items":[{"{key}":1}]}`, `{"items":[{"energyratestructure":"{zip}"}]}`, "",
		`{"items":[{"energyratestructure":[[{"rate":{zip}e999}]]}]}`, "{key}", "<html>{zip}</html>", `{"error":"a\u001b[31mb\u2028c` + strings.Repeat("x", 500) + `"}`,
	} {
		for _, status := range []int{200, 301, 400, 503} {
			f.Add(status, []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		var log bytes.Buffer
		client := New(Config{APIKey: NewKey(key), Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{
			Level: slog.LevelDebug,
			ReplaceAttr: func(_ []string, attr slog.Attr) slog.Attr {
				if attr.Key == slog.TimeKey || attr.Key == "took" { // may have the digits of the ZIP code by chance
					return slog.Attr{}
				}
				return attr
			},
		}))})
		client.transport = answering{status % 1000, []byte(strings.NewReplacer("{key}", key, "{zip}", zip).Replace(string(body)))}
		plans, err := client.call(t.Context(), zip)
		if err == nil {
			for _, plan := range plans {
				if _, err := json.Marshal(plan); err != nil {
					t.Errorf("a plan that is not written again: %v", err)
				}
			}
		} else if text := err.Error(); len(text) > 2000 || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("an error that nobody can read: %.300q", text)
		}
		shown := log.String()
		if err != nil {
			shown += fmt.Sprintf("%v %+v %#v", err, err, err)
		}
		for _, secret := range []string{key, zip} {
			if strings.Contains(shown, secret) {
				t.Errorf("%s shows in %s", secret, shown)
			}
		}
	})
}
