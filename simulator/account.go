package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"golang.org/x/time/rate"
)

// Account is an owner's account: what signs in and the heaters it sees.
type Account struct {
	Email, Password string
	Heaters         []*Heater
}

// String returns a text without e-mail and password, so that an account in a
// test's failure message or a log gives nothing away.
func (a Account) String() string { return fmt.Sprintf("account with %d heaters", len(a.Heaters)) }

// GoString is String.
func (a Account) GoString() string { return a.String() }

// account is an Account with what only the cloud knows of it.
type account struct {
	Account
	userSeq   int
	firstName string
	lastName  string
}

// heater returns the account's own heater with this identity, or nil.
func (a *account) heater(mac, additionalValue string) *Heater {
	for _, h := range a.Heaters {
		if h.mac == mac && h.additionalValue == additionalValue {
			return h
		}
	}
	return nil
}

// directory knows accounts and what was issued to them.
type directory struct {
	config  Config
	ordered []*account
	byEmail map[string]*account

	mu        sync.Mutex
	random    *rand.Rand
	access    issue[*account]
	refresh   issue[*account]
	keys      issue[issuedKey]
	signIns   int
	refreshes int
}

// Streams of the seed, so that one kind of thing more leaves the others as
// they were.
const (
	streamAccounts = iota + 1
	streamTokens
	streamLots
	streamWiFi    // to the heater
	streamWiFiOut // from it
)

var (
	firstNames = []string{"Ada", "Bo", "Chris", "Dana", "Eli", "Fay", "Gus", "Hana"}
	lastNames  = []string{"Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper"}
)

// newDirectory makes the accounts and puts their heaters into the fleet.
func newDirectory(config Config, fleet *fleet) *directory {
	random := rand.New(rand.NewPCG(config.Seed, streamAccounts))
	d := &directory{
		config:  config,
		byEmail: make(map[string]*account),
		random:  rand.New(rand.NewPCG(config.Seed, streamTokens)),
	}
	most := mostRemembered * config.Accounts
	d.access.most, d.refresh.most, d.keys.most = most, most, most
	for i := range config.Accounts {
		a := &account{
			Account: Account{
				Email:    fmt.Sprintf("owner%d@example.com", i+1),
				Password: fmt.Sprintf("water-%08x", random.Uint32()),
			},
			userSeq:   30001 + i,
			firstName: firstNames[random.IntN(len(firstNames))],
			lastName:  lastNames[random.IntN(len(lastNames))],
		}
		pace := rate.NewLimiter(pushRate, pushRate)
		for n := range config.heatersOf(i) {
			h := fleet.add(random, n)
			h.pace = pace
			a.Heaters = append(a.Heaters, h)
		}
		d.ordered = append(d.ordered, a)
		d.byEmail[a.Email] = a
	}
	return d
}

func (d *directory) list() []Account {
	accounts := make([]Account, 0, len(d.ordered))
	for _, a := range d.ordered {
		shown := a.Account
		shown.Heaters = slices.Clone(a.Heaters)
		accounts = append(accounts, shown)
	}
	return accounts
}

// allowed says whether the account may publish to a topic or subscribe to a
// filter. Whether the vendor's policy looks like this is unconfirmed: topics of
// a device or a home are its owner's, answers under any client id are open, as
// the client id is the client's to choose.
func (d *directory) allowed(email, topic string) bool {
	a := d.byEmail[email]
	levels := strings.Split(topic, "/")
	if a == nil || len(levels) < 3 {
		return false
	}
	if topic == "evt/+/mobile/event/disconnect-mqtt" {
		return true
	}
	if levels[0] != "cmd" && levels[0] != "evt" || strings.ContainsAny(levels[1]+levels[2], "+#") {
		return false
	}
	if mac, ok := strings.CutPrefix(levels[2], "navilink-"); ok {
		return slices.ContainsFunc(a.Heaters, func(h *Heater) bool { return h.mac == mac })
	}
	if levels[0] != "cmd" || len(levels) < 4 {
		return false
	}
	if levels[3] == "res" { // cmd/T/C/res/…
		return true
	}
	return len(levels) > 5 && levels[5] == "res" && // cmd/T/H/U/C/res/…
		slices.ContainsFunc(a.Heaters, func(h *Heater) bool { return fmt.Sprint(h.homeSeq) == levels[2] })
}

func (d *directory) counted() (signIns, refreshes int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.signIns, d.refreshes
}
