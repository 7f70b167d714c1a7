package awsiot

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	maxErrorBody  = 1 << 10 // bytes of an HTTP answer that are read
	maxMessage    = 200     // bytes of AWS's words that are kept
	maxRetryAfter = time.Hour
)

// newHandshakeError keeps what an HTTP answer says about its reason.
func newHandshakeError(r *http.Response) *HandshakeError {
	e := &HandshakeError{Status: r.StatusCode}
	e.Type, _, _ = strings.Cut(r.Header.Get("X-Amzn-ErrorType"), ":") // AWS ends it with a colon
	e.Type = oneLine(e.Type)
	if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		e.Date = date
	}
	e.RetryAfter = retryAfter(r.Header.Get("Retry-After"), e.Date)
	if body, err := io.ReadAll(io.LimitReader(r.Body, maxErrorBody)); err == nil {
		var answer struct {
			Message string `json:"message"`
		}
		if json.Unmarshal(body, &answer) == nil {
			e.Message = oneLine(answer.Message)
		}
	}
	if e.Status == http.StatusSwitchingProtocols {
		e.Message = "the answer is not that of a WebSocket server"
	}
	return e
}

// clockDiffers reports whether the reason of a refusal is that our clock and the broker's differ by more than five minutes.
func (e *HandshakeError) clockDiffers() bool {
	return e.Status == http.StatusForbidden && !e.Date.IsZero() &&
		(strings.HasPrefix(e.Message, "Signature expired") || strings.HasPrefix(e.Message, "Signature not yet current"))
}

// retryAfter reads seconds or a date, which is taken relative to the server's own clock.
func retryAfter(s string, now time.Time) time.Duration {
	var wait time.Duration
	if seconds, err := strconv.Atoi(s); err == nil {
		wait = time.Duration(min(max(seconds, 0), int(maxRetryAfter/time.Second))) * time.Second
	} else if date, err := http.ParseTime(s); err == nil && !now.IsZero() {
		wait = date.Sub(now)
	}
	return min(max(wait, 0), maxRetryAfter)
}

// oneLine cuts text of the other end to one short, printable line. AWS quotes the signed request in the lines after the first, and nothing
// of that may get into a log.
func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	if len(s) > maxMessage {
		s = s[:maxMessage]
	}
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s)
	if leaks(s) || quotesKey(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

// leaks reports whether text of the other end quotes the signed URL.
func leaks(s string) bool { return strings.Contains(strings.ToLower(s), "x-amz-") }

// quotesKey reports whether text of the other end has a word in it that may be a key, a token or a signature: long, and not of letters alone
// like the names of AWS's errors.
func quotesKey(s string) bool {
	const shortestKey = 20
	words := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("+/=%", r)
	})
	return slices.ContainsFunc(words, func(word string) bool {
		return len(word) >= shortestKey && strings.ContainsAny(word, "0123456789+/=%")
	})
}

// scrub returns an error without the signed URL: net/url and net/http quote URLs and whatever they take for malformed, which an
// echoing server can make the request itself.
func scrub(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	if leaks(err.Error()) {
		return errors.New("malformed HTTP answer")
	}
	return err
}
