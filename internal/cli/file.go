package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// stateDirectory returns the directory in which the program keeps what outlives a run: the simulated heater and,
// without a keyring, logins.
func stateDirectory() (string, error) {
	if directory := os.Getenv("NWP500_STATE_DIR"); directory != "" {
		return filepath.Abs(directory)
	}
	if directories := filepath.SplitList(os.Getenv("STATE_DIRECTORY")); len(directories) > 0 { // of a systemd service
		return directories[0], nil
	}
	if base := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(base) { // the specification ignores a relative one
		return filepath.Join(base, "nwp500"), nil
	}
	switch runtime.GOOS {
	case "windows":
		base, err := os.UserCacheDir() // %LocalAppData%, where programs keep their state, too
		return filepath.Join(base, "nwp500"), err
	case "darwin":
		base, err := os.UserConfigDir() // ~/Library/Application Support
		return filepath.Join(base, "nwp500"), err
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "state", "nwp500"), err
}

// writeFile replaces a file as a whole, or leaves it as it was. Only its owner can read it.
func writeFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // 0600
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

// setAside renames a file that makes no sense, in place of the one that was set aside before, and returns where it is.
func setAside(path string) (string, error) {
	extension := filepath.Ext(path)
	aside := path[:len(path)-len(extension)] + ".corrupt" + extension
	return aside, os.Rename(path, aside)
}

// tighten takes a file's permissions from everybody but its owner.
func tighten(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" {
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return fmt.Errorf("others can read it: %w", err)
	}
	return nil
}

// reason returns what the operating system said, without the path.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
