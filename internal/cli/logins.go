package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// logins are the logins that are kept. A file lists them; their secrets are in the system's keyring, or in the file
// when the keyring does not take them. Only the owner can read the file, and a lock keeps two programs from changing it
// at once.
type logins struct {
	p       *program
	path    string
	keyring systemKeyring
}

// login is who signed in to which cloud.
type login struct {
	RESTURL string    `json:"rest_url"`
	Email   string    `json:"email"`
	At      time.Time `json:"signed_in_at"`
	// Secrets are nil when the keyring has them.
	Secrets *secrets `json:"secrets"`
}

// secrets are what a login keeps: the password, unless it is not to be kept, and the tokens as the library writes them.
type secrets struct {
	Password string          `json:"password,omitempty"`
	Tokens   json.RawMessage `json:"tokens,omitempty"`
}

// Format writes "[login]", whatever the verb.
func (login) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "[login]") }

// Format writes "[secrets]", whatever the verb.
func (secrets) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, "[secrets]") }

var errNoLogin = errors.New("no login is kept")

// openLogins reads nothing yet.
func (p *program) openLogins() (*logins, error) {
	directory, err := stateDirectory()
	if err != nil {
		return nil, fmt.Errorf("there is no place where logins are kept: %w", err)
	}
	setting := os.Getenv("NWP500_KEYRING")
	if setting != "" && setting != "auto" && setting != "off" {
		return nil, usagef("NWP500_KEYRING is auto or off")
	}
	return &logins{p, filepath.Join(directory, "logins.json"), systemKeyring{setting == "off"}}, nil
}

// is tells whether a login is that of a cloud and an e-mail.
func (l login) is(restURL, email string) bool {
	return l.RESTURL == restURL && strings.EqualFold(l.Email, email)
}

// key is the login's name in the keyring.
func (l login) key() string { return l.RESTURL + " " + strings.ToLower(l.Email) }

// latest returns the login of a cloud with that e-mail, or without one the latest login of the cloud.
func (l *logins) latest(restURL, email string) (login, error) {
	list, err := l.read()
	if err != nil {
		return login{}, err
	}
	list = slices.DeleteFunc(list, func(l login) bool {
		return l.RESTURL != restURL || email != "" && !l.is(restURL, email)
	})
	if len(list) == 0 {
		return login{}, errNoLogin
	}
	return slices.MaxFunc(list, func(a, b login) int { return a.At.Compare(b.At) }), nil
}

func (l *logins) secrets(ctx context.Context, of login) (secrets, error) {
	if of.Secrets != nil {
		return *of.Secrets, nil
	}
	text, err := l.keyring.get(ctx, of.key())
	var kept secrets
	if err == nil {
		err = json.Unmarshal([]byte(text), &kept)
	}
	if err != nil {
		return secrets{}, fmt.Errorf("the login is kept in the system's keyring, which does not give it back (%w); "+
			"run nwp500 login again or set NAVIEN_EMAIL and NAVIEN_PASSWORD", err)
	}
	return kept, nil
}

// keep keeps a login in place of one from before, and reports whether the keyring took its secrets.
func (l *logins) keep(ctx context.Context, new login, kept secrets) (inKeyring bool, err error) {
	err = l.update(ctx, func(list []login) ([]login, error) {
		list = slices.DeleteFunc(list, func(old login) bool { return old.is(new.RESTURL, new.Email) })
		new.Secrets = l.hide(ctx, new, kept)
		inKeyring = new.Secrets == nil
		return append(list, new), nil
	})
	return inKeyring, err
}

// hide gives secrets to the keyring. What the keyring does not take is returned, for the file.
func (l *logins) hide(ctx context.Context, of login, kept secrets) *secrets {
	text, err := json.Marshal(kept)
	if err == nil {
		err = l.keyring.set(ctx, of.key(), string(text))
	}
	if err == nil {
		return nil
	}
	if !l.keyring.off {
		l.p.logger().Info("the keyring cannot be used", "err", err)
	}
	if !errors.Is(err, errKeyringOff) && !errors.Is(err, errKeyringSilent) {
		_ = l.keyring.remove(ctx, of.key()) // older secrets, which nobody would ask for any more; mostly there are none
	}
	return &kept
}

// change changes the secrets of a login where they are. A login that is not kept is errNoLogin.
func (l *logins) change(ctx context.Context, of login, change func(*secrets)) error {
	return l.update(ctx, func(list []login) ([]login, error) {
		i := slices.IndexFunc(list, func(other login) bool { return other.is(of.RESTURL, of.Email) })
		if i < 0 {
			return nil, errNoLogin
		}
		kept, err := l.secrets(ctx, list[i])
		if err != nil {
			return nil, err
		}
		change(&kept)
		if list[i].Secrets != nil {
			list[i].Secrets = &kept
		} else {
			list[i].Secrets = l.hide(ctx, list[i], kept)
		}
		return list, nil
	})
}

// forget forgets a login; one that is not kept is errNoLogin. When the keyring does not let go of the secrets the login
// stays listed.
func (l *logins) forget(ctx context.Context, of login) error {
	return l.update(ctx, func(list []login) ([]login, error) {
		i := slices.IndexFunc(list, func(other login) bool { return other.is(of.RESTURL, of.Email) })
		if i < 0 {
			return nil, errNoLogin
		}
		if list[i].Secrets == nil {
			if err := l.keyring.remove(ctx, of.key()); err != nil {
				return nil, fmt.Errorf("the system's keyring did not let go of it: %w", err)
			}
		}
		return slices.Delete(list, i, i+1), nil
	})
}

// file is how the logins are written.
type loginsFile struct {
	Logins []login `json:"logins"`
}

// read returns the logins. A file that makes no sense is set aside: a new login is all that it takes to mend that.
func (l *logins) read() ([]login, error) {
	data, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = tighten(l.path)
	}
	if err != nil {
		return nil, fmt.Errorf("the file of logins cannot be used: %w", reason(err))
	}
	var file loginsFile
	if err := json.Unmarshal(data, &file); err != nil {
		aside, err := setAside(l.path)
		if err != nil {
			return nil, fmt.Errorf("the file of logins makes no sense and cannot be set aside: %w", reason(err))
		}
		l.p.note("the file of logins could not be read, and is now %s", filepath.Base(aside))
		return nil, nil
	}
	return file.Logins, nil
}

// update changes the list under the lock. A list that becomes empty leaves no file.
func (l *logins) update(ctx context.Context, change func([]login) ([]login, error)) error {
	directory := filepath.Dir(l.path)
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return fmt.Errorf("the directory for logins: %w", reason(err))
	}
	held, err := lock(ctx, filepath.Join(directory, "logins.lock"), nil) // it is held for a moment
	if errors.Is(err, errTaken) {
		return errors.New("another nwp500 changes the logins and does not end")
	}
	if err != nil {
		return fmt.Errorf("the lock for logins: %w", reason(err))
	}
	list, err := l.read()
	if err == nil {
		list, err = change(list)
	}
	if err == nil {
		err = l.write(list)
	}
	return errors.Join(err, held.Close())
}

func (l *logins) write(list []login) error {
	var err error
	if len(list) == 0 {
		if err = os.Remove(l.path); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	} else {
		var data []byte
		if data, err = json.MarshalIndent(loginsFile{list}, "", "  "); err == nil {
			err = writeFile(l.path, data)
		}
	}
	if err != nil {
		return fmt.Errorf("the file of logins: %w", reason(err))
	}
	return nil
}
