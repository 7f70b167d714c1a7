package fleet

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/nwp500/nwp500"
	"github.com/nwp500/nwp500/api"
)

const (
	// The waits between attempts to reach an account for the first time. Once it was
	// reached its session comes back by itself.
	firstRetry, lastRetry = 2 * time.Second, 5 * time.Minute
	// callTimeout bounds a call to the cloud.
	callTimeout = time.Minute
	// accountSpacing is how far apart accounts begin: they share an address that the
	// cloud may count sign-ins of.
	accountSpacing = 200 * time.Millisecond
	// questionsASecond is how many questions a connection to the broker carries, so that
	// 40 heaters do not ask at once. The broker counts what is asked, what is heard of it
	// and the answers, and takes 100 a second (docs/protocol.md §9.3).
	questionsASecond     = 8
	heatersPerConnection = 40
)

// account is an account of the cloud, its session and its heaters. One goroutine, run,
// signs in and lists; another hears what the session tells; each heater has one that asks.
type account struct {
	fleet    *Fleet
	index    int
	name     string
	settings Account
	client   *nwp500.Client
	pace     *rate.Limiter   // of questions
	signedIn chan struct{}   // holds a token when there are other credentials
	relist   chan struct{}   // holds a token when the list is to be read again
	problem  string          // that was logged last; of run
	absent   map[string]bool // heaters that the last list lacked, by ID; of run

	mu         sync.Mutex
	connection api.Connection
	session    *nwp500.Session // nil until it was opened
	heaters    []*Heater       // as the account lists them
}

func newAccount(f *Fleet, index int, settings Account) *account {
	if settings.Cloud.Logger == nil {
		settings.Cloud.Logger = f.log.With("account", settings.Name)
	}
	return &account{
		fleet: f, index: index, name: settings.Name, settings: settings,
		client: nwp500.New(settings.Cloud),
		pace:   rate.NewLimiter(questionsASecond, questionsASecond),

		signedIn: make(chan struct{}, 1), relist: make(chan struct{}, 1), absent: make(map[string]bool),
		connection: api.Connection{State: api.Connecting},
	}
}

// run keeps the account connected until ctx ends.
func (a *account) run(ctx context.Context) error {
	defer func() {
		a.mu.Lock()
		a.session = nil
		a.mu.Unlock()
	}()
	var work sync.WaitGroup // of its heaters, and hearing
	defer work.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	if pause(ctx, time.Duration(a.index)*accountSpacing) != nil {
		return a.client.Close()
	}
	if a.untilDone(ctx, func() error { return a.list(ctx, &work) }) == nil &&
		a.untilDone(ctx, func() error { return a.connect(ctx, &work) }) == nil {
		a.keepListing(ctx, &work)
	}
	end()
	return a.client.Close() // and with it the session
}

// untilDone repeats what reaches the account for the first time until it succeeds or ctx
// ends.
func (a *account) untilDone(ctx context.Context, reach func() error) error {
	wait := firstRetry
	for {
		err := reach()
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		a.failed(err)
		if final(err) {
			a.fleet.log.Error("an account cannot be used until its credentials change", "account", a.name, "err", err)
			select {
			case <-a.signedIn:
				wait = firstRetry
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		a.complain("an account cannot be reached; it is tried until it can", err)
		jittered := wait/2 + rand.N(wait)
		select {
		case <-time.After(jittered):
		case <-a.signedIn:
		case <-ctx.Done():
		}
		wait = min(2*wait, lastRetry)
	}
}

// complain logs a problem of the account, and one that goes on once.
func (a *account) complain(what string, err error) {
	level := slog.LevelWarn
	if problem := what + nwp500.Diagnose(err).Guess; problem == a.problem { // errors tell times, too
		level = slog.LevelDebug
	} else {
		a.problem = problem
	}
	a.fleet.log.Log(context.Background(), level, what, "account", a.name, "err", err)
}

// final tells an error that no other attempt mends.
func final(err error) bool {
	return errors.Is(err, nwp500.ErrCredentials) || errors.Is(err, nwp500.ErrNotSignedIn) || errors.Is(err, nwp500.ErrPasswordNeeded)
}

// connect opens the session and begins to hear it.
func (a *account) connect(ctx context.Context, work *sync.WaitGroup) error {
	dialling, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	session, err := a.client.Connect(dialling)
	if err != nil {
		return err
	}
	events := session.Events(ctx)
	now := time.Now()
	a.mu.Lock()
	a.session = session
	a.connection = api.Connection{State: api.Up, Since: now}
	a.mu.Unlock()
	work.Go(func() {
		for event, err := range events {
			if err != nil {
				return // the session was closed
			}
			a.hear(event)
		}
	})
	for _, h := range a.listed() {
		h.setLinked(true)
	}
	return nil
}

// listed returns the account's heaters.
func (a *account) listed() []*Heater {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.heaters)
}

// find returns the heater with an address, or nil.
func (a *account) find(mac nwp500.MAC) *Heater {
	if mac.IsZero() {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, h := range a.heaters {
		if h.mac == mac {
			return h
		}
	}
	return nil
}

func (a *account) live() *nwp500.Session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session
}

func (a *account) signIn(ctx context.Context, email, password string) error {
	if err := a.client.SignIn(ctx, email, password); err != nil {
		return err
	}
	select {
	case a.signedIn <- struct{}{}:
	default:
	}
	return nil
}

func (a *account) state() AccountState {
	a.mu.Lock()
	state := AccountState{Name: a.name, Connection: a.connection, Heaters: len(a.heaters)}
	session := a.session
	a.mu.Unlock()
	if session != nil {
		diagnostics := session.Diagnostics()
		state.Diagnostics = &diagnostics
	}
	return state
}

// pause waits, unless ctx ends before: then it returns its error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// jitter is a duration up to a tenth longer or shorter, so that what began together does
// not stay together.
func jitter(d time.Duration) time.Duration { return d*9/10 + rand.N(d/5) }
