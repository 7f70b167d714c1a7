package fleet

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
	"github.com/nwp500/nwp500/simulator"
)

// A fleet that starts while the cloud is out of order comes up when that is over, says
// meanwhile why not, and does not hammer it.
func TestTheCloudIsDownAtTheStart(t *testing.T) {
	inWorld(t, simulator.Config{}, func(_ *Config, sim *simulator.Simulator) {
		sim.Inject(simulator.Fault{Step: simulator.StepREST, Action: simulator.Refuse, Status: 503, Lasts: 6 * time.Hour})
	}, func(t *testing.T, w *world) {
		pass(6*time.Hour - time.Minute)
		account := w.fleet.Accounts()[0]
		if account.Connection.State != api.Connecting || account.Connection.Error == "" {
			t.Errorf("the account's connection is %+v", account.Connection)
		}
		if len(w.fleet.Heaters()) != 0 {
			t.Error("there are heaters")
		}
		if calls := w.Counters().Calls["POST /user/sign-in"]; calls < 50 || calls > 200 {
			t.Errorf("%d attempts in six hours", calls)
		}
		pass(10 * time.Minute)
		w.first(t)
		if state := w.fleet.Accounts()[0].Connection.State; state != api.Up {
			t.Errorf("the account is %s", state)
		}
	})
}

// The broker alone is out of order at the start: the heaters are listed, and said to be
// connecting, with the reason.
func TestTheBrokerIsDownAtTheStart(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, func(_ *Config, sim *simulator.Simulator) {
		sim.Inject(simulator.Fault{Step: simulator.StepUpgrade, Action: simulator.Refuse, Status: 503, Lasts: time.Hour})
	}, func(t *testing.T, w *world) {
		pass(30 * time.Minute)
		heaters := w.fleet.Heaters()
		if len(heaters) != 2 {
			t.Fatalf("%d heaters are listed", len(heaters))
		}
		if c := heaters[1].State().Connection; c.State != api.Connecting || !strings.Contains(c.Error, "503") || c.Fresh {
			t.Errorf("the heater's connection is %+v", c)
		}
		pass(45 * time.Minute)
		for _, h := range heaters {
			if state := h.State().Connection.State; state != api.Up {
				t.Errorf("a heater is %s", state)
			}
		}
	})
}

// Credentials that are refused are not tried again until there are others, at the start
// and after a drop.
func TestCredentialsAreRefusedAndMended(t *testing.T) {
	var account simulator.Account
	inWorld(t, simulator.Config{}, func(c *Config, sim *simulator.Simulator) {
		account = sim.Accounts()[0]
		c.Accounts[0].Cloud.Password = nwp500.NewSecret("wrong")
	}, func(t *testing.T, w *world) {
		pass(24 * time.Hour)
		if c := w.fleet.Accounts()[0].Connection; c.State != api.Refused || c.Advice == "" {
			t.Errorf("the account's connection is %+v", c)
		}
		if calls := w.Counters().Calls["POST /user/sign-in"]; calls != 1 {
			t.Errorf("%d sign-ins with a password that was refused", calls)
		}
		mend := func() {
			t.Helper()
			if err := w.fleet.SignIn(t.Context(), "account 1", account.Email, account.Password); err != nil {
				t.Fatal(err)
			}
		}
		mend()
		h, _ := w.first(t)

		// The password is changed elsewhere, and the connection drops when the keys are old.
		wrong := w.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/user/sign-in", Action: simulator.Refuse, Answer: refuseSignIn})
		pass(2 * time.Hour)
		w.heard()
		w.DropAll(simulator.DropServer)
		pass(time.Minute)
		if c := h.State().Connection; c.State != api.Refused || c.Error == "" || c.Advice == "" {
			t.Errorf("the heater's connection is %+v", c)
		}
		before := w.Counters().Calls["POST /user/sign-in"]
		pass(24 * time.Hour)
		if after := w.Counters().Calls["POST /user/sign-in"]; after != before {
			t.Errorf("%d more sign-ins with a password that was refused", after-before)
		}
		if result := do(t, h, api.Command{Name: api.SetPower, On: ptr(false)}); result.End != api.NotSent {
			t.Errorf("a command ends %+v", result)
		}
		wrong.Heal()
		mend()
		w.first(t)
		var states []string
		for _, e := range events(w.heard(), api.ConnectionEvent) {
			states = append(states, e.Text)
		}
		if len(states) < 2 || !strings.Contains(strings.Join(states, "\n"), "credentials do not serve") || states[len(states)-1] != "it is heard again" {
			t.Errorf("told of the connection: %q", states)
		}
	})
}

