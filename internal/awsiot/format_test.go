package awsiot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// However a value is printed, alone or within another, neither a key nor a signature nor a topic shows.
func TestNoTypePrintsASecret(t *testing.T) {
	const mark = "navilink-0a0b0c0d0e0f"
	publication := Publication{Topic: mark, Payload: []byte(mark), Supersede: mark}
	link := &Link{cfg: Config{ClientID: "client"}}
	link.publications = newPublications(0)
	link.publications.strikes[mark] = strike{}
	link.publications.waiting = []*outgoing{{Publication: publication}}
	link.subscriptions.wanted = []*subscription{{filter: mark}}
	link.inbox.message(mark, []byte(mark))
	refused := &SubscribeError{Filters: []string{mark}}
	for _, value := range []any{
		Credentials{mark, mark, mark},
		signedQuery(mark),
		publication,
		outgoing{Publication: publication},
		link,
		refused,
		Change{Err: refused},
		Stats{Err: refused},
		&PublishError{Err: refused},
		fmt.Errorf("wrapped: %w", refused),
	} {
		for _, value := range []any{value, &value, []any{value}, struct{ Value any }{value}} {
			var out bytes.Buffer
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
				fmt.Fprintf(&out, verb+"\n", value)
			}
			slog.New(slog.NewJSONHandler(&out, nil)).Info("", "value", value)
			slog.New(slog.NewTextHandler(&out, nil)).Info("", "value", value)
			encoded, err := json.Marshal(value)
			fmt.Fprintf(&out, "%s %v\n", encoded, err)
			numbers := strings.Trim(fmt.Sprintf("%d", []byte(mark)), "[]")
			for _, form := range []string{mark, fmt.Sprintf("%x", mark), fmt.Sprintf("%X", mark), numbers} {
				if text, _, found := strings.Cut(out.String(), form); found {
					t.Errorf("a %T shows %s after %.300s", value, form, text)
				}
			}
		}
	}
}

// The broker's words stay, unless they quote what we sent.
func TestWordsOfTheBroker(t *testing.T) {
	for text, want := range map[string]string{
		"Signature expired: 20260115T120000Z is now earlier than 20260115T121000Z": "Signature expired: 20260115T120000Z is now earlier than 20260115T121000Z",
		"UnrecognizedClientException":                                             "UnrecognizedClientException",
		"The security token included in the request is expired\nGET\n/mqtt":       "The security token included in the request is expired",
		"no such key: ASIAQWERTYUIOPASDF12":                                       "",
		"bad X-AMZ-Signature":                                                     "",
		"bad signature " + strings.Repeat("0a", 32):                               "",
		"token IQoJb3JpZ2luX2VjEAoaCXVzLWVhc3QtMSJHMEUCIQ%3D%3D is not one of us": "",
	} {
		if got := oneLine(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	answer := http.Response{StatusCode: 403, Header: http.Header{"X-Amzn-Errortype": {"ForbiddenException:"}}, Body: http.NoBody}
	if e := newHandshakeError(&answer); e.Type != "ForbiddenException" || !e.Date.Equal(time.Time{}) {
		t.Errorf("got %+v", e)
	}
}
