package daemon

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/nwp500/nwp500"
)

// shortestToken is what nobody guesses who has to ask for each try.
const shortestToken = 20

// loadToken returns the token in a file, which it makes, for its owner alone, when it is not there.
func loadToken(name string) (nwp500.Secret, error) {
	token, err := readPrivate(name)
	if errors.Is(err, fs.ErrNotExist) {
		token = rand.Text()
		err = writeToken(name, token)
	}
	if err == nil && len(token) < shortestToken {
		err = fmt.Errorf("it has fewer than %d characters; remove it, and another is made", shortestToken)
	}
	if err != nil {
		return nwp500.Secret{}, fmt.Errorf("the token file %s: %w", name, reason(err))
	}
	return nwp500.NewSecret(token), nil
}

// writeToken writes a token at once or not at all: half of one would keep the process from starting for ever.
func writeToken(name, token string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = file.WriteString(token + "\n")
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
