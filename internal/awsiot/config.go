package awsiot

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"
	"unicode/utf8"

	"golang.org/x/time/rate"
)

// Config says where and how to connect (docs/protocol.md §3). Endpoint, ClientID and Credentials are required.
type Config struct {
	// Endpoint is the broker: "host", "host:port", "wss://host" or, for a loopback address only, "ws://127.0.0.1:port".
	// The path is always /mqtt.
	Endpoint string

	// Region is the AWS region that the signature names. If empty, us-east-1.
	Region string

	// ClientID names the session: 1 to 128 bytes, unique. The broker ends the connection of an earlier client with the same id.
	ClientID string

	// KeepAlive is the longest silence before a ping. If zero, 60 s; otherwise at least 30 s and at most 1200 s, which are AWS's limits.
	KeepAlive time.Duration

	// PublishRate is how many publications a second are sent, on average. If zero, 25; if negative, there is no bound.
	PublishRate int

	// Credentials is called before every dial, one call at a time. With refused set, the last ones were refused by the
	// broker and it should fetch others. An error that wraps [ErrRejected] ends all dialling until [Link.Retry]; after any other
	// the link tries again with backoff. The context ends after 60 s or with the link.
	Credentials func(ctx context.Context, refused bool) (Credentials, error)

	// Dial opens network connections. If nil, a net.Dialer, and a proxy is taken from the environment.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Time is the wall clock, to sign with and to notice that the machine slept. If nil, time.Now.
	Time func() time.Time

	// RootCAs are the authorities trusted. If nil, the system's. The certificate is verified always.
	RootCAs *x509.CertPool

	// Limiter bounds the dials of all links that share it. If nil, none.
	Limiter *rate.Limiter

	// Receive is called with each message, in the order of arrival. It must not block for long; see the package comment. The payload is
	// the callee's to keep. If nil, messages are acknowledged and forgotten.
	Receive func(topic string, payload []byte)

	// Changed is called when the link goes down and comes up again, strictly in turn, beginning with the first time
	// down, in one order with the calls of Receive. Close is not reported. It must not block for long. If nil, nobody is told.
	Changed func(Change)

	// Logger takes what an operator may want to know; never a topic, a payload, a key or a signed URL. If nil, nothing is logged.
	Logger *slog.Logger
}

// A Change says that a link went down or came up again.
type Change struct {
	Up bool

	// Err says why the link went down; it is nil when that was planned. When the link came up, it is a [*SubscribeError] if the broker
	// refused some of the filters, otherwise nil.
	Err error

	// Planned is set when the link took itself down to reconnect before the broker's daily cut, or because of [Link.Reconnect].
	Planned bool

	At             time.Time
	Attempts       int  // of connecting since the link went down; zero when Up is false
	SessionPresent bool // the broker claims to remember the session, though a clean one was asked for
}

const (
	defaultRegion    = "us-east-1"
	defaultKeepAlive = 60 * time.Second
	minKeepAlive     = 30 * time.Second // AWS raises less to this, and may not answer pings that come faster
	maxKeepAlive     = 1200 * time.Second
	maxClientID      = 128
)

// normalised returns the configuration with its defaults filled in, and its endpoint.
func (c Config) normalised() (Config, endpoint, error) {
	e, err := parseEndpoint(c.Endpoint)
	switch {
	case err != nil:
		return Config{}, endpoint{}, err
	case c.ClientID == "" || len(c.ClientID) > maxClientID || !utf8.ValidString(c.ClientID) || c.ClientID[0] == '$':
		return Config{}, endpoint{}, fmt.Errorf("client id: not 1 to %d bytes of UTF-8", maxClientID)
	case c.Credentials == nil:
		return Config{}, endpoint{}, errors.New("no source of credentials")
	}
	c.Region = cmp.Or(c.Region, defaultRegion)
	c.KeepAlive = min(max(cmp.Or(c.KeepAlive, defaultKeepAlive), minKeepAlive), maxKeepAlive)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Time == nil {
		c.Time = time.Now
	}
	if c.Receive == nil {
		c.Receive = func(string, []byte) {}
	}
	if c.Changed == nil {
		c.Changed = func(Change) {}
	}
	return c, e, nil
}