func refuseSignIn(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"code": 401, "msg": "INVALID_USER_PASSWORD", "data": null}`))
}

// Heaters come and go as the account lists them.
func TestHeatersAreAddedAndRemoved(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 3}, nil, func(t *testing.T, w *world) {
		first, _ := w.first(t)
		pass(time.Minute)
		all := w.fleet.Heaters()
		if len(all) != 3 {
			t.Fatalf("%d heaters are listed", len(all))
		}
		gone := all[1]
		w.heard()
		listing := w.Inject(simulator.Fault{
			Step: simulator.StepREST, Path: "/device/list", Action: simulator.Refuse, Answer: listOf(all[0], all[2]),
		})
		pass(27 * time.Hour)
		if listed := w.fleet.Heaters(); len(listed) != 2 || slices.Contains(listed, gone) {
			t.Fatalf("%d heaters are listed", len(listed))
		}
		if _, there := w.fleet.Heater(gone.ID()); there {
			t.Error("the heater that is gone is found")
		}
		removed := 0
		for _, n := range w.heard() {
			if n.Removed {
				removed++
				if n.Heater != gone {
					t.Error("another heater was removed")
				}
			} else if removed > 0 && n.Heater == gone {
				t.Error("a heater that is gone says something")
			}
		}
		if removed != 1 {
			t.Errorf("told %d times that a heater is gone", removed)
		}
		if result := do(t, gone, api.Command{Name: api.SetPower, On: ptr(false)}); result.End != api.NotSent || result.Error != errNotListed.Error() {
			t.Errorf("a command to it ends %+v", result)
		}
		for _, c := range w.Connections() {
			for _, filter := range c.Subscriptions {
				if strings.Contains(filter, gone.State().Device.MAC.Reveal()) {
					t.Error("it is still subscribed to")
				}
			}
		}
		listing.Heal()
		pass(27 * time.Hour)
		again, there := w.fleet.Heater(gone.ID())
		if !there || again.State().Connection.State != api.Up {
			t.Error("it did not come back")
		}
		if first.State().Connection.State != api.Up {
			t.Error("another heater went down")
		}
	})
}

// One list that lacks heaters, as a cloud in trouble may give, removes none.
func TestAnEmptyListOnce(t *testing.T) {
	inWorld(t, simulator.Config{Heaters: 2}, nil, func(t *testing.T, w *world) {
		w.first(t)
		pass(time.Minute)
		w.heard()
		w.Inject(simulator.Fault{Step: simulator.StepREST, Path: "/device/list", Action: simulator.Refuse, Times: 1, Answer: listOf()})
		pass(30 * time.Hour)
		if listed := w.fleet.Heaters(); len(listed) != 2 || listed[1].State().Connection.State != api.Up {
			t.Errorf("%d heaters are listed", len(listed))
		}
		for _, n := range w.heard() {
			if n.Added || n.Removed {
				t.Errorf("told %+v", n)
			}
		}
	})
}

// listOf answers a call for the list with some heaters.
func listOf(heaters ...*Heater) http.HandlerFunc {
	list := []map[string]any{}
	for _, h := range heaters {
		d := h.State().Device
		list = append(list, map[string]any{"deviceInfo": map[string]any{
			"homeSeq": d.HomeSeq, "macAddress": d.MAC.Reveal(), "additionalValue": d.AdditionalValue,
			"deviceType": d.Type, "deviceName": d.Name, "connected": 2,
		}})
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"code": 200, "msg": "SUCCESS", "data": list})
	}
}

// Heaters are picked by address, ID or name, and take the owner's name; one that two
// accounts list is there once.
func TestChoices(t *testing.T) {
	var macs []string
	inWorld(t, simulator.Config{Heaters: 4}, func(c *Config, sim *simulator.Simulator) {
		for _, h := range sim.Accounts()[0].Heaters {
			macs = append(macs, h.MAC())
		}
		colons := strings.ToUpper(macs[0][:2] + ":" + macs[0][2:4] + ":" + macs[0][4:6] + ":" + macs[0][6:8] + ":" + macs[0][8:10] + ":" + macs[0][10:])
		c.Accounts[0].Heaters = []Choice{
			{Match: nwp500.NewSecret(colons), Name: "cellar"},
			{Match: nwp500.NewSecret(Identity(nwp500.NewMAC(macs[2])))},
		}
		second := c.Accounts[0]
		second.Name, second.Heaters = "again", []Choice{{Match: nwp500.NewSecret(macs[2])}, {Match: nwp500.NewSecret(macs[3])}}
		c.Accounts = append(c.Accounts, second)
	}, func(t *testing.T, w *world) {
		pass(time.Minute)
		var got []string
		for _, h := range w.fleet.Heaters() {
			got = append(got, h.Account()+"/"+h.State().Device.MAC.Reveal()+"/"+h.Name())
		}
		want := []string{
			"account 1/" + macs[0] + "/cellar",
			"account 1/" + macs[2] + "/" + w.Heater(macs[2]).Name(),
			"again/" + macs[3] + "/" + w.Heater(macs[3]).Name(),
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	for want, config := range map[string]Config{
		"account 1 has no name":     {Accounts: []Account{{}}},
		"account a: there are two":  {Accounts: []Account{{Name: "a"}, {Name: "a"}}},
		"account a: a heater has":   {Accounts: []Account{{Name: "a", Heaters: []Choice{{Name: "x"}}}}},
		"PollEvery and FreshFor":    {PollEvery: -1},
		"PollEvery and FreshFor ar": {FreshFor: -1},
	} {
		if _, err := New(config); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// Credentials that are refused end the connection, too: that it is down is not the news.
func TestRefusedStaysRefused(t *testing.T) {
	f, err := New(Config{Accounts: []Account{{Name: "home"}}})
	if err != nil {
		t.Fatal(err)
	}
	a := f.accounts[0]
	h := newHeater(a, "0123456789", "", nwp500.Device{})
	a.heaters = []*Heater{h}
	a.refused(nwp500.ErrCredentials)
	a.lost(nwp500.ErrUnreachable)
	h.disconnected(nwp500.ErrUnreachable)
	if state := a.connection.State; state != api.Refused {
		t.Errorf("the account is %s", state)
	}
	if state := h.State().Connection.State; state != api.Refused {
		t.Errorf("the heater is %s", state)
	}
}
