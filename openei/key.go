package openei

import (
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"regexp"
	"strings"
	"unicode"
)

// KeyVariable is the environment variable that KeyFromEnvironment reads
// (docs/protocol.md §8).
const KeyVariable = "OPENEI_API_KEY"

// Key is an API key of OpenEI. However it is printed it shows as "[key]", or as
// nothing when it is empty; Reveal returns its text. The zero Key is empty.
type Key struct {
	// A pointer, because fmt does not ask the methods of what lies in an unexported
	// field of another type: it prints an address there.
	text *string
}

// NewKey returns the key with this text, white space around it left out.
func NewKey(text string) Key {
	text = strings.TrimSpace(text)
	if text == "" {
		return Key{}
	}
	return Key{&text}
}

// KeyFromEnvironment returns the key in the environment variable OPENEI_API_KEY; it
// is empty when the variable is. A client does not look there by itself.
func KeyFromEnvironment() Key { return NewKey(os.Getenv(KeyVariable)) }

// Reveal returns the key's text.
func (k Key) Reveal() string {
	if k.text == nil {
		return ""
	}
	return *k.text
}

// IsEmpty reports whether there is no key.
func (k Key) IsEmpty() bool { return k.text == nil }

// String returns "[key]", or "" when the key is empty.
func (k Key) String() string {
	if k.IsEmpty() {
		return ""
	}
	return hiddenKey
}

// GoString returns what String returns.
func (k Key) GoString() string { return k.String() }

// Format writes what String returns, whatever the verb.
func (k Key) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, k.String()) }

// LogValue returns what String returns.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText encodes what String returns.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

const (
	hiddenKey = "[key]"
	hiddenZIP = "[zip]"
	// mostText is how much of what a server says is shown, in characters.
	mostText = 200
)

// keyLike finds what may be a key, or a part of one: OpenEI's have 40 letters and
// digits.
var keyLike = regexp.MustCompile(`[0-9A-Za-z]{20,}`)

// publicText returns a text that came from elsewhere without the key, the ZIP code
// and line breaks: a server may repeat what it was asked.
func publicText(text string, key Key, zip string) string {
	if !key.IsEmpty() {
		secret := key.Reveal()
		text = strings.NewReplacer(secret, hiddenKey, url.QueryEscape(secret), hiddenKey, url.PathEscape(secret), hiddenKey).Replace(text)
	}
	text = keyLike.ReplaceAllString(strings.ReplaceAll(text, zip, hiddenZIP), hiddenKey)
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) }), " ")
	if runes := []rune(text); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return text
}
