package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/nwp500/nwp500"
)

// newLogins returns the logins of a new state directory.
func newLogins(t *testing.T, keyringIs string) (*logins, *strings.Builder) {
	t.Helper()
	t.Setenv("NWP500_STATE_DIR", filepath.Join(t.TempDir(), "state"))
	t.Setenv("NWP500_KEYRING", keyringIs)
	stderr := new(strings.Builder)
	p := &program{stdout: &output{writer: new(strings.Builder)}, stderr: stderr}
	l, err := p.openLogins()
	if err != nil {
		t.Fatal(err)
	}
	return l, stderr
}

const (
	testREST     = "https://cloud.example/api"
	testEmail    = "me@example.org"
	testPassword = "hunter2"
)

// keepOne keeps a login and returns the file's text, without one when there is no file.
func keepOne(t *testing.T, l *logins, wantKeyring bool) string {
	t.Helper()
	inKeyring, err := l.keep(t.Context(), login{RESTURL: testREST, Email: testEmail, At: time.Now()}, secrets{Password: testPassword})
	if err != nil || inKeyring != wantKeyring {
		t.Fatalf("kept in the keyring: %v, %v, want %v", inKeyring, err, wantKeyring)
	}
	data, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// password returns the password that is kept.
func password(t *testing.T, l *logins) string {
	t.Helper()
	found, err := l.latest(testREST, "")
	if err != nil {
		t.Fatal(err)
	}
	kept, err := l.secrets(t.Context(), found)
	if err != nil {
		t.Fatal(err)
	}
	return kept.Password
}

func TestLoginInKeyring(t *testing.T) {
	keyring.MockInit()
	l, _ := newLogins(t, "")
	if text := keepOne(t, l, true); strings.Contains(text, testPassword) {
		t.Error("the password is in the file, too")
	}
	if got := password(t, l); got != testPassword {
		t.Errorf("the password is %q", got)
	}

	// Tokens that are renewed go into the keyring, too.
	tokens := &nwp500.Tokens{RESTURL: testREST, Email: nwp500.NewSecret(testEmail), Access: nwp500.NewSecret("access-token")}
	found, err := l.latest(testREST, strings.ToUpper(testEmail))
	if err != nil {
		t.Fatal(err)
	}
	if err := (&loginTokens{logins: l, login: found}).Save(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	kept, err := l.secrets(t.Context(), found)
	if err != nil || !strings.Contains(string(kept.Tokens), "access-token") || kept.Password != testPassword {
		t.Errorf("kept: %v, %v", kept, err)
	}
	if data, _ := os.ReadFile(l.path); strings.Contains(string(data), "access-token") {
		t.Error("the token is in the file, too")
	}

	if err := l.forget(t.Context(), found); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Get(keyringService, found.key()); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the keyring still has it: %v", err)
	}
	if _, err := os.Stat(l.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is still there: %v", err)
	}

	// A command that ends later does not bring the login back.
	if err := (&loginTokens{logins: l, login: found}).Save(t.Context(), tokens); err != nil {
		t.Fatal(err)
	}
	if _, err := l.latest(testREST, ""); !errors.Is(err, errNoLogin) {
		t.Errorf("the login is back: %v", err)
	}
}

func TestLoginWithoutKeyring(t *testing.T) {
	keyring.MockInitWithError(errors.New("no keyring"))
	defer keyring.MockInit()
	for _, setting := range []string{"auto", "off"} {
		l, _ := newLogins(t, setting)
		keepOne(t, l, false)
		if got := password(t, l); got != testPassword {
			t.Errorf("the password is %q", got)
		}
		info, err := os.Stat(l.path)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the file's mode is %v, %v", info.Mode(), err)
		}
	}
}

// TestKeyringGoesAway shows that a login whose keyring is gone says so, and can be made anew.
func TestKeyringGoesAway(t *testing.T) {
	keyring.MockInit()
	l, _ := newLogins(t, "")
	keepOne(t, l, true)
	keyring.MockInitWithError(errors.New("no keyring"))
	defer keyring.MockInit()
	found, err := l.latest(testREST, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.secrets(t.Context(), found); err == nil || !strings.Contains(err.Error(), "run nwp500 login again") {
		t.Errorf("error %v", err)
	}
	keepOne(t, l, false)
	if got := password(t, l); got != testPassword {
		t.Errorf("the password is %q", got)
	}
}

// TestKeyringHangs shows that a keyring that never answers costs its time limit and no more.
func TestKeyringHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := make(chan error)
		began := time.Now()
		err := systemKeyring{}.within(t.Context(), func() error { return <-answer })
		if !errors.Is(err, errKeyringSilent) || time.Since(began) != keyringLimit {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		answer <- nil // the call that was left behind ends
	})
}

func TestLoginsFileOfOthers(t *testing.T) {
	l, stderr := newLogins(t, "off")
	if err := os.MkdirAll(filepath.Dir(l.path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.path, []byte(`{"logins":[`), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := l.latest(testREST, ""); !errors.Is(err, errNoLogin) {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(stderr.String(), "is now logins.corrupt.json") {
		t.Errorf("standard error: %q", stderr)
	}
	if info, err := os.Stat(filepath.Join(filepath.Dir(l.path), "logins.corrupt.json")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file that was set aside: %v, %v", info, err)
	}
}

// Who waits is told so, once.
func TestLockTellsThatItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "lock")
		first, err := lock(t.Context(), path, nil)
		if err != nil {
			t.Fatal(err)
		}
		begin, told := time.Now(), 0
		time.AfterFunc(3*time.Second, func() { _ = first.Close() })
		second, err := lock(t.Context(), path, func() {
			if told++; time.Since(begin) > 2*time.Second {
				t.Error("told late")
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		if told != 1 {
			t.Errorf("told %d times, want once", told)
		}
		if err := second.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestLockWaits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := lock(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lock(ended, path, nil); !errors.Is(err, errTaken) {
		t.Errorf("a lock that is taken: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := lock(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
}
