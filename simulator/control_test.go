package simulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
)

// desk is somebody at the control of a simulator.
type desk struct {
	t *testing.T
	*Simulator
}

// atDesk runs a test in virtual time.
func atDesk(t *testing.T, config Config, test func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		config.Control = true
		if config.Start.IsZero() {
			config.Start = time.Date(2026, time.January, 15, 3, 0, 0, 0, time.UTC)
		}
		s, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		test(&desk{t, s})
	})
}

// controlRequest is one as a browser on this computer makes it.
func controlRequest(method, path, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	local := &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8080}
	r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(local)))
	switch {
	case strings.HasPrefix(body, "{"), strings.HasPrefix(body, "["):
		r.Header.Set("Content-Type", "application/json")
	case body != "":
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (d *desk) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// get returns what is at a path.
func (d *desk) get(path string) string {
	d.t.Helper()
	w := d.do(controlRequest("GET", path, ""))
	if w.Code != http.StatusOK {
		d.t.Fatalf("GET %s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// post posts JSON and expects success.
func (d *desk) post(path, body string) string {
	d.t.Helper()
	w := d.do(controlRequest("POST", path, body))
	if w.Code != http.StatusOK {
		d.t.Fatalf("POST %s %s: %d %s", path, body, w.Code, w.Body)
	}
	return w.Body.String()
}

// heater is the first one, and its path.
func (d *desk) heater() (h *Heater, path string) {
	h = d.Accounts()[0].Heaters[0]
	h.SetDraws(NoDraws)
	return h, "/_sim/api/heaters/" + h.MAC()
}

func TestControlIsOff(t *testing.T) {
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, path := range []string{"/_sim", "/_sim/", "/_sim/cloud", "/_sim/style.css", "/_sim/api/clock", "/_sim/api/heaters"} {
		for _, method := range []string{"GET", "POST"} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, controlRequest(method, path, ""))
			if w.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d, want 404", method, path, w.Code)
			}
		}
	}
}

func TestControlPages(t *testing.T) {
	atDesk(t, Config{TotalHeaters: 60}, func(d *desk) {
		h, _ := d.heater()
		h.RaiseFault(407, 1)
		for path, want := range map[string]string{
			"/_sim/":                                  "60 heaters, 1 to 50 shown",
			"/_sim/?q=owner2&sort=-power&page=7":      "30 of 60 heaters",
			"/_sim/?q=nothing+like+that":              "No heater is like that.",
			"/_sim/heaters/" + h.MAC():                "E407 DHW temperature sensor",
			"/_sim/heaters/" + strings.ToUpper(h.mac): "upper sensor",
			"/_sim/cloud":                             "60 heaters",
			"/_sim/style.css":                         "prefers-color-scheme",
			"/_sim/refresh.js":                        "use strict",
		} {
			w := d.do(controlRequest("GET", path, ""))
			if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), want) {
				t.Errorf("GET %s: %d, no %q in it", path, w.Code, want)
			}
			if policy := w.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("GET %s: Content-Security-Policy %q", path, policy)
			}
		}
		if w := d.do(controlRequest("GET", "/_sim", "")); w.Header().Get("Location") != "/_sim/" {
			t.Errorf("GET /_sim leads to %q", w.Header().Get("Location"))
		}
	})
}

var (
	formsOf  = regexp.MustCompile(`(?s)<form [^>]*method="post" action="([^"]+)".*?</form>`)
	fieldsOf = regexp.MustCompile(`<(?:input|select|button)[^>]* name="([^"]+)"[^>]*>`)
	limitsOf = regexp.MustCompile(`min="([^"]+)" max="([^"]+)"`)
)

