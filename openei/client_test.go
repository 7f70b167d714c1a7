package openei_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/openei"
)

// The query is that of docs/protocol.md §8, and nothing besides.
func TestQuery(t *testing.T) {
	f := start(t, nil)
	plans, err := f.client().Rates(t.Context(), testZIP)
	if err != nil || len(plans) != 6 {
		t.Fatalf("%d plans, %v", len(plans), err)
	}
	want := []url.Values{{
		"version": {"7"}, "format": {"json"}, "api_key": {testKey}, "detail": {"full"}, "address": {testZIP},
		"sector": {"Residential"}, "orderby": {"startdate"}, "direction": {"desc"}, "limit": {"100"},
	}}
	if diff := cmp.Diff(want, f.asked()); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if !strings.Contains(f.log.String(), "plans=6") {
		t.Errorf("log: %s", &f.log)
	}
}

func TestRefusedBeforeSending(t *testing.T) {
	f := start(t, nil)
	ctx := t.Context()
	for _, zip := range []string{"", "9410", "941020", "9410a", "94102-1234", " 94102", "９４１０２"} {
		_, err := f.client().Rates(ctx, zip)
		var wrong *openei.RangeError
		if !errors.As(err, &wrong) || wrong.Field != "ZIP code" || wrong.Value != fmt.Sprintf("%q", zip) {
			t.Errorf("ZIP code %q: %v", zip, err)
		}
	}
	var wrong *openei.RangeError
	if _, err := f.client().Plan(ctx, testZIP, "", " "); !errors.As(err, &wrong) || wrong.Field != "plan name" {
		t.Errorf("no name: %v", err)
	}
	config := f.config()
	config.APIKey = openei.NewKey(" ")
	if _, err := openei.New(config).Rates(ctx, testZIP); !errors.Is(err, openei.ErrNoKey) {
		t.Errorf("no key: %v", err)
	}
	if _, err := openei.New(openei.Config{}).Utilities(ctx, testZIP); !errors.Is(err, openei.ErrNoKey) {
		t.Errorf("zero Config: %v", err)
	}
	for _, address := range []string{"http://example.com", "ftp://127.0.0.1", "127.0.0.1", "http://127.0.0.1/?a=b", "https://u:p@example.com", "https://example.com/#f", "https://%"} {
		config := f.config()
		config.BaseURL = address
		if _, err := openei.New(config).Rates(ctx, testZIP); err == nil || !strings.Contains(err.Error(), "address of OpenEI is not valid") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if asked := f.asked(); len(asked) != 0 {
		t.Errorf("%d calls were sent", len(asked))
	}
}

func TestAnswers(t *testing.T) {
	refused := func(status int, message string) error { return &openei.APIError{Status: status, Message: message} }
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   error // nil: an error of no type of ours, which contains text
		text   string
	}{
		{"error as a string", says(200, `{"error": "invalid address"}`), refused(200, "invalid address"), "refused the call: invalid address"},
		{"error with items", says(200, `{"items": [], "error": "too many"}`), refused(200, "too many"), "too many"},
		{"error as an object", says(200, `{"error": {"code": "API_KEY_INVALID", "message": "An invalid api_key was supplied."}}`), refused(200, "An invalid api_key was supplied."), "api_key"},
		{"error without a message", says(200, `{"error": {"code": 7}}`), refused(200, ""), "OpenEI refused the call"},
		{"error of another form", says(200, `{"error": [1]}`), refused(200, ""), "OpenEI refused the call"},
		{"status and message", says(403, `{"error": {"code": "OVER_RATE_LIMIT", "message": "a\nb"}}`), refused(403, "a b"), "HTTP status 403: a b"},
		{"status alone", says(500, `<html>`), refused(500, ""), "HTTP status 500"},
		{"long message", says(429, `{"error": "`+strings.Repeat("é ", 300)+`"}`), refused(429, strings.Repeat("é ", 100)+"…"), "429"},
		{"a page", says(200, `<html>sign in</html>`), nil, "not one of OpenEI's"},
		{"nothing", says(204, ``), nil, "not one of OpenEI's"},
		{"a list", says(200, `[]`), nil, "not one of OpenEI's"},
		{"no items", says(200, `{"error": null}`), nil, "no items"},
		{"items are none", says(200, `{"items": {}}`), nil, "not one of OpenEI's"},
		{"a plan is none", says(200, `{"items": [1]}`), nil, "a plan is a JSON object"},
		{"a plan is null", says(200, `{"items": [null]}`), nil, "a plan is a JSON object"},
		{"too long", says(200, `{"items": [], "x": "`+strings.Repeat("x", 8<<20)+`"}`), nil, "longer than 8388608 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			plans, err := start(t, test.answer).client().Rates(t.Context(), testZIP)
			if err == nil || plans != nil || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("%d plans, error: %v", len(plans), err)
			}
			var got *openei.APIError
			if errors.As(err, &got); test.want != nil && cmp.Diff(test.want, error(got)) != "" || test.want == nil && got != nil {
				t.Errorf("error: %#v", err)
			}
		})
	}
}

