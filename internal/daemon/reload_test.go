package daemon

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/simulator"
)

// renewed tells whether the heaters are connected anew since it was called before.
func (h *house) renewed() func() bool {
	signIns := h.cloud.Counters().SignIns
	return func() bool {
		before := signIns
		signIns = h.cloud.Counters().SignIns
		return signIns != before
	}
}

func TestReloadWithoutChange(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed, stream := h.renewed(), h.stream()
		h.hangUp()
		if renewed() || has(stream) {
			t.Error("nothing has changed, and something was made anew")
		}
		if h.log.count("the configuration was read again") != 1 {
			t.Error(h.log.String())
		}
	})
}

func TestReloadChangesWhatIsShown(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed, stream := h.renewed(), h.stream()
		h.goesBy(func(c *Config) { c.Tariff = Tariff{Currency: "USD", Price: 0.3} })
		h.hangUp()
		if !has(stream) {
			t.Error("the stream goes on, of an interface that is there no more")
		}
		if renewed() {
			t.Error("the heaters were connected anew")
		}
		h.goesBy(func(c *Config) { c.Metrics = false })
		h.hangUp()
		if status, _ := h.get("/metrics"); status != http.StatusNotFound || renewed() {
			t.Errorf("/metrics: %d", status)
		}
		h.goesBy(func(*Config) {})
		h.hangUp()
		if status, _ := h.get("/metrics"); status != http.StatusOK || renewed() {
			t.Errorf("/metrics: %d", status)
		}
	})
}

func TestReloadChangesTheHeaters(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed := h.renewed()
		for name, change := range map[string]func(*Config){
			"poll_every": func(c *Config) { c.PollEvery = time.Minute },
			"accounts":   func(c *Config) { c.Accounts = []Account{{Name: "a", Password: nwp500.NewSecret("new")}} },
			"log":        func(c *Config) { c.Log.Format = "json" },
		} {
			h.goesBy(change)
			h.hangUp()
			if !renewed() {
				t.Errorf("%s changed, and the heaters were not connected anew", name)
			}
			time.Sleep(settle)
			if status, body := h.get("/readyz"); status != http.StatusOK {
				t.Errorf("%s changed: %s", name, body)
			}
		}
		if connections := len(h.cloud.Connections()); connections != 1 {
			t.Errorf("%d connections to the cloud", connections)
		}
	})
}

func TestReloadTriesRefusedCredentialsAgain(t *testing.T) {
	var once sync.Once
	refuse := func(h *house, _ *Config) {
		once.Do(func() { h.cloud.RESTFail("/user/sign-in", http.StatusUnauthorized, 1) })
	}
	inHouse(t, simulator.Config{}, refuse, func(h *house) {
		time.Sleep(settle)
		if _, body := h.get("/readyz"); !strings.Contains(body, `"refused"`) {
			t.Fatalf("not refused: %s", body)
		}
		h.hangUp()
		time.Sleep(settle)
		if status, body := h.get("/readyz"); status != http.StatusOK {
			t.Errorf("not tried again: %s", body)
		}
	})
}

func TestReloadOfWhatIsWrong(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed, stream := h.renewed(), h.stream()
		for words, read := range map[string]func() (Config, error){
			"c.yaml:7: listen is wrong": func() (Config, error) { return Config{}, Problems{{"c.yaml:7", "listen is wrong"}} },
			"no login is kept":          func() (Config, error) { return Config{}, errors.New("no login is kept") },
			"the token file": func() (Config, error) {
				c := Default()
				c.Listen, c.TokenFile, c.PollEvery = ":8500", File(filepath.Join(h.state, "token")), time.Minute
				return c, os.WriteFile(string(c.TokenFile), []byte("short"), 0o600)
			},
		} {
			h.reads(read)
			h.hangUp()
			if h.log.count(words) != 1 {
				t.Errorf("%q is not told once: %s", words, h.log.String())
			}
		}
		if renewed() || has(stream) || h.log.count("the configuration from before stays in force") != 3 {
			t.Error("not all stays as it was")
		}
	})
}

func TestReloadMoves(t *testing.T) {
	inHouse(t, simulator.Config{}, nil, func(h *house) {
		time.Sleep(settle)
		renewed := h.renewed()
		h.goesBy(func(c *Config) { c.Listen = "127.0.0.1:8600" })
		h.hangUp()
		if status, body := h.get("http://127.0.0.1:8600/readyz"); status != http.StatusOK {
			t.Errorf("at the new address: %s", body)
		}
		if connection, err := h.network.Dial(h.Context(), "tcp", "127.0.0.1:8500"); err == nil {
			t.Error("the old address is served, too")
			connection.Close()
		}
		// An address that is taken is not moved to.
		taken, err := h.network.Listen("127.0.0.1:8700")
		if err != nil {
			t.Fatal(err)
		}
		defer taken.Close()
		h.goesBy(func(c *Config) { c.Listen = "127.0.0.1:8700" })
		h.hangUp()
		if status, body := h.get("http://127.0.0.1:8600/readyz"); status != http.StatusOK || renewed() {
			t.Errorf("at the address from before: %s", body)
		}
		if h.log.count("nothing can be served at 127.0.0.1:8700") != 1 {
			t.Error(h.log.String())
		}
	})
}

func TestReloadOfTheToken(t *testing.T) {
	inHouse(t, simulator.Config{}, func(_ *house, c *Config) { c.Listen = "0.0.0.0:8500" }, func(h *house) {
		const next = "another-token-of-the-owner"
		path := filepath.Join(h.state, "token")
		old, err := readPrivate(path)
		if err == nil {
			err = os.WriteFile(path, []byte(next), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		h.goesBy(func(c *Config) { c.Listen = "0.0.0.0:8500" })
		h.hangUp()
		for token, want := range map[string]int{old: http.StatusUnauthorized, next: http.StatusOK} {
			if status, _ := h.get("http://192.168.1.5:8500/api/v1/heaters", "Authorization", "Bearer "+token); status != want {
				t.Errorf("%q: %d, want %d", token, status, want)
			}
		}
	})
}