// TestControlForms holds the forms of the pages to what they are posted to: they have
// no member that is unknown there, with the same limits, and leave none out.
func TestControlForms(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		h, path := d.heater()
		h.RaiseFault(407, 1)
		d.post("/_sim/api/faults", `{"inject":"half-open"}`)
		seen := map[string]bool{}
		takes := map[string][]input{path: heaterInputs, "/_sim/api/clock": clockInputs, "/_sim/api/faults": faultInputs}
		for _, page := range []string{"/_sim/heaters/" + h.MAC(), "/_sim/cloud"} {
			for _, form := range formsOf.FindAllStringSubmatch(d.get(page), -1) {
				for _, field := range fieldsOf.FindAllStringSubmatch(form[0], -1) {
					i, err := findInput(takes[form[1]], field[1])
					if err != nil {
						t.Errorf("%s: %s: %v", page, form[1], err)
						continue
					}
					seen[form[1]+" "+i.Name] = true
					if limits := limitsOf.FindStringSubmatch(field[0]); limits != nil && (limits[1] != plainNumber(i.Low) || limits[2] != plainNumber(i.High)) {
						t.Errorf("%s: %s has limits %v, want %s", page, i.Name, limits[1:], i.allowed())
					}
				}
			}
		}
		for action, inputs := range takes {
			for _, i := range inputs {
				if !seen[action+" "+i.Name] {
					t.Errorf("no form posts %s to %s", i.Name, action)
				}
			}
		}
	})
}

func TestControlPostsForms(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		h, path := d.heater()
		page := "/_sim/heaters/" + h.MAC()
		for referer, back := range map[string]string{
			"http://127.0.0.1:8080" + page + "?x=1":  page + "?x=1",
			"":                                       "/_sim/",
			"http://evil.example/elsewhere":          "/_sim/",
			"http://127.0.0.1:8080/_sim/../../other": "/_sim/../../other",
		} {
			r := controlRequest("POST", path, "setpoint=52.5&days=&mode=electric")
			r.Header.Set("Referer", referer)
			w := d.do(r)
			if w.Code != http.StatusSeeOther {
				t.Errorf("from %q: %d %s", referer, w.Code, w.Body)
			}
			if got := w.Header().Get("Location"); got != back && !strings.HasPrefix(got, "/_sim/") && got != "/other" {
				t.Errorf("from %q: to %q, want %q", referer, got, back)
			}
		}
		if s := h.Status(); s["dhwTemperatureSetting"] != 105 || s["dhwOperationSetting"] != modeElectric {
			t.Errorf("setpoint %d, mode %d", s["dhwTemperatureSetting"], s["dhwOperationSetting"])
		}
		w := d.do(controlRequest("POST", path, "setpoint=99&draw="))
		for _, want := range []string{"Nothing was done", "setpoint", "35 to 65.5 °C", `href="/_sim/"`} {
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), want) {
				t.Errorf("a form that is refused: %d, no %q in %s", w.Code, want, w.Body)
			}
		}
	})
}

// TestControlFromElsewhere keeps pages of others from writing, and from reading under
// a name of their own.
func TestControlFromElsewhere(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		_, path := d.heater()
		for _, test := range []struct {
			name, host string
			header     http.Header
			write      bool
			want       int
		}{
			{"a program", "127.0.0.1:8080", nil, true, 200},
			{"by name", "localhost:8080", nil, true, 200},
			{"by name without a port", "LOCALHOST", nil, false, 200},
			{"IPv6", "[::1]:8080", nil, false, 200},
			{"the same page", "127.0.0.1:8080", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"http://127.0.0.1:8080"}}, true, 200},
			{"another page", "127.0.0.1:8080", http.Header{"Sec-Fetch-Site": {"cross-site"}}, true, 403},
			{"another port", "127.0.0.1:8080", http.Header{"Origin": {"http://127.0.0.1:9090"}}, true, 403},
			{"a sandbox", "127.0.0.1:8080", http.Header{"Origin": {"null"}}, true, 403},
			{"another page that reads", "127.0.0.1:8080", http.Header{"Sec-Fetch-Site": {"cross-site"}}, false, 200}, // its browser shows it nothing
			{"a name made to point here", "evil.example:8080", http.Header{"Sec-Fetch-Site": {"same-origin"}, "Origin": {"http://evil.example:8080"}}, true, 403},
			{"a name made to point here, reading", "evil.example:8080", nil, false, 403},
			{"another address", "192.0.2.1:8080", nil, false, 403},
			{"nothing", "", nil, false, 403},
		} {
			r := controlRequest("GET", path, "")
			if test.write {
				r = controlRequest("POST", path, `{"draw":1}`)
			}
			r.Host = test.host
			for name, value := range test.header {
				r.Header[name] = value
			}
			if w := d.do(r); w.Code != test.want {
				t.Errorf("%s: %d %s, want %d", test.name, w.Code, w.Body, test.want)
			}
		}
		r := controlRequest("GET", path, "")
		outside := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 8080}
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(outside)))
		r.Host = "192.0.2.1:8080"
		if w := d.do(r); w.Code != http.StatusOK {
			t.Errorf("over another interface: %d", w.Code)
		}
	})
}

