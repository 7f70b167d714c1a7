package daemon

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/internal/homeassistant"
)

// check finds what no key alone has wrong, and fills in what follows from other keys.
func (r *reader) check(c *Config) {
	r.rivals("home_assistant.password", "home_assistant.password_file", func() {}, func() {})
	r.rivals("history.path", "history.dsn", func() { c.History.Path = "" }, func() { c.History.DSN = nwp500.Secret{} })
	if c.Tariff.UseTOU {
		r.rivals("tariff.price", "tariff.use_tou", func() { c.Tariff.Price = 0 }, func() { c.Tariff.UseTOU = false })
	}
	if c.FreshFor == 0 {
		c.FreshFor = 3 * c.PollEvery
	}
	if c.FreshFor <= c.PollEvery {
		r.wrong("fresh_for", "it has to be longer than poll_every, which is %s", c.PollEvery)
	}
	if c.HomeAssistant.Broker == "" {
		for _, path := range slices.Sorted(maps.Keys(r.places)) {
			if strings.HasPrefix(path, "home_assistant.") {
				r.wrong(path, "there is no home_assistant.broker")
				break
			}
		}
	}
	if home := c.HomeAssistant; !home.Password.IsEmpty() && home.User == "" {
		r.wrong(r.first("home_assistant.password", "home_assistant.password_file"), "there is no home_assistant.user")
	}
	if err := homeassistant.CheckTopics(c.HomeAssistant.Prefix, c.HomeAssistant.Base); err != nil {
		r.wrong(r.first("home_assistant.base_topic", "home_assistant.discovery_prefix"), "%v", err)
	}
	if (c.Tariff.Price != 0 || c.Tariff.UseTOU) && c.Tariff.Currency == "" {
		r.wrong(r.first("tariff.price", "tariff.use_tou"), "there is no tariff.currency")
	}
	r.checkAccounts(c.Accounts)
}

func (r *reader) checkAccounts(accounts []Account) {
	var taken []string
	for i := range accounts {
		account, base := &accounts[i], fmt.Sprintf("accounts[%d].", i)
		r.rivals(base+"password", base+"password_file", func() {}, func() {})
		if account.Name == "" && len(accounts) == 1 {
			account.Name = "home"
		}
		switch {
		case account.Name == "":
			r.wrong(base, "one of several accounts needs a name")
		case slices.Contains(taken, account.Name):
			r.wrong(base+"name", "another account has that name")
		}
		taken = append(taken, account.Name)
		if account.Email.IsEmpty() && (!account.Password.IsEmpty() || len(accounts) > 1) {
			r.wrong(base, "there is no email")
		}
		for j, heater := range account.Heaters {
			if heater.Match.IsEmpty() {
				r.wrong(fmt.Sprintf("%sheaters[%d].", base, j), "there is no match: the heater's MAC address, or its name in the app")
			}
		}
	}
}

// rivals are two keys of which one can have a value. What was given is stronger than what is in the file: the weaker is
// dropped.
func (r *reader) rivals(a, b string, dropA, dropB func()) {
	placeA, hasA := r.places[a]
	placeB, hasB := r.places[b]
	switch {
	case !hasA || !hasB:
	case r.isFile(placeA) == r.isFile(placeB):
		r.wrong(b, "there is %s, too: leave one of them out", a)
	case r.isFile(placeA):
		dropA()
	default:
		dropB()
	}
}

// isFile tells the place in a file from a flag and a variable.
func (r *reader) isFile(place string) bool {
	return r.file != "" && strings.HasPrefix(place, r.file+":")
}

// first is the first of these keys that has a value.
func (r *reader) first(paths ...string) string {
	for _, path := range paths {
		if _, ok := r.places[path]; ok {
			return path
		}
	}
	return paths[0]
}

// wrong adds a problem of a key, or of a section of a list when the path ends with a dot.
func (r *reader) wrong(path, format string, args ...any) {
	r.add(r.places[path], "%s: %s", strings.TrimSuffix(path, "."), fmt.Sprintf(format, args...))
}
