package nwp500

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// ErrUnreachable is a call that did not reach the cloud, or that got no answer
// from it: no network, a name that does not resolve, a certificate that is not
// trusted, a time limit.
var ErrUnreachable = errors.New("the cloud cannot be reached")

// restTimeout bounds one call, restDialTimeout the network's part of it.
const (
	restTimeout     = 30 * time.Second
	restDialTimeout = 20 * time.Second
)

// request is one REST call.
type request struct {
	method string
	path   string
	query  url.Values
	body   map[string]any // encoded as JSON unless nil
}

func (r request) name() string { return r.method + " " + r.path }

// Format writes the name, whatever the verb: the query and the body tell who asks.
func (r request) Format(state fmt.State, _ rune) { hide(state, r.name()) }

// authorised makes a call with the account's token. A 401 renews the token once
// and repeats the call once.
func (c *Client) authorised(ctx context.Context, build func(userID string) request) (jsontext.Value, error) {
	tokens, err := c.access(ctx, Secret{})
	if err != nil {
		return nil, err
	}
	data, err := c.call(ctx, build(tokens.Email.Reveal()), tokens.Access)
	var refused *APIError
	if !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized {
		return data, err
	}
	if tokens, err = c.access(ctx, tokens.Access); err != nil {
		return nil, err
	}
	return c.call(ctx, build(tokens.Email.Reveal()), tokens.Access)
}

// unsentError is a call whose request did not leave this machine: the cloud knows nothing
// of it.
type unsentError struct{ error }

func (e unsentError) Unwrap() error { return e.error }

func isUnsent(err error) bool {
	var unsent unsentError
	return errors.As(err, &unsent)
}

// call makes one call, which ends with the client, and returns the envelope's data.
func (c *Client) call(ctx context.Context, r request, token Secret) (jsontext.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	defer context.AfterFunc(c.lifetime, cancel)()
	httpRequest, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, unsentError{fmt.Errorf("%s: %w", r.name(), err)}
	}
	if !token.IsEmpty() {
		// Lower-case and without "Bearer": docs/protocol.md §2.
		httpRequest.Header["authorization"] = []string{token.Reveal()}
	}
	var sent atomic.Bool
	httpRequest = httpRequest.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
	}))
	began := time.Now()
	response, err := c.http.Do(httpRequest)
	if err != nil {
		if sent.Load() {
			err = c.unanswered(r, unquoted(err))
		} else {
			err = unsentError{c.unanswered(r, err)}
		}
		c.log.Debug("rest call failed", "took", time.Since(began), "err", err)
		return nil, err
	}
	c.log.Debug("rest call", "call", r.name(), "status", response.StatusCode, "took", time.Since(began))
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, wire.MaxMessage+1))
	if err != nil {
		return nil, c.unanswered(r, unquoted(err))
	}
	if len(body) > wire.MaxMessage {
		return nil, fmt.Errorf("%s: the answer is longer than %d bytes", r.name(), wire.MaxMessage)
	}
	data, err := openEnvelope(r.name(), response.StatusCode, body)
	var refused *APIError
	if errors.As(err, &refused) && (r.isQuoted(refused.Message, token) || c.account.isQuoted(refused.Message)) {
		refused.Message = notShown
	}
	return data, err
}

// unanswered is a call that got no answer, or none to its end.
func (c *Client) unanswered(r request, err error) error {
	if c.lifetime.Err() != nil {
		return fmt.Errorf("%s: %w", r.name(), ErrClosed)
	}
	return unreachable(r.name(), err)
}

// openEnvelope returns the data of an answer, or why there is none.
func openEnvelope(call string, status int, body []byte) (jsontext.Value, error) {
	envelope, err := wire.ParseObject(body)
	success := status >= 200 && status <= 299
	if err != nil {
		if success {
			return nil, fmt.Errorf("%s: the answer is not the cloud's: no JSON object (a proxy or a sign-in page of the network?)", call)
		}
		return nil, &APIError{Call: call, Status: status}
	}
	answer := shape{object: envelope}
	if code := answer.integer("code"); !success || !code.Is(200) {
		message := answer.text("msg")
		return nil, &APIError{
			Call: call, Status: status, Code: code.Or(0), Message: publicWords(message), speaksOfCredentials: speaksOfCredentials(message),
		}
	}
	data, _ := envelope.Get("data")
	return data, nil
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	base, err := restBase(c.config.RESTURL)
	if err != nil {
		return nil, err
	}
	address := base.JoinPath(r.path)
	address.RawQuery = r.query.Encode()
	var body io.Reader
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(encoded)
	}
	httpRequest, err := http.NewRequestWithContext(ctx, r.method, address.String(), body)
	if err != nil {
		return nil, errors.New("the REST address is not valid")
	}
	httpRequest.Header.Set("Content-Type", "application/json")
	httpRequest.Header.Set("Accept", "application/json")
	return httpRequest, nil
}

// restBase checks the REST address.
func restBase(address string) (*url.URL, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "":
		return nil, errors.New("the REST address is not valid: it takes the form https://host/path")
	case base.User != nil || base.RawQuery != "":
		return nil, errors.New("the REST address is not valid: it takes no user and no query")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
		return base, nil
	case base.Scheme == "http":
		return nil, errors.New("the REST address is not valid: http is for the loopback interface alone, use https")
	}
	return nil, fmt.Errorf("the REST address is not valid: scheme %q, where https is allowed", base.Scheme)
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}

// publicWords returns a text of the cloud when it is made of words and short numbers, and
// of nothing that may be an address of a device, a serial number or a token.
func publicWords(text string) string {
	const longestNumber = 3
	for _, word := range withDigits.FindAllString(text, -1) {
		if len(word) > longestNumber {
			return notShown
		}
	}
	return publicText(text)
}

var withDigits = regexp.MustCompile(`[\pL_]*\pN[\pL\pN_]*`)

// isQuoted reports whether a text has something in it that the call sent: whose it is,
// a password, a token.
func (r request) isQuoted(text string, token Secret) bool {
	said := []string{token.Reveal()}
	for _, values := range r.query {
		said = append(said, values...)
	}
	for _, value := range r.body {
		if value, ok := value.(string); ok {
			said = append(said, value)
		}
	}
	return quotesOne(text, said...)
}

// isQuoted reports whether a text has something in it of who is signed in.
func (a *account) isQuoted(text string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	said := []string{a.email.Reveal(), a.password.Reveal()}
	if t := a.tokens; t != nil {
		for _, secret := range []Secret{t.Email, t.Access, t.ID, t.Refresh, t.AccessKeyID, t.SecretKey, t.SessionToken} {
			said = append(said, secret.Reveal())
		}
	}
	return quotesOne(text, said...)
}

func quotesOne(text string, said ...string) bool {
	const shortest = 4 // what is shorter is in every other word
	text = strings.ToLower(text)
	return slices.ContainsFunc(said, func(value string) bool {
		return len(value) >= shortest && strings.Contains(text, strings.ToLower(value))
	})
}

// unquoted returns what went wrong with an answer, without the other end's words: net/http
// quotes what it cannot read, and that may be our own request, sent back.
func unquoted(err error) error {
	var wrapped *url.Error // is one of the network itself
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &network), errors.As(err, &certificate), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.Canceled):
		return err
	}
	return errors.New("the answer is not HTTP")
}

// unreachable is a call that got no answer. The error of net/http holds the whole
// address, query and all, so only its cause is kept.
func unreachable(call string, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", call, err)
	}
	return fmt.Errorf("%s: %w: %w", call, ErrUnreachable, err)
}
