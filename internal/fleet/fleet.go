package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Config says which heaters there are and how they are asked.
type Config struct {
	Accounts []Account
	// PollEvery is how long a heater may say nothing before it is asked for its status;
	// if zero, 5 minutes. It is raised to 10 seconds.
	PollEvery time.Duration
	// FreshFor is how old a status may be while it counts as fresh; if zero, three times
	// PollEvery.
	FreshFor time.Duration
	// Calendar is the date in the heaters' own calendar, by which their energy is asked
	// for; if nil, time.Now. Simulated heaters may live in another time.
	Calendar func() time.Time
	// Logger receives what the fleet does by itself; if nil, it is not logged.
	Logger *slog.Logger
}

// Account is an account of the cloud.
type Account struct {
	// Name is the owner's for it, unique; "home" for one.
	Name string
	// Cloud says how the account is reached. Its Logger is set by the fleet if nil.
	Cloud nwp500.Config
	// Heaters are those to use; if empty, all.
	Heaters []Choice
}

// Choice picks a heater and gives it the owner's name.
type Choice struct {
	// Match is a heater's MAC address, its ID, or its name in the vendor's app.
	Match nwp500.Secret
	// Name is the owner's; if empty, that of the vendor's app.
	Name string
}

const (
	defaultPollEvery = 5 * time.Minute
	leastPollEvery   = 10 * time.Second
	// commandGrace is how long the end of a fleet waits for commands that are under way.
	commandGrace = 2 * time.Second
	// recallTime bounds a Recall.
	recallTime = 3 * time.Second
)

// Fleet is the heaters of all accounts.
type Fleet struct {
	config   Config
	log      *slog.Logger
	feeds    feeds
	accounts []*account
	commands sync.WaitGroup         // under way
	recall   atomic.Pointer[Recall] // nil while nobody remembers

	mu      sync.Mutex
	heaters map[string]*Heater // by ID
	state   runState
}

// runState is how far a fleet is.
type runState int

const (
	notRun runState = iota
	running
	ending // no command begins any more
)

// New checks a configuration and makes a fleet of it. Its errors name the account.
func New(config Config) (*Fleet, error) {
	if config.PollEvery < 0 || config.FreshFor < 0 {
		return nil, errors.New("PollEvery and FreshFor are not negative")
	}
	if config.PollEvery == 0 {
		config.PollEvery = defaultPollEvery
	}
	config.PollEvery = max(config.PollEvery, leastPollEvery)
	if config.FreshFor == 0 {
		config.FreshFor = 3 * config.PollEvery
	}
	if config.Calendar == nil {
		config.Calendar = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	f := &Fleet{config: config, log: config.Logger, heaters: make(map[string]*Heater)}
	for i, settings := range config.Accounts {
		if settings.Name == "" {
			return nil, fmt.Errorf("account %d has no name", i+1)
		}
		if f.account(settings.Name) != nil {
			return nil, fmt.Errorf("account %s: there are two of this name", settings.Name)
		}
		for _, choice := range settings.Heaters {
			if choice.Match.IsEmpty() {
				return nil, fmt.Errorf("account %s: a heater has nothing to match: its MAC address, its ID or its name", settings.Name)
			}
		}
		f.accounts = append(f.accounts, newAccount(f, i, settings))
	}
	return f, nil
}

func (f *Fleet) account(name string) *account {
	for _, a := range f.accounts {
		if a.name == name {
			return a
		}
	}
	return nil
}

// Run keeps the heaters connected until ctx ends, and waits for all that it started:
// commands that are under way have two seconds to end. It is called once. Its error is
// that of closing, and never one of the cloud.
func (f *Fleet) Run(ctx context.Context) error {
	f.mu.Lock()
	if f.state != notRun {
		f.mu.Unlock()
		return errors.New("a fleet runs once")
	}
	f.state = running
	f.mu.Unlock()

	// The accounts outlive ctx by the grace of the commands.
	lifetime, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	errs := make([]error, len(f.accounts))
	var accounts sync.WaitGroup
	for i, a := range f.accounts {
		accounts.Go(func() { errs[i] = a.run(lifetime) })
	}
	<-ctx.Done()
	f.mu.Lock()
	f.state = ending
	f.mu.Unlock()
	commands := f.awaitCommands()
	end()
	accounts.Wait()
	<-commands // those that lasted longer have ended with their session
	f.feeds.end()
	return errors.Join(errs...)
}

// awaitCommands waits for the commands that are under way, for no longer than their
// grace. What it returns is closed when all have ended.
func (f *Fleet) awaitCommands() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		f.commands.Wait()
		close(done)
	}()
	grace := time.NewTimer(commandGrace)
	defer grace.Stop()
	select {
	case <-done:
	case <-grace.C:
	}
	return done
}

// begin counts a command that is under way, unless the fleet does not run.
func (f *Fleet) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.state != running {
		return false
	}
	f.commands.Add(1)
	return true
}

// Heaters returns the heaters that are known, in the order of the accounts and their lists.
func (f *Fleet) Heaters() []*Heater {
	var heaters []*Heater
	for _, a := range f.accounts {
		heaters = append(heaters, a.listed()...)
	}
	return heaters
}

// Heater returns the heater with that ID.
func (f *Fleet) Heater(id string) (*Heater, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	h, ok := f.heaters[id]
	return h, ok
}

// claim gives an ID to a heater, unless another account lists it, too: one heater, one
// state.
func (f *Fleet) claim(h *Heater) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.heaters[h.id] != nil {
		return false
	}
	f.heaters[h.id] = h
	return true
}

func (f *Fleet) release(h *Heater) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.heaters, h.id)
}

// Accounts returns how each account is doing, in the order of the configuration.
func (f *Fleet) Accounts() []AccountState {
	states := make([]AccountState, len(f.accounts))
	for i, a := range f.accounts {
		states[i] = a.state()
	}
	return states
}

// SignIn gives an account other credentials, such as those that mend an account whose own
// were refused. They are tried at once; the error is that of nwp500.Client.SignIn.
func (f *Fleet) SignIn(ctx context.Context, account, email, password string) error {
	a := f.account(account)
	if a == nil {
		return fmt.Errorf("there is no account %q", account)
	}
	return a.signIn(ctx, email, password)
}

// Recall returns the mode in which a heater last made hot water, 0 if unknown.
type Recall func(ctx context.Context, heater string) (nwp500.Mode, error)

// RecallModes tells where to look for the mode that a vacation goes back to, when the fleet was begun within it and has not
// heard it. Another call takes the place of this one.
func (f *Fleet) RecallModes(from Recall) { f.recall.Store(&from) }

// Listen opens a feed of what happens from now on; Feed.Close ends it.
func (f *Fleet) Listen() *Feed { return f.feeds.add() }

// Calendar is the date in the heaters' own calendar, by which their energy is asked for.
func (f *Fleet) Calendar() time.Time { return f.config.Calendar() }

// AccountState is how an account is doing.
type AccountState struct {
	Name       string
	Connection api.Connection
	Heaters    int
	// Diagnostics is of its session, nil without one.
	Diagnostics *nwp500.Diagnostics
}

// chosen returns the owner's name of a device, and whether the account is to use it.
func (a Account) chosen(device nwp500.Device) (name string, use bool) {
	if len(a.Heaters) == 0 {
		return device.Name, true
	}
	i := slices.IndexFunc(a.Heaters, func(c Choice) bool { return c.picks(device) })
	if i < 0 {
		return "", false
	}
	if a.Heaters[i].Name != "" {
		return a.Heaters[i].Name, true
	}
	return device.Name, true
}