// An answer without an end is read no further than the limit.
func TestEndlessAnswer(t *testing.T) {
	sent := make(chan int, 1)
	client := start(t, func(w http.ResponseWriter, _ *http.Request) {
		n := 0
		for chunk := []byte(strings.Repeat(" ", 64<<10)); ; n += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				sent <- n
				return
			}
		}
	}).client()
	if _, err := client.Rates(t.Context(), testZIP); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("error: %v", err)
	}
	if n := <-sent; n > 10<<20 { // what lies in buffers between the two included
		t.Errorf("%d bytes were taken", n)
	}
}

func TestNoPlans(t *testing.T) {
	client := start(t, says(200, `{"items": [], "error": ""}`)).client()
	if plans, err := client.Rates(t.Context(), testZIP); err != nil || len(plans) != 0 {
		t.Errorf("%v, %v", plans, err)
	}
	if names, err := client.Utilities(t.Context(), testZIP); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	var none *openei.NameError
	if _, err := client.Plan(t.Context(), testZIP, "", "EV"); !errors.As(err, &none) || !strings.Contains(err.Error(), "none at all") {
		t.Errorf("%v", err)
	}
}

func TestTemporary(t *testing.T) {
	for status, want := range map[int]bool{200: false, 301: false, 403: false, 429: true, 500: true, 503: true} {
		if got := (&openei.APIError{Status: status}).Temporary(); got != want {
			t.Errorf("%d: %t", status, got)
		}
	}
}

func TestFullAnswerIsSaid(t *testing.T) {
	f := start(t, says(200, `{"items": [`+strings.Repeat(`{}, `, 99)+`{}]}`))
	if _, err := f.client().Rates(t.Context(), testZIP); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(f.log.String(), "level=WARN") {
		t.Errorf("log: %s", &f.log)
	}
}

// A redirect would carry the key to another host.
func TestRedirect(t *testing.T) {
	f := start(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://127.0.0.2/?"+r.URL.RawQuery, http.StatusMovedPermanently)
	})
	_, err := f.client().Rates(t.Context(), testZIP)
	var refused *openei.APIError
	if !errors.As(err, &refused) || refused.Status != 301 || !strings.Contains(err.Error(), "not followed") {
		t.Errorf("error: %v", err)
	}
	if n := len(f.asked()); n != 1 {
		t.Errorf("%d calls", n)
	}
}

func TestUnreachable(t *testing.T) {
	f := start(t, nil)
	f.Refuse(true)
	if _, err := f.client().Rates(t.Context(), testZIP); !errors.Is(err, openei.ErrUnreachable) {
		t.Errorf("refused: %v", err)
	}
	f.Refuse(false)
	f.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"items": [`))
	}
	if _, err := f.client().Rates(t.Context(), testZIP); !errors.Is(err, openei.ErrUnreachable) {
		t.Errorf("cut short: %v", err)
	}
}

// Certificates are checked, with the authorities that the caller names.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(says(200, `{"items": []}`))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake
	server.StartTLS()
	defer server.Close()
	config := openei.Config{APIKey: openei.NewKey(testKey), BaseURL: server.URL}
	if _, err := openei.New(config).Rates(t.Context(), testZIP); !errors.Is(err, openei.ErrUnreachable) {
		t.Errorf("a certificate of nobody: %v", err)
	}
	config.RootCAs = x509.NewCertPool()
	config.RootCAs.AddCert(server.Certificate())
	if _, err := openei.New(config).Rates(t.Context(), testZIP); err != nil {
		t.Error(err)
	}
}

func TestTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t, nil)
		client := f.client()
		f.BlackHole(memnet.ToDialer)
		began := time.Now()
		_, err := client.Rates(t.Context(), testZIP)
		if took := time.Since(began); took != 30*time.Second {
			t.Errorf("took %v", took)
		}
		if !errors.Is(err, openei.ErrUnreachable) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err = client.Rates(ctx, testZIP); !errors.Is(err, context.Canceled) || errors.Is(err, openei.ErrUnreachable) {
			t.Errorf("cancelled: %v", err)
		}
		f.BlackHole(0)
		if _, err = client.Rates(t.Context(), testZIP); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}
