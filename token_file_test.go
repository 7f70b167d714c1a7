package nwp500_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nwp500/nwp500"
)

func someTokens() *nwp500.Tokens {
	return &nwp500.Tokens{
		RESTURL: "https://cloud.example", Email: nwp500.NewSecret("owner@home.example"), Access: nwp500.NewSecret("a"),
		Refresh: nwp500.NewSecret("r"), AccessExpires: time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC), UserSeq: 7,
	}
}

// Whoever reads while others write sees tokens, of the one or the other, and nothing half written stays.
func TestTokenFileIsNeverHalf(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "tokens.json")
	store := nwp500.FileTokens(path)
	if err := store.Save(ctx, someTokens()); err != nil {
		t.Fatal(err)
	}
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for range 20 {
				tokens := someTokens()
				tokens.Access = nwp500.NewSecret(strings.Repeat(fmt.Sprint(i), 10000*(i+1)))
				if err := store.Save(ctx, tokens); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 100 {
		if got, err := store.Load(ctx); err != nil || got == nil || got.Refresh.Reveal() != "r" {
			t.Errorf("got %v, %v", got, err)
		}
	}
	writers.Wait()
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%d files in the directory, want 1: %v", len(entries), err)
	}
}

// A file that cannot be written leaves nothing behind, and a file of any length is read in bounds.
func TestTokenFileThatCannotBe(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte(strings.Repeat(`{"version":1,`, 1<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := nwp500.FileTokens(file).Load(ctx); got != nil || err == nil || len(err.Error()) > 200 {
		t.Errorf("got %v, %.300v", got, err)
	}
	if err := nwp500.FileTokens(filepath.Join(file, "tokens.json")).Save(ctx, someTokens()); err == nil {
		t.Error("a file was made within a file")
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files in the directory, want 1: %v", len(entries), err)
	}
}

// Times that JSON cannot express cost no tokens.
func TestTokensOfAnyTime(t *testing.T) {
	tokens := someTokens()
	tokens.KeysExpire = time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)
	got, err := nwp500.UnmarshalTokens(nwp500.MarshalTokens(tokens))
	if err != nil || !got.KeysExpire.IsZero() || got.Access != tokens.Access {
		t.Errorf("got %v, %v", got, err)
	}
}
