package httpapi

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// dial connects to the server, to say what no client of good manners says.
func (h *house) dial() net.Conn {
	h.Helper()
	conn, err := h.network.Dial(h.Context(), "tcp", "127.0.0.1:8500")
	if err != nil {
		h.Fatal(err)
	}
	return conn
}

// say sends a request as it is, and returns the answer's status.
func (h *house) say(request string) int {
	h.Helper()
	conn := h.dial()
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		h.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		h.Fatalf("%.100q: %v", request, err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

// Paths in which something is hidden lead nowhere, and redirect nobody.
func TestPaths(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		for path, want := range map[string]int{
			"/api/v1/version":                               200,
			"/api/v1/version/":                              404,
			"/api/v1/VERSION":                               404,
			"/api/v1":                                       404,
			"/api/v1/":                                      404,
			"/api/v2/version":                               404,
			"/":                                             404,
			"//api/v1/version":                              404,
			"/api//v1/version":                              404,
			"/api/v1/heaters/..":                            404,
			"/api/v1/heaters/../version":                    404,
			"/api/v1/./version":                             404,
			"/api/v1/heaters/%2e%2e/version":                404,
			"/api/v1/heaters/%2E%2E%2Fversion":              404,
			"/api/v1/heaters/..%2fversion":                  404,
			"/api/v1/heaters/%5c..%5cversion":               404,
			"/api/v1/heaters/a%00b":                         404,
			"/api/v1/heaters/a%0d%0aX-Evil:%201":            404,
			"/api/v1/heaters/;status":                       404,
			"/api/v1/heaters/0123456789":                    404,
			"/api/v1/heaters/0123456789/schedules/../tou":   404,
			"/api/v1/%76ersion":                             404,
			"/api/v1/version%":                              400, // not even HTTP
			"//evil.example/%2e%2e":                         404,
			"/api/v1/heaters/" + strings.Repeat("a", 9000):  404,
			"/api/v1/heaters/" + strings.Repeat("a", 90000): 431,
		} {
			if got := h.say("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); got != want {
				h.Errorf("%.80s: %d, want %d", path, got, want)
			}
		}
	})
}

// Requests that are ambiguous about where they go or where they end are refused.
func TestRequestsOfBadManners(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		for request, want := range map[string]int{
			"GET /api/v1/version HTTP/1.1\r\n\r\n":                                                                          400, // no Host
			"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n":                                 400,
			"GET http://evil.example/api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n":                                    421,
			"GET /api/v1/version HTTP/1.0\r\n\r\n":                                                                          421,
			"CONNECT localhost:8500 HTTP/1.1\r\nHost: localhost:8500\r\nX-Nwp500: 1\r\n\r\n":                                404,
			"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                                 404,
			"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":                                                                              421,
			"TRACE /api/v1/version HTTP/1.1\r\nHost: localhost\r\nX-Nwp500: 1\r\n\r\n":                                      405,
			"POST /api/v1/version HTTP/1.1\r\nHost: localhost\r\nX-Nwp500: 1\r\nContent-Length: 0\r\n\r\n":                  405,
			"DELETE /api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n":                                                    403,
			"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc": 200, // the length is passed over, and the rest never read
			"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n":                        501,
			"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\nX: " + strings.Repeat("x", 40000) + "\r\n\r\n":              431,
		} {
			if got := h.say(request); got != want {
				h.Errorf("%.120q: %d, want %d", request, got, want)
			}
		}
	})
}

