package cli

import (
	"context"
	"errors"
	"io"
	"time"
)

// errTaken is a lock that somebody else holds.
var errTaken = errors.New("taken")

// lockEvery is how often a lock that is taken is tried again.
const lockEvery = 20 * time.Millisecond

// lock waits for a lock on a file, which it makes, and returns what gives it back. The operating system gives it back
// when the process ends, however it ends. When ctx ends first the error wraps errTaken.
func lock(ctx context.Context, path string) (io.Closer, error) {
	for {
		held, err := tryLock(path)
		if !errors.Is(err, errTaken) {
			return held, err
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
