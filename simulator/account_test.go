package simulator

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAllowedTopics(t *testing.T) {
	c := newCloud(t, Config{Accounts: 2})
	a, other := c.Accounts()[0], c.Accounts()[1]
	own, foreign := a.Heaters[0], other.Heaters[0]
	for topic, want := range map[string]bool{
		"cmd/52/navilink-" + own.mac + "/#":                     true,
		"cmd/52/navilink-" + own.mac + "/ctrl":                  true,
		"cmd/52/navilink-" + own.mac + "/c/res":                 true,
		"cmd/52/navilink-" + own.mac:                            true,
		"evt/52/navilink-" + own.mac + "/app-connection":        true,
		"evt/+/mobile/event/disconnect-mqtt":                    true,
		"cmd/52/client/res/#":                                   true,
		"cmd/52/client/res/rsv/rd":                              true,
		fmt.Sprintf("cmd/52/%d/0/c/res/td/rd", own.homeSeq):     true,
		"cmd/52/navilink-" + foreign.mac + "/#":                 false,
		"evt/52/navilink-" + foreign.mac + "/#":                 false,
		fmt.Sprintf("cmd/52/%d/0/c/res/td/rd", foreign.homeSeq): false,
		"cmd/52/navilink-+/#":                                   false,
		"cmd/52/+/#":                                            false,
		"cmd/+/navilink-" + own.mac + "/#":                      false,
		"cmd/52/#":                                              false,
		"#":                                                     false,
		"":                                                      false,
		"cmd/52/client/other":                                   false,
		"evt/52/client/res/x":                                   false,
		"$aws/things/x":                                         false,
	} {
		if got := c.directory.allowed(a.Email, topic); got != want {
			t.Errorf("%s: %v", strings.NewReplacer(own.mac, "OWN", foreign.mac, "FOREIGN").Replace(topic), got)
		}
	}
	if c.directory.allowed("nobody@example.com", "cmd/52/client/res/#") {
		t.Error("nobody is allowed")
	}
}

// The same seed gives the same accounts and tokens; no two of anything are alike.
func TestASeedIsACloud(t *testing.T) {
	describe := func(seed uint64) (all []string) {
		synctest.Test(t, func(t *testing.T) {
			c := newCloud(t, Config{Heaters: 30, Accounts: 20, AccountHeaters: 2, Seed: seed})
			for _, a := range c.Accounts() {
				all = append(all, a.Email, a.Password, c.token(a))
				for _, h := range a.Heaters {
					all = append(all, h.MAC(), h.Serial())
				}
			}
		})
		return all
	}
	first := describe(1)
	if diff := cmp.Diff(first, describe(1)); diff != "" {
		t.Error(diff)
	}
	if cmp.Equal(first, describe(2)) {
		t.Error("two seeds are one cloud")
	}
	seen := make(map[string]bool)
	for _, s := range first {
		if seen[s] {
			t.Errorf("%s twice", s)
		}
		seen[s] = true
	}
	if len(seen) != 20*3+(30+19*2)*2 {
		t.Errorf("%d different things", len(seen))
	}
}

// An account and a heater in a log give nothing away.
func TestNothingIsGivenAway(t *testing.T) {
	c := newCloud(t, Config{})
	a := c.Accounts()[0]
	h := a.Heaters[0]
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(format+format, a, h)
		for _, secret := range []string{a.Email, a.Password, h.mac, h.serial, h.place.address} {
			if strings.Contains(text, secret) {
				t.Errorf("%s prints %s", format, text)
			}
		}
	}
}

// What was issued is forgotten a day after its end, so that a cloud that runs
// for long does not grow.
func TestWhatWasIssuedIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCloud(t, Config{})
		a := c.Accounts()[0]
		for range 24 * 60 {
			c.token(a)
			time.Sleep(time.Hour)
		}
		d := c.directory
		if len(d.access.byToken) > 30 || len(d.keys.byToken) > 30 || len(d.refresh.byToken) > 32*24 || len(d.access.order) > 30 {
			t.Errorf("%d access tokens, %d keys, %d refresh tokens", len(d.access.byToken), len(d.keys.byToken), len(d.refresh.byToken))
		}
	})
}

func TestNewRefuses(t *testing.T) {
	for name, config := range map[string]Config{
		"negative heaters":  {Heaters: -1},
		"too many accounts": {Accounts: MostAccounts + 1},
		"a city of them":    {Accounts: MostAccounts, AccountHeaters: 11},
		"negative life":     {TokenLife: -time.Second},
		"60 gallons":        {Models: []Model{{Gallons: 60}}},
		"no snapshot":       {Restore: []byte("x")},
	} {
		if s, err := New(config); err == nil {
			s.Close()
			t.Errorf("%s: built", name)
		} else if !strings.HasPrefix(err.Error(), "simulator: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
