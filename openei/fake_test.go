package openei_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/nwp500/nwp500/internal/memnet"
	"github.com/nwp500/nwp500/openei"
)

const (
	testKey = "Zq7DmQ0Kz3Xb9Lw2Vt5Rn8Yc1Hs6Jp4Fg0Ae3Uo9"
	testZIP = "94102"
)

// A fake is an OpenEI that answers what it is told to, on a network in memory.
type fake struct {
	*memnet.Network
	answer http.HandlerFunc // nil: testdata/94102.json
	log    bytes.Buffer     // of the client

	mu      sync.Mutex
	queries []url.Values
}

// newFake starts a fake; stop ends it.
func newFake(answer http.HandlerFunc) (f *fake, stop func()) {
	f = &fake{Network: memnet.New(), answer: answer}
	listener, err := f.Listen("127.0.0.1:80")
	if err != nil {
		panic(err) // nobody else listens there
	}
	server := &http.Server{Handler: f}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	return f, func() { _ = server.Close(); <-done }
}

// start starts a fake for a test.
func start(t *testing.T, answer http.HandlerFunc) *fake {
	f, stop := newFake(answer)
	t.Cleanup(stop)
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.queries = append(f.queries, r.URL.Query())
	f.mu.Unlock()
	if f.answer != nil {
		f.answer(w, r)
		return
	}
	http.ServeFile(w, r, "testdata/94102.json")
}

// asked returns the queries so far.
func (f *fake) asked() []url.Values {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.queries
}

func (f *fake) config() openei.Config {
	return openei.Config{
		APIKey: openei.NewKey(testKey), BaseURL: "http://127.0.0.1/utility_rates", Dial: f.Dial,
		Logger: slog.New(slog.NewTextHandler(&f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

func (f *fake) client() *openei.Client { return openei.New(f.config()) }

// says answers each call with a status and a body.
func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// plans returns the plans in testdata/94102.json by their labels.
func plans(t *testing.T) map[string]openei.Plan {
	t.Helper()
	list, err := start(t, nil).client().Rates(t.Context(), testZIP)
	if err != nil {
		t.Fatal(err)
	}
	byLabel := make(map[string]openei.Plan)
	for _, plan := range list {
		byLabel[plan.Label] = plan
	}
	return byLabel
}

// The labels in testdata/94102.json.
const (
	evLabel     = "67576350c51426c5b80fdae5"
	evOldLabel  = "5a0b5a0b5a0b5a0b5a0b5a0b"
	touLabel    = "66a1b2c3d4e5f60718293a4b"
	flatLabel   = "66a1b2c3d4e5f60718293a4c"
	cleanLabel  = "66a1b2c3d4e5f60718293a4d"
	brokenLabel = "66a1b2c3d4e5f60718293a4e"
)
