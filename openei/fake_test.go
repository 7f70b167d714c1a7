package openei_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
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

func newFake(t testing.TB, answer http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{Network: memnet.New(), answer: answer}
	f.listen(t, "127.0.0.1:80")
	return f
}

func (f *fake) listen(t testing.TB, address string) {
	t.Helper()
	listener, err := f.Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: f}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() { _ = server.Close(); <-done })
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

// raw answers each call with bytes that need not be HTTP.
func raw(text string) func(t *testing.T, f *fake) {
	return func(t *testing.T, f *fake) {
		listener, err := f.Listen("127.0.0.1:81")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = listener.Close() })
		var served sync.WaitGroup
		t.Cleanup(served.Wait)
		served.Go(func() {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer conn.Close()
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte(text))
		})
	}
}

// answerPlans returns the plans in testdata/94102.json.
func answerPlans(t *testing.T) []openei.Plan {
	t.Helper()
	plans, err := newFake(t, nil).client().Rates(t.Context(), testZIP)
	if err != nil {
		t.Fatal(err)
	}
	return plans
}

// exampleConfig returns the configuration of a client of a fake OpenEI, so that the
// examples run without a key.
func exampleConfig() (openei.Config, func()) {
	network := memnet.New()
	listener, err := network.Listen("127.0.0.1:80")
	if err != nil {
		panic(err)
	}
	answer, err := os.ReadFile("testdata/94102.json")
	if err != nil {
		panic(err)
	}
	server := &http.Server{Handler: says(http.StatusOK, string(answer))}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	dial := func(ctx context.Context, network_, address string) (net.Conn, error) {
		return network.Dial(ctx, network_, address)
	}
	return openei.Config{APIKey: openei.NewKey(testKey), BaseURL: "http://127.0.0.1/utility_rates", Dial: dial}, func() { _ = server.Close(); <-done }
}
