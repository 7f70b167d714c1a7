//go:build !windows

package cli

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// tryLock takes the lock or returns errTaken. The file stays when the lock is given back: who removed it could remove it
// from under somebody who has just locked it.
func tryLock(path string) (io.Closer, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	switch {
	case err == nil:
		return file, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		err = errTaken
	}
	return nil, errors.Join(err, file.Close())
}
