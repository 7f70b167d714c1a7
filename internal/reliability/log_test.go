package reliability

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/nwp500/nwp500"
)

// A logbook takes what the client logs and what its errors say, and knows what may not be in there.
type logbook struct {
	mu      sync.Mutex
	text    bytes.Buffer
	secrets map[string]string // what it is, by the secret
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// err notes what an error says, in every way of saying it.
func (l *logbook) err(err error) {
	if err != nil {
		fmt.Fprintf(l, "%v\n%+v\n%#v\n", err, err, err)
	}
}

// hide says that a text may not be in the log. One of under four bytes would be found by chance.
func (l *logbook) hide(what, secret string) {
	if len(secret) < 4 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.secrets == nil {
		l.secrets = make(map[string]string)
	}
	l.secrets[strings.ToLower(secret)] = what
}

func (l *logbook) leaks(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.ToLower(l.text.String())
	for secret, what := range l.secrets {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("the log shows the %s: %.300s", what, text[max(0, i-150):])
		}
	}
}

func (l *logbook) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Len()
}

func (l *logbook) has(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.text.String(), text)
}

// tail returns the end of the log.
func (l *logbook) tail() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text.Bytes()[max(0, l.text.Len()-3000):])
}

// watchedTokens is a store that tells the logbook each token that it is given.
type watchedTokens struct {
	nwp500.TokenStore
	log *logbook
}

func (w watchedTokens) Save(ctx context.Context, tokens *nwp500.Tokens) error {
	if tokens != nil {
		w.log.hide("access token", tokens.Access.Reveal())
		w.log.hide("refresh token", tokens.Refresh.Reveal())
		w.log.hide("id token", tokens.ID.Reveal())
		w.log.hide("access key", tokens.AccessKeyID.Reveal())
		w.log.hide("secret key", tokens.SecretKey.Reveal())
		w.log.hide("session token", tokens.SessionToken.Reveal())
	}
	return w.TokenStore.Save(ctx, tokens)
}

// pool returns the authorities of a server; nil without TLS.
func pool(t *testing.T, ca []byte) *x509.CertPool {
	t.Helper()
	if len(ca) == 0 {
		return nil
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(ca) {
		t.Fatal("the server's authority is not one")
	}
	return authorities
}
