package cli

import (
	"context"
	"errors"
	"time"

	"github.com/zalando/go-keyring"
)

// keyringService is the name under which the system's keyring has what is ours.
const keyringService = "nwp500"

// keyringLimit is how long the keyring may take. It may wait for a user who is not there, and cannot be called off.
const keyringLimit = 5 * time.Second

var (
	errKeyringOff    = errors.New("NWP500_KEYRING is off")
	errKeyringSilent = errors.New("the keyring does not answer")
)

// systemKeyring is the system's keyring, or one that is never there.
type systemKeyring struct{ off bool }

func (k systemKeyring) get(ctx context.Context, user string) (text string, err error) {
	err = k.within(ctx, func() (err error) {
		text, err = keyring.Get(keyringService, user)
		return err
	})
	if err != nil {
		return "", err // and not text, which may still be written to
	}
	return text, nil
}

func (k systemKeyring) set(ctx context.Context, user, text string) error {
	return k.within(ctx, func() error { return keyring.Set(keyringService, user, text) })
}

// remove succeeds when there is nothing.
func (k systemKeyring) remove(ctx context.Context, user string) error {
	err := k.within(ctx, func() error { return keyring.Delete(keyringService, user) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// within gives a call the time limit. The goroutine of a call that does not return in time is left behind: it ends
// with the process, for the keyring's calls take no context.
func (k systemKeyring) within(ctx context.Context, call func() error) error {
	if k.off {
		return errKeyringOff
	}
	ctx, cancel := context.WithTimeoutCause(ctx, keyringLimit, errKeyringSilent)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