// A body that is too long is refused from its announcement, or after a mebibyte: none of it is waited for.
func TestLargeBodies(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		const head = "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-Nwp500: 1\r\nContent-Type: application/json\r\n"
		began := time.Now()
		if got := h.say(head + "Content-Length: 10485760\r\n\r\n"); got != http.StatusRequestEntityTooLarge {
			h.Errorf("announced: %d", got)
		}
		if got := h.say(head + "Content-Length: 10485760\r\nExpect: 100-continue\r\n\r\n"); got != http.StatusRequestEntityTooLarge {
			h.Errorf("asked for leave: %d", got)
		}
		conn := h.dial()
		defer conn.Close()
		fmt.Fprint(conn, head+"Transfer-Encoding: chunked\r\n\r\n")
		written := 0
		chunk := "10000\r\n" + strings.Repeat(" ", 1<<16) + "\r\n"
		for written < 10<<20 {
			_ = conn.SetWriteDeadline(time.Now().Add(time.Second))
			n, err := io.WriteString(conn, chunk)
			written += n
			if err != nil {
				break
			}
		}
		if written > 3<<20 {
			h.Errorf("the server took %d bytes", written)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			h.Fatal(err)
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusRequestEntityTooLarge || !answer.Close {
			h.Errorf("not announced: %+v", answer)
		}
		if took := time.Since(began); took > 5*time.Second {
			h.Errorf("it took %v", took)
		}
	})
}

// Who is slow to ask, or sends a body by and by, does not hold a connection for ever.
func TestSlowRequests(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		for name, test := range map[string]struct {
			begin, drop string
			most        time.Duration
		}{
			"nothing":     {"", "", headerTime},
			"a header":    {"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\n", "X-A: b\r\n", headerTime},
			"a body":      {"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nX-Nwp500: 1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n", " ", requestTime},
			"no requests": {"GET /api/v1/version HTTP/1.1\r\nHost: localhost\r\n\r\n", "", idleTime},
		} {
			conn := h.dial()
			began := time.Now()
			fmt.Fprint(conn, test.begin)
			ctx, cancel := context.WithCancel(h.Context())
			dripped := make(chan struct{})
			go func() {
				defer close(dripped)
				for ctx.Err() == nil && test.drop != "" {
					if _, err := io.WriteString(conn, test.drop); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			_ = conn.SetReadDeadline(began.Add(10 * time.Minute))
			_, err := io.Copy(io.Discard, conn)
			if errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > test.most+2*time.Second {
				h.Errorf("%s: the server let it last %v: %v", name, time.Since(began), err)
			}
			cancel()
			conn.Close()
			<-dripped
		}
	})
}

// Who does not take an answer is given up.
func TestSlowAnswers(t *testing.T) {
	inHouse(t, Config{Loopback: true}, func(h *house) {
		conn := h.dial()
		defer conn.Close()
		began := time.Now()
		go func() { // many requests, one after the other, of which no answer is read
			for {
				if _, err := fmt.Fprint(conn, "GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
					return
				}
			}
		}()
		time.Sleep(writeTime + time.Minute)
		_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			h.Errorf("after %v the connection is still there", time.Since(began))
		}
	})
}

// The rules hold before the page and the metrics, too; the page itself may be reached by a link, and without a token.
func TestProtect(t *testing.T) {
	inHouse(t, Config{}, func(h *house) {
		reached := 0
		page := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ })
		for _, test := range []struct {
			open   bool
			header map[string]string
			want   int
		}{
			{true, map[string]string{"Sec-Fetch-Site": "cross-site"}, 200},
			{true, map[string]string{"Origin": "http://evil.example"}, 403},
			{false, nil, 401},
		} {
			ours := h.api.Protect(page, test.open)
			request, err := http.NewRequestWithContext(h.Context(), http.MethodGet, origin+"/", nil)
			if err != nil {
				h.Fatal(err)
			}
			for name, value := range test.header {
				request.Header.Set(name, value)
			}
			seen := httptest.NewRecorder()
			ours.ServeHTTP(seen, request)
			if seen.Code != test.want || seen.Header().Get("X-Content-Type-Options") == "" {
				h.Errorf("%+v: %d", test, seen.Code)
			}
		}
		if reached != 1 {
			h.Errorf("the page was reached %d times", reached)
		}
	})
}
