package cli

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// errSharingViolation is a file that another process has opened without sharing it.
const errSharingViolation = syscall.Errno(32)

// tryLock takes the lock or returns errTaken. The lock is a file that is opened without sharing it.
func tryLock(path string) (io.Closer, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	const alone = 0
	handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, alone, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharingViolation) {
		return nil, errTaken
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}
