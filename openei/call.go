package openei

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// timeLimit bounds one call.
	timeLimit = 30 * time.Second
	// mostBytes bounds an answer: a hundred plans in full take some 2 MB.
	mostBytes = 8 << 20
	// mostPlans is how many plans one answer has at the most.
	mostPlans = 100
)

// call asks for the plans of a ZIP code.
func (c *Client) call(ctx context.Context, zip string) ([]Plan, error) {
	base, err := checkBase(c.baseURL)
	if err != nil {
		return nil, err
	}
	base.RawQuery = url.Values{
		"version":   {"7"},
		"format":    {"json"},
		"api_key":   {c.key.Reveal()},
		"detail":    {"full"},
		"address":   {zip},
		"sector":    {"Residential"},
		"orderby":   {"startdate"},
		"direction": {"desc"},
		"limit":     {strconv.Itoa(mostPlans)},
	}.Encode()

	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	began := time.Now()
	status, body, err := c.get(ctx, base)
	if err != nil {
		err = c.unreachable(err, zip)
		c.log.Debug("openei call failed", "took", time.Since(began), "err", err)
		return nil, err
	}
	plans, err := openAnswer(status, body)
	var refused *APIError
	if errors.As(err, &refused) {
		refused.Message = publicText(refused.Message, c.key, zip)
	}
	c.log.Debug("openei call", "status", status, "bytes", len(body), "plans", len(plans), "took", time.Since(began))
	if len(plans) >= mostPlans {
		c.log.Warn("openei has more plans than it answers with: older ones are missing", "plans", len(plans))
	}
	return plans, err
}

// get makes one request. It uses the transport and not http.Client, which would
// follow redirects, key and all, and put the address into its errors.
func (c *Client) get(ctx context.Context, address *url.URL) (status int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return 0, nil, errors.New("the address is not valid")
	}
	request.Header.Set("Accept", "application/json")
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	body, err = io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	return response.StatusCode, body, err
}

// openAnswer returns the plans in an answer, or why there are none.
func openAnswer(status int, body []byte) ([]Plan, error) {
	if len(body) > mostBytes {
		return nil, fmt.Errorf("OpenEI: the answer is longer than %d bytes", mostBytes)
	}
	var answer struct {
		Items *[]Plan         `json:"items"`
		Error json.RawMessage `json:"error"`
	}
	err := json.Unmarshal(body, &answer)
	message, failed := reason(answer.Error)
	switch {
	case status >= 300 && status <= 399:
		return nil, &APIError{Status: status, Message: "it points to another address, which is not followed, for the request holds the key"}
	case status < 200 || status > 299 || failed:
		return nil, &APIError{Status: status, Message: message}
	case err != nil:
		return nil, fmt.Errorf("OpenEI: the answer is not one of OpenEI's (a proxy or a sign-in page of the network?): %w", err)
	case answer.Items == nil:
		return nil, errors.New("OpenEI: the answer has no items")
	}
	return *answer.Items, nil
}

// reason reads the member error of an answer: a string, or an object with a message.
// An error of another form is one without a message; none, and an empty string, is no
// error.
func reason(raw json.RawMessage) (message string, failed bool) {
	if len(raw) == 0 || isNull(raw) {
		return "", false
	}
	if json.Unmarshal(raw, &message) == nil {
		return message, message != ""
	}
	var object struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return "", true
	}
	return object.Message, true
}

// unreachable is a call that got no answer. A cause that holds what must not be shown
// is replaced by its text, without it.
func (c *Client) unreachable(err error, zip string) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("OpenEI: %w", context.Canceled)
	}
	if text := err.Error(); publicText(text, c.key, zip) != text {
		err = errors.New(publicText(text, c.key, zip))
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}

// checkBase checks the service's address.
func checkBase(address string) (*url.URL, error) {
	base, err := url.Parse(address)
	switch {
	case err != nil || base.Host == "":
		return nil, errors.New("the address of OpenEI is not valid: it takes the form https://host/path")
	case base.User != nil || base.RawQuery != "" || base.Fragment != "":
		return nil, errors.New("the address of OpenEI is not valid: it takes no user and no query")
	case base.Scheme == "https", base.Scheme == "http" && isLoopback(base.Hostname()):
		return base, nil
	case base.Scheme == "http":
		return nil, errors.New("the address of OpenEI is not valid: http is for the loopback interface alone, use https")
	}
	return nil, fmt.Errorf("the address of OpenEI is not valid: scheme %q, where https is allowed", base.Scheme)
}

func isLoopback(host string) bool {
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
