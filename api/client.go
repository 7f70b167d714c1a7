package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/nwp500/nwp500"
)

// mostAnswer bounds what a client reads of an answer: a thousand heaters take 10 MB.
const mostAnswer = 256 << 20

// Client speaks to a server. Make one with [New]. Its methods may be called from several
// goroutines. Each call is one request, bounded by its context, and is never repeated;
// only a [Client.Stream] connects anew. Answers other than what was asked for are an [*Error].
type Client struct {
	// HTTP carries the requests; if nil, a client that follows no redirect, so that the
	// token goes nowhere else. Do not change it once the Client is in use.
	HTTP *http.Client
	// By is who gives the commands, as their events tell it: "page" or "top"; if empty, "api".
	By string

	base  string
	token nwp500.Secret
}

// New returns a client of the server at a URL such as "http://127.0.0.1:8500". A server
// on the loopback interface takes no token. New does no input or output; a URL that is
// none fails with the first call.
func New(url, token string) *Client {
	return &Client{base: strings.TrimSuffix(url, "/") + "/api/v1", token: nwp500.NewSecret(token)}
}

// plain follows no redirects.
var plain = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// request makes a request. A body that is nil is none.
func (c *Client) request(ctx context.Context, method, path string, query url.Values, body io.Reader) (*http.Request, error) {
	address := c.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, err
	}
	if !c.token.IsEmpty() {
		request.Header.Set("Authorization", "Bearer "+c.token.Reveal())
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		by := c.By
		if by == "" {
			by = "api"
		}
		request.Header.Set(WriteHeader, by)
	}
	return request, nil
}

// send sends a request; the caller closes the body of the answer.
func (c *Client) send(request *http.Request) (*http.Response, error) {
	client := c.HTTP
	if client == nil {
		client = plain
	}
	return client.Do(request)
}

// get asks for a document.
func (c *Client) get(ctx context.Context, path string, query url.Values, document any) error {
	request, err := c.request(ctx, http.MethodGet, path, query, nil)
	if err != nil {
		return err
	}
	answer, err := c.send(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return readError(answer)
	}
	return read(answer, document)
}

// read reads a document, whatever else it has members for.
func read(answer *http.Response, document any) error {
	if err := json.UnmarshalRead(io.LimitReader(answer.Body, mostAnswer), document); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// readError makes an error of an answer: of its body if it is one of ours.
func readError(answer *http.Response) error {
	failed := &Error{}
	if err := json.UnmarshalRead(io.LimitReader(answer.Body, 1<<16), failed); err != nil || failed.Text == "" {
		*failed = Error{Text: fmt.Sprintf("the server answered %q", answer.Status)}
	}
	failed.Status = answer.StatusCode
	return failed
}
