package simulator

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

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
