package httpapi

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/internal/fleet"
	"github.com/nwp500/nwp500/internal/memnet"
)

// origin is where the server of the tests is found.
const origin = "http://127.0.0.1:8500"

// house is a server in a bubble.
type house struct {
	*testing.T
	api     *API
	network *memnet.Network
	http    *http.Client
	client  *api.Client
	stop    func() // ends the server, and waits for it
}

// inHouse runs a test in a bubble, with a server of these settings.
func inHouse(t *testing.T, config Config, test func(h *house)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		if config.Fleet == nil {
			empty, err := fleet.New(fleet.Config{})
			if err != nil {
				t.Fatal(err)
			}
			config.Fleet = empty
		}
		h := &house{T: t, api: New(config), network: memnet.New()}
		h.http = &http.Client{Transport: &http.Transport{DialContext: h.network.Dial}}
		h.client = api.New(origin, config.Token.Reveal())
		h.client.HTTP = h.http
		h.serve()
		defer func() {
			h.http.CloseIdleConnections()
			h.stop()
		}()
		test(h)
	})
}

// serve starts the server.
func (h *house) serve() {
	h.Helper()
	listener, err := h.network.Listen("127.0.0.1:8500")
	if err != nil {
		h.Fatal(err)
	}
	ctx, cancel := context.WithCancel(h.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, listener, h.api, 5*time.Second, nil) }()
	h.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			h.Errorf("Serve: %v", err)
		}
	}
}

// reply is an answer that has been read.
type reply struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	body    string
}

// do sends a request and reads the answer. header has names and values in turn.
func (h *house) do(method, path, body string, header ...string) reply {
	h.Helper()
	request, err := http.NewRequestWithContext(h.Context(), method, origin+path, strings.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Add(header[i], header[i+1])
	}
	answer, err := h.http.Do(request)
	if err != nil {
		h.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		h.Fatal(err)
	}
	return reply{status: answer.StatusCode, header: answer.Header, cookies: answer.Cookies(), body: string(text)}
}
