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
		err = fmt.Errorf("it has less than %d characters", shortestToken)
	}
	if err != nil {
		return nwp500.Secret{}, fmt.Errorf("the token file %s: %w", name, reason(err))
	}
	return nwp500.NewSecret(token), nil
}

func writeToken(name, token string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(token + "\n")
	return errors.Join(err, file.Close())
}
