package openei_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/openei"
)

func TestKeyIsNotPrinted(t *testing.T) {
	key := openei.NewKey(" " + testKey + "\n")
	if key.Reveal() != testKey || key.IsEmpty() {
		t.Fatalf("the key is lost")
	}
	config := openei.Config{APIKey: key}
	hidden := struct{ key openei.Key }{key}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("key", "key", key, "config", &key)
	encoded, err := json.Marshal(map[string]any{"key": key})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	for _, value := range []any{key, &key, config, &config, hidden, &hidden, openei.New(config), []openei.Key{key}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb, value)
		}
	}
	if strings.Contains(out.String(), testKey) || strings.Contains(out.String(), fmt.Sprintf("%x", testKey)) {
		t.Errorf("the key is in %s", &out)
	}
	if got := fmt.Sprintf("%v %+v %#v %q", key, key, key, openei.Key{}); got != "[key] [key] [key] " {
		t.Errorf("printed as %q", got)
	}
}

func TestKeyFromEnvironment(t *testing.T) {
	t.Setenv("OPENEI_API_KEY", "abc\n")
	if got := openei.KeyFromEnvironment().Reveal(); got != "abc" {
		t.Errorf("%q", got)
	}
	t.Setenv("OPENEI_API_KEY", "")
	if key := openei.KeyFromEnvironment(); !key.IsEmpty() || key.Reveal() != "" {
		t.Errorf("%q", key.Reveal())
	}
}

// Whatever goes wrong, neither the key nor the ZIP code reaches an error or the log.
func TestNoSecretInErrorsAndLogs(t *testing.T) {
	const odd = "a key/with?odd&letters%"
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		begin  func(f *fake)
	}{
		{"all is well", nil, nil},
		{"the server repeats the query", func(w http.ResponseWriter, r *http.Request) {
			says(400, fmt.Sprintf(`{"error": {"message": "bad call: %s, key %s, %s"}}`,
				r.URL.RawQuery, r.URL.Query().Get("api_key"), url.PathEscape(r.URL.Query().Get("api_key"))))(w, r)
		}, nil},
		{"at the end of a long message", func(w http.ResponseWriter, r *http.Request) {
			says(200, fmt.Sprintf(`{"error": "%s%s"}`, strings.Repeat("long ", 38), r.URL.Query().Get("api_key")))(w, r)
		}, nil},
		{"in a part", func(w http.ResponseWriter, r *http.Request) {
			says(200, fmt.Sprintf(`{"error": "the key %s… for %s"}`, testKey[:30], testZIP))(w, r)
		}, nil},
		{"a redirect repeats it", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "http://%zz/?"+r.URL.RawQuery)
			w.WriteHeader(http.StatusFound)
		}, nil},
		{"an answer that is not HTTP repeats it", func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			defer conn.Close()
			fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nno header %s %s\r\n\r\n", r.URL.RawQuery, r.URL.Query().Get("api_key"))
		}, nil},
		{"nobody listens", nil, func(f *fake) { f.Refuse(true) }},
	} {
		for _, key := range []string{testKey, odd} {
			t.Run(test.name, func(t *testing.T) {
				f := start(t, test.answer)
				if test.begin != nil {
					test.begin(f)
				}
				config := f.config()
				config.APIKey = openei.NewKey(key)
				_, err := openei.New(config).Rates(t.Context(), testZIP)
				if (err == nil) != (test.name == "all is well") {
					t.Fatalf("error: %v", err)
				}
				said := fmt.Sprintf("%v %+v %#v %s", err, err, err, &f.log)
				for _, secret := range []string{key, testKey[:20], "a+key", "a%20key", "%2Fwith", testZIP} {
					if strings.Contains(said, secret) {
						t.Errorf("%q is in %s", secret, said)
					}
				}
			})
		}
	}
}
