package nwp500

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// renewalSpacing is the least time between two renewals that the client makes by
// itself: a server that hands out dead tokens must not be asked in a loop.
const renewalSpacing = time.Minute

// account is who the client is: its credentials, its tokens, and the one renewal
// under way that all callers wait for.
type account struct {
	mu       sync.Mutex // never held over input or output
	email    Secret
	password Secret
	refused  error // set when the cloud refused the credentials; cleared by SignIn
	tokens   *Tokens
	loaded   bool // the store was asked
	flight   *flight
	flights  sync.WaitGroup

	refreshRefused bool      // the refresh token is over: only a sign-in helps
	signedInAt     time.Time // when a sign-in was last tried
	signInErr      error     // how it ended
	accessFrom     time.Time // when the REST token was last renewed
	keysFrom       time.Time // when the keys were
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
	done chan struct{}
	err  error
}

// SignIn signs in with an e-mail and a password, keeps the tokens in the client's
// store and the password in memory: only a new sign-in renews the keys of the live
// connection, which end within the hour (docs/protocol.md §2). Sessions that wait
// for credentials go on. Wrong credentials are ErrCredentials.
func (c *Client) SignIn(ctx context.Context, email, password string) error {
	if email == "" || password == "" {
		return fmt.Errorf("%w: an e-mail and a password are needed", ErrCredentials)
	}
	a := &c.account
	if err := a.lockIdle(ctx); err != nil {
		return err
	}
	if !strings.EqualFold(a.email.Reveal(), email) {
		a.tokens, a.loaded = nil, true // another account's
	}
	a.email, a.password = NewSecret(email), NewSecret(password)
	a.refused = nil
	current := c.start(signIn)
	a.mu.Unlock()
	if err := current.wait(ctx); err != nil {
		return err
	}
	c.wakeSessions()
	return nil
}

// SignOut forgets the tokens and the password, here and in the store; a renewal that is
// under way is waited for, or it would bring them back. Live sessions stay until they are
// closed or cut.
func (c *Client) SignOut(ctx context.Context) error {
	a := &c.account
	if err := a.lockIdle(ctx); err != nil {
		return err
	}
	a.tokens, a.loaded, a.password = nil, true, Secret{}
	current := c.start(forgetTokens)
	a.mu.Unlock()
	return current.wait(ctx)
}

// lockIdle locks the account at a moment when no renewal is under way. It is not locked
// when there is an error.
func (a *account) lockIdle(ctx context.Context) error {
	for {
		a.mu.Lock()
		current := a.flight
		if current == nil {
			return nil
		}
		a.mu.Unlock()
		if err := current.wait(ctx); err != nil && ctx.Err() != nil {
			return err
		}
	}
}

// access returns tokens whose REST token serves and is not the rejected one.
func (c *Client) access(ctx context.Context, rejected Secret) (*Tokens, error) {
	a := &c.account
	return c.serving(ctx, refreshAccess, func(t *Tokens) bool {
		return t.Access != rejected && (t.accessValid(time.Now()) || recent(a.accessFrom))
	})
}

// keys returns tokens whose keys of the live connection serve and are not the
// rejected ones.
func (c *Client) keys(ctx context.Context, rejected Secret) (*Tokens, error) {
	a := &c.account
	return c.serving(ctx, signIn, func(t *Tokens) bool {
		return t.AccessKeyID != rejected && (t.keysValid(time.Now()) || recent(a.keysFrom))
	})
}

// recent tells tokens that were renewed within the minute: they serve whatever
// life they claim.
func recent(renewed time.Time) bool {
	return !renewed.IsZero() && time.Since(renewed) < renewalSpacing
}

// serving returns the tokens once they serve, renewing them when they do not.
// serves is called with the account locked.
func (c *Client) serving(ctx context.Context, how renewal, serves func(*Tokens) bool) (*Tokens, error) {
	a := &c.account
	for {
		if c.lifetime.Err() != nil {
			return nil, ErrClosed
		}
		a.mu.Lock()
		if a.tokens != nil && serves(a.tokens) {
			tokens := a.tokens
			a.mu.Unlock()
			return tokens, nil
		}
		current, err := c.joinRenewal(how)
		a.mu.Unlock()
		if err != nil {
			return nil, err
		}
		if err := current.wait(ctx); err != nil {
			return nil, err
		}
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
	case how == refreshAccess && a.tokens != nil && !a.tokens.Refresh.IsEmpty() && !a.refreshRefused && !recent(a.accessFrom):
		return c.start(refreshAccess), nil
	case a.refused != nil:
		return nil, a.refused
	case a.email.IsEmpty(), a.password.IsEmpty() && a.tokens == nil:
		return nil, ErrNotSignedIn
	case a.password.IsEmpty() && how == signIn:
		return nil, ErrPasswordNeeded
	case a.password.IsEmpty():
		return nil, fmt.Errorf("%w any more: the refresh token was refused", ErrNotSignedIn)
	case !recent(a.signedInAt):
		return c.start(signIn), nil
	}
	since := time.Since(a.signedInAt).Round(time.Second)
	if a.signInErr != nil {
		return nil, fmt.Errorf("%w (tried %s ago; the next try is due in %s)", a.signInErr, since, renewalSpacing-since)
	}
	return nil, fmt.Errorf("%w: it refused what a sign-in %s ago gave", ErrUnreachable, since)
}

// start begins a renewal; the account is locked.
func (c *Client) start(how renewal) *flight {
	a := &c.account
	current := &flight{done: make(chan struct{})}
	a.flight = current
	a.flights.Go(func() {
		ctx, cancel := context.WithTimeout(c.lifetime, 2*restTimeout)
		defer cancel()
		current.err = c.renew(ctx, how)
		a.mu.Lock()
		a.flight = nil
		a.mu.Unlock()
		close(current.done)
	})
	return current
}

func (f *flight) wait(ctx context.Context) error {
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return unreachable("sign-in", context.Cause(ctx))
	}
}

// renew does one renewal. A refresh token that the cloud refuses is no failure of
// the renewal when a password can take its place: the next round signs in.
func (c *Client) renew(ctx context.Context, how renewal) error {
	a := &c.account
	switch how {
	case loadTokens:
		return c.load(ctx)
	case forgetTokens:
		return c.config.Tokens.Save(ctx, nil)
	}
	a.mu.Lock()
	before, email, password := a.tokens, a.email, a.password
	a.mu.Unlock()

	began := time.Now()
	if how == refreshAccess {
		tokens, err := c.refresh(ctx, before)
		if err != nil && !tokenRefused(err) {
			return err
		}
		a.mu.Lock()
		if err != nil {
			a.refreshRefused = true
			a.mu.Unlock()
			c.log.Info("the refresh token was refused", "err", err)
			return nil
		}
		a.tokens, a.accessFrom = tokens, began
		a.mu.Unlock()
		c.keep(ctx, tokens)
		return nil
	}

	tokens, err := c.signIn(ctx, email, password)
	a.mu.Lock()
	a.signedInAt, a.signInErr = began, err
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

// keep stores the tokens. When that fails they serve all the same, but the next
// process has to sign in again.
func (c *Client) keep(ctx context.Context, tokens *Tokens) {
	if err := c.config.Tokens.Save(ctx, tokens); err != nil {
		c.log.Warn("the tokens were not kept", "err", err)
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
		c.log.Warn("the kept tokens cannot be used", "err", err)
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
