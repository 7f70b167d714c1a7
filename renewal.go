package nwp500

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/nwp500/nwp500/internal/awsiot"
)

// renewalSpacing is the least time between two sign-ins, and between two refreshes, that
// the client makes by itself: a server that hands out dead tokens, or none, must not be
// asked in a loop.
const renewalSpacing = time.Minute

// recent tells what was less than that ago. Tokens that were renewed so recently serve
// whatever life they claim.
func recent(at time.Time) bool {
	return !at.IsZero() && time.Since(at) < renewalSpacing
}

// try is a sign-in or a refresh that was made, and how it ended. One whose request did
// not leave this machine is none.
type try struct {
	at  time.Time // when it began; zero: never
	err error
}

// outage reports whether the cloud failed a moment ago, for no fault of the account.
func (t try) outage() bool {
	return recent(t.at) && t.err != nil && !errors.Is(t.err, ErrCredentials)
}

// again is how the same ends when it is too soon to try it again.
func (t try) again() error {
	if t.err == nil {
		return nil
	}
	since := time.Since(t.at).Round(time.Second)
	return fmt.Errorf("%w (tried %s ago; the next try is due in %s)", t.notYet(t.err), since, renewalSpacing-since)
}

// notYet is an error that a link takes for no failure of its own: it comes back when the
// next try is due.
func (t try) notYet(err error) error {
	return &awsiot.NotYetError{Until: t.at.Add(renewalSpacing), Err: err}
}

// renewal is a way to new tokens.
type renewal int

const (
	loadTokens renewal = iota
	refreshAccess
	signIn
	forgetTokens // none, but it must not meet one
)

// flight is a renewal under way. It belongs to the client and not to the call that
// began it, so a caller that gives up does not lose the tokens for the others.
type flight struct {
	done  chan struct{}
	err   error
	wakes bool // sessions that wait for credentials, when it succeeds; guarded by account.mu
}

func (f *flight) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return unreachable("sign-in", context.Cause(ctx))
	}
}

// joinRenewal joins the renewal under way or starts the one that can help; the
// account is locked.
func (c *Client) joinRenewal(how renewal) (*flight, error) {
	a := &c.account
	switch {
	case a.flight != nil:
		return a.flight, nil
	case !a.loaded:
		return c.start(loadTokens), nil
	case how == refreshAccess && a.tokens != nil && !a.tokens.Refresh.IsEmpty() && !a.refreshRefused &&
		!recent(a.accessFrom) && !recent(a.refreshed.at):
		return c.start(refreshAccess), nil
	case a.refused != nil:
		return nil, a.refused
	case a.email.IsEmpty(), a.password.IsEmpty() && a.tokens == nil:
		return nil, ErrNotSignedIn
	case a.password.IsEmpty() && how == signIn:
		return nil, ErrPasswordNeeded
	case a.password.IsEmpty() && a.refreshed.outage():
		return nil, a.refreshed.again()
	case a.password.IsEmpty():
		return nil, fmt.Errorf("%w any more: the refresh token was refused", ErrNotSignedIn)
	case !recent(a.signedIn.at):
		return c.start(signIn), nil
	case a.signedIn.err != nil:
		return nil, a.signedIn.again()
	}
	since := time.Since(a.signedIn.at).Round(time.Second)
	return nil, a.signedIn.notYet(fmt.Errorf("%w: it refused what a sign-in %s ago gave", ErrUnreachable, since))
}

// start begins a renewal, unless the client is closed; the account is locked.
func (c *Client) start(how renewal) *flight {
	a := &c.account
	current := &flight{done: make(chan struct{})}
	if c.lifetime.Err() != nil {
		current.err = ErrClosed
		close(current.done)
		return current
	}
	a.flight = current
	go func() {
		ctx, cancel := context.WithTimeout(c.lifetime, 2*restTimeout)
		defer cancel()
		if current.err = c.renew(ctx, how); current.err != nil && c.lifetime.Err() != nil {
			current.err = ErrClosed
		}
		a.mu.Lock()
		wakes := current.wakes && current.err == nil
		a.mu.Unlock()
		if wakes { // before the end, which Close waits for
			c.wakeSessions()
		}
		a.mu.Lock()
		a.flight = nil
		close(current.done)
		a.mu.Unlock()
	}()
	return current
}