// TestControlTellsNoSecrets looks for passwords and what was issued in all that it shows.
func TestControlTellsNoSecrets(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		h, path := d.heater()
		account := d.Accounts()[0]
		r := controlRequest("POST", "/api/v2.1/user/sign-in", fmt.Sprintf(`{"userId":%q,"password":%q}`, account.Email, account.Password))
		var issued struct {
			Data struct {
				Token map[string]any `json:"token"`
			} `json:"data"`
		}
		if err := json.UnmarshalRead(d.do(r).Body, &issued); err != nil || len(issued.Data.Token) == 0 {
			t.Fatalf("nothing was issued: %v", err)
		}
		secrets := []string{account.Password}
		for _, v := range issued.Data.Token {
			if text, ok := v.(string); ok && len(text) > 15 {
				secrets = append(secrets, text)
			}
		}
		if len(secrets) < 4 {
			t.Fatalf("%d secrets", len(secrets))
		}
		for _, at := range []string{"/_sim/", "/_sim/cloud", "/_sim/heaters/" + h.MAC(), "/_sim/api/heaters", path, "/_sim/api/cloud", "/_sim/api/faults", "/_sim/api/clock", "/_sim/api/snapshot"} {
			text := d.get(at)
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%s shows a secret", at)
				}
			}
		}
	})
}

func TestControlManners(t *testing.T) {
	atDesk(t, Config{}, func(d *desk) {
		_, path := d.heater()
		long := `{"draw":1,"x":"` + strings.Repeat("x", mostPosted) + `"}`
		for _, test := range []struct {
			method, path, body string
			want               int
		}{
			{"DELETE", path, "", 405},
			{"POST", "/_sim/", "", 405},
			{"PUT", "/_sim/api/clock", `{"speed":2}`, 405},
			{"GET", "/_sim/nothing", "", 404},
			{"GET", "/_sim/api/nothing", "", 404},
			{"GET", "/_sim/control/layout.html", "", 404},
			{"GET", "/_sim/heaters/0a0000000000", "", 404},
			{"GET", "/_sim/api/heaters/0a0000000000", "", 404},
			{"POST", "/_sim/api/heaters/0a0000000000", `{"draw":1}`, 404},
			{"POST", path, long, 413},
			{"POST", path, "draw=1&flow=" + strings.Repeat("x", mostPosted), 413},
			{"GET", "/_sim/api/heaters?page=0", "", 422},
			{"GET", "/_sim/?sort=beauty", "", 422},
		} {
			if w := d.do(controlRequest(test.method, test.path, test.body)); w.Code != test.want {
				t.Errorf("%s %s: %d %.200s, want %d", test.method, test.path, w.Code, w.Body, test.want)
			}
		}
		r := controlRequest("POST", path, `{"draw":1}`)
		r.Header.Set("Content-Type", "text/plain")
		if w := d.do(r); w.Code != http.StatusUnsupportedMediaType {
			t.Errorf("a text: %d", w.Code)
		}
	})
}

// TestControlOnAPort reads the page where Server says that it is.
func TestControlOnAPort(t *testing.T) {
	for _, withTLS := range []bool{false, true} {
		s, err := New(Config{Control: true})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		server, err := s.Listen("127.0.0.1:0", withTLS)
		if err != nil {
			t.Fatal(err)
		}
		defer server.Close()
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(server.CA)
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}
		response, err := client.Get(server.ControlURL)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", server.ControlURL, response.Status)
		}
	}
}
