package nwp500

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/nwp500/nwp500/internal/wire"
)

// ErrUnreachable is a call that did not reach the cloud, or that got no answer
// from it: no network, a name that does not resolve, a certificate that is not
// trusted, a time limit.
var ErrUnreachable = errors.New("the cloud cannot be reached")

// restTimeout bounds one call.
const restTimeout = 30 * time.Second

// request is one REST call.
type request struct {
	method string
	path   string
	query  url.Values
	body   any // encoded as JSON unless nil
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

// call makes one call and returns the envelope's data.
func (c *Client) call(ctx context.Context, r request, token Secret) (jsontext.Value, error) {
	ctx, cancel := context.WithTimeout(ctx, restTimeout)
	defer cancel()
	httpRequest, err := c.newRequest(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.name(), err)
	}
	if !token.IsEmpty() {
		// Lower-case and without "Bearer": docs/protocol.md §2.
		httpRequest.Header["authorization"] = []string{token.Reveal()}
	}
	began := time.Now()
	response, err := c.http.Do(httpRequest)
	if err != nil {
		err = unreachable(r.name(), err)
		c.log.Debug("rest call failed", "took", time.Since(began), "err", err)
		return nil, err
	}
	c.log.Debug("rest call", "call", r.name(), "status", response.StatusCode, "took", time.Since(began))
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, wire.MaxMessage+1))
	if err != nil {
		return nil, unreachable(r.name(), err)
	}
	if len(body) > wire.MaxMessage {
		return nil, fmt.Errorf("%s: the answer is longer than %d bytes", r.name(), wire.MaxMessage)
	}
	return openEnvelope(r.name(), response.StatusCode, body)
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
		return nil, &APIError{Call: call, Status: status, Code: code.Or(0), Message: publicText(answer.text("msg"))}
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
