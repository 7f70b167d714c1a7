package httpapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/nwp500/nwp500"
)

func TestDoor(t *testing.T) {
	const token = "a token of the test"
	private := Config{Loopback: true, Hosts: []string{"heater.lan", "proxy.example:8443"}}
	public := Config{Token: nwp500.NewSecret(token), Hosts: []string{"Heater.lan"}}
	bearer := "Bearer " + token
	for _, test := range []struct {
		name   string
		config Config
		method string
		header []string
		want   int
	}{
		{"plain", private, "GET", nil, 200},
		{"name of the loopback interface", private, "GET", []string{"Host", "LOCALHOST:8500"}, 200},
		{"other loopback address", private, "GET", []string{"Host", "127.0.0.2"}, 200},
		{"loopback of version 6", private, "GET", []string{"Host", "[::1]:8500"}, 200},
		{"mapped loopback", private, "GET", []string{"Host", "[::ffff:127.0.0.1]:8500"}, 200},
		{"name of the configuration", private, "GET", []string{"Host", "heater.lan:1"}, 200},
		{"name and port of the configuration", private, "GET", []string{"Host", "proxy.example:8443"}, 200},
		{"other port", private, "GET", []string{"Host", "proxy.example:1"}, 421},
		{"rebound name", private, "GET", []string{"Host", "evil.example"}, 421},
		{"name that begins like ours", private, "GET", []string{"Host", "127.0.0.1.evil.example"}, 421},
		{"name that ends like ours", private, "GET", []string{"Host", "evil.localhost"}, 421},
		{"foreign address", private, "GET", []string{"Host", "192.168.1.2:8500"}, 421},
		{"own origin", private, "GET", []string{"Origin", "http://127.0.0.1:8500"}, 200},
		{"origin of the configuration", private, "GET", []string{"Origin", "https://heater.lan"}, 200},
		{"foreign origin", private, "GET", []string{"Origin", "http://evil.example"}, 403},
		{"another port is another origin", private, "GET", []string{"Origin", "http://127.0.0.1:3000"}, 403},
		{"origin without a name", private, "GET", []string{"Origin", "null"}, 403},
		{"another scheme is another origin", private, "GET", []string{"Origin", "app://127.0.0.1:8500"}, 403},
		{"two origins", private, "GET", []string{"Origin", "http://127.0.0.1:8500", "Origin", "http://evil.example"}, 403},
		{"a page of another site loads it", private, "GET", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a page of another port loads it", private, "GET", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"the page loads it", private, "GET", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"preflight", private, "OPTIONS", []string{"Origin", "http://evil.example", "Access-Control-Request-Headers", "x-nwp500"}, 403},
		{"preflight of our own", private, "OPTIONS", []string{"Origin", "http://127.0.0.1:8500"}, 405},
		{"writing without the header", private, "DELETE", nil, 403},
		{"no token", public, "GET", nil, 401},
		{"token", public, "GET", []string{"Authorization", bearer}, 200},
		{"token by an address in numbers", public, "GET", []string{"Authorization", bearer, "Host", "192.168.1.2:8500"}, 200},
		{"token by a name of ours", public, "GET", []string{"Authorization", bearer, "Host", "heater.lan"}, 200},
		{"token by a foreign name", public, "GET", []string{"Authorization", bearer, "Host", "evil.example"}, 421},
		{"scheme in small letters", public, "GET", []string{"Authorization", "bearer " + token}, 200},
		{"wrong token", public, "GET", []string{"Authorization", bearer + "x"}, 401},
		{"empty token", public, "GET", []string{"Authorization", "Bearer "}, 401},
		{"another scheme", public, "GET", []string{"Authorization", "Basic " + token}, 401},
		{"wrong cookie", public, "GET", []string{"Cookie", "nwp500=" + token}, 401},
		{"nobody has set a token", Config{}, "GET", []string{"Authorization", "Bearer "}, 401},
	} {
		t.Run(test.name, func(t *testing.T) {
			inHouse(t, test.config, func(h *house) {
				answer := h.do(test.method, "/api/v1/version", "", test.header...)
				if answer.status != test.want {
					t.Errorf("%d, want %d: %s", answer.status, test.want, answer.body)
				}
				for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy", "Cache-Control"} {
					if answer.header.Get(name) == "" {
						t.Errorf("%s is not set", name)
					}
				}
				for name := range answer.header {
					if strings.HasPrefix(name, "Access-Control-") {
						t.Errorf("%s lets pages of other sites in", name)
					}
				}
			})
		})
	}
}

func TestSignIn(t *testing.T) {
	const token = "a token of the test"
	inHouse(t, Config{Token: nwp500.NewSecret(token)}, func(h *house) {
		write := []string{"X-Nwp500", "page", "Content-Type", "application/json"}
		answer := h.do("POST", "/api/v1/session", `{"token":"wrong"}`, write...)
		if answer.status != http.StatusUnauthorized || len(answer.cookies) > 0 {
			t.Errorf("a wrong token: %d %s", answer.status, answer.body)
		}
		answer = h.do("POST", "/api/v1/session", `{"token":"`+token+`"}`, write...)
		if answer.status != http.StatusNoContent || len(answer.cookies) != 1 {
			t.Fatalf("the right token: %d %s", answer.status, answer.body)
		}
		kept := answer.cookies[0]
		if !kept.HttpOnly || kept.SameSite != http.SameSiteStrictMode || strings.Contains(kept.Value, token) {
			t.Errorf("cookie %v", kept)
		}
		if answer := h.do("GET", "/api/v1/version", "", "Cookie", kept.Name+"="+kept.Value); answer.status != http.StatusOK {
			t.Errorf("with the cookie: %d", answer.status)
		}
		answer = h.do("DELETE", "/api/v1/session", "", "X-Nwp500", "page")
		if answer.status != http.StatusNoContent || len(answer.cookies) != 1 || answer.cookies[0].MaxAge >= 0 {
			t.Errorf("signing out: %d %v", answer.status, answer.cookies)
		}
	})
}
