package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// settle is longer than a process takes to connect.
const settle = 30 * time.Second

func TestEverythingIsServed(t *testing.T) {
	inHouse(t, simulator.Config{Heaters: 2}, nil, func(h *house) {
		time.Sleep(settle)
		for path, want := range map[string]string{
			"/healthz":         "ok\n",
			"/readyz":          `"ready": true`,
			"/metrics":         "nwp500_",
			"/api/v1/version":  `"v1.2.3"`,
			"/api/v1/heaters":  `"tank_upper_temperature"`,
			"/api/v1/accounts": `"up"`,
			"/":                "<!doctype html>",
		} {
			if status, body := h.get(path); status != http.StatusOK || !strings.Contains(strings.ToLower(body), want) {
				t.Errorf("%s: %d %.200s, want %s", path, status, body, want)
			}
		}
		if status, _ := h.get("/../healthz/x"); status != http.StatusNotFound {
			t.Errorf("a path that is not there: %d", status)
		}
		h.end()
		if log := h.log.String(); !strings.Contains(log, `msg="the page is ready" url=http://127.0.0.1:8500`) || strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
			t.Error(log)
		}
	})
}

func TestWhatIsNotWanted(t *testing.T) {
	inHouse(t, simulator.Config{}, func(_ *house, c *Config) { c.Metrics = false }, func(h *house) {
		if status, _ := h.get("/metrics"); status != http.StatusNotFound {
			t.Errorf("/metrics: %d", status)
		}
	})
}

func TestReady(t *testing.T) {
	inHouse(t, simulator.Config{Heaters: 2}, nil, func(h *house) {
		ready := func() (readiness, int) {
			status, body := h.get("/readyz")
			var all readiness
			if err := json.Unmarshal([]byte(body), &all); err != nil {
				t.Fatal(err)
			}
			if all.Ready != (status == http.StatusOK) {
				t.Errorf("%d: %s", status, body)
			}
			return all, status
		}
		time.Sleep(settle)
		if all, status := ready(); status != http.StatusOK || len(all.Heaters) != 2 || !all.Heaters[0].Fresh || all.Accounts[0].Heaters != 2 {
			t.Errorf("after the beginning: %d %+v", status, all)
		}
		// A heater that says nothing is told from the one that does.
		h.cloud.Accounts()[0].Heaters[1].SetOffline(true)
		time.Sleep(time.Hour)
		all, status := ready()
		if status != http.StatusServiceUnavailable || !all.Heaters[0].Ready || all.Heaters[1].Ready || all.Heaters[1].Fresh || !all.Accounts[0].Ready {
			t.Errorf("one is silent: %d %+v", status, all)
		}
		h.cloud.Accounts()[0].Heaters[1].SetOffline(false)
		time.Sleep(time.Hour)
		if all, status := ready(); status != http.StatusOK {
			t.Errorf("it is back: %d %+v", status, all)
		}
		if err := h.server.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if all, _ := ready(); all.Ready || all.Accounts[0].Ready || all.Heaters[0].Ready {
			t.Errorf("the cloud is gone: %+v", all)
		}
		if status, _ := h.get("/healthz"); status != http.StatusOK {
			t.Errorf("the process is well: %d", status)
		}
	})
}

func TestNotReadyBeforeTheCloudIs(t *testing.T) {
	inHouse(t, simulator.Config{}, func(h *house, _ *Config) { h.cloud.RESTFail("/user/sign-in", http.StatusServiceUnavailable, 1000) }, func(h *house) {
		time.Sleep(settle)
		status, body := h.get("/readyz")
		if status != http.StatusServiceUnavailable || !strings.Contains(body, `"connection": "connecting"`) || !strings.Contains(body, `"heaters": []`) {
			t.Errorf("%d %s", status, body)
		}
	})
}

