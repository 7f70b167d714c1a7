package nwp500

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nwp500/nwp500/internal/wire"
)

// endless is an answer that never comes to an end, and counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	e.read += len(b)
	return len(b), nil
}

func (e *endless) Close() error { return nil }

func (e *endless) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: e}, nil
}

// Of an answer without an end no more is read than the longest may have.
func TestEndlessAnswer(t *testing.T) {
	c, _ := fuzzedClient(Config{})
	defer c.Close()
	answer := new(endless)
	c.http.Transport = answer
	if _, err := c.Devices(t.Context()); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v", err)
	}
	if answer.read > 2*wire.MaxMessage {
		t.Errorf("%d bytes were read, of %d at the most", answer.read, wire.MaxMessage)
	}
}

// The same when it comes as some bytes that unpack to many.
func TestAnswerThatUnpacksToMuch(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w, io.LimitReader(new(endless), 64*wire.MaxMessage)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	answer := append([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"), packed.Bytes()...)
	c, _ := fuzzedClient(Config{RESTURL: "http://127.0.0.1/api", Dial: answeringOnce(t, answer)})
	defer c.Close()
	if _, err := c.Devices(t.Context()); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("got %v", err)
	}
}

// A cloud that gives the same full page for ever is not asked for ever.
func TestPagesThatRepeat(t *testing.T) {
	c, _ := fuzzedClient(Config{})
	defer c.Close()
	page := strings.TrimSuffix(strings.Repeat(`{"deviceInfo":{"macAddress":"0a0b0c0d0e0f"}},`, pageSize), ",")
	counting := &counting{answering: answering{200, []byte(`{"code":200,"data":[` + page + `]}`)}}
	c.http.Transport = counting
	devices, err := c.Devices(t.Context())
	if err != nil || len(devices) != 1 || counting.calls > 2 {
		t.Errorf("got %d devices after %d calls, %v", len(devices), counting.calls, err)
	}
}

type counting struct {
	answering
	calls int
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.calls++
	return c.answering.RoundTrip(r)
}

// A refusal is one also where its words must not be shown, because the password is among them.
func TestRefusalThatHoldsThePassword(t *testing.T) {
	c, _ := fuzzedClient(Config{})
	defer c.Close()
	c.http.Transport = answering{200, []byte(`{"code":1001,"msg":"INVALID_USER_PASSWORD"}`)}
	err := c.SignIn(t.Context(), told["{email}"], "user")
	if !errors.Is(err, ErrCredentials) || strings.Contains(strings.ToLower(err.Error()), "user") {
		t.Errorf("got %v, want ErrCredentials without the word", err)
	}
}