// settle waits for the renewal under way, whose client has ended, until ctx ends: a
// TokenStore that does not heed its context must not hold up the end.
func (a *account) settle(ctx context.Context) error {
	a.mu.Lock()
	current := a.flight
	a.mu.Unlock()
	if current == nil {
		return nil
	}
	select {
	case <-current.done:
		return nil
	case <-ctx.Done():
		return errors.New("close: the store of tokens has not returned")
	}
}

// renew does one renewal.
func (c *Client) renew(ctx context.Context, how renewal) error {
	a := &c.account
	switch how {
	case loadTokens:
		return c.load(ctx)
	case forgetTokens:
		return c.config.Tokens.Save(ctx, nil)
	case refreshAccess:
		return c.renewAccess(ctx)
	}
	a.mu.Lock()
	email, password := a.email, a.password
	a.mu.Unlock()
	began := time.Now()
	tokens, err := c.signIn(ctx, email, password)
	a.mu.Lock()
	if !isUnsent(err) {
		a.signedIn = try{began, err}
	}
	if errors.Is(err, ErrCredentials) {
		a.refused = err
	}
	if err == nil {
		a.tokens, a.loaded, a.refreshRefused = tokens, true, false
		a.accessFrom, a.keysFrom = began, began
	}
	a.mu.Unlock()
	if err != nil {
		return err
	}
	c.keep(ctx, tokens)
	return nil
}

// renewAccess refreshes. A refresh token that the cloud refuses is no failure, and
// neither is an outage, when something can take its place: what is left of the token's
// life, or a password, with which the next round signs in.
func (c *Client) renewAccess(ctx context.Context) error {
	a := &c.account
	a.mu.Lock()
	before, hasPassword, told := a.tokens, !a.password.IsEmpty(), a.refreshed.err != nil
	a.mu.Unlock()
	began := time.Now()
	tokens, err := c.refresh(ctx, before)
	if isUnsent(err) {
		return err
	}
	a.mu.Lock()
	a.refreshed = try{began, err}
	a.refreshRefused = tokenRefused(err)
	if err == nil {
		a.tokens, a.accessFrom = tokens, began
	}
	a.mu.Unlock()
	switch {
	case err == nil:
		c.keep(ctx, tokens)
		return nil
	case tokenRefused(err):
		c.log.Info("the cloud did not renew the sign-in", "err", err)
		return nil
	case hasPassword || before.accessLasts(c.now(), 0):
		level := slog.LevelInfo // there is another way, which says if it fails, too
		if told {
			// A cloud that is away is asked again for as long as it is.
			level = slog.LevelDebug
		}
		c.log.Log(ctx, level, "the sign-in could not be renewed", "err", err)
		return nil
	}
	return err
}

// keep stores the tokens. When that fails they serve all the same, but the next
// process has to sign in again.
func (c *Client) keep(ctx context.Context, tokens *Tokens) {
	if err := c.config.Tokens.Save(ctx, tokens); err != nil {
		c.log.Warn("the sign-in could not be kept for the next start", "err", err)
	}
}

// load asks the store once. Tokens of another account or another cloud are left
// alone.
func (c *Client) load(ctx context.Context) error {
	tokens, err := c.config.Tokens.Load(ctx)
	a := &c.account
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil && a.password.IsEmpty() {
		return err
	}
	if err != nil {
		c.log.Warn("the sign-in that was kept cannot be used", "err", err)
	}
	a.loaded = true
	if tokens == nil || tokens.RESTURL != c.config.RESTURL {
		return nil
	}
	if a.email.IsEmpty() {
		a.email = tokens.Email
	}
	if strings.EqualFold(tokens.Email.Reveal(), a.email.Reveal()) {
		a.tokens = tokens
	}
	return nil
}
