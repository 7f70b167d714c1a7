package simulator

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// recorder is a ResponseWriter that keeps what is written.
type recorder struct {
	header http.Header
	status int
	body   strings.Builder
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
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

func TestSignIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{TokenLife: time.Hour, KeyLife: 2 * time.Hour})
		a := c.Accounts()[0]
		r := c.signInAs(a)
		if r.status != 200 || r.code != 200 || r.msg != "SUCCESS" {
			t.Fatalf("%d %s", r.status, r.text)
		}
		for path, want := range map[string][]string{
			"":         {"userInfo", "token", "legal"},
			"userInfo": {"userType", "userFirstName", "userLastName", "userStatus", "userSeq"},
			"token": {
				"idToken", "accessToken", "refreshToken", "authenticationExpiresIn",
				"accessKeyId", "secretKey", "sessionToken", "authorizationExpiresIn",
			},
		} {
			v := r.data
			if path != "" {
				v = member(v, path)
			}
			got := slices.Sorted(maps.Keys(v.(map[string]any)))
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q has %v, not %v", path, got, want)
			}
		}
		if got := member(r.data, "token", "authenticationExpiresIn"); got != 3600.0 {
			t.Errorf("JWT for %v s", got)
		}
		if got := member(r.data, "token", "authorizationExpiresIn"); got != 7200.0 {
			t.Errorf("keys for %v s", got)
		}
		for _, name := range []string{"idToken", "accessToken", "refreshToken"} {
			if token := member(r.data, "token", name).(string); strings.Count(token, ".") != 2 || len(token) < 600 {
				t.Errorf("%s does not look like a JWT", name)
			}
		}
		id := member(r.data, "token", "accessKeyId").(string)
		key, ok := c.directory.key(id)
		if !ok || len(id) != 20 || key.account != a.Email || key.secretKey != member(r.data, "token", "secretKey") ||
			key.sessionToken != member(r.data, "token", "sessionToken") || !key.expires.Equal(time.Now().Add(2*time.Hour)) {
			t.Errorf("key %s: %v", id, ok)
		}
		if _, ok := c.directory.key("ASIAUNKNOWN"); ok {
			t.Error("a key that was never issued")
		}
		if n := c.Counters(); n.SignIns != 1 || n.Calls["POST /user/sign-in"] != 1 {
			t.Errorf("%+v", n)
		}
	})
}

// The captured refusals, as HTTP 200 or 401.
func TestWrongCredentials(t *testing.T) {
	for _, status := range []int{200, 401} {
		c := newCloud(t, Config{WrongPassword401: status == 401})
		a := c.Accounts()[0]
		r := c.signInAs(Account{Email: a.Email, Password: "guess"})
		if r.status != status || r.text != `{"code":1001,"msg":"INVALID_USER_PASSWORD"}` {
			t.Errorf("wrong password: %d %s", r.status, r.text)
		}
		r = c.signInAs(Account{Email: "nobody@example.com", Password: a.Password})
		if r.status != status || r.text != `{"code":1000,"msg":"USER_NOT_FOUND"}` {
			t.Errorf("no user: %d %s", r.status, r.text)
		}
		if n := c.Counters(); n.SignIns != 0 || n.Calls["POST /user/sign-in"] != 2 {
			t.Errorf("%+v", n)
		}
	}
}

func TestRefresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{TokenLife: 10 * time.Minute})
		a := c.Accounts()[0]
		r := c.signInAs(a)
		first := member(r.data, "token", "refreshToken").(string)
		access := member(r.data, "token", "accessToken").(string)
		list := func(token string) int {
			return c.call("POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": 0, "count": 20}).status
		}
		time.Sleep(10*time.Minute - time.Second)
		if got := list(access); got != 200 {
			t.Errorf("a second before its end: %d", got)
		}
		time.Sleep(time.Second)
		if got := list(access); got != 401 {
			t.Errorf("an expired token: %d", got)
		}
		r = c.call("POST", "/auth/refresh", "", map[string]any{"refreshToken": first})
		want := []string{"accessToken", "authenticationExpiresIn", "idToken", "refreshToken"}
		if got := slices.Sorted(maps.Keys(r.data.(map[string]any))); !slices.Equal(got, want) {
			t.Fatalf("refresh has %v", got)
		}
		second := member(r.data, "refreshToken").(string)
		if second == first || member(r.data, "authenticationExpiresIn") != 600.0 {
			t.Error("not rotated, or for another life")
		}
		if got := list(member(r.data, "accessToken").(string)); got != 200 {
			t.Errorf("the new token: %d", got)
		}
		for name, body := range map[string]any{
			"spent": map[string]any{"refreshToken": first}, "unknown": map[string]any{"refreshToken": "x.y.z"},
			"an access token": map[string]any{"refreshToken": access},
		} {
			if r := c.call("POST", "/auth/refresh", "", body); r.status != 401 || r.code != 401 {
				t.Errorf("%s: %d %s", name, r.status, r.text)
			}
		}
		if n := c.Counters(); n.Refreshes != 1 || n.Calls["POST /auth/refresh"] != 4 {
			t.Errorf("%+v", n)
		}
	})
}

