package simulator

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Each answer ends with its client, and with the simulator.
func TestUpgradeAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		header [2]string // a header of the answer
		size   int       // of the body; -1: not to be read
	}{
		"wrong-accept":        {101, [2]string{"Sec-Websocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, -1},
		"missing-subprotocol": {101, [2]string{"Sec-Websocket-Protocol", ""}, -1},
		"wrong-subprotocol":   {101, [2]string{"Sec-Websocket-Protocol", "graphql-ws"}, -1},
		"endless-body":        {403, [2]string{}, -1},
		"huge-body":           {403, [2]string{}, 64 << 20},
		"captive-portal":      {200, [2]string{"Content-Type", "text/html"}, 50},
		"redirected":          {302, [2]string{"Location", "/portal?X-Amz=1"}, -1},
		"upgrade-throttled":   {429, [2]string{"Retry-After", "60"}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulator(t, Config{})
				server, err := s.Memory()
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = server.Close() }()
				i, err := s.InjectCase(name)
				if err != nil {
					t.Fatal(err)
				}
				transport := &http.Transport{DialContext: server.Dial}
				client := http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.MQTTEndpointHTTP()+"/mqtt?X-Amz=1", nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header = upgradeHeader()
				answer, err := client.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				if got := answer.Header.Get(test.header[0]); answer.StatusCode != test.status || got != test.header[1] {
					t.Errorf("status %d, %s %q", answer.StatusCode, test.header[0], got)
				}
				if test.size >= 0 {
					if size, err := io.Copy(io.Discard, answer.Body); int(size) != test.size || err != nil {
						t.Errorf("%d bytes, %v", size, err)
					}
				}
				_ = answer.Body.Close()

				// The second does not hold up the end of the simulator.
				conn, err := server.Dial(t.Context(), "tcp", server.address())
				if err != nil {
					t.Fatal(err)
				}
				var head strings.Builder
				_ = upgradeHeader().Write(&head)
				go io.Copy(io.Discard, conn)
				if _, err := io.WriteString(conn, "GET /mqtt HTTP/1.1\r\nHost: x\r\n"+head.String()+"\r\n"); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				start := time.Now()
				if err := s.Close(); err != nil || time.Since(start) > time.Second {
					t.Errorf("closed after %v: %v", time.Since(start), err)
				}
				if i.Fired() != 2 {
					t.Errorf("fired %d times", i.Fired())
				}
				transport.CloseIdleConnections()
			})
		})
	}
}

// A header without end comes in pieces.
func TestEndlessHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulator(t, Config{})
		server, err := s.Memory()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = server.Close() }()
		if _, err := s.InjectCase("endless-header"); err != nil {
			t.Fatal(err)
		}
		conn, err := server.Dial(t.Context(), "tcp", server.address())
		if err != nil {
			t.Fatal(err)
		}
		if err := ask(conn); err != nil {
			t.Fatal(err)
		}
		_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
		answer, err := io.ReadAll(conn)
		if err == nil || strings.Contains(string(answer), "\r\n\r\n") || len(answer) < 1000 {
			t.Errorf("%d bytes, %v", len(answer), err)
		}
		_ = conn.Close()
	})
}
