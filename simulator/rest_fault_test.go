package simulator

import (
	"testing"
	"testing/synctest"
	"time"
)

// What an answer says can be changed, member by member, and calls of other paths are left alone.
func TestFaultReplacesMembers(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	f := c.Inject(Fault{Step: StepREST, Path: "/user/sign-in", Times: 1, Members: map[string]string{
		"authorizationExpiresIn": "-1", "accessKeyId": "", "refreshToken": `"<&"`,
	}})
	token := member(c.signInAs(a).data, "token").(map[string]any)
	if _, there := token["accessKeyId"]; there || token["authorizationExpiresIn"] != float64(-1) || token["refreshToken"] != "<&" ||
		token["authenticationExpiresIn"] != float64(3600) || token["secretKey"] == "" {
		t.Errorf("got %v", token)
	}
	if f.Fired() != 1 {
		t.Errorf("fired %d times", f.Fired())
	}
	token = member(c.signInAs(a).data, "token").(map[string]any)
	if token["accessKeyId"] == nil || token["authorizationExpiresIn"] != float64(3600) {
		t.Errorf("healed: %v", token)
	}
}

// A refresh token whose successor nobody is told serves on; one that has a successor is spent.
func TestFaultKeepsTheRefreshToken(t *testing.T) {
	c := newCloud(t, Config{})
	token, _ := member(c.signInAs(c.Accounts()[0]).data, "token", "refreshToken").(string)
	refresh := func() result {
		return c.call("POST", "/auth/refresh", "", map[string]any{"refreshToken": token})
	}
	f := c.Inject(Fault{Step: StepREST, Path: "/auth/refresh", Members: map[string]string{"refreshToken": ""}})
	for range 2 {
		if r := refresh(); r.status != 200 || member(r.data, "refreshToken") != nil || member(r.data, "accessToken") == nil {
			t.Errorf("%d %s", r.status, r.text)
		}
	}
	f.Heal()
	if r := refresh(); r.status != 200 || member(r.data, "refreshToken") == nil {
		t.Errorf("%d %s", r.status, r.text)
	}
	if r := refresh(); r.status != 401 {
		t.Errorf("a token that is spent: %d", r.status)
	}
}

// A call that proceeds late is judged by the time at which it is answered.
func TestFaultDelaysACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{})
		c.Inject(Fault{Step: StepREST, Path: "/user/sign-in", Delay: 5 * time.Second})
		began := time.Now()
		if r := c.signInAs(c.Accounts()[0]); r.status != 200 || time.Since(began) != 5*time.Second {
			t.Errorf("%d after %v", r.status, time.Since(began))
		}
		c.Close()
	})
}
