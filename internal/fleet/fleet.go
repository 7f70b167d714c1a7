package fleet

import (
	"context"
	"log/slog"
	"time"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

// Config says which heaters there are and how they are asked.
type Config struct {
	Accounts []Account
	// PollEvery is how long a heater may say nothing before it is asked for its status;
	// if zero, 5 minutes.
	PollEvery time.Duration
	// FreshFor is how old a status may be while it counts as fresh; if zero, three times
	// PollEvery.
	FreshFor time.Duration
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

// Fleet is the heaters of all accounts.
type Fleet struct {
	config Config
}

// New checks a configuration and makes a fleet of it. Its errors name the account.
func New(config Config) (*Fleet, error) {
	return &Fleet{config: config}, nil
}

// Run keeps the heaters connected until ctx ends, and waits for all that it started. It
// is called once.
func (f *Fleet) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Heaters returns the heaters that are known, in the order of the accounts and their lists.
func (f *Fleet) Heaters() []*Heater { return nil }

// Heater returns the heater with that ID.
func (f *Fleet) Heater(id string) (*Heater, bool) { return nil, false }

// Accounts returns how each account is doing, in the order of the configuration.
func (f *Fleet) Accounts() []AccountState { return nil }

// Listen opens a feed of what happens from now on; Feed.Close ends it.
func (f *Fleet) Listen() *Feed { return &Feed{} }

// AccountState is how an account is doing.
type AccountState struct {
	Name       string
	Connection api.Connection
	Heaters    int
	// Diagnostics is of its session, nil without one.
	Diagnostics *nwp500.Diagnostics
}