func TestDeviceListInPages(t *testing.T) {
	c := newCloud(t, Config{Heaters: 45, Accounts: 2})
	a := c.Accounts()[0]
	token := c.token(a)
	var macs []string
	page := func(offset, count int) []any {
		r := c.call("POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": offset, "count": count})
		list, ok := r.data.([]any)
		if !ok {
			t.Fatalf("%d %s", r.status, r.text)
		}
		return list
	}
	for offset, want := range map[int]int{0: 20, 20: 20, 40: 5, 45: 0, 1000: 0} {
		list := page(offset, 20)
		if len(list) != want {
			t.Errorf("offset %d: %d heaters, not %d", offset, len(list), want)
		}
		for _, entry := range list {
			macs = append(macs, member(entry, "deviceInfo", "macAddress").(string))
		}
	}
	if len(page(0, 100)) != 20 || len(page(3, 2)) != 2 {
		t.Error("a page of another length")
	}
	slices.Sort(macs)
	if macs = slices.Compact(macs); len(macs) != 45 || slices.Contains(macs, c.Accounts()[1].Heaters[0].MAC()) {
		t.Errorf("%d different heaters", len(macs))
	}
}

// Keys and nullness as captured.
func TestDeviceAnswers(t *testing.T) {
	c := newCloud(t, Config{Start: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)})
	a := c.Accounts()[0]
	h := a.Heaters[0]
	token := c.token(a)
	h.RaiseFault(799, 0)
	h.SetOffline(true)
	same := func(what, want string, r result) {
		t.Helper()
		want = strings.NewReplacer("MAC", h.mac, "VALUE", h.additionalValue, "SERIAL", h.serial,
			"LAT", fmt.Sprint(h.place.latitude), "LON", fmt.Sprint(h.place.longitude)).Replace(want)
		var w any
		if err := json.Unmarshal([]byte(want), &w); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(w, r.data); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	same("list", `[{"deviceInfo":{"installerId":null,"homeSeq":10001,"macAddress":"MAC","additionalValue":"VALUE","deviceType":52,
		"modelTypeCode":null,"deviceName":"NWP500","connected":1},
		"location":{"state":"California","city":"Springfield","address":"1 Example Street"},
		"error":{"errorCode":799,"errorOccuredTime":"2026-05-01T12:00:00"},
		"descaling":{"descalingStartTime":null,"descalingEndTime":null}}]`,
		c.call("POST", "/device/list", token, map[string]any{"userId": a.Email, "offset": 0, "count": 20}))
	h.SetOffline(false)
	asked := map[string]any{"userId": a.Email, "macAddress": h.mac, "additionalValue": h.additionalValue}
	same("info", `{"deviceInfo":{"homeSeq":10001,"deviceName":"NWP500","deviceType":52,"installType":"R","connected":2},
		"location":{"state":"California","city":"Springfield","address":"1 Example Street","latitude":LAT,"longitude":LON,"altitude":null},
		"installer":{"installerId":null,"installerFirstName":null,"installerLastName":null,"installerPhoneNumber":null},
		"alarmInfo":{"isEtcAlarm":1,"isErrorAlarm":1},
		"descaling":{"descalingStartTime":null,"descalingEndTime":null}}`, c.call("POST", "/device/info", token, asked))
	entry := `{"macAddress":"MAC","additionalValue":"VALUE","deviceType":52,"deviceGroup":null,`
	same("firmware", `{"firmwares":[`+entry+`"curSwCode":33556241,"curVersion":167837696,"downloadedVersion":0},`+
		entry+`"curSwCode":268435985,"curVersion":34013184,"downloadedVersion":null},`+
		entry+`"curSwCode":268435761,"curVersion":60454,"downloadedVersion":null},`+
		entry+`"curSwCode":268435777,"curVersion":60454,"downloadedVersion":null}]}`,
		c.call("POST", "/device/firmware/info", token, asked))
	r := c.call("POST", "/app/update-push-token", token, map[string]any{
		"userId": a.Email, "pushToken": "p", "modelName": "m", "appVersion": "1", "os": "A", "osVersion": "14",
	})
	if r.text != `{"code":200,"msg":"SUCCESS"}` {
		t.Errorf("push token: %s", r.text)
	}
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

func TestRESTFail(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	c.RESTFail("/user/sign-in", 503, 2)
	c.RESTFail("/user/sign-in", 429, 1)
	c.RESTFail("/user/sign-in", 200, 1)
	c.RESTFail("/device/list", 500, 1)
	for i, want := range []int{503, 503, 429, 200} {
		if r := c.signInAs(a); r.status != want || r.code != want {
			t.Errorf("call %d: %d %s, not %d", i, r.status, r.text, want)
		}
	}
	if n := c.Counters(); n.SignIns != 1 || n.Calls["POST /user/sign-in"] != 4 {
		t.Errorf("%+v", n)
	}
	c.RESTFail("/user/sign-in", 0, 1)
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler {
				t.Errorf("recovered %v", got)
			}
		}()
		c.signInAs(a)
		t.Error("answered")
	}()
}

func TestRESTHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{})
		a := c.Accounts()[0]
		release := c.RESTHold("/user/sign-in", 2)
		answered := make(chan result, 3)
		for range 2 {
			go func() { answered <- c.signInAs(a) }()
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(answered) != 0 {
			t.Fatal("not held")
		}
		if r := c.signInAs(a); r.status != 200 {
			t.Errorf("the third: %d", r.status)
		}
		release()
		release()
		for range 2 {
			if r := <-answered; r.status != 200 {
				t.Errorf("released: %d %s", r.status, r.text)
			}
		}
		c.RESTHold("/user/sign-in", 5)
		go func() {
			defer func() { recover(); close(answered) }() // the connection is cut
			c.signInAs(a)
		}()
		synctest.Wait()
		c.Close()
		if _, more := <-answered; more {
			t.Error("answered after Close")
		}
	})
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
