package nwp500

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

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

	refreshRefused bool      // the refresh token is over: only a sign-in helps
	refreshed      try       // the last refresh
	signedIn       try       // the last sign-in
	accessFrom     time.Time // when the REST token was last renewed
	keysFrom       time.Time // when the keys were
}

// SignIn signs in with an e-mail and a password, keeps the tokens in the client's
// store and the password in memory: only a new sign-in renews the keys of the live
// connection, which end within the hour (docs/protocol.md §2). Sessions that wait
// for credentials go on. Wrong credentials are ErrCredentials.
//
// The same credentials are not sent twice within a minute: who calls again has part in
// how the last sign-in ended. Corrected ones are sent at once.
func (c *Client) SignIn(ctx context.Context, email, password string) error {
	if email == "" || password == "" {
		return fmt.Errorf("%w: an e-mail and a password are needed", ErrCredentials)
	}
	a := &c.account
	if err := a.lockIdle(ctx); err != nil {
		return err
	}
	same := strings.EqualFold(a.email.Reveal(), email)
	switch again := same && a.password == NewSecret(password); {
	case again && recent(a.signedIn.at):
		err := a.signedIn.again()
		a.mu.Unlock()
		return err
	case !again:
		a.signedIn = try{} // with other credentials
	}
	if !same {
		a.tokens, a.loaded = nil, true // another account's
	}
	a.email, a.password = NewSecret(email), NewSecret(password)
	a.refused = nil
	current := c.start(signIn)
	current.wakes = true
	a.mu.Unlock()
	return current.wait(ctx)
}

// SignOut forgets the tokens and the password, here and in the store; a renewal that is
// under way is waited for, or it would bring them back. Live sessions stay until they are
// closed or cut.
func (c *Client) SignOut(ctx context.Context) error {
	a := &c.account
	if err := a.lockIdle(ctx); err != nil {
		return err
	}
	a.tokens, a.loaded, a.password, a.signedIn, a.refused = nil, true, Secret{}, try{}, nil
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

// access returns tokens whose REST token serves and is not the rejected one. One that is
// about to end serves to its end while no other is to be had.
func (c *Client) access(ctx context.Context, rejected Secret) (*Tokens, error) {
	a := &c.account
	return c.serving(ctx, refreshAccess, func(t *Tokens) bool {
		now := c.now()
		return t.Access != rejected &&
			(t.accessLasts(now, expiryMargin) || recent(a.accessFrom) || t.accessLasts(now, 0) && a.refreshed.outage())
	})
}

// keys returns tokens whose keys of the live connection serve and are not the
// rejected ones. Keys that are about to end serve as tokens do.
func (c *Client) keys(ctx context.Context, rejected Secret) (*Tokens, error) {
	a := &c.account
	return c.serving(ctx, signIn, func(t *Tokens) bool {
		now := c.now()
		return t.AccessKeyID != rejected &&
			(t.keysLast(now, expiryMargin) || recent(a.keysFrom) || t.keysLast(now, 0) && a.signedIn.outage())
	})
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
