package cli

import (
	"context"
	"errors"
	"io"
	"time"
)

// errTaken is a lock that somebody else holds.
var errTaken = errors.New("taken")

const (
	// lockEvery is how often a lock that is taken is tried again.
	lockEvery = 20 * time.Millisecond
	// lockSilence is how long nobody is told that a lock is waited for.
	lockSilence = time.Second
)

// lock waits for a lock on a file, which it makes, and returns what gives it back. The operating system gives it back
// when the process ends, however it ends. When ctx ends first the error wraps errTaken. When it takes a while waits is
// called, once.
func lock(ctx context.Context, path string, waits func()) (io.Closer, error) {
	silent := time.Now().Add(lockSilence)
	for {
		held, err := tryLock(path)
		if !errors.Is(err, errTaken) {
			return held, err
		}
		if waits != nil && time.Now().After(silent) {
			waits()
			waits = nil
		}
		again := time.NewTimer(lockEvery)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return nil, errors.Join(errTaken, context.Cause(ctx))
		}
	}
}
