package awsiot

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A client is a link and what it has reported.
type client struct {
	*Link
	mu       sync.Mutex
	changes  []Change
	messages []string
	refused  []bool // the arguments of Credentials
	log      strings.Builder
}

// start dials the broker. The options may change the configuration.
func (b *broker) start(options ...func(*Config)) *client {
	b.t.Helper()
	c, err := b.dial(b.t.Context(), options...)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func (b *broker) dial(ctx context.Context, options ...func(*Config)) (*client, error) {
	c := &client{}
	cfg := Config{
		Endpoint: "ws://" + brokerAddress,
		ClientID: "client-1",
		Dial:     b.network.Dial,
		Credentials: func(_ context.Context, refused bool) (Credentials, error) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.refused = append(c.refused, refused)
			return exampleCredentials, nil
		},
		Receive: func(topic string, payload []byte) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.messages = append(c.messages, topic+" "+string(payload))
		},
		Changed: func(change Change) {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.changes = append(c.changes, change)
		},
		Logger: slog.New(slog.NewTextHandler(&lockedWriter{mu: &c.mu, w: &c.log}, nil)),
	}
	for _, option := range options {
		option(&cfg)
	}
	l, err := Dial(ctx, cfg)
	if err != nil {
		return c, err
	}
	c.Link = l
	b.t.Cleanup(func() {
		c.close(b.t)
		c.check(b.t)
	})
	return c, nil
}

// close closes the link within a second.
func (c *client) close(t *testing.T) {
	t.Helper()
	start := time.Now()
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if d := time.Since(start); d >= time.Second {
		t.Errorf("Close took %v", d)
	}
}

// check holds what was reported against what is always promised.
func (c *client) check(t *testing.T) {
	t.Helper()
	for i, change := range c.changed() {
		if change.Up != (i%2 == 1) {
			t.Errorf("change %d is %+v", i, change)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range []string{"wJalrX", "EXAMPLE", "X-Amz", "navilink", "cmd/"} {
		if strings.Contains(c.log.String(), secret) {
			t.Errorf("%q in the log:\n%s", secret, c.log.String())
		}
	}
}

func (c *client) changed() []Change {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.changes)
}

func (c *client) received() []string {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.messages)
}

func (c *client) fetches() []bool {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.refused)
}

// publish publishes without payload and returns the outcome later.
func (c *client) publish(ctx context.Context, p Publication) <-chan error {
	done := make(chan error, 1)
	go func() { done <- c.Publish(ctx, p) }()
	synctest.Wait()
	return done
}

type lockedWriter struct {
	mu *sync.Mutex
	w  io.Writer
}

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.w.Write(b)
}

// unsent asserts that err says that nothing left, and why.
func unsent(t *testing.T, err, reason error) {
	t.Helper()
	var p *PublishError
	if !errors.As(err, &p) || p.Sent || !errors.Is(err, reason) {
		t.Errorf("got %v, want not sent: %v", err, reason)
	}
}

// unknown asserts that err says that the outcome is unknown, and why.
func unknown(t *testing.T, err, reason error) {
	t.Helper()
	var p *PublishError
	if !errors.As(err, &p) || !p.Sent || !errors.Is(err, reason) {
		t.Errorf("got %v, want outcome unknown: %v", err, reason)
	}
}
