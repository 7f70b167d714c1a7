package httpapi

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/fleet"
)

// FuzzDoor sends whatever HTTP can carry to a server on the loopback interface and to one that asks for a token. No request
// may crash it, pass the door by a name that is not its own, with a foreign origin, without the token or without the header of writing
// requests, be redirected, be answered with anything that the document does not have, or find its own nonsense in the answer.
func FuzzDoor(f *testing.F) {
	empty, err := fleet.New(fleet.Config{})
	if err != nil {
		f.Fatal(err)
	}
	private := New(Config{Fleet: empty, Loopback: true, Hosts: []string{"heater.lan"}})
	public := New(Config{Fleet: empty, Token: nwp500.NewSecret("a token that is not to be guessed")})
	c := readContract(f)

	const tail = " HTTP/1.1\r\nHost: localhost\r\n"
	const write = "X-Nwp500: 1\r\nContent-Type: application/json\r\n"
	for _, request := range []string{
		"GET /api/v1/heaters" + tail + "\r\n",
		"GET /api/v1/heaters/0123456789/history?fields=dhw_temperature&from=2026-11-22T07:00:00Z&points=7" + tail + "\r\n",
		"GET /api/v1/heaters/%2e%2e/version" + tail + "\r\n",
		"GET //evil.example/%2f.." + tail + "\r\n",
		"GET http://evil.example/api/v1/version" + tail + "\r\n",
		"HEAD /api/v1/events?class=fault,mode&limit=3&before=9" + tail + "Origin: http://localhost\r\n\r\n",
		"GET /api/v1/version HTTP/1.1\r\nHost: [::ffff:7f00:1%25eth0]:8500\r\n\r\n",
		"GET /api/v1/version" + tail + "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n\r\n",
		"GET /api/v1/version" + tail + "Authorization: Bearer x\r\nCookie: nwp500=x\r\n\r\n",
		"OPTIONS /api/v1/heaters/0123456789/commands" + tail + "Access-Control-Request-Method: POST\r\n\r\n",
		"POST /api/v1/heaters/0123456789/commands" + tail + write + "Content-Length: 27\r\n\r\n{\"command\":\"power\",\"on\":1}}",
		"PUT /api/v1/heaters/0123456789/schedules/tou" + tail + write + "If-Match: W/\"x\"\r\nContent-Length: 2\r\n\r\n{}",
		"POST /api/v1/session" + tail + write + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"POST /api/v1/session" + tail + write + "Content-Length: 15\r\n\r\n{\"token\":\"\xff\\u0\"}",
		"DELETE /api/v1/session" + tail + "X-Nwp500: page\r\n\r\n",
		"GET /api/v1/events/stream?heater=x" + tail + "Last-Event-ID: 99999999999999999999\r\n\r\n",
	} {
		f.Add(request)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, server := range []*API{private, public} {
			request, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
			if err != nil {
				return
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond) // a stream would last
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, request.WithContext(ctx))
			cancel()
			judgeAnswer(t, c, server, request, answer)
		}
	})
}

// judgeAnswer says what is wrong with an answer.
func judgeAnswer(t *testing.T, c contract, server *API, request *http.Request, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code >= 300 && answer.Code < 400 {
		t.Errorf("redirected to %q", answer.Header().Get("Location"))
	}
	for name, values := range answer.Header() {
		if strings.ContainsAny(strings.Join(values, ""), "\r\n") || strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("header %s: %q", name, values)
		}
	}
	method := request.Method
	passed := answer.Code < 300
	switch {
	case passed && !server.door.knows(request.Host):
		t.Errorf("let in by the name %q", request.Host)
	case passed && !server.door.loopback && request.URL.Path != prefix+"/session":
		t.Errorf("let in without the token: %s %s", method, request.URL)
	case passed && method != http.MethodGet && method != http.MethodHead && request.Header.Get("X-Nwp500") == "":
		t.Errorf("let in without the header: %s %s", method, request.URL)
	}
	if len(answer.Body.String()) > 1000 && !passed {
		t.Errorf("an error of %d bytes", answer.Body.Len())
	}
	_, wrong := c.check(method, request.URL.Path, reply{status: answer.Code, header: answer.Header(), body: answer.Body.String()})
	for _, what := range wrong {
		t.Errorf("%s %s: %d: %s", method, request.URL.Path, answer.Code, what)
	}
}
