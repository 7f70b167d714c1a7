package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500/internal/memnet"
)

// What the client asks for is what docs/api.md names.
func TestClientRequests(t *testing.T) {
	at := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	for want, call := range map[string]func(context.Context, *Client) error{
		"GET /api/v1/heaters":                          func(ctx context.Context, c *Client) error { _, err := c.Heaters(ctx); return err },
		"GET /api/v1/heaters/000000000a":               func(ctx context.Context, c *Client) error { _, err := c.Heater(ctx, "000000000a"); return err },
		"GET /api/v1/heaters/..%2F..%2Fx%20y":          func(ctx context.Context, c *Client) error { _, err := c.Heater(ctx, "../../x y"); return err },
		"GET /api/v1/heaters/000000000a/status":        func(ctx context.Context, c *Client) error { _, err := c.Status(ctx, "000000000a"); return err },
		"GET /api/v1/heaters/000000000a/features":      func(ctx context.Context, c *Client) error { _, err := c.Features(ctx, "000000000a"); return err },
		"GET /api/v1/heaters/000000000a/schedules/tou": func(ctx context.Context, c *Client) error { _, err := c.Schedule(ctx, "000000000a", "tou"); return err },
		"GET /api/v1/accounts":                         func(ctx context.Context, c *Client) error { _, err := c.Accounts(ctx); return err },
		"GET /api/v1/version":                          func(ctx context.Context, c *Client) error { _, err := c.Version(ctx); return err },
		"GET /api/v1/heaters/000000000a/history?fields=a%2Cb&from=2026-11-22T07%3A00%3A00Z&points=9": func(ctx context.Context, c *Client) error {
			_, err := c.Series(ctx, SeriesQuery{Heater: "000000000a", From: at, Fields: []string{"a", "b"}, Points: 9})
			return err
		},
		"GET /api/v1/heaters/000000000a/energy?by=month&from=2026-01-01&to=2026-12-31": func(ctx context.Context, c *Client) error {
			_, err := c.Energy(ctx, EnergyQuery{Heater: "000000000a", By: "month", From: "2026-01-01", To: "2026-12-31"})
			return err
		},
		"GET /api/v1/events?before=7&class=fault%2Cmode&heater=000000000a&limit=5&to=2026-11-22T07%3A00%3A00Z": func(ctx context.Context, c *Client) error {
			_, err := c.Events(ctx, EventQuery{Heater: "000000000a", To: at, Classes: []EventClass{FaultEvent, ModeEvent}, Before: 7, Limit: 5})
			return err
		},
		"POST /api/v1/heaters/000000000a/commands api {\"command\":\"power\",\"on\":false}": func(ctx context.Context, c *Client) error {
			on := false
			_, err := c.Do(ctx, "000000000a", Command{Name: SetPower, On: &on})
			return err
		},
		"PUT /api/v1/heaters/000000000a/schedules/tou \"5f\" top": func(ctx context.Context, c *Client) error {
			c.By = "top"
			_, err := c.SetSchedule(ctx, "000000000a", Schedule{Kind: "tou", Version: "5f", Schedule: json.RawMessage(`{}`)})
			return err
		},
	} {
		var got string
		visit(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Method + " " + r.RequestURI
			if match := r.Header.Get("If-Match"); match != "" {
				got += " " + match
			}
			if by := r.Header.Get(WriteHeader); by != "" {
				got += " " + by
			}
			if r.Header.Get("Authorization") != "Bearer a token of the test" {
				t.Errorf("%s: no token", got)
			}
			if body, _ := io.ReadAll(r.Body); len(body) > 0 && r.Method == http.MethodPost {
				got += " " + string(body)
			}
			fmt.Fprint(w, `{"end":"done"}`)
		}, func(t *testing.T, client *Client, _ *memnet.Network) {
			if err := call(t.Context(), client); err != nil {
				t.Errorf("%s: %v", want, err)
			}
		})
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// Every answer that is not what was asked for is an error that says so.
func TestClientErrors(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		status int
		want   string
	}{
		"one of ours": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":"there is no such heater","field":"heater"}`)
		}, 404, "heater: there is no such heater"},
		"a proxy's": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html>bad gateway</html>", http.StatusBadGateway)
		}, 502, `the server answered "502 Bad Gateway"`},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://evil.example/", http.StatusTemporaryRedirect)
		}, 307, `the server answered "307 Temporary Redirect"`},
		"no document": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }, 0, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, test.answer, func(t *testing.T, client *Client, _ *memnet.Network) {
				client.HTTP.CheckRedirect = plain.CheckRedirect
				_, err := client.Heaters(t.Context())
				var answer *Error
				if errors.As(err, &answer) != (test.status != 0) || answer != nil && answer.Status != test.status || err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// A command whose answer does not come has an unknown outcome, and one that did not leave has not been sent.
func TestClientKnowsTheEnd(t *testing.T) {
	done := func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"command":"refresh","end":"done"}`) }
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		before func(client *Client, network *memnet.Network)
		want   End
		status int
	}{
		"done":                  {answer: done, want: Done},
		"nobody listens":        {answer: done, before: func(_ *Client, n *memnet.Network) { n.Refuse(true) }, want: NotSent},
		"no such address":       {answer: done, before: func(c *Client, _ *memnet.Network) { c.base = "http://[" }, want: NotSent},
		"the connection breaks": {answer: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, want: OutcomeUnknown},
		"half an answer":        {answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"command":"ref`) }, want: OutcomeUnknown},
		"a proxy gives up": {answer: func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "too long", http.StatusGatewayTimeout)
		}, want: OutcomeUnknown, status: 504},
		"something else answers": {answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) }, want: OutcomeUnknown, status: 200},
		"the door is shut": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error":"this needs the token"}`)
		}, want: Refusal, status: 401},
		"too late": {answer: func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, want: OutcomeUnknown},
		"refused": {answer: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusConflict)
			fmt.Fprint(w, `{"command":"refresh","end":"refused","error":"not now"}`)
		}, want: Refusal},
	} {
		t.Run(name, func(t *testing.T) {
			visit(t, test.answer, func(t *testing.T, client *Client, network *memnet.Network) {
				if test.before != nil {
					test.before(client, network)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				result, err := client.Do(ctx, "000000000a", Command{Name: Refresh})
				if result.End != test.want || result.Command != Refresh {
					t.Errorf("%+v", result)
				}
				var failed *CommandError
				if errors.As(err, &failed) != (test.want != Done) {
					t.Errorf("error %v", err)
				}
				if failed != nil && (failed.Result != result || failed.Error() == "") {
					t.Errorf("the error has %+v", failed.Result)
				}
				var answer *Error
				if errors.As(err, &answer) != (test.status != 0) || answer != nil && answer.Status != test.status {
					t.Errorf("the answer was %v", answer)
				}
			})
		})
	}
}

// A client shows its token to nobody.
func TestClientHidesItsToken(t *testing.T) {
	client := New("http://127.0.0.1:8500", "a token of the test")
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, client); strings.Contains(text, "of the test") || strings.Contains(text, fmt.Sprintf("%x", "of the test")) {
			t.Errorf("%s prints %s", verb, text)
		}
		if text := fmt.Sprintf(verb, SignIn{Token: "a token of the test"}); strings.Contains(text, "of the test") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
