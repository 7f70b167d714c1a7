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
	token, err := readToken(name)
	if errors.Is(err, fs.ErrNotExist) {
		token = rand.Text()
		err = writeToken(name, token)
	}
	if err != nil {
		return nwp500.Secret{}, fmt.Errorf("the token file %s: %w", name, reason(err))
	}
	return nwp500.NewSecret(token), nil
}

// readToken returns the token in a file.
func readToken(name string) (string, error) {
	token, err := readPrivate(name)
	if err == nil && len(token) < shortestToken {
		err = fmt.Errorf("it has fewer than %d characters; remove it, and another is made", shortestToken)
	}
	return token, err
}

// CheckToken says why a process with this configuration and state directory could not use the token that others need. A file
// that is not there is made by the process, and nothing is wrong with it.
func CheckToken(config Config, stateDir string) error {
	if isLoopbackListen(config.Listen) {
		return nil
	}
	name := tokenFile(config, stateDir)
	if _, err := readToken(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the token file %s: %w", name, reason(err))
	}
	return nil
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
