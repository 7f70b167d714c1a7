package nwp500

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Tokens are what a sign-in gave: a token for REST and keys for the live
// connection, which have lives of their own (docs/protocol.md §2). Times are
// absolute, so no time zone moves them.
type Tokens struct {
	// RESTURL and Email name the account that the tokens belong to. Tokens of
	// another account are never used.
	RESTURL string
	Email   Secret

	// Access authorises REST calls until AccessExpires; ID comes with it and is
	// not used. Refresh renews both.
	Access        Secret
	ID            Secret
	Refresh       Secret
	AccessExpires time.Time

	// AccessKeyID, SecretKey and SessionToken sign live connections until
	// KeysExpire. Only a sign-in renews them.
	AccessKeyID  Secret
	SecretKey    Secret
	SessionToken Secret
	KeysExpire   time.Time

	// UserSeq is the user's number, part of the topics of some answers.
	UserSeq int

	// accessEnds and keysEnds are AccessExpires and KeysExpire by the monotonic clock;
	// zero for tokens that were kept.
	accessEnds, keysEnds time.Time
}

// expiryMargin is how long before its end a token counts as expired.
const expiryMargin = 5 * time.Minute

// accessLasts reports whether the REST token is good for as long as d from now on.
func (t *Tokens) accessLasts(now time.Time, d time.Duration) bool {
	return !t.Access.IsEmpty() && now.Add(d).Before(t.AccessExpires) && lasts(t.accessEnds, d)
}

// keysLast reports the same of the keys of the live connection.
func (t *Tokens) keysLast(now time.Time, d time.Duration) bool {
	return !t.AccessKeyID.IsEmpty() && now.Add(d).Before(t.KeysExpire) && lasts(t.keysEnds, d)
}

// lasts has the monotonic clock say, where it knows the end, what the wall clock says
// elsewhere. Both are asked: the wall clock, which may be set to anything, goes on while
// the machine sleeps; the monotonic clock, which nobody sets, may stand still.
func lasts(end time.Time, d time.Duration) bool { return end.IsZero() || time.Until(end) > d }

// TokenStore keeps the tokens of one account between runs. The client calls it
// from one goroutine at a time.
type TokenStore interface {
	// Load returns what is kept, or nil when nothing is.
	Load(ctx context.Context) (*Tokens, error)
	// Save keeps the tokens in place of those from before; nil forgets them.
	Save(ctx context.Context, tokens *Tokens) error
}

// MemoryTokens returns a store that forgets with the process.
func MemoryTokens() TokenStore { return new(memoryTokens) }

type memoryTokens struct {
	mu     sync.Mutex
	tokens *Tokens
}

func (m *memoryTokens) Load(context.Context) (*Tokens, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tokens, nil
}

func (m *memoryTokens) Save(_ context.Context, tokens *Tokens) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tokens = tokens
	return nil
}

// storedTokens are tokens as a store writes them, in the clear.
type storedTokens struct {
	Version       int       `json:"version"`
	RESTURL       string    `json:"rest_url"`
	Email         string    `json:"email"`
	Access        string    `json:"access_token"`
	ID            string    `json:"id_token"`
	Refresh       string    `json:"refresh_token"`
	AccessExpires time.Time `json:"access_expires"`
	AccessKeyID   string    `json:"access_key_id"`
	SecretKey     string    `json:"secret_key"`
	SessionToken  string    `json:"session_token"`
	KeysExpire    time.Time `json:"keys_expire"`
	UserSeq       int       `json:"user_seq"`
}

// Format writes "[tokens]", whatever the verb.
func (storedTokens) Format(state fmt.State, _ rune) { hide(state, "[tokens]") }

// MarshalTokens returns the tokens as text, in the clear, for a TokenStore to keep
// where only their owner can read.
func MarshalTokens(t *Tokens) []byte {
	// A struct of texts, numbers and times always encodes, when the times do.
	data, _ := json.Marshal(storedTokens{
		1, t.RESTURL, t.Email.Reveal(), t.Access.Reveal(), t.ID.Reveal(), t.Refresh.Reveal(), storable(t.AccessExpires),
		t.AccessKeyID.Reveal(), t.SecretKey.Reveal(), t.SessionToken.Reveal(), storable(t.KeysExpire), t.UserSeq,
	})
	return data
}

// storable returns a time that JSON can express, which has no years before 0 and after
// 9999: no time at all, as if over, in place of another.
func storable(t time.Time) time.Time {
	t = t.UTC()
	if year := t.Year(); year < 0 || year > 9999 {
		return time.Time{}
	}
	return t
}

// UnmarshalTokens reads what MarshalTokens wrote. The error does not repeat it.
func UnmarshalTokens(data []byte) (*Tokens, error) {
	var s storedTokens
	if err := json.Unmarshal(data, &s); err != nil || s.Version != 1 {
		return nil, errors.New("what is kept are no tokens: sign in again")
	}
	return &Tokens{
		RESTURL:       s.RESTURL,
		Email:         NewSecret(s.Email),
		Access:        NewSecret(s.Access),
		ID:            NewSecret(s.ID),
		Refresh:       NewSecret(s.Refresh),
		AccessExpires: storable(s.AccessExpires),
		AccessKeyID:   NewSecret(s.AccessKeyID),
		SecretKey:     NewSecret(s.SecretKey),
		SessionToken:  NewSecret(s.SessionToken),
		KeysExpire:    storable(s.KeysExpire),
		UserSeq:       s.UserSeq,
	}, nil
}
