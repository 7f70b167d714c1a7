package simulator

import (
	"errors"
	"net/http"
	"net/http/httptest"
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

// A call that is never answered has no answer when the simulator is closed either.
func TestFaultLosesACall(t *testing.T) {
	for name, f := range map[string]Fault{
		"REST":         {Step: StepREST, Action: Lose},
		"late REST":    {Step: StepREST, Delay: time.Hour},
		"upgrade":      {Step: StepUpgrade, Action: Lose},
		"late upgrade": {Step: StepUpgrade, Delay: time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulator(t, Config{})
				i := s.Inject(f)
				time.AfterFunc(time.Minute, func() { _ = s.Close() })
				w := httptest.NewRecorder()
				defer func() {
					if aborted, _ := recover().(error); !errors.Is(aborted, http.ErrAbortHandler) || w.Flushed || w.Body.Len() > 0 || i.Fired() != 1 {
						t.Errorf("ended with %v, answered %q", aborted, w.Body)
					}
				}()
				method, path := http.MethodPost, restBase+"/user/sign-in"
				if f.Step == StepUpgrade {
					method, path = http.MethodGet, "/mqtt"
				}
				s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
			})
		})
	}
}
