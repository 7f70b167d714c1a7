//go:build unix

package nwp500_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/nwp500/nwp500"
)

// mode returns the permissions of a file.
func mode(t *testing.T, path string) os.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

// A token file is its owner's from the first moment, and again when it was found wider, also by somebody who only reads.
func TestTokenFileIsPrivate(t *testing.T) {
	old := syscall.Umask(0) // the mode is ours and not the umask's
	defer syscall.Umask(old)
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "new", "tokens.json")
	store := nwp500.FileTokens(path)
	if err := store.Save(ctx, someTokens()); err != nil {
		t.Fatal(err)
	}
	if got := mode(t, path); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	if got := mode(t, filepath.Dir(path)); got != 0o700 {
		t.Errorf("mode of the directory %o, want 700", got)
	}
	for _, wide := range []os.FileMode{0o644, 0o660, 0o604, 0o777, 0o610} {
		for name, use := range map[string]func() error{
			"load": func() error { _, err := store.Load(ctx); return err },
			"save": func() error { return store.Save(ctx, someTokens()) },
		} {
			if err := os.Chmod(path, wide); err != nil {
				t.Fatal(err)
			}
			if err := use(); err != nil {
				t.Fatal(err)
			}
			if got := mode(t, path); got != 0o600 {
				t.Errorf("%s of a file of mode %o leaves it at %o", name, wide, got)
			}
		}
	}
}

// Whoever has the file open, or a hard link to it, keeps what was there: it is replaced and not written to.
func TestTokenFileIsReplacedAsAWhole(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "tokens.json")
	store := nwp500.FileTokens(path)
	if err := store.Save(ctx, someTokens()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path, path+".link"); err != nil {
		t.Fatal(err)
	}
	other := someTokens()
	other.Access = nwp500.NewSecret("another")
	if err := store.Save(ctx, other); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(path + ".link"); err != nil || string(after) != string(before) {
		t.Errorf("the file from before was written to: %v", err)
	}
	if got, err := store.Load(ctx); err != nil || *got != *other {
		t.Errorf("got %v, %v", got, err)
	}
}

// A link stays a link; what it leads to is the token file, there or not.
func TestTokenFileBehindALink(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	link, between, file := filepath.Join(dir, "link"), filepath.Join(dir, "between"), filepath.Join(dir, "elsewhere", "tokens.json")
	for from, to := range map[string]string{link: "between", between: file} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	store := nwp500.FileTokens(link)
	if got, err := store.Load(ctx); got != nil || err != nil {
		t.Fatalf("a link that leads nowhere: %v, %v", got, err)
	}
	for range 2 {
		if err := store.Save(ctx, someTokens()); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := store.Load(ctx); err != nil || *got != *someTokens() {
		t.Errorf("got %v, %v", got, err)
	}
	if got := mode(t, file); got != 0o600 {
		t.Errorf("mode %o, want 600", got)
	}
	if err := store.Save(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("tokens that were forgotten are there still: %v", err)
	}
	for _, name := range []string{link, between} {
		if info, err := os.Lstat(name); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is no link any more: %v, %v", name, info, err)
		}
	}
	if err := os.Remove(between); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(link, between); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(ctx); err == nil {
		t.Error("links that lead in a circle were taken for a file")
	}
}

// A named pipe would be waited for and a device replaced.
func TestTokenFileIsAFile(t *testing.T) {
	ctx := t.Context()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/null", t.TempDir()} {
		store := nwp500.FileTokens(path)
		_, err := store.Load(ctx)
		for _, err := range []error{err, store.Save(ctx, someTokens()), store.Save(ctx, nil)} {
			if err == nil || !strings.Contains(err.Error(), "something else in its place") {
				t.Errorf("%s: got %v", path, err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}
