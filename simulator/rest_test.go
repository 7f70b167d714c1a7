package simulator

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

// recorder is a ResponseWriter that keeps what is written.
type recorder struct {
	header http.Header
	status int
	body   strings.Builder
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) { r.status = status }

func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }

// result is a REST answer taken apart.
type result struct {
	status int
	header http.Header
	text   string
	code   int
	msg    string
	data   any
}

// cloud is a simulator that a test talks REST to.
type cloud struct {
	t *testing.T
	*Simulator
}

func newCloud(t *testing.T, config Config) *cloud {
	t.Helper()
	s, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &cloud{t, s}
}

// call makes a REST call; a body that is no string is sent as JSON.
func (c *cloud) call(method, path, token string, body any) result {
	c.t.Helper()
	text, ok := body.(string)
	if !ok && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		text = string(encoded)
	}
	request, err := http.NewRequestWithContext(c.t.Context(), method, "http://cloud"+restBase+path, io.NopCloser(strings.NewReader(text)))
	if err != nil {
		c.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("authorization", token)
	}
	r := &recorder{header: make(http.Header), status: http.StatusOK}
	c.ServeHTTP(r, request)
	answer := result{status: r.status, header: r.header, text: r.body.String()}
	var e struct {
		Code int    `json:"code"`
		Msg  string `json:"msg"`
		Data any    `json:"data"`
	}
	if err := json.Unmarshal([]byte(answer.text), &e); err != nil {
		c.t.Errorf("%s %s: %q: %v", method, path, answer.text, err)
	}
	answer.code, answer.msg, answer.data = e.Code, e.Msg, e.Data
	return answer
}

// member goes down into decoded JSON.
func member(v any, path ...string) any {
	for _, name := range path {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

func (c *cloud) signInAs(a Account) result {
	c.t.Helper()
	return c.call("POST", "/user/sign-in", "", map[string]any{"userId": a.Email, "password": a.Password})
}

// token signs in and returns the access token.
func (c *cloud) token(a Account) string {
	c.t.Helper()
	r := c.signInAs(a)
	token, ok := member(r.data, "token", "accessToken").(string)
	if !ok {
		c.t.Fatalf("no token in %s", r.text)
	}
	return token
}

func TestBadCalls(t *testing.T) {
	c := newCloud(t, Config{Accounts: 2})
	a, other := c.Accounts()[0], c.Accounts()[1]
	token := c.token(a)
	info := func(user, mac, value string) map[string]any {
		return map[string]any{"userId": user, "macAddress": mac, "additionalValue": value}
	}
	own, foreign := a.Heaters[0], other.Heaters[0]
	list := map[string]any{"userId": a.Email, "offset": 0, "count": 20}
	query := func(name, value string) string {
		q := url.Values{
			"userId": {a.Email}, "macAddress": {own.mac}, "additionalValue": {own.additionalValue},
			"controllerId": {own.serial}, "userType": {"O"},
		}
		q.Set(name, value)
		return "/device/tou?" + q.Encode()
	}
	for name, test := range map[string]struct {
		method, path, token string
		body                any
		status              int
	}{
		"no token":                {"POST", "/device/list", "", list, 401},
		"Bearer":                  {"POST", "/device/list", "Bearer " + token, list, 401},
		"unknown token":           {"POST", "/device/list", "a.b.c", list, 401},
		"no such path":            {"POST", "/device/lists", token, list, 404},
		"another method":          {"GET", "/device/list", token, nil, 405},
		"no JSON":                 {"POST", "/device/list", token, "{", 400},
		"two documents":           {"POST", "/device/list", token, `{}{}`, 400},
		"a list of nobody":        {"POST", "/device/list", token, map[string]any{"offset": 0, "count": 20}, 400},
		"of another":              {"POST", "/device/list", token, map[string]any{"userId": other.Email, "offset": 0, "count": 20}, 403},
		"no offset":               {"POST", "/device/list", token, map[string]any{"userId": a.Email, "count": 20}, 400},
		"negative offset":         {"POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": -1, "count": 20}, 400},
		"empty page":              {"POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": 0, "count": 0}, 400},
		"offset as text":          {"POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": "0", "count": 20}, 400},
		"2 MB":                    {"POST", "/device/list", token, strings.Repeat(" ", 2<<20), 413},
		"a foreign heater":        {"POST", "/device/info", token, info(a.Email, foreign.mac, foreign.additionalValue), 404},
		"another value":           {"POST", "/device/info", token, info(a.Email, own.mac, "x"), 404},
		"no MAC":                  {"POST", "/device/info", token, info(a.Email, "", own.additionalValue), 400},
		"foreign firmware":        {"POST", "/device/firmware/info", token, info(a.Email, foreign.mac, foreign.additionalValue), 404},
		"foreign plan":            {"GET", query("macAddress", foreign.mac), token, nil, 404},
		"plan of no controller":   {"GET", query("controllerId", "x"), token, nil, 404},
		"plan for an installer":   {"GET", query("userType", "I"), token, nil, 400},
		"plan, bad query":         {"GET", "/device/tou?%zz", token, nil, 400},
		"sign-in without":         {"POST", "/user/sign-in", "", map[string]any{"userId": a.Email}, 400},
		"refresh without":         {"POST", "/auth/refresh", "", map[string]any{}, 400},
		"push token without":      {"POST", "/app/update-push-token", token, map[string]any{"userId": a.Email}, 400},
		"push token of another":   {"POST", "/app/update-push-token", token, map[string]any{"userId": other.Email, "pushToken": "p"}, 403},
		"conversion for nobody":   {"POST", "/device/tou/convert", token, map[string]any{}, 400},
		"conversion of version 6": {"POST", "/device/tou/convert", token, conversion(a.Email, 6, nil), 400},
	} {
		r := c.call(test.method, test.path, test.token, test.body)
		if r.status != test.status || r.code != test.status || r.msg == "" || r.data != nil {
			t.Errorf("%s: %d %s, not %d", name, r.status, r.text, test.status)
		}
		if test.status == 405 && r.header.Get("Allow") != "POST" {
			t.Errorf("Allow: %q", r.header.Get("Allow"))
		}
	}
	if r := c.call("DELETE", "/device/tou", token, nil); r.status != 405 || r.header.Get("Allow") != "GET, PUT" {
		t.Errorf("%d, Allow: %q", r.status, r.header.Get("Allow"))
	}
}

func TestOtherPaths(t *testing.T) {
	c := newCloud(t, Config{})
	for _, path := range []string{"/", "/api/v2/user/sign-in", "/mqttt"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://cloud"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := &recorder{header: make(http.Header)}
		if c.ServeHTTP(r, request); r.status != 404 {
			t.Errorf("%s: %d", path, r.status)
		}
	}
}
