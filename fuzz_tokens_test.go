package nwp500

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is taken for tokens is written and read again as it was; what is not is an error that does not repeat it. A token
// file behaves like what is in it.
func FuzzTokens(f *testing.F) {
	whole := string(MarshalTokens(&Tokens{Email: NewSecret("owner@home.example"), Access: NewSecret("a\"\\\u2028"), UserSeq: -1}))
	for _, seed := range []string{
		whole, whole[:len(whole)/2], "", "null", "[]", "7", `{"version":1}`, `{"version":2}`, `{"version":1.0}`, `{"version":"1"}`, `{"VERSION":1,"version":1}`,
		`{"version":1,"access_expires":"9999-12-31T23:59:59-23:59"}`, `{"version":1,"keys_expire":"0000-01-01T00:00:00+23:59"}`, `{"version":1,"keys_expire":"2026-02-30T00:00:00Z"}`,
		`{"version":1,"access_expires":"2016-12-31T23:59:60.999999999999Z"}`, `{"version":1,"user_seq":9223372036854775808}`, `{"version":1,"user_seq":1e3}`,
		"{\"version\":1,\"email\":\"\xff\"}", `{"version":1,"email":"\ud800"}`, `{"version":1,"email":{"text":"owner@home.example"}}`, `{"version":1}{}`, "\xef\xbb\xbf{\"version\":1}",
		`{"version":1,"rest_url":"` + strings.Repeat("x", 5000) + `"}`, `{"version":1,"new":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`,
	} {
		f.Add([]byte(seed))
	}
	path := filepath.Join(f.TempDir(), "tokens.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		tokens, err := UnmarshalTokens(data)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		kept, fileErr := FileTokens(path).Load(t.Context())
		if (err == nil) != (fileErr == nil) {
			t.Fatalf("the text: %v, the file: %v", err, fileErr)
		}
		if err != nil {
			const want = "what is kept are no tokens: sign in again"
			if tokens != nil || kept != nil || err.Error() != want || fileErr.Error() != "token file: "+want {
				t.Fatalf("got %v, %v, %v, %v", tokens, kept, err, fileErr)
			}
			return
		}
		again, err := UnmarshalTokens(MarshalTokens(tokens))
		if err != nil || *again != *tokens || *kept != *tokens {
			t.Fatalf("came back as %#v and %#v, %v", again, kept, err)
		}
	})
}