func TestOthersNeedTheToken(t *testing.T) {
	inHouse(t, simulator.Config{}, func(_ *house, c *Config) { c.Listen, c.Names = "0.0.0.0:8500", []string{"nas.lan"} }, func(h *house) {
		name := filepath.Join(h.state, "token")
		token, err := readPrivate(name)
		if err != nil || len(token) < shortestToken {
			t.Fatalf("the token: %q, %v", token, err)
		}
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the token file: %v, %v", info.Mode(), err)
		}
		for _, c := range []struct {
			url, token string
			want       int
		}{
			{"http://nas.lan:8500/api/v1/heaters", "", http.StatusUnauthorized},
			{"http://nas.lan:8500/api/v1/heaters", "wrong", http.StatusUnauthorized},
			{"http://nas.lan:8500/api/v1/heaters", token, http.StatusOK},
			{"http://nas.lan:8500/metrics", "", http.StatusUnauthorized},
			{"http://nas.lan:8500/metrics", token, http.StatusOK},
			{"http://nas.lan:8500/", "", http.StatusOK}, // where one signs in
			{"http://nas.lan:8500/healthz", "", http.StatusOK},
		} {
			if status, body := h.get(c.url, "Authorization", "Bearer "+c.token); status != c.want {
				t.Errorf("%s: %d %s, want %d", c.url, status, body, c.want)
			}
		}
		if log := h.log.String(); !strings.Contains(log, "who need the token") || !strings.Contains(log, "token_file="+name) || strings.Contains(log, token) {
			t.Error(log)
		}
	})
}

func TestTheTokenThatIsThere(t *testing.T) {
	dir := t.TempDir()
	for content, want := range map[string]string{
		"0123456789abcdefghij\n": "",
		"short\n":                "it has fewer than 20 characters; remove it, and another is made",
		"":                       "it has fewer than 20 characters; remove it, and another is made",
	} {
		name := filepath.Join(dir, "token")
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := loadToken(name)
		if want == "" && (err != nil || got != nwp500.NewSecret("0123456789abcdefghij")) || want != "" && (err == nil || !strings.HasSuffix(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
		for listen, checked := range map[string]bool{":8500": true, "127.0.0.1:8500": false} {
			if again := CheckToken(Config{Listen: listen}, dir); checked && fmt.Sprint(again) != fmt.Sprint(err) || !checked && again != nil {
				t.Errorf("%q at %s: checked: %v, loaded: %v", content, listen, again, err)
			}
		}
	}
	if err := CheckToken(Config{Listen: ":8500", TokenFile: File(filepath.Join(dir, "yet-to-be-made"))}, dir); err != nil {
		t.Error(err)
	}
	if _, err := loadToken(filepath.Join(dir, "token", "below-a-file")); err == nil {
		t.Error("a token was made where none can be")
	}
	// What cannot be put in its place is not left lying about.
	place := filepath.Join(dir, "directory")
	if err := os.Mkdir(place, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := writeToken(place, "0123456789abcdefghij"); err == nil {
		t.Error("a token took the place of a directory")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("there are %v (%v)", left, err)
	}
}

func TestTheAddressIsTaken(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		options := h.options()
		err := Run(h.Context(), options)
		if err == nil || !strings.Contains(err.Error(), "nothing can be served at 127.0.0.1:8500: address already in use; listen names another address") {
			t.Errorf("got %v", err)
		}
	})
}

func TestTheConfigurationIsWrongAtFirst(t *testing.T) {
	want := Problems{{"c.yaml:1", "wrong"}}
	err := Run(t.Context(), Options{Read: func(context.Context) (Settings, error) { return Settings{}, want }})
	var got Problems
	if !errors.As(err, &got) {
		t.Errorf("got %v", err)
	}
}

func TestTheEndWhileOthersWait(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		stream := h.stream()
		h.cloud.SilentHeaters(true)
		id := h.id()
		answered := make(chan string, 1)
		go func() {
			status, body := h.post("/api/v1/heaters/"+id+"/commands", `{"command":"power","on":false}`)
			answered <- http.StatusText(status) + " " + body
		}()
		time.Sleep(100 * time.Millisecond)
		h.end()
		if !has(stream) {
			t.Error("the stream goes on")
		}
		t.Log(<-answered)
	})
}
