package nwp500

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FileTokens returns a store in a file that only its owner can read. It is
// replaced as a whole, never half written; a file that others could read is
// tightened when it is met, and not read if that cannot be done. Of a symbolic link the
// file that it leads to is meant. What is there and is no regular file is an error
// and stays.
func FileTokens(path string) TokenStore { return fileTokens(path) }

type fileTokens string

// maxTokenFile is more than any tokens take, in bytes.
const maxTokenFile = 1 << 20

func (f fileTokens) Load(context.Context) (*Tokens, error) {
	path, there, err := f.find()
	if err != nil || !there {
		return nil, err
	}
	data, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	tokens, err := UnmarshalTokens(data)
	if err != nil {
		return nil, fmt.Errorf("token file: %w", err)
	}
	return tokens, nil
}

func (f fileTokens) Save(_ context.Context, tokens *Tokens) error {
	path, there, err := f.find()
	switch {
	case err != nil:
		return err
	case tokens != nil:
		err = replace(path, MarshalTokens(tokens))
	case there:
		err = os.Remove(path)
	}
	if err != nil {
		return fmt.Errorf("token file: %w", err)
	}
	return nil
}

// find returns the file's path, of a link that of the file that it leads to, and
// whether the file is there.
func (f fileTokens) find() (path string, there bool, err error) {
	const mostLinks = 40 // as on Linux
	path = string(f)
	for range mostLinks {
		next, err := os.Readlink(path)
		if err != nil {
			break // no link
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(path), next)
		}
		path = next
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, false, nil
	case err != nil:
		return "", false, fmt.Errorf("token file: %w", err)
	case !info.Mode().IsRegular():
		return "", false, errors.New("token file: there is something else in its place, a directory or a device")
	}
	return path, true, nil
}

// readPrivate reads a file, once nobody but its owner can.
func readPrivate(path string) (data []byte, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, fmt.Errorf("others can read it: %w", err)
		}
	}
	return io.ReadAll(io.LimitReader(file, maxTokenFile))
}

// replace puts a file that only its owner can read in the place of one that there may
// be. What reads it meanwhile sees the one or the other.
func replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".tokens-*") // 0600
	if err != nil {
		return err
	}
	_, err = temporary.Write(data)
	err = errors.Join(err, temporary.Sync(), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
